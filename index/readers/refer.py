"""Refer, the text that EndNote imports (`.enw`): lines that begin with a per cent sign and a letter."""

import re
from collections.abc import Iterator

from index.readers.fields import Fields, papers
from index.readers.records import Read, Source
from index.readers.reference_ids import arxiv_id_of, doi_of, landing_page, spoken
from index.readers.retractions import is_retracted_kind, says_retracted
from index.readers.tags import Tagged, tagged

_TAG = re.compile(r"\ufeff?%([0-9A-Z@!?#$&()*+<=>\[\]^~:-])(?: (.*)|\s*\Z)", re.DOTALL)
_BEGINS = re.compile(r"%0 \S")
_OF_TEXT = re.compile(r"^%[TX] \S", re.MULTILINE)


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each record, from its %0 to the next.

    A record with a line that cannot be read is rejected with that line (ENCODING, TOO_LONG).
    Source: https://support.clarivate.com/Endnote/s/article/EndNote-Tagged-Import-Format.
    """
    for record in tagged(source.lines(), _TAG, "0", None):
        if record.fault:
            yield source.reject(*record.fault, record.first("F"))
        else:
            yield from papers(source, record.number, _fields(record))


def recognises(head: str) -> bool:
    """Whether a text begins with the kind of a reference, and has a title or an abstract further down."""
    return bool(_BEGINS.match(head.lstrip()) and _OF_TEXT.search(head))


def _fields(record: Tagged) -> Fields:
    doi, url = doi_of(record.first("R")), record.first("U")
    arxiv_id = arxiv_id_of(None, doi, url, record.first("J"), *record.values.get("Z", ()), record.first("M"))
    return Fields(
        title=_whole(record, "T"),
        abstract=_whole(record, "X"),
        authors=tuple(spoken(name) for name in record.values.get("A", ())),
        year=record.first("D", "8"),
        venue=record.first("J", "B", "S"),
        url=landing_page(url, arxiv_id),
        doi=doi,
        arxiv_id=arxiv_id,
        retracted=says_retracted(record.values.get("Z")) or is_retracted_kind(record.values.get("9")),
        record_id=record.first("F"),
    )


def _whole(record: Tagged, tag: str) -> str | None:
    return " ".join(record.values.get(tag, ())) or None
