"""Crossref: answers of its REST API, single works, and its dumps."""

from typing import Any

from index.readers.csl_json import names, year
from index.readers.fields import Fields
from index.readers.reference_ids import doi_of

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
    )


def fits(record: dict[str, Any]) -> bool:
    """Whether the record has a DOI and what only Crossref notes of it."""
    work = _work(record)
    return "DOI" in work and not work.keys().isdisjoint(_OWN_KEYS)


def _work(record: dict[str, Any]) -> dict[str, Any]:
    message = record.get("message")
    return message if isinstance(message, dict) else record


def _first(value: object) -> object:
    """The first of a list: titles are lists, in dumps and in the API, and plain text in CSL that Crossref serves."""
    return next(iter(value), None) if isinstance(value, list) else value
