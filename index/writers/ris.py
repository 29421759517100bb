"""RIS, as Zotero, EndNote and Mendeley read it."""

from collections.abc import Sequence

import rispy  # type: ignore[import-untyped]

from index.papers import Paper
from index.writers.kinds import Kind, kind_of
from index.writers.names import halves

_TYPES: dict[Kind, str] = {"article": "JOUR", "meeting": "CPAPER", "other": "GEN"}


class _Writer(rispy.RisWriter):  # type: ignore[misc]
    """Writes records without a number before each."""

    def set_header(self, count: int) -> str:  # noqa: ARG002 - rispy's signature
        return ""


def write(papers: Sequence[tuple[str, Paper]]) -> str:
    """A record for each paper, its key as its ID.

    Source: https://en.wikipedia.org/wiki/RIS_(file_format); an arXiv id stands in AN, as Zotero writes it.
    """
    text: str = rispy.dumps([_record(key, paper) for key, paper in papers], implementation=_Writer)
    return text


def _record(key: str, paper: Paper) -> dict[str, str | list[str]]:
    said: dict[str, str | list[str] | None] = {
        "type_of_reference": _TYPES[kind_of(paper)],
        "id": key,
        "title": paper.title,
        "authors": [_inverted(author) for author in paper.authors],
        "year": None if paper.year is None else str(paper.year),
        "secondary_title": paper.venue,
        "doi": paper.doi,
        "accession_number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else None,
        "urls": [paper.url] if paper.url else None,
        "notes": ["Retracted"] if paper.retracted else None,
        "abstract": paper.abstract,
    }
    return {name: value for name, value in said.items() if value}


def _inverted(name: str) -> str:
    """`Family, Given`; commas mean nothing else in this format, so that those of a name are left out."""
    given, family = halves(" ".join(name.replace(",", " ").split()))
    return f"{family}, {given}" if given else family
