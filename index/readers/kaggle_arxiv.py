"""arXiv's metadata as Kaggle publishes it: `arxiv-metadata-oai-snapshot.json`, a record a line."""

import re
from typing import Any

from index.readers.fields import Fields, person
from index.readers.reference_ids import unversioned
from index.readers.retractions import says_retracted

_BETWEEN_NAMES = re.compile(r", (?:and )?| and ")


def fields(record: dict[str, Any]) -> Fields:
    """Title and abstract as arXiv has them, TeX and all; the year is that of the first version.

    Source: https://www.kaggle.com/datasets/Cornell-University/arxiv.
    """
    arxiv_id = unversioned(record.get("id"))
    doi = record.get("doi")
    return Fields(
        title=record.get("title"),
        abstract=record.get("abstract"),
        authors=_authors(record),
        year=_first_day(record),
        venue=record.get("journal-ref"),
        url=f"https://arxiv.org/abs/{arxiv_id}" if isinstance(arxiv_id, str) else None,
        # Who has several DOIs writes them one after another, with spaces.
        doi=next(iter(doi.split()), None) if isinstance(doi, str) else doi,
        arxiv_id=arxiv_id,
        retracted=says_retracted(record.get("comments")),
    )


def fits(record: dict[str, Any]) -> bool:
    """Whether the record has keys that only this snapshot has."""
    return "id" in record and not record.keys().isdisjoint({"authors_parsed", "journal-ref", "submitter"})


def _authors(record: dict[str, Any]) -> object:
    parsed = record.get("authors_parsed")
    if not parsed:
        written = record.get("authors")
        # With single spaces, the pattern takes linear time.
        return _BETWEEN_NAMES.split(" ".join(written.split())) if isinstance(written, str) else written
    return [_spoken(name) for name in parsed] if isinstance(parsed, list) else parsed


def _spoken(name: object) -> object:
    """`[last, first, suffix, affiliation, …]` in the order in which it is spoken."""
    match name:
        case [str(last), str(first), str(suffix), *_]:
            return person(person(first, last), suffix)
        case [str(last), str(first)]:
            return person(first, last)
        case [str(last)]:
            return last
    return name


def _first_day(record: dict[str, Any]) -> object:
    match record.get("versions"):
        case [{"created": str(created)}, *_]:
            return created
    return record.get("update_date")
