"""Pages of arXiv copied from the browser: listings and results of its search, each entry headed by its arXiv id."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from index.errors import CorpusError
from index.papers import normalise
from index.readers.fields import papers
from index.readers.labels import fields_of, label, year_of_arxiv
from index.readers.papers_page import head_lines
from index.readers.records import NOT_UTF_8, Line, Read, Rejected, Remark, Source
from index.readers.titles import is_abstract

_HEAD = re.compile(
    r"\s{0,8}(?:\[?\d{1,6}[\].]?\s{1,8})?arXiv:(\d{4}\.\d{4,5}|[a-z.-]{2,20}/\d{7})(?:v\d+)?(?:\s|\Z)", re.I
)
_LISTED = re.compile(r"(?im)^\s{0,8}(?:\[?\d{1,6}[\].]?\s{1,8})?arXiv:\S{6,30}\s{1,4}[\[(](?:pdf|ps|html|other)")
_CODE = re.compile(r"[a-z-]{2,10}\.[A-Za-z-]{2,10}|hep-\w+|nucl-\w+|gr-qc|quant-ph|math-ph")
_BESIDES = re.compile(r"doi\s+10\.\S+|[\[(](?:pdf|ps|html|other|format)\b.*", re.I)
_CUT = re.compile(r"▽\s*More")
_ENDS = re.compile(r"Submitted \d|.*[▽△]\s*(?:More|Less)$")
_MOST = 200


@dataclass(slots=True)
class _Entry:
    """One entry while it is read: its lines, and the place of those that tell of something."""

    number: int
    arxiv_id: str
    unread: int = 0
    lines: list[str] = field(default_factory=list)


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each entry that shows an abstract; one of which the page shows a part is remarked on (CUT).

    Raises `CorpusError` for a page whose head shows no abstract at all, as listings by default.
    """
    if not any(_abstract(entry) for entry in _entries(iter(head_lines(source.head)))):
        raise CorpusError(
            f"{source.name} is a page of arXiv that shows no abstracts. Ask its API for the same papers, and save the "
            "answer: https://export.arxiv.org/api/query?search_query=…"
        )
    for entry in _entries(source.lines()):
        if entry.unread:
            yield source.reject(entry.unread, "ENCODING", NOT_UTF_8, entry.arxiv_id)
        else:
            yield from _paper(source, entry)


def recognises(head: str) -> bool:
    """Whether a line names an arXiv id and the forms of its paper: `arXiv:2401.00001 [pdf, html, other]`."""
    return bool(_LISTED.search(head))


def _entries(lines: Iterator[Line]) -> Iterator[_Entry]:
    entry: _Entry | None = None
    for line in lines:
        if found := _HEAD.match(line.text or ""):
            if entry:
                yield entry
            entry = _Entry(line.number, found[1])
        elif entry and line.text is None:
            entry.unread = entry.unread or line.number
        elif entry and len(entry.lines) < _MOST:
            entry.lines.append((line.text or "").strip())
    if entry:
        yield entry


def _paper(source: Source, entry: _Entry) -> Iterator[Read]:
    said, abstract = _said(entry), _abstract(entry)
    fields = fields_of({**said, "abstract": abstract, "year": ""})
    made = tuple(
        papers(
            source,
            entry.number,
            replace(
                fields,
                arxiv_id=entry.arxiv_id,
                year=year_of_arxiv(entry.arxiv_id),
                url=f"https://arxiv.org/abs/{entry.arxiv_id}",
                record_id=entry.arxiv_id,
            ),
        )
    )
    if _CUT.search(abstract) and not any(isinstance(each, Rejected) for each in made):
        yield Remark(source.name, entry.number, "CUT", "the page shows a part of the abstract", entry.arxiv_id)
    yield from made


def _said(entry: _Entry) -> dict[str, str]:
    """The parts of an entry; the title may have no label, and in a listing the authors have none."""
    said: dict[str, str] = {}
    part = ""
    for line in entry.lines:
        if found := label(line):
            part = found[0] or "besides"
            said[part] = f"{said.get(part, '')} {found[1]}".strip()
        elif part == "title" and said["title"] and line:
            said["authors"], part = line, "authors"
        elif part in ("title", "authors") and line and _goes_on(said[part]):
            said[part] = f"{said[part]} {line}".strip()
        elif not part and line and not _tells_class(line):
            said["title"], part = line, "untitled"
    return said


def _tells_class(line: str) -> bool:
    return bool(_BESIDES.match(line)) or all(_CODE.fullmatch(word) for word in line.split())


def _goes_on(words: str) -> bool:
    return not words or words.endswith((",", "&", " and"))


def _abstract(entry: _Entry) -> str:
    """What stands behind the label of an abstract, or else the first paragraph that reads as one."""
    held: list[str] = []
    labelled = False
    for line in [*entry.lines, ""]:
        found = label(line)
        if labelled and ((not line and held) or (found and found[0] in ("", "year", "venue", "doi"))):
            return " ".join(held)
        if found and found[0] == "abstract":
            held, labelled = [found[1]] if found[1] else [], True
        elif found or not line:
            if is_abstract(normalise(" ".join(held))) and not labelled:
                return " ".join(held)
            held = held if labelled else []
        else:
            held.append(line)
        if labelled and held and _ENDS.match(line):
            return " ".join(held[:-1] if line.startswith("Submitted") else held)
    return " ".join(held) if labelled else ""
