"""The Atom feeds of arXiv: what its API answers, and its daily announcements."""

import re
from collections.abc import Iterator

from index.readers.fields import Fields, papers
from index.readers.records import Read, Source
from index.readers.reference_ids import arxiv_id_of, doi_of
from index.readers.retractions import says_retracted
from index.readers.xml import Element, each, read_elements, root_of, text

_ERRORS = "arxiv.org/api/errors"
_ANNOUNCED = re.compile(r"\A\s*+arXiv:\S++\s++Announce Type:\s++\S++\s++Abstract:\s")


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each entry; its year is that of the first version.

    A query that arXiv refused is an entry too, and is rejected (code ERROR). Codes of the file: `read_elements`.
    Source: https://info.arxiv.org/help/api/user-manual.html, section 3.3, and https://info.arxiv.org/help/rss.html.
    """
    yield from read_elements(source, {"entry": _entry})


def recognises(head: str) -> bool:
    """Whether a text begins as an Atom feed does that speaks of arXiv."""
    return root_of(head) == "feed" and "http://www.w3.org/2005/Atom" in head and "arxiv.org/" in head


def first_doi(written: str | None) -> object:
    """The first of the DOIs that authors give, one after another with spaces; None where there is none."""
    return next((doi_of(doi) for doi in (written or "").split()), None)


def _entry(source: Source, entry: Element) -> Iterator[Read]:
    page = text(entry, "id") or ""
    abstract = text(entry, "summary") or ""
    if _ERRORS in page:
        yield source.reject(entry.sourceline, "ERROR", f"arXiv answered: {' '.join(abstract.split())}")
        return
    arxiv_id = arxiv_id_of(page.replace("oai:arXiv.org:", "arXiv:"))
    fields = Fields(
        title=text(entry, "title"),
        abstract=_ANNOUNCED.sub("", abstract, count=1),
        authors=_authors(entry),
        year=text(entry, "published"),
        venue=text(entry, "journal_ref"),
        url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else None,
        doi=first_doi(text(entry, "doi")),
        arxiv_id=arxiv_id,
        retracted=says_retracted(text(entry, "comment")),
    )
    yield from papers(source, entry.sourceline, fields)


def _authors(entry: Element) -> list[str]:
    """The API names each author; an announcement has one line for all."""
    names = [text(author, "name") or "" for author in each(entry, "author")]
    return names or (text(entry, "creator") or "").split(", ")
