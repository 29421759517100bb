"""BibTeX and BibLaTeX: what Zotero, the ACL Anthology, Google Scholar and people write; entries read one at a time."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Block, Entry, ImplicitComment, ParsingFailedBlock, String

from index.readers.fields import Fields, Unfit, papers, person, year_of
from index.readers.latex import decoded
from index.readers.records import MAX_RECORD_BYTES, Line, Read, Remark, Source
from index.readers.reference_ids import acl_id_of, arxiv_id_of, doi_of, landing_page
from index.readers.retractions import is_retracted_kind, says_retracted

_START = re.compile(r"[ \t]*@\w+[ \t]*[{(]")
_RECOGNISED = re.compile(
    r"^[ \t]*@(?:(?:comment|preamble)\s*[{(]|string\s*[{(]\s*[^\s=]+\s*=|[a-z]+\s*[{(]\s*[^\s,{}\"=]*\s*,)", re.I | re.M
)
_KEY = re.compile(r"@\w+[ \t]*[{(]\s*([^\s,{}=]+)\s*,")
_NO_RECORD = re.compile(r"@(comment|preamble)\b", re.IGNORECASE)
_REST_OF_ENTRY = re.compile(r"\s*,\s*[\w-]+\s*=\s*[{\"\w]")
_VERBATIM_SIGNS = re.compile(r"\\([%&_#$~{}])|[{}]")
_VALUE = re.compile(r"\s*([^\s{}\"#,]+)\s*|\s*([{\"])")
# As bibtexparser counts them: a backslash before one makes it text.
_BRACE_OR_QUOTE = re.compile(r"(?<!\\)[{}\"]")
_NAME_PART = re.compile(r"\s*(family|given|prefix|suffix)\s*=\s*(.*)", re.IGNORECASE | re.DOTALL)
_MOST_OF_STRINGS = MAX_RECORD_BYTES


def recognises(head: str) -> bool:
    """Whether a line of `head` begins an entry (`@article{key,`), a string, a comment or a preamble."""
    return not head.lstrip().startswith(("{", "[", "<")) and bool(_RECOGNISED.search(head))


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each entry that has a title and an abstract.

    A broken entry is rejected with its line and its citation key (BIBTEX), and those after it are read. An entry whose
    key stands in the file already (DUPLICATE), or that says a field twice, is kept with a remark.
    """
    bibliography = _Bibliography(source)
    for chunk in _chunks(source.lines()):
        yield from bibliography.read(chunk)


@dataclass(slots=True)
class _Chunk:
    """The lines from one entry's beginning to the next one's; `unread` are those that are no text."""

    number: int
    lines: list[str] = field(default_factory=list)
    size: int = 0
    unread: list[int] = field(default_factory=list)


def _chunks(lines: Iterable[Line]) -> Iterator[_Chunk]:
    chunk = _Chunk(1)
    for line in lines:
        if line.text is not None and _START.match(line.text):
            yield chunk
            chunk = _Chunk(line.number)
        if line.text is None:
            chunk.unread.append(line.number)
        chunk.size += len(line.text or "")
        if chunk.size > MAX_RECORD_BYTES:
            chunk.lines.clear()
        else:
            chunk.lines.append(line.text or "\n")
    yield chunk


class _Bibliography:
    """What entries share with those before them: the strings defined, and the keys used."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._strings: dict[str, str] = {}
        self._size_of_strings = 0
        self._keys: dict[str, int] = {}

    def read(self, chunk: _Chunk) -> Iterator[Read]:
        if chunk.size > MAX_RECORD_BYTES:
            yield self._source.reject(chunk.number, "TOO_LONG", "the entry is longer than 16 MiB")
            return
        blocks = parse_string("".join(chunk.lines), parse_stack=[]).blocks
        for block, following in zip_longest(blocks, blocks[1:]):
            number = chunk.number + (block.start_line or 0)
            last = number + (block.raw or "").count("\n")
            key = _key(block)
            if isinstance(block, ImplicitComment) or _NO_RECORD.match(block.raw or ""):
                continue
            if any(number <= unread <= last for unread in chunk.unread):
                yield self._source.reject(number, "ENCODING", "the entry is not text in UTF-8", key)
                continue
            try:
                yield from self._block(block, following, number)
            except Unfit as unfit:
                code, reason = unfit.args
                yield self._source.reject(number, code, reason, key)

    def _block(self, block: Block, following: Block | None, number: int) -> Iterator[Read]:
        whole = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if isinstance(whole, String):
            self._define(whole)
        elif isinstance(whole, Entry):
            if isinstance(following, ImplicitComment) and _REST_OF_ENTRY.match(following.comment):
                raise Unfit("BIBTEX", "the entry has a closing brace too many: fields stand after its end")
            yield from self._entry(whole, number)
        elif isinstance(block, ParsingFailedBlock):
            raise Unfit("BIBTEX", _reason(block.error))

    def _define(self, string: String) -> None:
        value = self._value(string.value, string.key)
        if self._size_of_strings + len(value) > _MOST_OF_STRINGS:
            raise Unfit("TOO_LONG", f"the strings up to {string.key} hold more than 16 MiB")
        self._size_of_strings += len(value)
        self._strings[string.key.lower()] = value

    def _entry(self, entry: Entry, number: int) -> Iterator[Read]:
        key = entry.key or None
        if key and (before := self._keys.setdefault(key, number)) != number:
            yield self._remark(number, "DUPLICATE", f"the citation key stands in line {before} too", key)
        raw: dict[str, str] = {}
        for each in entry.fields:
            value = self._value(each.value, each.key)
            if raw.setdefault(each.key.lower(), value) != value:
                yield self._remark(number, "DUPLICATE", f"{each.key} stands twice in the entry: the first counts", key)
        text: dict[str, str] = {}
        for name in _DECODED & raw.keys():
            text[name], fault = decoded(raw[name])
            if fault:
                yield self._remark(number, "LATEX", f"{name} is kept undecoded: {fault}", key)
        yield from papers(self._source, number, _fields(raw, text, key))

    def _value(self, written: str, name: str) -> str:
        """The text of a value: braced, quoted, a number, a string's name, or several of these joined by `#`."""
        parts: list[str] = []
        size = at = 0
        while True:
            part, at = self._part(written, at, name)
            parts.append(part)
            size += len(part)
            if size > MAX_RECORD_BYTES:
                raise Unfit("TOO_LONG", f"the value of {name} is longer than 16 MiB")
            rest = written[at : at + 1]
            if not rest:
                return "".join(parts)
            if rest != "#":
                raise Unfit("BIBTEX", f"the value of {name} goes on after its end: is a comma or a backslash missing?")
            at += 1

    def _part(self, written: str, start: int, name: str) -> tuple[str, int]:
        found = _VALUE.match(written, start)
        if not found:
            raise Unfit("BIBTEX", f"{name} has no value")
        if found[1]:
            return self._strings.get(found[1].lower(), found[1]), found.end()
        end = _closing(written, found.end(), found[2])
        after = end + 1
        while written[after : after + 1].isspace():
            after += 1
        return written[found.end() : end], after

    def _remark(self, number: int, code: str, reason: str, key: str | None) -> Remark:
        return Remark(self._source.name, number, code, reason, key)


