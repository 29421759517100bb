"""`Filter`: what papers a search is limited to."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Filter:
    """Every condition that is given must hold; of several venues, authors or sources, one is enough, of `coauthors` none may lack.

    `since` and `until` are years, both included; a paper whose year is unknown is in no range. A venue or a source is
    given whole, an author by one or more words of one name ("Manning", "Christopher Manning"); case and accents do
    not matter. A source is the name of a file that told of the paper. `also` must hold too. `without_retracted` leaves out
    what its source says is retracted or withdrawn.
    """

    since: int | None = None
    until: int | None = None
    venues: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    coauthors: tuple[str, ...] = ()
    without_retracted: bool = False
    also: "Filter | None" = None

    def __bool__(self) -> bool:
        return self != Filter()

    def both(self, other: "Filter") -> "Filter":
        """The filter that lets through what both do."""
        if not self or not other or self == other:
            return self or other
        return replace(self, also=self.also.both(other) if self.also else other)

    def without(self, names: Collection[str]) -> "Filter":
        """The filter without the conditions of these `names`."""
        also = self.also.without(names) if self.also else None
        open_again = {name: getattr(EVERYTHING, name) for name in names}
        return replace(self, **open_again, also=also or None)


EVERYTHING = Filter()


def folded(name: str) -> str:
    """A name without regard to case, accents and white space."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    bare = letters if letters.isascii() else "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(bare.split())


def words(name: str) -> frozenset[str]:
    """The words of a name, folded; full stops and commas separate."""
    return frozenset(folded(name).replace(".", " ").replace(",", " ").split())
