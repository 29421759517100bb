"""Web of Science's plain text: tags of two letters, and lines indented by three spaces that go on."""

import re
from collections.abc import Iterator

from index.readers.columns import fields_of
from index.readers.fields import papers
from index.readers.records import Read, Source
from index.readers.tags import Tagged, tagged

_TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*\Z)", re.DOTALL)
_BEGINS = re.compile(r"^PT [A-Z]\r?$", re.MULTILINE)
# Of these a record has several, a line each; all other values are one text.
_LISTS = {"AF", "AU", "BA", "BF"}


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each record, from its PT to its ER.

    A record with a line that cannot be read is rejected with that line (ENCODING, TOO_LONG).
    Source: https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html.
    """
    for record in tagged(source.lines(), _TAG, "PT", "ER"):
        if record.fault:
            yield source.reject(*record.fault, record.first("UT"))
        else:
            yield from papers(source, record.number, fields_of(_row(record)))


def recognises(head: str) -> bool:
    """Whether a text begins with the tags of a file (FN, VR) or of a record (PT)."""
    return head.lstrip().startswith(("FN ", "PT ")) and bool(_BEGINS.search(head))


def _row(record: Tagged) -> dict[str, object]:
    """The record as the row of a table, whose columns are called as the tags are."""
    return {tag: ("; " if tag in _LISTS else " ").join(values).strip() for tag, values in record.values.items()}