_DECODED = {"title", "subtitle", "abstract", "journal", "journaltitle", "booktitle"}

_NOTES = {"note", "annote", "annotation", "addendum", "comment", "pubstate", "howpublished"}
_KINDS = {"type", "document_type", "keywords", "keyword"}


def _closing(written: str, start: int, opening: str) -> int:
    depth = 0
    for found in _BRACE_OR_QUOTE.finditer(written, start):
        sign = found[0]
        if not depth and sign == ("}" if opening == "{" else '"'):
            return found.start()
        if sign in "{}":
            depth += 1 if sign == "{" else -1
    raise Unfit("BIBTEX", "a value is not closed")


def _fields(raw: dict[str, str], text: dict[str, str], key: str | None) -> Fields:
    eprint = raw.get("eprint", "")
    archive = raw.get("archiveprefix") or raw.get("eprinttype") or "arxiv"
    url, doi = _verbatim(raw.get("url")), doi_of(_verbatim(raw.get("doi")))
    elsewhere = (doi, url, *(raw.get(name) for name in ("journal", "number", "note", "howpublished")))
    arxiv_id = arxiv_id_of(_verbatim(eprint) if archive.strip("{} ").lower() == "arxiv" else None, *elsewhere)
    pmid = _verbatim(raw.get("pmid"))
    years = [value for value in (_verbatim(raw.get("year")), _verbatim(raw.get("date"))) if value]
    venues = (text.get(name) for name in ("journal", "journaltitle", "booktitle"))
    return Fields(
        title=": ".join(part for part in (text.get("title"), text.get("subtitle")) if part),
        abstract=text.get("abstract"),
        authors=_authors(raw.get("author", "")),
        year=next((value for value in years if year_of(value)), next(iter(years), None)),
        venue=next((venue for venue in venues if venue), None),
        url=landing_page(url, arxiv_id),
        doi=doi,
        arxiv_id=arxiv_id,
        retracted=says_retracted([raw[name].strip("{} ") for name in _NOTES & raw.keys()])
        or is_retracted_kind([raw[name].strip("{} ") for name in _KINDS & raw.keys()]),
        own_id=acl_id_of(url) or (f"pmid:{pmid}" if pmid else None),
        record_id=key,
    )


def _verbatim(value: str | None) -> str | None:
    r"""A link or an identifier: not LaTeX, but for what exporters put a backslash before (`\_`) or braces around."""
    return _VERBATIM_SIGNS.sub(lambda found: found[1] or "", value).strip() if value else None


def _authors(value: str) -> tuple[str, ...]:
    names = split_multiple_persons_names(value) if value.strip() else []
    return tuple(_name(name) for name in names if name.strip().lower() != "others")


def _name(name: str) -> str:
    if "=" in name and (parts := [found for part in name.split(",") if (found := _NAME_PART.fullmatch(part))]):
        said = {part[1].lower(): decoded(part[2])[0].strip('" ') for part in parts}
        family = person(said.get("prefix"), said.get("family"))
        return person(person(said.get("given"), family), said.get("suffix"))
    return decoded(parse_single_name_into_parts(name, strict=False).merge_first_name_first)[0]


def _key(block: Block) -> str | None:
    found = _KEY.match(block.raw or "")
    return found[1] if found else None


def _reason(error: Exception) -> str:
    reason = str(getattr(error, "abort_reason", error))
    return "the entry is cut short or a brace is missing" if "end of file" in reason else reason
