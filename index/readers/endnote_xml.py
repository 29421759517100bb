"""EndNote's XML, each of whose values may stand in elements that say how it looks."""

from collections.abc import Iterator

from index.readers.fields import Fields, papers
from index.readers.records import Read, Source
from index.readers.reference_ids import arxiv_id_of, doi_of, landing_page, spoken
from index.readers.retractions import is_retracted_kind, says_retracted
from index.readers.xml import Element, each, read_elements, root_of, text, whole_text

_ROOTS = {"xml", "records"}
_OWN = ("<ref-type", "<rec-number", "<source-app")


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each record. Codes of the file: `read_elements`.

    Source: the RSXML document type that comes with EndNote.
    """
    yield from read_elements(source, {"record": _record})


def recognises(head: str) -> bool:
    """Whether a text begins as an export of EndNote does."""
    return root_of(head) in _ROOTS and any(name in head for name in _OWN)


def _record(source: Source, record: Element) -> Iterator[Read]:
    doi, url = doi_of(_said(record, "electronic-resource-num")), _said(record, "urls/related-urls/url")
    arxiv_id = arxiv_id_of(None, doi, url, _said(record, "notes"), _said(record, "titles/secondary-title"))
    yield from papers(
        source,
        record.sourceline,
        Fields(
            title=_said(record, "titles/title"),
            abstract=_said(record, "abstract"),
            authors=tuple(spoken(" ".join(whole_text(name).split())) for name in _authors(record)),
            year=_said(record, "dates/year"),
            venue=_said(record, "titles/secondary-title") or _said(record, "periodical/full-title"),
            url=landing_page(url, arxiv_id),
            doi=doi,
            arxiv_id=arxiv_id,
            retracted=says_retracted([_said(record, "notes"), _said(record, "research-notes")])
            or is_retracted_kind(_said(record, "work-type")),
            record_id=_said(record, "rec-number"),
        ),
    )


def _authors(record: Element) -> list[Element]:
    return each(record, "contributors/authors/author")


def _said(record: Element, path: str) -> str | None:
    return (text(record, path) or "").strip() or None
