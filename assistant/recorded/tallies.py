"""How many papers there are, of all or by year, venue or author, in sentences."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from assistant.question.corpus import Library
from assistant.question.limits import described
from assistant.reading.abstention import Abstention
from assistant.recorded.recorded import Recorded
from assistant.recorded.stating import enumerated, number_of
from index.filters import Filter
from index.papers import Paper
from index.records.facets import Field

# Names that are told with their numbers of papers; a corpus may have thousands.
MOST_TALLIED = 40
_PLACED: dict[Field, str] = {"author": "by", "year": "from", "venue": "in"}


def count(what: Literal["paper"] | Field, within: Filter, library: Library) -> str:
    """How many papers, authors, years or venues there are among what `within` lets through, as a sentence."""
    if what != "paper":
        return _names(what, library.facets.tally(what, within), " ".join(["papers", *which(within, library)]))
    papers = number_of(library.facets.count(within), "paper")
    verb = "is" if papers == "1 paper" else "are"
    limit = next(which(within, library), "")
    return f"{papers} of this corpus {verb} {limit}." if limit else f"There {verb} {papers} in this corpus."


def tallied(field: Field, within: Filter, library: Library, *, top: bool = False) -> Recorded:
    """How many of the papers that the filter lets through there are by a field, or by what of it has most."""
    found, names = library.tally(field, within, MOST_TALLIED), len(library.facets.tally(field, within))
    return _tallied(field, found, names, library.facets.count(within), top=top)


def tallied_of(papers: Sequence[Paper], field: Field, *, top: bool = False) -> Recorded:
    """How many of `papers` there are by a field, or by what of it has most."""
    borne: dict[Field, list[str]] = {
        "author": [name for paper in papers for name in dict.fromkeys(paper.authors)],
        "year": sorted(str(paper.year) for paper in papers if paper.year),
        "venue": [paper.venue for paper in papers if paper.venue],
    }
    counts = Counter(borne[field])
    found = [*counts.items()] if field == "year" else counts.most_common()
    return _tallied(field, found[:MOST_TALLIED], len(found), len(papers), top=top)


def which(within: Filter, library: Library) -> Iterator[str]:
    """A filter in words, its venues spelt as the papers spell them; nothing for none."""
    if within:
        venues = (
            tuple(name for name, _ in library.tally("venue", Filter(venues=within.venues))) if within.venues else ()
        )
        yield described(replace(within, venues=venues or within.venues))


def _names(field: Field, found: Sequence[tuple[str, int]], papers: str) -> str:
    if not found:
        return f"Of none of the {papers} a source gave the {field}."
    span = f", {found[0][0]} to {found[-1][0]}" if field == "year" and len(found) > 1 else ""
    return f"The {papers} of this corpus are {_PLACED[field]} {number_of(len(found), field)}{span}."


def _tallied(field: Field, found: Sequence[tuple[str, int]], names: int, total: int, *, top: bool) -> Recorded:
    papers = number_of(total, "paper")
    if not found:
        return Recorded(
            why_not=Abstention(
                "not_in_abstracts", f"No source gave the {field}{'s' * (field == 'author')} of any of {papers}."
            )
        )
    if top:
        return Recorded(f"Of {papers}, {_most(found)}.")
    told = [f"{number:,} {_PLACED[field]} {name}" for name, number in found]
    told += [f"those of {names - len(found):,} more {field}s"] if names > len(found) else []
    lacking = total - sum(number for _, number in found) if field != "author" and names == len(found) else 0
    unknown = f"; of {lacking:,} no source gave the {field}" if lacking else ""
    return Recorded(f"Of {papers}: {enumerated(told)}{unknown}.")


def _most(found: Sequence[tuple[str, int]]) -> str:
    most = max(number for _, number in found)
    names = [name for name, number in found if number == most]
    return f"{enumerated(names)} {'have' if len(names) > 1 else 'has'} the most: {most:,}{' each' if len(names) > 1 else ''}"
