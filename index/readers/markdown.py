"""Notes in Markdown: papers as the items of a list, or under a heading each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.readers.fields import Fields, papers
from index.readers.labels import label, names
from index.readers.papers_page import head_lines
from index.readers.records import MAX_RECORD_BYTES, NOT_UTF_8, Line, Read, Source
from index.readers.reference_ids import arxiv_id_of, doi_of, landing_page
from index.readers.titles import can_be_title, is_abstract, is_byline, may_be_names, names_in, reads_as_title, year_in

_ITEM = re.compile(r"(?:[-*+]|\d{1,4}[.)])\s+(.*)", re.S)
_HEADING = re.compile(r"#{1,6}\s+(.*)", re.S)
# **Title**, __Title__, [Title](address), or both of them in one.
_MARKED = re.compile(
    r"(?:\*\*|__)?(?:\[(?=[^\]]{1,500}\]\())?(?:\*\*|__)?([^*_\[\]][^\]]{0,500}?)(?:\*\*|__|\](?=\())(?:\*\*|__)?(?:\(([^()\s]{1,300})\))?(?:\*\*|__)?"
)
_BESIDE = re.compile(r"\s*[.,:]?\s*\(([^()]{1,300})\)")
_SEPARATOR = re.compile(r"\s*(?:[—–:.-]|&mdash;)+\s*|\s+")
# An item of fewer words tells of its title, and is no abstract.
_SHORTEST = 10
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s)\]>]+")
# A list, a table, code: a section of other text.
_STRUCTURED = re.compile(r"[-*+|]\s|\d{1,3}[.)]\s|```|~~~|\|")
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,2}(?=\S)([^*_]{1,300})(?<=\S)[*_]{1,2}(?!\w)")


@dataclass(slots=True)
class _Entry:
    """What may be a paper: a title as it is marked, and the paragraphs below it."""

    number: int
    title: str
    beside: str = ""
    page: str | None = None
    unread: int = 0
    size: int = 0
    is_item: bool = False
    said: dict[str, str] = field(default_factory=dict)
    paragraphs: list[str] = field(default_factory=lambda: [""])

    def add(self, line: Line) -> None:
        """Take in a line below the title: of a paragraph, or with a label."""
        text = re.sub(r"^>\s?", "", (line.text or "").strip())
        self.size += len(text)
        if line.text is None or self.size > MAX_RECORD_BYTES:
            self.unread = self.unread or line.number
        elif (found := label(text)) and found[0] and found[0] not in self.said:
            self.said[found[0]] = found[1]
            if found[0] == "abstract":
                self.paragraphs.append(found[1])
        elif not text:
            self.paragraphs.append("")
        else:
            self.paragraphs[-1] = f"{self.paragraphs[-1]} {text}".strip()


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each list item that marks its title, and for each heading with an abstract below it.

    A marked title without an abstract is rejected with its line (NO_ABSTRACT); so is a paper with a line that cannot
    be read (ENCODING). Headings without an abstract are those of sections.
    """
    for entry in _entries(source.lines()):
        if entry.unread:
            yield source.reject(entry.unread, "ENCODING", NOT_UTF_8)
        elif entry.is_item or _abstract(entry):
            yield from papers(source, entry.number, _fields(entry))


def recognises(head: str) -> bool:
    """Whether a text has marked titles with abstracts, and no less of them than of other items and headings."""
    lines = head_lines(head)
    entries = list(_entries(iter(lines)))
    told = sum(bool(_abstract(entry)) and can_be_title(entry.title) for entry in entries)
    items = sum(bool(_ITEM.match(line.text or "")) for line in lines)
    return told > 0 and told * 2 >= max(items, sum(entry.is_item or any(entry.paragraphs) for entry in entries))


def _entries(lines: Iterator[Line]) -> Iterator[_Entry]:
    entry: _Entry | None = None
    for line in lines:
        text = (line.text or line.begins).rstrip()
        if begun := _begun(line.number, text):
            if entry:
                yield entry
            entry = begun
            entry.unread = line.number if line.text is None else 0
        elif entry:
            entry.add(line)
    if entry:
        yield entry


def _begun(number: int, text: str) -> _Entry | None:
    """The entry that a line begins, if it does."""
    if heading := _HEADING.match(text):
        words = heading[1].rstrip("# ")
        found = _MARKED.fullmatch(words)
        return _Entry(number, _plain(found[1] if found else words), page=found[2] if found else None)
    item = _ITEM.match(text)
    found = _MARKED.match(item[1]) if item else None
    if not item or not found or label(item[1]):
        return None
    rest, entry = item[1][found.end() :], _Entry(number, _plain(found[1]), page=found[2], is_item=True)
    while beside := _BESIDE.match(rest):
        entry.beside, rest = f"{entry.beside}; {beside[1]}".strip("; "), rest[beside.end() :]
    separator = _SEPARATOR.match(rest)
    entry.paragraphs = [rest[separator.end() :] if separator else rest]
    return entry


def _fields(entry: _Entry) -> Fields:
    above = _above(entry)
    beside = " ".join(filter(None, (entry.beside, *above, *entry.said.values())))
    doi = _DOI.search(f"{entry.page or ''} {beside}")
    arxiv_id = arxiv_id_of(entry.said.get("arxiv_id"), entry.page, beside)
    year = _YEAR.search(" ".join([entry.said.get("year", ""), entry.beside, *above]))
    return Fields(
        title=entry.title,
        abstract=_abstract(entry),
        authors=_authors(entry, above),
        year=year and year[0],
        venue=entry.said.get("venue"),
        url=landing_page(entry.page or entry.said.get("url"), arxiv_id),
        doi=doi_of(doi[0].rstrip(".,;")) if doi else None,
        arxiv_id=arxiv_id,
    )


def _authors(entry: _Entry, above: Sequence[str]) -> tuple[str, ...]:
    if said := entry.said.get("authors"):
        return names(said)
    return next((found for text in (entry.beside, *above) if _tells_names(text) and (found := names_in(text))), ())


def _tells_names(text: str) -> bool:
    return is_byline(text) or may_be_names(text) or year_in(text) is not None


def _above(entry: _Entry) -> list[str]:
    """The paragraphs before the abstract, without their emphasis."""
    abstract = _abstract(entry)
    told = [_plain(text) for text in entry.paragraphs if text]
    return told[: told.index(abstract)] if abstract in told else []


def _abstract(entry: _Entry) -> str:
    """What an item or a label says, or else the only paragraph that reads as an abstract; nothing for a section."""
    found = [_plain(text) for text in entry.paragraphs if is_abstract(text)]
    if entry.is_item:
        first = _plain(next(filter(None, entry.paragraphs), ""))
        return next(iter(found), first if len(first.split()) >= _SHORTEST else "")
    if "abstract" in entry.said:
        return next(iter(found), entry.said["abstract"])
    told = reads_as_title(entry.title) or (len(entry.paragraphs) > 2 and any(map(_tells_names, entry.paragraphs)))
    is_paper = len(found) == 1 and told and can_be_title(entry.title)
    return found[0] if is_paper and not any(map(_STRUCTURED.match, entry.paragraphs)) else ""


def _plain(text: str) -> str:
    return _EMPHASIS.sub(r"\1", text).strip()
