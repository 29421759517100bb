"""Which passages a filter lets through: years, venues, authors, sources and retractions of all papers, derived."""

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, reduce
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from index.errors import IndexDamaged
from index.filters import Filter, folded, words
from index.papers import Paper
from index.passages import Passage

Ordinals = NDArray[np.int64]
Mask = NDArray[np.bool_]
Field = Literal["author", "year", "venue"]
Order = Literal["stored", "newest", "oldest"]


def write(
    folder: Path, batches: Iterable[tuple[Sequence[int], Sequence[Passage]]], sources: Mapping[str, Sequence[str]]
) -> None:
    """Write the facets of passages in `folder`; `sources` are the names of the sources of each paper id."""
    folder.mkdir()
    rows, paper_of, years, retracted = array("q"), array("i"), array("h"), array("b")
    venues, authors, told = _Postings(), _Postings(), _Postings()
    last: Paper | None = None
    for numbers, passages in batches:
        rows.extend(numbers)
        for passage in passages:
            if passage.paper != last:
                last, number = passage.paper, len(years)
                years.append(last.year or 0)
                retracted.append(last.retracted)
                venues.add([folded(last.venue)] if last.venue else [], number)
                authors.add(map(folded, last.authors), number)
                told.add(sources.get(last.paper_id, ()), number)
            paper_of.append(len(years) - 1)
    np.save(folder / "rows.npy", np.frombuffer(rows, np.int64))
    np.save(folder / "paper_of.npy", np.frombuffer(paper_of, np.int32))
    np.save(folder / "years.npy", np.frombuffer(years, np.int16))
    np.save(folder / "retracted.npy", np.frombuffer(retracted, np.bool_))
    venues.write(folder, "venues")
    told.write(folder, "sources")
    name_words = _Postings()
    for number, name in enumerate(authors.write(folder, "authors")):
        name_words.add(words(name), number)
    name_words.write(folder, "words")


