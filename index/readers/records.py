"""What every reader takes and gives: numbered lines of text in, papers and rejected records out."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from index.errors import CorpusError

# A line above this size is rejected before it is held in memory twice.
MAX_LINE_BYTES = 16 * 1024 * 1024
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was not kept: where it stands, a code for programs and a reason for people."""

    source: str
    line: int
    code: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.code} {self.reason}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source, counted from 1; `text` is None where the bytes are not text in UTF-8, or too many."""

    number: int
    text: str | None


class ByteLines(Protocol):
    """Anything that gives its bytes line by line."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line, or the next `size` bytes of it; b"" at the end."""
        ...


class Lines:
    """The lines of a binary stream, one at a time, with a look at the first that is not blank."""

    def __init__(self, stream: ByteLines, name: str) -> None:
        self.name = name
        self._stream = stream
        self._ahead: deque[Line] = deque()
        self._number = self._last = 0

    def __iter__(self) -> Iterator[Line]:
        while (line := self._next()) is not None:
            self._last = line.number
            yield line

    def first(self) -> Line | None:
        """The first line that is not blank, which is still read afterwards; None if there is none."""
        while (line := self._read()) is not None:
            self._ahead.append(line)
            if line.text is None or line.text.strip():
                return line
        return None

    def reject(self, line: Line, code: str, reason: str) -> Rejected:
        """The rejection of what stands at `line`."""
        return Rejected(self.name, line.number, code, reason)

    def reject_last(self, code: str, reason: str) -> Rejected:
        """The rejection of the record that ends in the line read last."""
        return Rejected(self.name, self._last, code, reason)

    def _next(self) -> Line | None:
        return self._ahead.popleft() if self._ahead else self._read()

    def _read(self) -> Line | None:
        raw = self._stream.readline(MAX_LINE_BYTES)
        if not raw:
            return None
        self._number += 1
        if self._number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
            if raw.startswith(UTF_16):
                raise CorpusError(f"{self.name} is UTF-16. Convert it: iconv -f utf-16 -t utf-8 {self.name}")
        if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
            self._skip_line()
            return Line(self._number, None)
        try:
            return Line(self._number, None if b"\0" in raw else raw.decode("utf-8"))
        except UnicodeDecodeError:
            return Line(self._number, None)

    def _skip_line(self) -> None:
        while (rest := self._stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
            pass
