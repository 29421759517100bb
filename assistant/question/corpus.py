"""`Corpus`, and `Library`: what an assistant asks of what it searches, and of the records there."""

from collections.abc import Sequence
from typing import Protocol

from assistant.question.authors import Vocabulary
from assistant.question.spelling import Spelling
from assistant.question.talk import Holdings
from index.filters import EVERYTHING, Filter
from index.index import Hit, Retriever
from index.papers import Paper
from index.records.facets import Field, Order
from index.records.known_names import Catalogue


class Words(Spelling, Vocabulary, Protocol):
    """How the papers spell their words, and which words they use."""


class Records(Catalogue, Holdings, Protocol):
    """What is known of the records of a corpus, and of it as a whole."""


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


class Corpus(Library, Protocol):
    """A retriever that knows the records of what it searches, and the sentences of what it found."""

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:
        """Return the sentences of `papers`, in order, each scored by its cosine with `query`."""
        ...

    def alike(self, text: str, others: Sequence[str]) -> tuple[float, ...]:
        """Return the cosine of `text` with each of `others`."""
        ...

    @property
    def spelling(self) -> Words:
        """How the papers spell their words, and which they use."""
        ...

    @property
    def facets(self) -> Records:
        """The years, venues, authors and sources of the papers."""
        ...
