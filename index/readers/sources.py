"""What a corpus is given as: files, folders, patterns, standard input; plain or packed by gzip."""

import codecs
import glob
import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from index.errors import CorpusError
from index.readers.records import HEAD_BYTES, Source

# Text packs to a tenth, perhaps a thirtieth; what unpacks to more than this is made to fill the memory.
_MOST_UNPACKED, _ALLOWANCE = 100, 64 * 1024
_HEAD = 32


def opened(names: Iterable[str], encoding: str | None = None) -> Iterator[Source]:
    """Yield each file that `names` stand for, in order, each file once.

    A folder stands for all files below it that are not hidden, a pattern (`papers/*.jsonl`) for what it matches, `-`
    for standard input. Raises `CorpusError` for what does not exist, cannot be read or is no file.
    """
    for name in dict.fromkeys(each for given in names for each in _expanded(given)):
        if name == "-":
            yield _source(sys.stdin.buffer, "<stdin>", encoding)
            continue
        if Path(name).exists() and not Path(name).is_file():
            raise CorpusError(f"{name} is neither a file nor a folder. Pipe it in: scholiast build - < {name}")
        try:
            with Path(name).open("rb") as stream:
                yield _source(stream, name, encoding)
        except OSError as error:
            raise CorpusError(
                f"Cannot read {name}: {error.strerror}. Name a file of papers, or - for standard input."
            ) from None


def _expanded(name: str) -> Iterable[str]:
    path = Path(name)
    if path.is_dir():
        below = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
        found = [str(p) for p in below if not any(part.startswith(".") for part in p.relative_to(path).parts)]
    elif not path.exists() and glob.has_magic(name):
        found = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - Path.glob wants its root told apart
    else:
        return [name]
    if not found:
        raise CorpusError(f"There is no file in {name}.")
    return found


def _source(stream: BinaryIO, name: str, encoding: str | None) -> Source:
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        buffered = io.BufferedReader(_Unpacked(buffered, name), HEAD_BYTES)
    head = buffered.peek(4)[:_HEAD]
    utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # A record may hold a NUL byte and is rejected alone; a file that begins with one is a picture or a PDF.
    if b"\0" in head and not utf_16 and not encoding and not head.startswith(b"PAR1"):
        raise CorpusError(f"{name} is not text: it holds NUL bytes.")
    if encoding or utf_16:
        return Source(io.BufferedReader(_Recoded(buffered, name, encoding or "utf-16"), HEAD_BYTES), name)
    return Source(buffered, name)


class _Counted:
    """A stream that counts what was read of it."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size)
        self.count += len(content)
        return content


class _Unpacked(io.RawIOBase):
    """What gzip packed, as long as it is in proportion to the packed bytes."""

    def __init__(self, packed: io.BufferedReader, name: str) -> None:
        self._name = name
        self._packed = _Counted(packed)
        self._unpacked = gzip.GzipFile(fileobj=self._packed)  # type: ignore[call-overload]
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            content: bytes = self._unpacked.read(len(buffer))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise CorpusError(f"{self._name} cannot be unpacked ({error}). Pack it anew, or unpack it first.") from None
        self._count += len(content)
        if self._count > _MOST_UNPACKED * (self._packed.count + _ALLOWANCE):
            raise CorpusError(f"{self._name} unpacks to more than {_MOST_UNPACKED} times its size: it is not read.")
        buffer[: len(content)] = content
        return len(content)


class _Recoded(io.RawIOBase):
    """Text of another encoding as UTF-8."""

    def __init__(self, stream: io.BufferedReader, name: str, encoding: str) -> None:
        self._name, self._encoding = name, encoding
        try:
            self._text = io.TextIOWrapper(stream, encoding, newline="")
        except LookupError:
            raise CorpusError(f"No encoding is called {encoding!r}. Use --encoding with utf-8, cp1252 or utf-16.") from None
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            try:
                self._left = self._text.read(HEAD_BYTES).encode("utf-8", "replace")
            except UnicodeError as error:
                raise CorpusError(f"{self._name} is not text in {self._encoding} ({error}). Name another: --encoding cp1252") from None
        content, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(content)] = content
        return len(content)
