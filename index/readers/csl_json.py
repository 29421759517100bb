"""CSL-JSON, as Zotero, Mendeley and citation processors exchange it."""

import re
from typing import Any

from index.readers.fields import Fields, person
from index.readers.reference_ids import arxiv_id_of, doi_of
from index.readers.retractions import is_retracted_kind, says_retracted

WRAPS = ("items",)
_PMID = re.compile(r"^PMID:\s*(\d+)", re.I | re.M)
_NAME_PARTS = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")


def fields(record: dict[str, Any]) -> Fields:
    """An item; its own id is a citation key, and so names it in reports only.

    Source: https://docs.citationstyles.org/en/stable/specification.html, appendix IV.
    """
    key = record.get("id")
    pmid = _pmid(record)
    return Fields(
        title=record.get("title"),
        abstract=record.get("abstract"),
        authors=names(record.get("author")),
        year=year(record.get("issued")),
        venue=record.get("container-title"),
        url=record.get("URL"),
        doi=doi_of(record.get("DOI")),
        # What Zotero has of a preprint: `number` with the id, or the URL of its page.
        arxiv_id=arxiv_id_of(None, record.get("number"), record.get("URL")),
        retracted=says_retracted([record.get("note"), record.get("status")])
        or is_retracted_kind(record.get("keyword")),
        own_id=pmid and f"pmid:{pmid}",
        record_id=str(key) if isinstance(key, str | int) else None,
    )


def fits(record: dict[str, Any]) -> bool:
    """Whether the record has an id, a type, and a key that is written so only here."""
    own = {"DOI", "PMID", "URL", "author", "container-title", "issued", "citation-key"}
    return {"id", "type"} <= record.keys() and not record.keys().isdisjoint(own)


def names(people: object) -> object:
    """The names of people in the order in which they are spoken; an institution has one name."""
    return [_spoken(each) for each in people] if isinstance(people, list) else people


def year(date: object) -> object:
    """The year of a date, as a number or as the text that may hold one; None where the date is empty."""
    match date:
        case {"date-parts": [[str() | int() as first, *_], *_]}:
            return first
        case {"literal": str(text)} | {"raw": str(text)} | str(text):
            return text
    return None


def _spoken(name: object) -> object:
    if not isinstance(name, dict):
        return name
    if whole := name.get("literal") or name.get("name"):
        return whole
    spoken = ""
    for part in (name.get(key) for key in _NAME_PARTS):
        # "d'" and "l’" lean on the name behind them.
        if isinstance(part, str):
            spoken = spoken + part if spoken.endswith(("'", "’")) else person(spoken, part)
    return spoken


def _pmid(record: dict[str, Any]) -> str | None:
    """The `PMID`, or a line of the `note` that Zotero keeps it in."""
    pmid, note = record.get("PMID"), record.get("note")
    if pmid and isinstance(pmid, str | int):
        return str(pmid)
    found = _PMID.search(note) if isinstance(note, str) else None
    return found[1] if found else None
