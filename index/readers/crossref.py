"""Crossref: answers of its REST API, single works, and its dumps."""

from typing import Any

from index.readers.csl_json import names, year
from index.readers.fields import Fields
from index.readers.reference_ids import doi_of
from index.readers.retractions import is_retraction

WRAPS = ("message.items", "items")
_OWN_KEYS = {"deposited", "indexed", "is-referenced-by-count", "member", "prefix", "reference-count"}


def fields(record: dict[str, Any]) -> Fields:
    """A work, or the message that carries one.

    Source: https://api.crossref.org/swagger-ui/index.html.
    """
    work = _work(record)
    return Fields(
        title=_first(work.get("title")),
        abstract=work.get("abstract"),
        authors=names(work.get("author")),
        year=year(work.get("issued")),
        venue=_first(work.get("container-title")),
        url=work.get("URL"),
        doi=doi_of(work.get("DOI")),
        retracted=_is_retracted(work),
    )


def fits(record: dict[str, Any]) -> bool:
    """Whether the record has a DOI and what only Crossref notes of it."""
    work = _work(record)
    return "DOI" in work and not work.keys().isdisjoint(_OWN_KEYS)


def _work(record: dict[str, Any]) -> dict[str, Any]:
    message = record.get("message")
    return message if isinstance(message, dict) else record


def _is_retracted(work: dict[str, Any]) -> bool:
    """Whether an update retracts the work; one that it makes itself concerns another, unless it names its own DOI."""
    own = str(work.get("DOI")).lower()
    return any(is_retraction(update.get("type")) for update in _updates(work, "updated-by")) or any(
        is_retraction(update.get("type")) and str(update.get("DOI")).lower() == own
        for update in _updates(work, "update-to")
    )


def _updates(work: dict[str, Any], key: str) -> list[dict[str, Any]]:
    updates = work.get(key)
    return [update for update in updates if isinstance(update, dict)] if isinstance(updates, list) else []


def _first(value: object) -> object:
    """The first of a list: titles are lists, in dumps and in the API, and plain text in CSL that Crossref serves."""
    return next(iter(value), None) if isinstance(value, list) else value
