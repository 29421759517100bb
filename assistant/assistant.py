"""`Assistant`: the path of a question, read top to bottom."""

from collections.abc import Callable, Collection, Container, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from assistant.abstention import ANSWER_ABOVE, EMPTY, none_fits, off_topic, too_far, unanswered, unknown
from assistant.abstractive import Writer
from assistant.action import Action
from assistant.asked import asked, content_words
from assistant.clock import Clock
from assistant.conversation import Standalone, standalone
from assistant.extractive import chosen, one_each, quotes, with_antecedent
from assistant.grounding import Judge
from assistant.limits import Catalogue, Limits, described, limits
from assistant.listing import DEPTH, MOST_QUOTED, counted, fitting, one_hit_each, topic_of
from assistant.negation import Wanted, called, speaks_of, told, wanted
from assistant.parts import Mode, parts_of
from assistant.premise import corrected, false_premise
from assistant.reading import Reader, chance_of_answer, read_closely
from assistant.spelling import Spelling, spelt
from assistant.telling import Draft, Section, Teller, refusal, said, together
from assistant.types import Answer, Evidence, Question, Step
from index.filters import EVERYTHING, Filter
from index.index import Hit, Retriever
from index.papers import Paper, normalise

Event = Evidence | Step | str | Answer

# Passages to spare for each paper that is left out.
_SPARE = 5


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


class Assistant:
    """Answers questions from sentences that it can cite; each from the corpus that is the newest when it is asked.

    Of `k` passages; a question is refused if the probability that they answer it is below `answer_above`. With a
    `writer`, an LLM writes the answer, unless it is a list of papers or rests on words that contradict the question. In
    the `mode` deep, a compound question is answered part by part and what speaks against the answer is looked for; in
    the mode auto, of compound questions alone.
    """

    def __init__(
        self,
        newest: Callable[[], Corpus],
        judge: Judge,
        reader: Reader,
        k: int,
        answer_above: float = ANSWER_ABOVE,
        *,
        writer: Writer | None = None,
        mode: Mode = "fast",
    ) -> None:
        self._newest = newest
        self._judge = judge
        self._reader = reader
        self._k = k
        self._answer_above = answer_above
        self._teller = Teller(judge, writer)
        self._mode = mode

    def ask(self, question: Question, action: Action | None = None) -> Answer:
        """Return the answer to `question`."""
        *_, answer = self.stream(question, action)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question, action: Action | None = None) -> Iterator[Event]:
        """Yield the evidence, then the steps and the words of the answer as they come, then the answer.

        `action` limits what an LLM may cost, and stops it.
        """
        clock = Clock()
        typed = normalise(question.text)
        if not any(c.isalnum() for c in typed):
            yield from said(refusal(Evidence(typed, ()), question, Draft(why_not=EMPTY), clock))
            return
        alone = standalone(question)
        corpus = self._newest()
        asks = wanted(alone.query)
        limited = _lifted(limits(asks.query, corpus.facets), alone.lifted)
        if alone.lifted and limited.topic and not (limited.within or asks.left_out):
            # The turns after this one lean on a question without limits.
            alone = replace(alone, query=limited.topic)
        alone, limited = _spelt(alone, limited, corpus.spelling)
        clock.lap("rewrite")
        lists = asked(alone.query).lists or bool(asks.left_out or (limited.within and limited.asks_for_papers))
        asking = self._asking(alone, limited, lists=lists or bool(limited.unknown))
        found = [
            (heading, self._evidence(corpus, one, within, asks if lists and not limited.unknown else None), within)
            for heading, one, within in asking
        ]
        evidence = together(alone.query, [each for _, each, _ in found])
        clock.lap("retrieve")
        yield evidence
        sections = [Section(name, each, self._draft(corpus, each, within, lists=lists)) for name, each, within in found]
        clock.lap("answer")
        objections = self._mode == "deep" or (self._mode == "auto" and len(sections) > 1)
        yield from self._teller.tell(
            question, evidence, sections, corpus, action or Action(), clock, objections=objections
        )

    def _asking(self, alone: Standalone, limited: Limits, *, lists: bool) -> list[tuple[str, Standalone, Limits]]:
        """What is searched, each with its heading: the parts of a compound question, or the question."""
        parts = () if lists or self._mode == "fast" else parts_of(limited.topic or alone.query)
        asking = [
            (part.heading, replace(alone, query=part.query), replace(limited, topic=part.query)) for part in parts
        ]
        return asking or [("", alone, limited)]

    def _evidence(self, corpus: Corpus, alone: Standalone, limited: Limits, asks: Wanted | None) -> Evidence:
        query, within = limited.topic or alone.query, EVERYTHING if limited.unknown else limited.within
        if asks:
            return self._listed(corpus, alone, limited.topic, within, asks)
        # A paper has few passages: with some to spare, the best of others are among those found.
        hits = corpus.search(query, self._k + _SPARE * len(alone.apart_from), within=within)
        return Evidence(alone.query, _apart_from(alone.apart_from, hits)[: self._k], within)

    def _listed(self, corpus: Corpus, alone: Standalone, asked_for: str, within: Filter, asks: Wanted) -> Evidence:
        topic = topic_of(asked_for)
        found = corpus.search(topic or alone.query, DEPTH, within=within)
        hits = _apart_from(alone.apart_from, found)
        kept, apart = _without(corpus, asks.left_out, hits)
        every = not content_words(topic)
        if every and not apart:
            whole = corpus.facets.count(within)
            return Evidence(alone.query, one_hit_each(hits), within, whole, unread=asks.unread)
        fit = one_hit_each(kept) if every else fitting(asked(asked_for), topic, kept)
        near = fit or kept[: self._k]
        return Evidence(alone.query, near, within, len(fit), len(found) < DEPTH, apart, asks.unread)

    def _draft(self, corpus: Corpus, evidence: Evidence, limited: Limits, *, lists: bool) -> Draft:
        if limited.unknown:
            return Draft(why_not=unknown(limited.unknown))
        query = limited.topic or evidence.query
        limit = f"Limited to papers {described(evidence.within)}." if evidence.within else ""
        if lists:
            quoted = one_each(query, evidence.hits[:MOST_QUOTED], corpus)
            why_not = too_far(topic_of(limited.topic), quoted) if evidence.papers else none_fits(limit, evidence.apart)
            preface = " ".join([*filter(None, [limit]), counted(evidence)])
            return Draft(quoted, preface, is_final=True, why_not=why_not)
        ranked = quotes(query, evidence.hits, corpus)
        if why_not := off_topic(query, evidence.hits, ranked):
            return Draft(why_not=why_not, chance=0.0)
        ranked = read_closely(query, ranked, self._reader)
        chance = chance_of_answer(ranked)
        if premise := false_premise(query, ranked, self._judge):
            (quote,) = [one for one in ranked if one.passage == premise.contradicted_by]
            preface = " ".join(filter(None, [limit, corrected(premise)]))
            return Draft((with_antecedent(quote),), preface, is_final=True, premise=premise, chance=chance)
        why_not = unanswered(query, evidence.hits, ranked, chance, self._answer_above)
        return Draft(chosen(query, ranked), limit, chance=chance, why_not=why_not)


