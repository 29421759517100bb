"""A text as far as it can be read: until it breaks off, or goes on in UTF-16 as when one program appends to another's."""

import io
import re

from index.errors import CorpusError

# A byte order mark, and so many characters of UTF-16 in a row, most of which are Latin: every other byte is NUL.
_WIDE = re.compile(rb"(?:\xff\xfe|\xfe\xff)?(?:(?:[^\0]\0){16}|(?:\0[^\0]){16})")
_LONGEST_WIDE = 34
_MOST_NUL = 0.6


class Broken(CorpusError):
    """A file that cannot be read on; what was read of it stands."""


class Steady(io.RawIOBase):
    """The bytes of a text as far as it can be read, and is in one encoding.

    `kept` are the bytes before it goes on in UTF-16, `line` is the line at which it does, or None; `lost` are the bytes
    from there on. `broken` says why it breaks off, if it does. All are known once the stream was read to its end. A text
    of which nothing can be read raises `Broken`.
    """

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._held = b""
        self._watched = True
        self._lines = 1
        self.kept = self.lost = 0
        self.line: int | None = None
        self.broken: Broken | None = None

    def readable(self) -> bool:  # noqa: D102 - of io.RawIOBase
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # noqa: D102
        content = self._next(len(buffer))
        buffer[: len(content)] = content
        self.kept += len(content)
        self._lines += content.count(b"\n")
        return len(content)

    def _next(self, size: int) -> bytes:
        while self.line is None and len(self._held) < size + _LONGEST_WIDE and (more := self._more(size)):
            self._held += more
            # The numbers of a binary file may look so, too.
            self._watched = self._watched and not (self.kept == 0 and self._held.startswith(b"PAR1"))
            # Of UTF-16 half is NUL; what holds more is a file with holes, of whatever size.
            may_turn = self._watched and 0 < more.count(b"\0") <= _MOST_NUL * len(more)
            if may_turn and (found := _WIDE.search(self._held)):
                self._end(found.start())
        content, self._held = self._held[:size], self._held[size:]
        return content

    def _more(self, size: int) -> bytes:
        if self.broken:
            return b""
        try:
            return self._stream.read1(size)
        except Broken as broken:
            if not (self.kept or self._held):
                raise
            self.broken = broken
            return b""

    def _end(self, place: int) -> None:
        self.line = self._lines + self._held[:place].count(b"\n")
        self.lost = len(self._held) - place
        while rest := self._more(io.DEFAULT_BUFFER_SIZE):
            self.lost += len(rest)
        self._held = self._held[:place]
