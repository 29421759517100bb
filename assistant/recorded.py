"""`Library`: papers by what their records say. `Recorded`: an answer that rests on records, not on words of abstracts."""

from dataclasses import dataclass
from typing import Protocol

from assistant.abstention import Abstention
from assistant.telling import Draft
from assistant.types import Evidence
from index.facets import Field, Order
from index.filters import EVERYTHING, Filter
from index.index import Hit, Retriever
from index.known_names import Catalogue
from index.papers import Paper
from index.passages import Passage, sentences_in


class Library(Retriever, Protocol):
    """A retriever that knows the records of what it searches."""

    def papers(
        self, within: Filter = EVERYTHING, order: Order = "stored", most: int | None = None
    ) -> tuple[Paper, ...]:
        """The papers that `within` lets through, at most `most`; by year, those of an unknown one come last."""
        ...

    def tally(self, field: Field, within: Filter = EVERYTHING, most: int | None = None) -> tuple[tuple[str, int], ...]:
        """How many papers bear each year, or each venue or author, those with most papers first; at most `most`."""
        ...

    @property
    def facets(self) -> Catalogue:
        """The years, venues, authors and sources of the papers."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the record says: a sentence before all, sentences with their papers, what no source gave; or why nothing."""

    preface: str = ""
    told: tuple[tuple[str, Paper], ...] = ()
    missing: tuple[str, ...] = ()
    why_not: Abstention | None = None

    def evidence(self, query: str, within: Filter, library: Library, k: int) -> Evidence:
        """The papers that are told of, each by the beginning of its abstract; or what comes near, where nothing is known."""
        told = tuple(Hit(_opening(paper), 1.0) for _, paper in self.told)
        return Evidence(query, library.search(query, k) if self.why_not else told, within, len(told))

    @property
    def draft(self) -> Draft:
        """The sentences as claims that no words of an abstract support, and none need; or why there are none."""
        told = tuple((text, _opening(paper)) for text, paper in self.told)
        return Draft(preface=self.preface, is_final=True, why_not=self.why_not, recorded=told, missing=self.missing)


def _opening(paper: Paper) -> Passage:
    """The first sentence of an abstract."""
    whole = Passage(paper, 0, len(paper.abstract))
    return next(iter(sentences_in(whole)), whole)
