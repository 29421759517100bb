"""PubMed's .nbib files, which are MEDLINE's tagged text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.readers.fields import Fields, papers, person
from index.readers.records import MAX_RECORD_BYTES, NOT_UTF_8, Line, Read, Source
from index.readers.reference_ids import doi_of
from index.readers.retractions import is_retracted_kind

_TAG = re.compile(r"(?=.{4}-)([A-Z][A-Z0-9]{1,3}) {0,2}-(.*)")
_BEGINS = re.compile(r"\s*PMID ?- ?\d+\s*+(?<=[\r\n])[A-Z][A-Z0-9 ]{3}-")
_SUFFIX = re.compile(r"(.*\S)\s+(Jr|Sr|2nd|3rd|4th|II|III|IV)\.?")
_DOI = re.compile(r"(\S+)\s*\[doi\]")


@dataclass(slots=True)
class _Tagged:
    """One record while it is read: its tags in order, and what is wrong with it."""

    number: int
    tags: list[tuple[str, list[str]]] = field(default_factory=list)
    size: int = 0
    fault: tuple[int, str, str] | None = None

    def first(self, *tags: str) -> str | None:
        values = (value for wanted in tags for _, value in self.each(wanted))
        return next((value for value in values if value), None)

    def each(self, *tags: str) -> list[tuple[str, str]]:
        return [(tag, " ".join(parts).strip()) for tag, parts in self.tags if tag in tags]


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each record: from a PMID, or from behind a blank line, to the next of either.

    A record with a line that cannot be read is rejected whole, with that line (ENCODING, TAG, TOO_LONG).
    Source: https://www.nlm.nih.gov/bsd/mms/medlineelements.html.
    """
    record: _Tagged | None = None
    after_blank = True
    for line in source.lines():
        if line.text is not None and not line.text.strip():
            after_blank = True
            continue
        if record is None or after_blank or (line.text or "").startswith("PMID-"):
            yield from _made(source, record)
            record = _Tagged(line.number)
        if not record.fault:
            _add(record, line)
        after_blank = False
    yield from _made(source, record)


def recognises(head: str) -> bool:
    """Whether a text begins with a PMID and another tag of four columns."""
    return bool(_BEGINS.match(head))


def _add(record: _Tagged, line: Line) -> None:
    """Add a line: a tag with its value, or, indented, more of the value before it."""
    text = (line.text or "").rstrip()
    record.size += len(text)
    tag = _TAG.match(text)
    if line.text is None:
        fault = "ENCODING", NOT_UTF_8
    elif record.size > MAX_RECORD_BYTES:
        fault = "TOO_LONG", "the record is longer than 16 MiB"
        del record.tags[1:]
    elif tag:
        record.tags.append((tag[1], [tag[2].strip()]))
        return
    elif text[:1].isspace() and record.tags:
        record.tags[-1][1].append(text.strip())
        return
    else:
        fault = "TAG", "the line begins neither with a tag nor with spaces"
    record.fault = (line.number, *fault)


def _made(source: Source, record: _Tagged | None) -> Iterator[Read]:
    if record is None:
        return
    pmid = record.first("PMID")
    if record.fault:
        yield source.reject(*record.fault, pmid)
        return
    fields = Fields(
        title=record.first("TI", "BTI", "TT"),
        abstract=record.first("AB"),
        other_abstract=_in_english(record),
        authors=_authors(record),
        year=record.first("DP") or (record.first("DEP") or "")[:4],
        venue=record.first("JT", "TA"),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None,
        doi=next((doi_of(found[1]) for _, value in record.each("LID", "AID") if (found := _DOI.match(value))), None),
        # The link to the notice that retracted it; `ROF` stands in the notice and names what it retracts.
        retracted=is_retracted_kind([kind for _, kind in record.each("PT")]) or bool(record.each("RIN", "RRI")),
        own_id=pmid and f"pmid:{pmid}",
        record_id=pmid,
    )
    yield from papers(source, record.number, fields)


def _in_english(record: _Tagged) -> str | None:
    """The first of the other abstracts (`OAB`) whose language, named behind it (`OABL`), is English."""
    said = ""
    for tag, value in record.each("OAB", "OABL"):
        if tag == "OABL" and value.lower() in ("eng", "en") and said:
            return said
        said = value if tag == "OAB" else ""
    return said or None


def _authors(record: _Tagged) -> list[str]:
    """The names in order; `FAU` is the full form of the `AU` behind it, `CN` a group's name."""
    names: list[str] = []
    before = None
    for tag, value in record.each("FAU", "AU", "CN"):
        if tag == "FAU":
            names.append(_spoken(*value.partition(",")[::2]))
        elif tag == "CN":
            names.append(value)
        elif before != "FAU":
            family, _, initials = value.rpartition(" ")
            names.append(person(initials, family) if initials.isupper() else value)
        before = tag
    return names


def _spoken(family: str, given: str) -> str:
    found = _SUFFIX.fullmatch(given.strip())
    return person(person(found[1], family), found[2]) if found else person(given, family)
