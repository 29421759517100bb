"""`Assistant`: the path of a question, read top to bottom."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

from assistant.abstention import (
    ANSWER_ABOVE,
    EMPTY,
    Abstention,
    none_fits,
    off_topic,
    silent,
    too_far,
    unanswered,
    unknown,
)
from assistant.abstractive import Writer, Written
from assistant.action import Action
from assistant.asked import asked, content_words
from assistant.conversation import Numbering, Standalone, standalone
from assistant.extractive import Quote, chosen, one_each, quotes, with_antecedent
from assistant.grounding import Judge
from assistant.limits import Catalogue, Limits, described, limits
from assistant.listing import DEPTH, MOST_QUOTED, counted, fitting, one_hit_each, topic_of
from assistant.premise import corrected, false_premise
from assistant.reading import Reader, chance_of_answer, read_closely
from assistant.spelling import Spelling, spelt
from assistant.types import Answer, Citation, Claim, Evidence, Premise, Question, Step, Timings
from index.filters import EVERYTHING, Filter
from index.index import Hit, Retriever
from index.papers import Paper, normalise

Event = Evidence | Step | str | Answer

_NEAREST = 5
# Passages to spare for each paper that is left out.
_SPARE = 5
_SPACE_AND_WORD = re.compile(r"\s*\S+")


class Corpus(Retriever, Protocol):
    """A retriever that knows the records of what it searches, and the sentences of what it found."""

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:
        """Return the sentences of `papers`, in order, each scored by its cosine with `query`."""
        ...

    @property
    def spelling(self) -> Spelling:
        """How the papers spell their words."""
        ...

    @property
    def facets(self) -> Catalogue:
        """The years, venues, authors and sources of the papers."""
        ...


@dataclass(frozen=True, slots=True)
class _Draft:
    """The quotes that make an answer, and whether no LLM may put them in other words; or none, and why."""

    quotes: tuple[Quote, ...] = ()
    preface: str = ""
    is_final: bool = False
    premise: Premise | None = None
    chance: float | None = None
    why_not: Abstention | None = None


class Assistant:
    """Answers questions from sentences that it can cite; each from the corpus that is the newest when it is asked.

    Of `k` passages; a question is refused if the probability that they answer it is below `answer_above`. With a
    `writer`, an LLM writes the answer, unless it is a list of papers or rests on words that contradict the question.
    """

    def __init__(
        self,
        newest: Callable[[], Corpus],
        judge: Judge,
        reader: Reader,
        k: int,
        answer_above: float = ANSWER_ABOVE,
        writer: Writer | None = None,
    ) -> None:
        self._newest = newest
        self._judge = judge
        self._reader = reader
        self._k = k
        self._answer_above = answer_above
        self._writer = writer

    def ask(self, question: Question, action: Action | None = None) -> Answer:
        """Return the answer to `question`."""
        *_, answer = self.stream(question, action)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question, action: Action | None = None) -> Iterator[Event]:
        """Yield the evidence, then the steps and the words of the answer as they come, then the answer.

        `action` limits what an LLM may cost, and stops it.
        """
        clock = _Clock()
        typed = normalise(question.text)
        if not any(c.isalnum() for c in typed):
            yield from _said(_refusal(Evidence(typed, ()), question, _Draft(why_not=EMPTY), clock))
            return
        alone = standalone(question)
        corpus = self._newest()
        limited = limits(alone.query, corpus.facets) if alone.limited else Limits(alone.query, EVERYTHING)
        alone, limited = _spelt(alone, limited, corpus.spelling)
        clock.lap("rewrite")
        lists = asked(alone.query).lists or bool(limited.within and limited.asks_for_papers)
        evidence = self._evidence(corpus, alone, limited, lists=lists and not limited.unknown)
        clock.lap("retrieve")
        yield evidence
        draft = self._draft(corpus, evidence, limited, lists=lists)
        clock.lap("answer")
        if draft.why_not:
            yield from _said(_refusal(evidence, question, draft, clock))
            return
        yield from self._answer(corpus, evidence, draft, question, action or Action(), clock)

    def _answer(
        self,
        corpus: Corpus,
        evidence: Evidence,
        draft: _Draft,
        question: Question,
        action: Action,
        clock: "_Clock",
    ) -> Iterator[Event]:
        text, claims, steps, written = "", list[Claim](), list[Step](), None
        for told in self._told(corpus, evidence, draft, question, action):
            match told:
                case Step():
                    steps.append(told)
                    yield told
                case Written():
                    written = told
                    clock.lap("answer")
                case Claim():
                    claims.append(told)
                    said = f" {told.marked}" if text else " ".join(filter(None, [draft.preface, told.marked]))
                    text += said
                    yield from _SPACE_AND_WORD.findall(said)
        clock.lap("check")
        if not claims:
            draft = replace(draft, why_not=silent(draft.quotes[0].passage.paper))
            yield from _said(_with(written, steps, _refusal(evidence, question, draft, clock)))
            return
        answer = Answer(
            question.text,
            evidence,
            tuple(claims),
            text,
            preface=draft.preface,
            premise=draft.premise,
            chance=draft.chance,
            timings=clock.timings(),
        )
        yield _with(written, steps, answer)

    def _told(
        self, corpus: Corpus, evidence: Evidence, draft: _Draft, question: Question, action: Action
    ) -> Iterator[Step | Claim | Written]:
        """The claims of the answer, of the LLM if there is one and it wrote some that stand, else the quotes."""
        numbering = Numbering(question)
        if self._writer and not draft.is_final:
            earlier = [answer.question for answer in question.history]
            for told in self._writer.write(evidence.query, evidence.hits, earlier, corpus, numbering, action):
                yield told
                if isinstance(told, Written) and told.is_final:
                    return
        yield from self._claims(draft.quotes, numbering)

    def _evidence(self, corpus: Corpus, alone: Standalone, limited: Limits, *, lists: bool) -> Evidence:
        query, within = limited.topic or alone.query, EVERYTHING if limited.unknown else limited.within
        if lists:
            return self._listed(corpus, alone, limited.topic, within)
        # A paper has few passages: with some to spare, the best of others are among those found.
        hits = corpus.search(query, self._k + _SPARE * len(alone.apart_from), within=within)
        return Evidence(alone.query, _apart_from(alone.apart_from, hits)[: self._k], within)

    def _listed(self, corpus: Corpus, alone: Standalone, asked_for: str, within: Filter) -> Evidence:
        topic = topic_of(asked_for)
        found = corpus.search(topic or alone.query, DEPTH, within=within)
        hits = _apart_from(alone.apart_from, found)
        if not content_words(topic):
            return Evidence(alone.query, one_hit_each(hits), within, corpus.facets.count(within))
        fit = fitting(asked(asked_for), topic, hits)
        return Evidence(alone.query, fit or hits[: self._k], within, len(fit), is_whole=len(found) < DEPTH)

    def _claims(self, quoted: Sequence[Quote], numbering: Numbering) -> Iterator[Claim]:
        for quote in quoted:
            citation = Citation(numbering.number(quote.passage.paper.paper_id), quote.passage)
            verdict = self._judge.support(quote.passage.text, [citation.passage])
            yield Claim(quote.passage.text, (citation,), verdict.support, verdict.score)

    def _draft(self, corpus: Corpus, evidence: Evidence, limited: Limits, *, lists: bool) -> _Draft:
        if limited.unknown:
            return _Draft(why_not=unknown(limited.unknown))
        query = limited.topic or evidence.query
        limit = f"Limited to papers {described(evidence.within)}." if evidence.within else ""
        if lists:
            quoted = one_each(query, evidence.hits[:MOST_QUOTED], corpus)
            why_not = too_far(topic_of(limited.topic), quoted) if evidence.papers else none_fits(limit)
            preface = " ".join([*filter(None, [limit]), counted(evidence)])
            return _Draft(quoted, preface, is_final=True, why_not=why_not)
        ranked = quotes(query, evidence.hits, corpus)
        if why_not := off_topic(query, evidence.hits, ranked):
            return _Draft(why_not=why_not, chance=0.0)
        ranked = read_closely(query, ranked, self._reader)
        chance = chance_of_answer(ranked)
        if premise := false_premise(query, ranked, self._judge):
            (quote,) = [one for one in ranked if one.passage == premise.contradicted_by]
            preface = " ".join(filter(None, [limit, corrected(premise)]))
            return _Draft((with_antecedent(quote),), preface, is_final=True, premise=premise, chance=chance)
        why_not = unanswered(query, evidence.hits, ranked, chance, self._answer_above)
        return _Draft(chosen(query, ranked), limit, chance=chance, why_not=why_not)


def _spelt(alone: Standalone, limited: Limits, spelling: Spelling) -> tuple[Standalone, Limits]:
    """Both in the spelling of the corpus; what the limits have read, names of people and places, stays as it is."""
    topic = spelt(limited.topic, spelling)
    query = topic if limited.topic == alone.query else alone.query
    return replace(alone, query=query), replace(limited, topic=topic)


def _apart_from(told: Container[str], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if hit.passage.paper.paper_id not in told)


def _said(answer: Answer) -> Iterator[Event]:
    yield from _SPACE_AND_WORD.findall(answer.text)
    yield answer


def _with(written: Written | None, steps: Sequence[Step], answer: Answer) -> Answer:
    """The answer with what an LLM had to do with it."""
    if written is None:
        return answer
    return replace(
        answer,
        engine=written.model if written.is_final else answer.engine,
        usage=written.usage,
        notice=written.notice,
        incomplete=written.incomplete,
        struck=written.struck,
        forged=written.forged,
        steps=tuple(steps),
    )


def _refusal(evidence: Evidence, question: Question, draft: _Draft, clock: "_Clock") -> Answer:
    why_not = draft.why_not
    assert why_not is not None
    return Answer(
        question.text,
        evidence,
        claims=(),
        text=why_not.sentence,
        reason=why_not.reason,
        nearest=_nearest(evidence.hits, why_not.paper),
        chance=draft.chance,
        timings=clock.timings(),
    )


def _nearest(hits: Sequence[Hit], named: Paper | None) -> tuple[Paper, ...]:
    """The papers that were found, the one that the refusal names before all."""
    found = [*([named] if named else []), *(hit.passage.paper for hit in hits)]
    papers = {paper.paper_id: paper for paper in found}
    return tuple(papers.values())[:_NEAREST]


class _Clock:
    """Wall time by step, from its making."""

    def __init__(self) -> None:
        self._began = self._last = perf_counter()
        self._timings = Timings()

    def lap(self, step: str) -> None:
        """Give the time since the last lap to `step`."""
        now = perf_counter()
        spent = getattr(self._timings, step) + 1000 * (now - self._last)
        self._timings = replace(self._timings, **{step: spent})
        self._last = now

    def timings(self) -> Timings:
        """The laps so far, and the total."""
        return replace(self._timings, total=1000 * (perf_counter() - self._began))
