"""Scholiast's own shape of a paper: `title` and `abstract`, and eight keys that may be left out."""

from typing import Any

from index.readers.fields import Fields

WRAPS = ("papers", "records")
_KEYS = ("title", "abstract", "paper_id", "authors", "year", "venue", "url", "doi", "arxiv_id")


def fields(record: dict[str, Any]) -> Fields:
    """The values of the keys that are known here, exactly as given; every other key, `id` too, is ignored."""
    return Fields(**{key: record.get(key) for key in _KEYS}, retracted=record.get("retracted") is True)


def fits(record: dict[str, Any]) -> bool:
    """Whether the record has a title or an abstract under these names."""
    return "title" in record or "abstract" in record
