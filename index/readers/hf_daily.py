"""Hugging Face's daily papers, as its API lists them or shows a single one."""

from typing import Any

from index.readers.fields import Fields
from index.readers.reference_ids import unversioned


def fields(record: dict[str, Any]) -> Fields:
    """The paper of an entry; its id is its arXiv id, its summary is the abstract.

    Source: `https://huggingface.co/api/daily_papers` and `/api/papers/ID`, and what `huggingface_hub` makes of them.
    """
    paper = record["paper"] if isinstance(record.get("paper"), dict) else record
    arxiv_id = unversioned(paper.get("id"))
    return Fields(
        title=paper.get("title") or record.get("title"),
        abstract=paper.get("summary") or record.get("summary"),
        authors=paper.get("authors"),
        year=paper.get("publishedAt") or paper.get("published_at") or record.get("publishedAt"),
        url=f"https://arxiv.org/abs/{arxiv_id}" if isinstance(arxiv_id, str) else None,
        arxiv_id=arxiv_id,
    )


def fits(record: dict[str, Any]) -> bool:
    """Whether the record is an entry of a day, or the paper of one."""
    match record:
        case {"paper": {"id": str()}}:
            return True
    return {"id", "title", "summary"} <= record.keys() and "abstract" not in record
