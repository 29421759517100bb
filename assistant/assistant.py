"""`Assistant`: the path of a question, read top to bottom."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from assistant.abstention import EMPTY, Abstention, abstention
from assistant.conversation import Numbering, Standalone, standalone
from assistant.extractive import Quote, chosen, quotes
from assistant.grounding import Judge
from assistant.types import Answer, Citation, Claim, Evidence, Question, Timings
from index.embedding import Embedder
from index.index import Hit, Retriever
from index.papers import Paper, normalise

Event = Evidence | str | Answer

_NEAREST = 5
_SPARE = 5
_WORD_AND_SPACE = re.compile(r"\S+\s*")


class Assistant:
    """Answers questions over one index, from sentences that it can cite."""

    def __init__(self, retriever: Retriever, embedder: Embedder, judge: Judge, k: int) -> None:
        self._retriever = retriever
        self._embedder = embedder
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
        asked = normalise(question.text)
        if not any(c.isalnum() for c in asked):
            yield from _refusal(Evidence(asked, ()), question, EMPTY, clock)
            return
        alone = standalone(question)
        query = alone.query
        clock.lap("rewrite")
        evidence = Evidence(query, self._hits(alone))
        clock.lap("retrieve")
        yield evidence

        ranked = quotes(query, evidence.hits, self._embedder)
        why_not = abstention(query, evidence.hits, ranked)
        clock.lap("answer")
        if why_not:
            yield from _refusal(evidence, question, why_not, clock)
            return
        claims = tuple(self._claims(chosen(query, ranked), Numbering(question)))
        clock.lap("check")
        text = " ".join(_marked(claim) for claim in claims)
        yield from _WORD_AND_SPACE.findall(text)
        yield Answer(question.text, evidence, claims, text, timings=clock.timings())

    def _hits(self, alone: Standalone) -> tuple[Hit, ...]:
        # A paper has few passages: with some to spare, the best that were not told of are among those found.
        found = self._retriever.search(alone.query, self._k + _SPARE * len(alone.apart_from))
        return tuple(hit for hit in found if hit.passage.paper.paper_id not in alone.apart_from)[: self._k]

    def _claims(self, quoted: Sequence[Quote], numbering: Numbering) -> Iterator[Claim]:
        for quote in quoted:
            citation = Citation(numbering.number(quote.passage.paper.paper_id), quote.passage)
            support, score = self._judge.support(quote.passage.text, [citation.passage])
            yield Claim(quote.passage.text, (citation,), support, score)


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
