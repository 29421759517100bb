"""CSV, TSV and their kin: a line of column names, then a paper in each row."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from index.errors import CorpusError
from index.readers.columns import check_columns, fields_of, role
from index.readers.fields import papers
from index.readers.records import MAX_RECORD_BYTES, NOT_UTF_8, Line, Read, Rejected, Source

Parser = Callable[[Iterable[str]], Iterator[list[str]]]
_DELIMITERS = ("\t", ",", ";", "|")
_FEWEST_KNOWN = 2
_LINE_END = re.compile(r"\r\n?|\n")
_NOT_TEXT = b"\xff\n"
# A column that is not read may hold a whole paper; the row's own limit comes first, and says what is wrong.
csv.field_size_limit(2 * MAX_RECORD_BYTES)


def recognises(head: str) -> bool:
    """Whether the first line of `head` names columns of papers: a title or an abstract, and something else."""
    lines = [line for line in _LINE_END.split(head, 3)[:3] if line.strip()] or [""]
    _, names = _header(lines[0], lines[1] if len(lines) > 1 else "")
    roles = {role(name) for name in names} - {None}
    return len(roles) >= _FEWEST_KNOWN and bool(roles & {"title", "abstract"})


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each row, with the line on which the row begins; columns are told by their names, in any order.

    Rejected (CSV) are rows with too many or too few fields and rows with a quotation mark that is not closed, or not
    doubled; reading goes on in the line after. Raises `CorpusError` where there is no column of titles or abstracts.
    """
    lines = source.lines()
    delimiter, names = _first_line(source, lines)
    check_columns(source.name, names)
    known = [(place, name) for place, name in enumerate(names) if role(name)]
    for number, row in _rows(source, lines, _parser(delimiter, names), len(names)):
        if isinstance(row, Rejected):
            yield row
        elif any(cell.strip() for cell in row):
            yield from papers(source, number, fields_of({name: row[place] for place, name in known}))


def _first_line(source: Source, lines: Iterator[Line]) -> tuple[str, list[str]]:
    before = ""
    for line in lines:
        if line.text is None:
            raise CorpusError(
                f"{source.name}: the first line is not text in UTF-8. Name its encoding: --encoding cp1252"
            )
        if line.text.startswith("sep="):
            before = line.text
        elif line.text.strip():
            return _header(before, line.text) if before else _header(line.text, "")
    raise CorpusError(f"{source.name} has no line of column names.")


def _header(first: str, second: str) -> tuple[str, list[str]]:
    """The delimiter and the names of the columns; Excel may say the delimiter in a line of its own before (`sep=;`)."""
    if first.startswith("sep=") and (delimiter := first[4:].strip("\r\n")[:1]):
        return delimiter, _cells(second, delimiter)
    found = [(delimiter, _cells(first, delimiter)) for delimiter in _DELIMITERS]
    return max(found, key=lambda pair: (sum(role(name) is not None for name in pair[1]), len(pair[1])))


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.strip("\r\n")], delimiter=delimiter), [])


def _parser(delimiter: str, names: list[str]) -> Parser:
    # Web of Science, whose columns are tags, puts no quotation marks around anything.
    if delimiter == "\t" and names[0] == "PT":
        return partial(csv.reader, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    return partial(csv.reader, delimiter=delimiter, strict=True)


def _rows(
    source: Source, lines: Iterator[Line], parser: Parser, width: int
) -> Iterator[tuple[int, list[str] | Rejected]]:
    kept = _Kept(lines)
    rows = parser(kept)
    while True:
        kept.begin()
        row: list[str] | Rejected
        try:
            row = next(rows)
            fault = _fault(row, width)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            row, fault = [], str(error)
            rows = parser(kept)
        if kept.unread:
            row = source.reject(kept.number, "ENCODING", NOT_UTF_8)
        elif fault:
            row = source.reject(kept.number, "CSV", f"the row that begins here cannot be read: {fault}")
        yield kept.number, row
        if fault:
            kept.go_back()


def _fault(row: list[str], width: int) -> str | None:
    short = 0 < len(row) < width
    if any(cell.strip() for cell in (row if short else row[width:])):
        return f"it has {len(row)} fields, the first line has {width}"
    return None


class _TooLong(Exception):
    """A row above the size that a record may have."""


class _Kept:
    """Lines for `csv.reader`, kept from the beginning of a row, so that a broken row costs no more than its line.

    A quotation mark that is not closed swallows the lines after it: they are read again once that shows.
    """

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._bytes = bytearray()
        self._row = self._second = self._next = 0
        self._next_number: int | None = None
        self.number = 0
        self.unread = False

    def begin(self) -> None:
        """A row begins with the next line."""
        if self._next == len(self._bytes) or self._next > MAX_RECORD_BYTES:
            del self._bytes[: self._next]
            self._next = 0
        self._row = self._second = self._next
        self.unread = False

    def go_back(self) -> None:
        """Read on in the second line of the row."""
        self._next, self._next_number = self._second, self.number + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._next - self._row > MAX_RECORD_BYTES:
            raise _TooLong("it goes on for more than 16 MiB; is a quotation mark not closed?")
        if self._next == len(self._bytes):
            line = next(self._lines)
            self._next_number = line.number
            self._bytes += _NOT_TEXT if line.text is None else line.text.rstrip("\n").encode() + b"\n"
        end = self._bytes.index(b"\n", self._next) + 1
        raw = bytes(self._bytes[self._next : end])
        if self._next == self._row:
            self.number, self._second = self._next_number or 0, end
        self._next = end
        self._next_number = (self._next_number or 0) + 1
        if raw == _NOT_TEXT:
            self.unread = True
            return "\n"
        return raw.decode()
