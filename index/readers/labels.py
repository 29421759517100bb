"""Lines that begin with what they hold: `Title: …`, `Authors: …`."""

import re
from collections.abc import Iterable

from index.readers.fields import Fields
from index.readers.reference_ids import arxiv_id_of, doi_of, landing_page, spoken

# The words by which people and pages call each part; the empty part is named and not kept.
_NAMES = {
    "title": ("title", "paper title", "article title"),
    "authors": ("author", "authors", "author(s)"),
    "abstract": ("abstract", "summary"),
    "year": ("year", "date", "published", "publication date", "publication year"),
    "venue": ("venue", "journal", "journal-ref", "journal reference", "conference", "booktitle", "published in", "source"),
    "doi": ("doi", "related doi", "report-doi"),
    "url": ("url", "link"),
    "arxiv_id": ("arxiv", "arxiv id", "cite as", "paper"),
    "": (
        "categories", "subjects", "subject", "comments", "comment", "keywords", "license", "report-no", "msc-class",
        "acm-class", "msc classes", "acm classes", "report number", "submitted", "cite", "pages", "publisher",
        "submission history", "proxy", "volume", "issn", "language", "notes", "tags",
    ),
}  # fmt: skip
PARTS = {name: part for part, names in _NAMES.items() for name in names}
_LABEL = re.compile(
    r"\s{0,8}(?:[-*+]\s)?\s{0,4}(?:\*\*|__)?([A-Za-z][A-Za-z() -]{1,20})(?:\*\*|__)?\s?:(?:\*\*|__)?\s*(.*)", re.S
)
_TRUNCATED = re.compile(r"(?<!\s)\s*[▽△]\s?(?:More|Less)\s*\Z")


def label(line: str) -> tuple[str, str] | None:
    """The part that a line begins to tell of, and its words; None for a line without a label that is known."""
    found = _LABEL.match(line)
    part = PARTS.get(found[1].strip().lower()) if found else None
    return (part, found[2].strip()) if found and part is not None else None


def labelled(lines: Iterable[str]) -> dict[str, str]:
    """What lines with labels say, by part; a line without one goes on with the part before it."""
    said: dict[str, list[str]] = {}
    part = ""
    for line in lines:
        if found := label(line):
            part = found[0]
            said.setdefault(part, []).append(found[1])
        elif part:
            said[part].append(line.strip())
    return {name: " ".join(filter(None, words)) for name, words in said.items() if name}


def fields_of(said: dict[str, str]) -> Fields:
    """The paper that the parts tell of; `arXiv:…` may stand in any of those that hold ids."""
    doi = doi_of(said.get("doi"))
    arxiv_id = arxiv_id_of(said.get("arxiv_id"), doi, said.get("url"))
    return Fields(
        title=said.get("title"),
        abstract=_TRUNCATED.sub("", said.get("abstract", "")),
        authors=names(said.get("authors", "")),
        year=said.get("year") or year_of_arxiv(arxiv_id),
        venue=said.get("venue"),
        url=landing_page(said.get("url"), arxiv_id),
        doi=doi,
        arxiv_id=arxiv_id,
    )


def names(written: str) -> tuple[str, ...]:
    """The names in a line of authors, as they are spoken; where `;` parts them, commas stand within names."""
    plain = re.sub(r"(?<!\s)\s*\([^()]{0,200}\)", "", written)
    if ";" in plain:
        return tuple(spoken(name) for name in plain.split(";") if name.strip())
    return tuple(name.strip() for name in re.split(r",\s*(?:and|&)\s|,|\band\b|&", plain) if name.strip())


def year_of_arxiv(arxiv_id: str | None) -> str | None:
    """The year in which arXiv gave an id (`2509.14999`); None for one of before April 2007."""
    return f"20{arxiv_id[:2]}" if arxiv_id and arxiv_id[:4].isdigit() else None
