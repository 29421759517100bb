"""RIS: what Zotero, EndNote, Mendeley, Web of Science and Scopus export; one record at a time."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import rispy  # type: ignore[import-untyped]

from index.readers.fields import Fields, papers, year_of
from index.readers.records import MAX_RECORD_BYTES, Line, Read, Remark, Source
from index.readers.reference_ids import arxiv_id_of, doi_of, landing_page, spoken
from index.readers.retractions import is_retracted_kind, says_retracted

_BEGIN = re.compile(r"TY( ?) -")
_TAG = re.compile(r"([A-Z][A-Z0-9])  -[ \t]?(.*)", re.DOTALL)
# Some programs write one space before the hyphen; text may look like that too, so only records that begin so count.
_NARROW_TAG = re.compile(r"([A-Z][A-Z0-9]) {1,2}-[ \t]?(.*)", re.DOTALL)
_TAGS_OF_TEXT = re.compile(r"(TI|T1|AB|N2|AU|A1|DO|PY|Y1|ID)  ?- ?")
_FIRST_LINES = 20
_TITLE = ("title", "primary_title")
_VENUE = ("alternate_title3", "secondary_title", "journal_name", "BT", "alternate_title2", "alternate_title1")

_NOTES, _KINDS = ("notes", "note", "research_notes"), ("type_of_work", "keywords")


def recognises(head: str) -> bool:
    """Whether one of the first lines of `head` begins a record (`TY  - JOUR`)."""
    first = (line for line in head[:8192].splitlines() if line.strip())
    return any(_BEGIN.match(line) for line, _ in zip(first, range(_FIRST_LINES), strict=False))


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each record, from its TY to its ER.

    A record without its ER ends where the next one begins, and is kept with a remark (RIS); fields that stand in no
    record are rejected (RIS) with the line of the first.
    """
    for record in _records(source.lines()):
        if record.size > MAX_RECORD_BYTES:
            yield source.reject(record.number, "TOO_LONG", "the record is longer than 16 MiB")
        elif record.unread:
            yield source.reject(record.number, "ENCODING", f"line {record.unread} of the record is not text in UTF-8")
        elif record.begun:
            yield from _read(source, record)
        elif any(_TAGS_OF_TEXT.match(line) for line in record.lines):
            yield source.reject(record.number, "RIS", "fields stand in no record: a line TY is missing before them")


@dataclass(slots=True)
class _Lines:
    """The lines of one record, or those between two; `unread` is the first that is no text."""

    number: int
    begun: bool = False
    ended: bool = False
    narrow: bool = False
    size: int = 0
    unread: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Take a line in, its tag written as rispy wants it."""
        text = (line.text or "").strip("\n\ufeff")
        if line.text is None and self.begun:
            self.unread = self.unread or line.number
        self.size += len(text)
        if self.size > MAX_RECORD_BYTES:
            self.lines.clear()
        found = (_NARROW_TAG if self.narrow else _TAG).match(text)
        self.ended = self.begun and bool(found and found[1] == "ER")
        if text.strip() and not self.ended and self.size <= MAX_RECORD_BYTES:
            if not self.lines:
                self.number = line.number
            self.lines.append(f"{found[1]}  - {found[2]}" if found else text)


def _records(lines: Iterable[Line]) -> Iterator[_Lines]:
    record = _Lines(1)
    for line in lines:
        if begin := _BEGIN.match((line.text or "").lstrip("\ufeff")):
            yield record
            record = _Lines(line.number, begun=True, narrow=not begin[1])
        record.add(line)
        if record.ended:
            yield record
            record = _Lines(line.number + 1)
    yield record


def _read(source: Source, record: _Lines) -> Iterator[Read]:
    parser = rispy.RisParser(enforce_list_tags=False, delimiter_tags_mapping={})
    said: Mapping[str, object] = parser.parse("\n".join([*_joined(record.lines), "ER  - "]))[0]
    name = _one(said, ("id",))
    if not record.ended:
        yield Remark(source.name, record.number, "RIS", "the record has no end (ER): it may be cut short", name)
    yield from papers(source, record.number, _fields(said, name))


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a record with each continued field in one line."""
    parts: list[str] = []
    for line in lines:
        if _TAG.match(line) and parts:
            yield " ".join(parts)
            parts.clear()
        parts.append(line.strip())
    yield " ".join(parts)


def _fields(said: Mapping[str, object], name: str | None) -> Fields:
    doi, urls = doi_of(_one(said, ("doi",))), _all(said, "urls")
    arxiv_id = arxiv_id_of(None, doi, *urls, *_all(said, "note"), _one(said, ("accession_number",)))
    years = [year for key in ("year", "publication_year", "date") for year in _all(said, key) if year]
    abstracts = _all(said, "abstract")
    return Fields(
        title=_one(said, _TITLE) or (_one(said, ("BT",)) if "secondary_title" not in said else None),
        abstract=" ".join(abstracts) or None,
        other_abstract=" ".join(_all(said, "notes_abstract")) or None,
        authors=tuple(spoken(author) for author in (*_all(said, "authors"), *_all(said, "first_authors"))),
        year=next((year for year in years if year_of(year)), next(iter(years), None)),
        venue=_one(said, _VENUE),
        url=landing_page(next(iter(urls), None), arxiv_id),
        doi=doi,
        arxiv_id=arxiv_id,
        retracted=says_retracted([note for key in _NOTES for note in _all(said, key)])
        or is_retracted_kind([kind for key in _KINDS for kind in _all(said, key)]),
        record_id=name,
    )


def _all(said: Mapping[str, object], key: str) -> list[str]:
    """What a record says under `key`, a name of rispy's or a tag that it does not know; nothing twice."""
    unknown = said.get("unknown_tag")
    value = said.get(key) or (unknown.get(key) if isinstance(unknown, Mapping) else None) or []
    values = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(each for each in values if isinstance(each, str) and each))


def _one(said: Mapping[str, object], keys: Iterable[str]) -> str | None:
    return next((value for key in keys for value in _all(said, key)), None)
