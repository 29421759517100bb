"""What every reader takes and gives: one file of a corpus in; records, deletions and rejections out."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from index.papers import Paper
from index.readers.turning import Steady

# A line or a record above this size is rejected before it is held in memory twice.
MAX_RECORD_BYTES = 16 * 1024 * 1024
HEAD_BYTES = 64 * 1024
_BEGINNING = 1000
# No abstract is longer, in characters; what is, is a whole paper or several run together.
LONGEST_ABSTRACT = 20_000
NOT_UTF_8 = "the line is not text in UTF-8, or longer than 16 MiB; another encoding is named so: --encoding cp1252"


@dataclass(frozen=True, slots=True)
class Record:
    """A paper as one source tells it; `number` is its line, or its place among the records of a file without lines.

    `authority` is who keeps records of its kind, and may withdraw it: PubMed, arXiv, or the format.
    """

    paper: Paper
    source: str
    number: int
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The word of an authority that a paper is withdrawn from it."""

    paper_id: str
    source: str
    number: int
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was not kept: where it stands, a code for programs and a reason for people."""

    source: str
    number: int
    code: str
    reason: str
    record_id: str | None = None

    def __str__(self) -> str:
        return f"{self.source}:{self.number}:{self.record_id or ''} {self.code} {self.reason}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth knowing of a record that was kept."""

    source: str
    number: int
    code: str
    reason: str
    record_id: str | None = None

    def __str__(self) -> str:
        return f"{self.source}:{self.number}:{self.record_id or ''} {self.code} {self.reason} (kept)"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, or not to its end: a sentence that names it, says what it is and what to do."""

    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} (skipped)"


Read = Record | Deleted | Rejected | Remark | Skipped


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source, counted from 1; `text` is None where the bytes are not text in UTF-8, or too many.

    `begins` is how such a line begins, which tells where in a record it stands.
    """

    number: int
    text: str | None
    begins: str = ""


class Source:
    """One file of a corpus, unpacked and in UTF-8: its name, a look at its head, and its bytes or its lines, once.

    `authority` is who keeps records of its format, once that is known; `longest_abstract` is how many characters an
    abstract in it may have.
    """

    def __init__(self, stream: io.BufferedIOBase, name: str) -> None:
        self.name = name
        self.authority = ""
        self.longest_abstract = LONGEST_ABSTRACT
        self._steady = Steady(stream)
        self._head = self._steady.read(HEAD_BYTES) or b""

    @property
    def head(self) -> str:
        """The first 64 KiB as text, without a byte order mark; bytes that are not UTF-8 are U+FFFD. Nothing is consumed."""
        return self._head.decode("utf-8", "replace").removeprefix("\ufeff")

    def stream(self) -> io.BufferedReader:
        """The bytes from the first to the last, for parsers that read bytes."""
        return io.BufferedReader(_Whole(self._head, self._steady), HEAD_BYTES)

    def lines(self) -> Iterator[Line]:
        """The lines, counted from 1, without a byte order mark; a line ends in LF, CR LF or a lone CR."""
        stream = self.stream()
        number = 0
        while raw := stream.readline(MAX_RECORD_BYTES):
            if not number:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            if len(raw) == MAX_RECORD_BYTES and not raw.endswith(b"\n"):
                _skip_line(stream)
                number += 1
                yield Line(number, None)
                continue
            for part in raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").splitlines(keepends=True):
                number += 1
                text = _decoded(part)
                yield Line(number, text, "" if text is not None else part[:_BEGINNING].decode("utf-8", "replace"))

    def unread(self, records: int) -> Skipped | None:
        """Why the file was not read to its end, after so many `records` were; None where it was."""
        if self._steady.broken:
            return Skipped(self.name, f"{self._steady.broken} What stands before is read.")
        if self._steady.line is None:
            return None
        # In UTF-16 a Latin letter takes two bytes.
        lost = round(records * self._steady.lost / 2 / self._steady.kept) if self._steady.kept else 0
        return Skipped(
            self.name,
            f"{self.name} goes on in UTF-16 from line {self._steady.line} on: about {lost} records there are not read. "
            "Save it in one encoding, UTF-8.",
        )

    def reject(self, number: int, code: str, reason: str, record_id: str | None = None) -> Rejected:
        """The rejection of the record at `number`."""
        return Rejected(self.name, number, code, reason, record_id)


class _Whole(io.RawIOBase):
    """The head that was looked at, then the rest."""

    def __init__(self, head: bytes, rest: io.RawIOBase) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = self._head.read(len(buffer)) or self._rest.read(len(buffer)) or b""
        buffer[: len(content)] = content
        return len(content)


def _decoded(raw: bytes) -> str | None:
    try:
        return None if b"\0" in raw else raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _skip_line(stream: io.BufferedReader) -> None:
    while (rest := stream.readline(MAX_RECORD_BYTES)) and not rest.endswith(b"\n"):
        pass
