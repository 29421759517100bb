"""The margin: the cited papers with the quoted words marked, or what came closest."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from textwrap import shorten
from typing import get_args

from assistant.types import Answer, Support
from index.papers import Paper
from ui.render import template

# Characters of an abstract that are shown on either side of the sentence that came closest.
_AROUND = 140


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive characters of an abstract, and the claims (counted from 0) that quote them."""

    text: str
    claims: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One cited paper as the panel shows it."""

    n: int
    paper: Paper
    stretches: tuple[Stretch, ...]
    supports: tuple[Support, ...]
    is_recorded: bool = False


@dataclass(frozen=True, slots=True)
class Nearest:
    """A paper that does not answer: the sentence that came closest with the words around it, and its abstract with it marked."""

    paper: Paper
    before: str
    text: str
    after: str
    stretches: tuple[Stretch, ...]


def evidence_panel(answer: Answer, turn_id: str, *, growing: bool = False) -> str:
    """The cited papers with the quoted words marked and what else was found, or the sentence of each nearest paper that came closest."""
    cited = {paper.paper_id for _, paper in answer.papers}
    found = dict.fromkeys(hit.passage.paper for hit in answer.evidence.hits)
    return template("evidence.html").render(
        answer=answer,
        turn_id=turn_id,
        growing=growing,
        cards=tuple(_cards(answer)),
        nearest=tuple(_nearest(answer)),
        found=tuple(paper for paper in found if paper.paper_id not in cited) if growing or cited else (),
    )


def notice_panel(sentence: str) -> str:
    """A panel without evidence, which says why there is none."""
    return template("notice.html").render(sentence=sentence)


def stretches(abstract: str, spans: Iterable[tuple[int, int, int]]) -> tuple[Stretch, ...]:
    """Cut `abstract` where any of the `spans` (start, end, claim) begins or ends."""
    spans = tuple(spans)
    edges = sorted({0, len(abstract)} | {edge for start, end, _ in spans for edge in (start, end)})
    return tuple(
        Stretch(abstract[a:b], tuple(claim for start, end, claim in spans if start <= a and b <= end))
        for a, b in pairwise(edges)
    )


def _cards(answer: Answer) -> Iterable[Card]:
    for n, paper in answer.papers:
        cited = [
            (citation.passage, k, claim)
            for k, claim in enumerate(answer.claims)
            for citation in claim.citations
            if citation.n == n
        ]
        spans = [(passage.start, passage.end, k) for passage, k, _ in cited]
        given = {claim.support for _, _, claim in cited if not (claim.is_recorded or claim.is_quoted)}
        supports = tuple(support for support in get_args(Support) if support in given)
        recorded = any(claim.is_recorded for _, _, claim in cited)
        yield Card(n, paper, stretches(paper.abstract, spans), supports, recorded)


def _nearest(answer: Answer) -> Iterable[Nearest]:
    for one in answer.nearest:
        abstract = one.paper.abstract
        before, after = abstract[: one.start], abstract[one.end :]
        shown = (
            shorten(before[::-1], _AROUND, placeholder=" …")[::-1],
            one.text,
            shorten(after, _AROUND, placeholder=" …"),
        )
        yield Nearest(one.paper, *shown, stretches(abstract, [(one.start, one.end, 0)]))
