r"""The mails in which arXiv announces papers: a head of labels and an abstract, between lines of two backslashes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from index.readers.fields import papers
from index.readers.labels import fields_of, labelled, year_of_arxiv
from index.readers.records import MAX_RECORD_BYTES, NOT_UTF_8, Line, Read, Source
from index.readers.reference_ids import arxiv_id_of

_RULE = "\\\\"
_BEGINS = re.compile(r"^\\\\\s*^(?:arXiv:|Paper: )\S+", re.MULTILINE)


@dataclass(slots=True)
class _Entry:
    """One announcement while it is read: its head and its abstract, line by line."""

    number: int
    parts: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    unread: int = 0
    size: int = 0
    at: int = 0

    def add(self, line: Line) -> None:
        """Take in a line of the part that is being read."""
        self.size += len(line.text or "")
        if line.text is None or self.size > MAX_RECORD_BYTES:
            self.unread = self.unread or line.number
        else:
            self.parts[self.at].append(line.text)


def read(source: Source) -> Iterator[Read]:
    r"""Yield a paper for each announcement; one of a new version has no abstract, and is rejected (NO_ABSTRACT).

    Source: https://info.arxiv.org/help/subscribe.html.
    """
    entry: _Entry | None = None
    for line in source.lines():
        if not (line.text or "").startswith(_RULE):
            if entry:
                entry.add(line)
        elif entry is None:
            entry = _Entry(line.number + 1)
        elif entry.at == 0 and "(" not in (line.text or ""):
            entry.at = 1
        else:
            yield from _paper(source, entry)
            entry = None
    if entry:
        yield from _paper(source, entry)


def recognises(head: str) -> bool:
    """Whether a rule of two backslashes is followed by an arXiv id somewhere in a text."""
    return bool(_BEGINS.search(head))


def _paper(source: Source, entry: _Entry) -> Iterator[Read]:
    head, abstract = entry.parts
    if entry.unread:
        yield source.reject(entry.unread, "ENCODING", NOT_UTF_8)
        return
    arxiv_id = arxiv_id_of(None, *head[:3])
    said = labelled(head)
    if not said.get("title"):
        return
    fields = fields_of({**said, "abstract": " ".join(line.strip() for line in abstract)})
    arxiv_id = arxiv_id or arxiv_id_of(fields.arxiv_id)
    yield from papers(
        source,
        entry.number,
        replace(
            fields,
            arxiv_id=arxiv_id,
            year=year_of_arxiv(arxiv_id) or fields.year,
            url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else None,
        ),
    )