def _lifted(limited: Limits, lifted: Collection[str]) -> Limits:
    """What is left where the limits of these names are `lifted`."""
    if not lifted:
        return limited
    within = replace(limited.within, **{name: getattr(EVERYTHING, name) for name in lifted})
    return replace(limited, within=within, unknown="")


def _spelt(alone: Standalone, limited: Limits, spelling: Spelling) -> tuple[Standalone, Limits]:
    """Both in the spelling of the corpus; what the limits have read, names of people and places, stays as it is."""
    topic = spelt(limited.topic, spelling)
    query = topic if limited.topic == alone.query else alone.query
    return replace(alone, query=query), replace(limited, topic=topic)


def _without(corpus: Corpus, left_out: Sequence[str], hits: Sequence[Hit]) -> tuple[tuple[Hit, ...], str]:
    """The hits of papers that are not left out, and which papers are, in words; of a year or an author, by the record."""
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in hits}
    texts = {key: f"{paper.title}\n{paper.abstract}" for key, paper in papers.items()}
    gone: set[str] = set()
    words: list[str] = []
    for phrase in left_out:
        by_record = limits(f"papers {phrase}", corpus.facets)
        if by_record.within and not by_record.topic:
            of_them = {hit.passage.paper.paper_id for hit in corpus.search(phrase, DEPTH, within=by_record.within)}
            words.append(f"those {described(by_record.within)}")
        else:
            names = called(spelt(phrase, corpus.spelling), texts.values())
            of_them = {key for key, text in texts.items() if any(speaks_of(text, name) for name in names)}
            words.append(told(names))
        gone |= of_them & papers.keys()
    apart = f"apart from {' and '.join(words)} ({len(gone)} paper{'' if len(gone) == 1 else 's'})" if words else ""
    return _apart_from(gone, hits), apart


def _apart_from(told: Container[str], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if hit.passage.paper.paper_id not in told)
