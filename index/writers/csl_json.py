"""CSL-JSON, as Zotero, Pandoc and citation processors read it."""

import json
from collections.abc import Sequence
from typing import Any

from index.papers import Paper
from index.writers.kinds import Kind, kind_of
from index.writers.names import halves

_TYPES: dict[Kind, str] = {"article": "article-journal", "meeting": "paper-conference", "other": "article"}


def write(papers: Sequence[tuple[str, Paper]]) -> str:
    """A list with an item for each paper, its key as its id.

    Source: https://docs.citationstyles.org/en/stable/specification.html, appendix IV.
    """
    return json.dumps([_item(key, paper) for key, paper in papers], ensure_ascii=False, indent=2) + "\n"


def _item(key: str, paper: Paper) -> dict[str, Any]:
    pmid = paper.paper_id.removeprefix("pmid:") if paper.paper_id.startswith("pmid:") else None
    said = {
        "id": key,
        "citation-key": key,
        "type": _TYPES[kind_of(paper)],
        "title": paper.title,
        "author": [_name(author) for author in paper.authors],
        "issued": {"date-parts": [[paper.year]]} if paper.year is not None else None,
        "container-title": paper.venue,
        "DOI": paper.doi,
        "number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else None,
        "PMID": pmid,
        "URL": paper.url,
        "status": "retracted" if paper.retracted else None,
        "abstract": paper.abstract,
    }
    return {name: value for name, value in said.items() if value}


def _name(name: str) -> dict[str, str]:
    given, family = halves(name)
    # An apostrophe at its end would lean on what follows.
    whole = not given or "," in name or given.endswith(("'", "’"))
    return {"literal": name} if whole else {"family": family, "given": given}