class Facets:
    """The rows of all passages in order, and which of them a filter lets through."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self.rows = np.load(folder / "rows.npy", mmap_mode="r")
            self._paper_of = np.load(folder / "paper_of.npy", mmap_mode="r")
            self._years = np.load(folder / "years.npy", mmap_mode="r")
            self._retracted = np.load(folder / "retracted.npy", mmap_mode="r")
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"The facets in {folder} cannot be read ({error}).") from None

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of all sources, in order."""
        return self._sources.names

    @cached_property
    def span(self) -> tuple[int, int] | None:
        """The first and the last year in which a paper appeared; None where no year is known."""
        known = self._years[self._years > 0]
        return (int(known.min()), int(known.max())) if len(known) else None

    def ordinals(self, rows: Iterable[int]) -> Ordinals:
        """The places of passages among all, from 0, by their row numbers."""
        return np.searchsorted(self.rows, np.fromiter(rows, np.int64))

    @property
    def venues(self) -> tuple[str, ...]:
        """The names of all venues, folded, in order."""
        return self._venues.names

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of all authors, folded, in order."""
        return self._authors.names

    @cached_property
    def fields(self) -> frozenset[str]:
        """What is known of at least one paper: of year, venue and author."""
        known = {"year": bool(self._years.any()), "venue": bool(self.venues), "author": bool(self._authors.names)}
        return frozenset(field for field, is_known in known.items() if is_known)

    def count(self, within: Filter) -> int:
        """How many papers `within` lets through."""
        return int(self._let_through(within).sum())

    def called(self, name: str) -> tuple[str, ...]:
        """The authors, folded, whose names hold every word of `name`."""
        return tuple(self._authors.names[number] for number in self._named(name))

    def first_rows(self, within: Filter, order: Order) -> list[int]:
        """The row of the first passage of each paper that `within` lets through; by year, those of an unknown one come last."""
        papers = np.flatnonzero(self._let_through(within))
        if order != "stored":
            years = self._years[papers].astype(np.int64)
            ranked = -years if order == "newest" else np.where(years, years, np.iinfo(np.int64).max)
            papers = papers[np.argsort(ranked, kind="stable")]
        rows: list[int] = self.rows[np.searchsorted(self._paper_of, papers)].tolist()
        return rows

    def tally(self, field: Field, within: Filter) -> tuple[tuple[str, int], ...]:
        """How many papers that `within` lets through bear each year, venue (folded) or author (folded), in their order."""
        mask = self._let_through(within)
        if field == "year":
            years, counts = np.unique(self._years[mask], return_counts=True)
            found = zip(map(str, years.tolist()), counts.tolist(), strict=True)
            return tuple((year, count) for year, count in found if year != "0")
        lists = self._venues if field == "venue" else self._authors
        return tuple((name, count) for name, count in zip(lists.names, lists.sizes(mask), strict=True) if count)

    def let_through(self, within: Filter) -> Mask:
        """Which passages `within` lets through, shape (passages,)."""
        passages: Mask = self._let_through(within)[self._paper_of]
        return passages

    def _let_through(self, within: Filter) -> Mask:
        papers = np.ones(len(self._years), np.bool_)
        if within.since is not None or within.until is not None:
            papers &= (self._years >= (within.since or 1)) & (self._years <= (within.until or 9999))
        if within.without_retracted:
            papers &= ~self._retracted
        if within.also:
            papers &= self._let_through(within.also)
        for names, numbers in (
            (within.venues, self._of_venue),
            (within.authors, self._of_author),
            (within.sources, self._of_source),
        ):
            if names:
                papers &= self._any(np.concatenate([numbers(name) for name in names]))
        for name in within.coauthors:
            papers &= self._any(self._of_author(name))
        return papers

    def _any(self, numbers: Ordinals) -> Mask:
        mask = np.zeros(len(self._years), np.bool_)
        mask[numbers] = True
        return mask

    def _of_venue(self, name: str) -> Ordinals:
        return self._venues.of(folded(name))

    def _of_source(self, name: str) -> Ordinals:
        return self._sources.of(name)

    def _of_author(self, name: str) -> Ordinals:
        return self._authors.at(self._named(name))

    def _named(self, name: str) -> Ordinals:
        found = [self._words.of(word) for word in words(name)]
        return reduce(np.intersect1d, found) if found else np.empty(0, np.int64)

    @cached_property
    def _venues(self) -> "_Lists":
        return _Lists(self._folder, "venues")

    @cached_property
    def _sources(self) -> "_Lists":
        return _Lists(self._folder, "sources")

    @cached_property
    def _authors(self) -> "_Lists":
        return _Lists(self._folder, "authors")

    @cached_property
    def _words(self) -> "_Lists":
        return _Lists(self._folder, "words")


class _Postings:
    """For each name the numbers of what bears it, while they are collected."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._bearers, self._numbers = array("i"), array("i")

    def add(self, names: Iterable[str], number: int) -> None:
        for name in dict.fromkeys(names):
            self._bearers.append(self._names.setdefault(name, len(self._names)))
            self._numbers.append(number)

    def write(self, folder: Path, kind: str) -> list[str]:
        """Write names in order with their numbers; return the names."""
        names = sorted(self._names)
        rank = np.empty(len(names), np.int64)
        rank[[self._names[name] for name in names]] = np.arange(len(names))
        bearers = rank[np.frombuffer(self._bearers, np.int32)]
        order = np.argsort(bearers, kind="stable")
        ends = np.searchsorted(bearers[order], np.arange(len(names) + 1))
        np.save(folder / f"{kind}.ends.npy", ends)
        np.save(folder / f"{kind}.npy", np.frombuffer(self._numbers, np.int32)[order])
        (folder / f"{kind}.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
        return names


class _Lists:
    """For each name the numbers of what bears it, read back."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.names: tuple[str, ...] = tuple(json.loads((folder / f"{kind}.json").read_text(encoding="utf-8")))
        self._ends = np.load(folder / f"{kind}.ends.npy")
        self._numbers = np.load(folder / f"{kind}.npy", mmap_mode="r")

    def of(self, name: str) -> Ordinals:
        place = bisect_left(self.names, name)
        return self.at([place] if place < len(self.names) and self.names[place] == name else [])

    def sizes(self, mask: Mask) -> list[int]:
        """For each name how many bear it of those that `mask` holds."""
        passed = np.concatenate([[0], np.cumsum(mask[self._numbers])])
        sizes: list[int] = np.diff(passed[self._ends]).tolist()
        return sizes

    def at(self, places: ArrayLike) -> Ordinals:
        """The numbers of what bears any of the names at `places`, name by name."""
        chosen = np.asarray(places, np.int64)
        begins, lengths = self._ends[chosen], np.diff(self._ends)[chosen]
        # For each name a run of places in the list: its beginning, then one more each.
        runs = np.repeat(begins - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        numbers: Ordinals = self._numbers[runs].astype(np.int64)
        return numbers
