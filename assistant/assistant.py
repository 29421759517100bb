"""`Assistant`: the path of a question, read top to bottom."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

from assistant.abstention import EMPTY, Abstention, abstention, none_fits, too_far, unknown
from assistant.asked import asked, content_words
from assistant.conversation import Numbering, Standalone, standalone
from assistant.extractive import Quote, chosen, one_each, quotes
from assistant.grounding import Judge
from assistant.limits import Catalogue, Limits, described, limits
from assistant.listing import DEPTH, MOST_QUOTED, counted, fitting, one_hit_each, topic_of
from assistant.spelling import Spelling, spelt
from assistant.types import Answer, Citation, Claim, Evidence, Question, Timings
from index.filters import EVERYTHING, Filter
from index.index import Hit, Retriever
from index.papers import Paper, normalise

Event = Evidence | str | Answer

_NEAREST = 5
# Passages to spare for each paper that is left out.
_SPARE = 5
_WORD_AND_SPACE = re.compile(r"\S+\s*")


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
    quotes: tuple[Quote, ...]
    preface: str


class Assistant:
    """Answers questions from sentences that it can cite; each from the corpus that is the newest when it is asked."""

    def __init__(self, newest: Callable[[], Corpus], judge: Judge, k: int) -> None:
        self._newest = newest
        self._judge = judge
        self._k = k

    def ask(self, question: Question) -> Answer:
        """Return the answer to `question`."""
        *_, answer = self.stream(question)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question) -> Iterator[Event]:
        """Yield the evidence, then the words of the answer as they come, then the answer."""
        clock = _Clock()
        typed = normalise(question.text)
        if not any(c.isalnum() for c in typed):
            yield from _refusal(Evidence(typed, ()), question, EMPTY, clock)
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
        draft = _draft(corpus, evidence, limited, lists=lists)
        clock.lap("answer")
        if isinstance(draft, Abstention):
            yield from _refusal(evidence, question, draft, clock)
            return
        claims = tuple(self._claims(draft.quotes, Numbering(question)))
        clock.lap("check")
        text = " ".join([*([draft.preface] if draft.preface else []), *map(_marked, claims)])
        yield from _WORD_AND_SPACE.findall(text)
        yield Answer(question.text, evidence, claims, text, preface=draft.preface, timings=clock.timings())

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
            support, score = self._judge.support(quote.passage.text, [citation.passage])
            yield Claim(quote.passage.text, (citation,), support, score)


def _draft(corpus: Corpus, evidence: Evidence, limited: Limits, *, lists: bool) -> "_Draft | Abstention":
    if limited.unknown:
        return unknown(limited.unknown)
    query = limited.topic or evidence.query
    limit = f"Limited to papers {described(evidence.within)}." if evidence.within else ""
    if lists:
        quoted = one_each(query, evidence.hits[:MOST_QUOTED], corpus)
        why_not = too_far(topic_of(limited.topic), quoted) if evidence.papers else none_fits(limit)
        return why_not or _Draft(quoted, " ".join([*filter(None, [limit]), counted(evidence)]))
    ranked = quotes(query, evidence.hits, corpus)
    return abstention(query, evidence.hits, ranked) or _Draft(chosen(query, ranked), limit)


def _spelt(alone: Standalone, limited: Limits, spelling: Spelling) -> tuple[Standalone, Limits]:
    """Both in the spelling of the corpus; what the limits have read, names of people and places, stays as it is."""
    topic = spelt(limited.topic, spelling)
    query = topic if limited.topic == alone.query else alone.query
    return replace(alone, query=query), replace(limited, topic=topic)


def _apart_from(told: Container[str], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if hit.passage.paper.paper_id not in told)


def _marked(claim: Claim) -> str:
    """The claim with its markers before the stop that ends it."""
    words, stop = claim.parts
    markers = "".join(f"[{citation.n}]" for citation in claim.citations)
    return f"{words} {markers}{stop}"


def _refusal(evidence: Evidence, question: Question, why_not: Abstention, clock: "_Clock") -> Iterator[Event]:
    yield from _WORD_AND_SPACE.findall(why_not.sentence)
    yield Answer(
        question.text,
        evidence,
        claims=(),
        text=why_not.sentence,
        reason=why_not.reason,
        nearest=_nearest(evidence.hits),
        timings=clock.timings(),
    )


def _nearest(hits: Sequence[Hit]) -> tuple[Paper, ...]:
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in hits}
    return tuple(papers.values())[:_NEAREST]


class _Clock:
    """Wall time by step, from its making."""

    def __init__(self) -> None:
        self._began = self._last = perf_counter()
        self._timings = Timings()

    def lap(self, step: str) -> None:
        """Give the time since the last lap to `step`."""
        now = perf_counter()
        self._timings = replace(self._timings, **{step: 1000 * (now - self._last)})
        self._last = now

    def timings(self) -> Timings:
        """The laps so far, and the total."""
        return replace(self._timings, total=1000 * (perf_counter() - self._began))
