"""What a corpus is given as: files, folders, patterns, standard input; plain or packed by gzip."""

import codecs
import glob
import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from shlex import quote
from typing import Any, BinaryIO

from index.errors import CorpusError
from index.readers.records import HEAD_BYTES, Source

# Text packs to a tenth, perhaps a thirtieth; what unpacks to more than this is made to fill the memory.
_MOST_UNPACKED, _ALLOWANCE = 100, 64 * 1024
_HEAD = 32


class Meter:
    """How much of the files of a corpus has been read, in bytes as they lie on the disk."""

    def __init__(self) -> None:
        self.read = 0
        self.total: int | None = None

    @property
    def share(self) -> float | None:
        """The share that has been read; None while it is not known, as with standard input."""
        return min(1.0, self.read / self.total) if self.total else None


def opened(
    names: Iterable[str], encoding: str | None, meter: Meter, apart_from: Path | None = None
) -> Iterator[Source]:
    """Yield each file that `names` stand for, in order, each file once.

    A folder stands for all files below it that are not hidden, a pattern (`papers/*.jsonl`) for what it matches, `-`
    for standard input. Raises `CorpusError` for what does not exist, cannot be read or is no file.
    """
    files = tuple(dict.fromkeys(each for given in names for each in _expanded(given)))
    meter.total = None if "-" in files else sum(Path(name).stat().st_size for name in files if Path(name).is_file())
    for name in files:
        if name == "-":
            if sys.stdin is None:
                raise CorpusError("Standard input is closed. Name a file of papers, or pipe one in.")
            yield _source(sys.stdin.buffer, "<stdin>", encoding, meter)
            continue
        if Path(name).exists() and not Path(name).is_file():
            raise CorpusError(f"{name} is neither a file nor a folder. Pipe it in: scholiast build - < {quote(name)}")
        if apart_from and Path(name).resolve().is_relative_to(apart_from.resolve()):
            raise CorpusError(f"{name} belongs to the index in {apart_from}. Name the files of papers instead.")
        try:
            with Path(name).open("rb") as stream:
                yield _source(stream, name, encoding, meter)
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


def _source(stream: BinaryIO, name: str, encoding: str | None, meter: Meter) -> Source:
    plain = _Counted(stream, meter)
    buffered: io.BufferedReader[Any] = io.BufferedReader(plain, HEAD_BYTES)
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        buffered = io.BufferedReader(_Unpacked(buffered, plain, name), HEAD_BYTES)
    head = buffered.peek(_HEAD)[:_HEAD]
    utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # A record may hold a NUL byte and is rejected alone; a file that begins with one is a picture or a PDF.
    if b"\0" in head and not utf_16 and not encoding and not head.startswith(b"PAR1"):
        raise CorpusError(f"{name} is not text: it holds NUL bytes.")
    if encoding or utf_16:
        buffered = io.BufferedReader(_Recoded(buffered, name, encoding or "utf-16"), HEAD_BYTES)
    return Source(buffered, os.fsencode(name).decode(errors="replace"))


class _Counted(io.RawIOBase):
    """A stream that counts what was read of it."""

    def __init__(self, stream: BinaryIO, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        self.count += len(content)
        self._meter.read += len(content)
        return len(content)


class _Unpacked(io.RawIOBase):
    """What gzip packed, as long as it is in proportion to the packed bytes."""

    def __init__(self, packed: io.BufferedIOBase, counted: _Counted, name: str) -> None:
        self._name = name
        self._packed = counted
        self._unpacked = gzip.GzipFile(fileobj=packed)
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
            raise CorpusError(
                f"No encoding is called {encoding!r}. Use --encoding with utf-8, cp1252 or utf-16."
            ) from None
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            try:
                self._left = self._text.read(HEAD_BYTES).encode("utf-8", "replace")
            except UnicodeError as error:
                raise CorpusError(
                    f"{self._name} is not text in {self._encoding} ({error}). Name another: --encoding cp1252"
                ) from None
        content, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(content)] = content
        return len(content)
