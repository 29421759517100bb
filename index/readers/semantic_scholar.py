"""Semantic Scholar: answers of its Graph API, and the papers of its data sets."""

from typing import Any

from index.readers.fields import Fields
from index.readers.reference_ids import unversioned

WRAPS = ("data", "recommendedPapers")
_OTHER_IDS = (("ACL", "acl"), ("PubMed", "pmid"))


def fields(record: dict[str, Any]) -> Fields:
    """A paper of the API (`paperId`, `externalIds`) or of a data set (`corpusid`, `externalids`).

    Many have no abstract, by the word of their publishers. Source: https://api.semanticscholar.org/api-docs/.
    """
    ids = record.get("externalIds") or record.get("externalids")
    ids = ids if isinstance(ids, dict) else {}
    return Fields(
        title=record.get("title"),
        abstract=record.get("abstract"),
        authors=record.get("authors"),
        year=record.get("year") or record.get("publicationDate") or record.get("publicationdate"),
        venue=_venue(record),
        url=record.get("url"),
        doi=ids.get("DOI"),
        arxiv_id=unversioned(ids.get("ArXiv")),
        own_id=_own_id(record, ids),
        record_id=_s2_id(record),
    )


def fits(record: dict[str, Any]) -> bool:
    """Whether the record has one of Semantic Scholar's ids."""
    return not record.keys().isdisjoint({"paperId", "corpusid", "corpusId", "externalIds", "externalids"})


def _own_id(record: dict[str, Any], ids: dict[str, Any]) -> str | None:
    """The paper's id in the ACL Anthology, in PubMed, or here: the first is the one that other sources share."""
    known = (f"{prefix}:{ids[key]}" for key, prefix in _OTHER_IDS if ids.get(key) and isinstance(ids[key], str | int))
    s2_id = _s2_id(record)
    return next(known, s2_id and f"s2:{s2_id}")


def _s2_id(record: dict[str, Any]) -> str | None:
    found = record.get("paperId") or record.get("corpusid") or record.get("corpusId")
    return str(found) if isinstance(found, str | int) else None


def _venue(record: dict[str, Any]) -> object:
    match record:
        case {"journal": {"name": str(name)}} if not record.get("venue"):
            return name
    return record.get("venue")
