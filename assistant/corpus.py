"""`Corpus`: what an assistant asks of what it searches."""

from collections.abc import Sequence
from typing import Protocol

from assistant.authors import Vocabulary
from assistant.recorded import Library
from assistant.spelling import Spelling
from assistant.talk import Holdings
from index.index import Hit
from index.known_names import Catalogue
from index.papers import Paper


class Words(Spelling, Vocabulary, Protocol):
    """How the papers spell their words, and which words they use."""


class Records(Catalogue, Holdings, Protocol):
    """What is known of the records of a corpus, and of it as a whole."""


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
