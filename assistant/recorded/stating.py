"""The record of papers in sentences."""

from collections.abc import Iterable, Iterator, Sequence

from assistant.question.record import Asked
from index.filters import words
from index.papers import Paper

# Names beyond these are counted, not told.
_NAMES = 50
_FIRST = 3
_CALLED: dict[Asked, str] = {
    "author": "the authors",
    "year": "the year",
    "venue": "the venue",
    "link": "a DOI, an arXiv id or an address",
    "notice": "a notice",
}


def stated(paper: Paper, fields: Sequence[Asked]) -> str:
    """What the record says of a paper, as a sentence; empty if it knows none of `fields`."""
    said = [*_stated(paper, fields)]
    return f"“{_titled(paper)}” {' and '.join(said)}." if said else ""


def lacking(paper: Paper, fields: Sequence[Asked]) -> tuple[str, ...]:
    """For each of `fields` that no source gave of a paper a sentence that says so."""
    return tuple(
        f"No source gave {_CALLED[field]} of “{_titled(paper)}”." for field in fields if not _knows(paper, field)
    )


def entry(paper: Paper, named: Iterable[str] = ()) -> str:
    """A paper by its title, with its venue, its year and its first authors and those `named`, as a sentence."""
    asked = [words(name) for name in named]
    shown = [
        name for place, name in enumerate(paper.authors) if place < _FIRST or any(one <= words(name) for one in asked)
    ]
    names = ", ".join(shown) + (" et al." if len(shown) < len(paper.authors) else "")
    known = ", ".join(filter(None, [names, paper.venue, str(paper.year or "")]))
    return f"“{_titled(paper)}”{f' ({known})' if known else ''}."


def enumerated(names: Sequence[str]) -> str:
    """Names in a row: "A, B and C"."""
    shown = [*names[:_NAMES], *([f"{len(names) - _NAMES} others"] if len(names) > _NAMES else [])]
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def number_of(count: int, noun: str) -> str:
    """A number and what it counts: "1 paper", "2 papers"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _titled(paper: Paper) -> str:
    return paper.title.rstrip(".")


def _knows(paper: Paper, field: Asked) -> bool:
    known: dict[Asked, object] = {
        "author": paper.authors,
        "year": paper.year,
        "venue": paper.venue,
        "link": paper.doi or paper.arxiv_id or paper.url,
        "notice": True,
    }
    return bool(known[field])


def _stated(paper: Paper, fields: Sequence[Asked]) -> Iterator[str]:
    if "author" in fields and paper.authors:
        yield f"was written by {enumerated(paper.authors)}"
    venue = f" in {paper.venue}" if "venue" in fields and paper.venue else ""
    year = f" in {paper.year}" if "year" in fields and paper.year else ""
    if venue or year:
        yield f"appeared{venue}{year}"
    if "link" in fields:
        ids = [f"the DOI {paper.doi}"] if paper.doi else []
        ids += [f"the arXiv id {paper.arxiv_id}"] if paper.arxiv_id else []
        ids += [f"the address {paper.url}"] if paper.url else []
        if ids:
            yield f"has {enumerated(ids)}"
    if "notice" in fields:
        yield f"is {paper.notice}, as its source says" if paper.retracted else "is by no source said to be retracted"
