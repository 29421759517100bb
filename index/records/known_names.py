"""Whether a corpus has the authors, venues and sources of a filter; of one that it has not, the nearest."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Protocol

from index.errors import FilterUnknown
from index.filters import Filter, folded, words
from index.records.facets import Field

# Names of which there are no more are all told.
_FEW = 8


class Catalogue(Protocol):
    """What is known of the records of a corpus; authors and venues are folded."""

    @property
    def fields(self) -> frozenset[str]:
        """What is known of at least one paper: of year, venue and author."""
        ...

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of all authors."""
        ...

    @property
    def venues(self) -> tuple[str, ...]:
        """The names of all venues."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of all sources."""
        ...

    def count(self, within: Filter) -> int:
        """How many papers `within` lets through."""
        ...

    def called(self, name: str) -> tuple[str, ...]:
        """The authors whose names hold every word of `name`."""
        ...

    def tally(self, field: Field, within: Filter) -> tuple[tuple[str, int], ...]:
        """How many papers that `within` lets through bear each year, venue or author."""
        ...


def require_known(within: Filter, corpus: Catalogue) -> None:
    """Raise `FilterUnknown` where `within` names what no paper of the corpus has."""
    if (within.since or within.until) and "year" not in corpus.fields:
        raise FilterUnknown("Of none of its papers does this corpus know the year: they cannot be limited to some.")
    for name in within.venues:
        if not corpus.count(Filter(venues=(name,))):
            raise _unknown(f"No paper of this corpus appeared in “{name}”", _venue(name, corpus.venues), corpus.venues)
    for name in within.authors:
        if not corpus.count(Filter(authors=(name,))):
            raise _unknown(f"No paper of this corpus is by “{name}”", _author(name, corpus), corpus.authors)
    for name in within.sources:
        if not corpus.count(Filter(sources=(name,))):
            nearest = get_close_matches(name.rpartition("/")[2], corpus.sources, 1)
            raise _unknown(f"No paper of this corpus is from the file “{name}”", nearest, corpus.sources)


def _unknown(what: str, nearest: Iterable[str], known: Sequence[str]) -> FilterUnknown:
    if found := next(iter(nearest), None):
        return FilterUnknown(f"{what}. Did you mean “{found}”?")
    if len(known) > _FEW:
        return FilterUnknown(f"{what}, and no name that it has comes near that.")
    told = ", ".join(f"“{name}”" for name in known)
    return FilterUnknown(f"{what}; it has {told}." if told else f"{what}: of none of its papers is that known.")


def _venue(name: str, venues: Sequence[str]) -> list[str]:
    """The venues that hold all words of `name`, the shortest first; else those that are spelt like it."""
    asked = words(name)
    holding = sorted((venue for venue in venues if asked and asked <= words(venue)), key=len)
    return holding or get_close_matches(folded(name), venues, 1)


def _author(name: str, corpus: Catalogue) -> list[str]:
    """Names of which each word is one of `name` or spelt like it, if an author has them all; else the whole name most like it."""
    known = sorted({word for each in corpus.authors for word in words(each)})
    asked = folded(name).replace(".", " ").replace(",", " ").split()
    spelt = [word if word in known else next(iter(get_close_matches(word, known, 1)), word) for word in asked]
    mended = " ".join(spelt)
    if mended and corpus.count(Filter(authors=(mended,))):
        return [mended]
    sharing = [each for each in corpus.authors if words(each) & {*spelt}]
    return get_close_matches(mended, sharing, 1, 0)
