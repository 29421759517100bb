"""What a corpus is given as: files, folders, patterns, standard input; plain or packed by gzip."""

import codecs
import glob
import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any, BinaryIO

from index.errors import CorpusError
from index.readers import foreign
from index.readers.records import HEAD_BYTES, Source
from index.readers.turning import Broken

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


def check_encoding(encoding: str) -> None:
    """Raise `CorpusError` where no encoding of text is called so."""
    try:
        io.TextIOWrapper(io.BytesIO(), encoding)
    except LookupError:
        raise CorpusError(f"No encoding is called {encoding!r}. Use --encoding with utf-8, cp1252 or utf-16.") from None


def listed(names: Iterable[str], meter: Meter, apart_from: Path | None = None) -> tuple[str, ...]:
    """The files that `names` stand for, in order, each once; what stands for no file is kept, and refused by `opened`.

    A folder stands for all files below it that are not hidden, a pattern (`papers/*.jsonl`) for what it matches, `-`
    for standard input. Of the files in `apart_from`, which is the index, only the first is named.
    """
    files = tuple(dict.fromkeys(each for given in names for each in _expanded(given)))
    own = [name for name in files if apart_from and Path(name).resolve().is_relative_to(apart_from.resolve())]
    files = tuple(name for name in files if name not in {*own[1:]})
    meter.total = None if "-" in files else sum(_size(Path(name)) for name in files)
    return files


@contextmanager
def opened(name: str, encoding: str | None, meter: Meter, apart_from: Path | None = None) -> Iterator[Source]:
    """Open a file that `listed` named; raise `CorpusError` for what does not exist, cannot be read or is no text."""
    path = Path(name)
    if name == "-":
        if sys.stdin is None:
            raise CorpusError("Standard input is closed. Name a file of papers, or pipe one in.")
        yield _source(sys.stdin.buffer, "<stdin>", encoding, meter)
        return
    if apart_from and path.resolve().is_relative_to(apart_from.resolve()):
        raise CorpusError(f"{name} belongs to the index in {apart_from}. Name the files of papers instead.")
    try:
        stream = path.open("rb") if path.is_file() or not path.exists() else _refused(name)
    except OSError as error:
        pattern = glob.has_magic(name) and isinstance(error, FileNotFoundError)
        raise CorpusError(f"There is no file in {name}." if pattern else _unread(name, error)) from None
    with stream:
        yield _source(stream, name, encoding, meter)


def _refused(name: str) -> BinaryIO:
    """Raise what says why something that is no file cannot be read."""
    if not Path(name).is_dir():
        raise CorpusError(f"{name} is neither a file nor a folder. Pipe it in: scholiast build - < {quote(name)}")
    next(Path(name).iterdir(), None)
    raise CorpusError(f"There is no file in {name}.")


def _unread(name: str, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"Cannot read {name}: {error.strerror}. Give yourself the right to read it: chmod u+rX {quote(name)}"
    return f"Cannot read {name}: {error.strerror}. Name a file of papers, or - for standard input."


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _expanded(name: str) -> Iterable[str]:
    path = Path(name)
    if _is_folder(path):
        return _below(path) or [name]
    if glob.has_magic(name) and not os.path.lexists(name):
        return sorted(glob.glob(name, recursive=True)) or [name]  # noqa: PTH207 - Path.glob wants its root told apart
    return [name]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _below(root: Path) -> list[str]:
    """The files below a folder that are neither hidden nor links, and the folders that cannot be looked into."""
    found: list[str] = []
    for folder, folders, files in os.walk(root, onerror=lambda error: found.append(os.fspath(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(folder, name) for name in files if not name.startswith("."))
        found.extend(str(path) for path in paths if not path.is_symlink() and path.is_file())
    return sorted(found, key=Path)


def _source(stream: BinaryIO, name: str, encoding: str | None, meter: Meter) -> Source:
    plain = _Counted(stream, name, meter)
    buffered: io.BufferedReader[Any] = io.BufferedReader(plain, HEAD_BYTES)
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        buffered = io.BufferedReader(_Unpacked(buffered, plain, name), HEAD_BYTES)
    head = buffered.peek(HEAD_BYTES)
    wide = _encoding_of(head)
    if kind := foreign.binary(head, name):
        raise CorpusError(f"{name} is not text but {kind.kind}: {kind.cure}.")
    # A record may hold a NUL byte and is rejected alone; a file that begins with one is a picture or a database.
    if b"\0" in head[:_HEAD] and not wide and not encoding and not head.startswith(b"PAR1"):
        raise CorpusError(
            f"{name} is not text: it holds NUL bytes.{_wide(head) or ' Name the files of papers instead.'}"
        )
    if written := encoding or wide:
        buffered = io.BufferedReader(_Recoded(buffered, name, written), HEAD_BYTES)
    return Source(buffered, os.fsencode(name).decode(errors="replace"))


def _encoding_of(head: bytes) -> str | None:
    """The encoding that a byte order mark names; None for UTF-8, and where there is none."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else None


def _wide(head: bytes) -> str:
    """The cure for text in UTF-16 that does not say so: every other of its bytes is NUL."""
    even, odd = head[:_HEAD:2].count(0), head[1:_HEAD:2].count(0)
    wide = max(even, odd) * 4 > _HEAD and min(even, odd) == 0
    return f" It may be text in UTF-16: --encoding utf-16-{'le' if odd else 'be'}" if wide else ""


class _Counted(io.RawIOBase):
    """A stream that counts what was read of it."""

    def __init__(self, stream: BinaryIO, name: str, meter: Meter) -> None:
        self._stream = stream
        self._name = name
        self._meter = meter
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            content = self._stream.read(len(buffer))
        except OSError as error:
            raise Broken(_unread(self._name, error)) from None
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
            content: bytes = self._unpacked.read1(len(buffer))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Broken(f"{self._name} cannot be unpacked ({error}). Pack it anew, or unpack it first.") from None
        self._count += len(content)
        if self._count > _MOST_UNPACKED * (self._packed.count + _ALLOWANCE):
            raise CorpusError(f"{self._name} unpacks to more than {_MOST_UNPACKED} times its size: it is not read.")
        buffer[: len(content)] = content
        return len(content)


class _Recoded(io.RawIOBase):
    """Text of another encoding as UTF-8."""

    def __init__(self, stream: io.BufferedReader, name: str, encoding: str) -> None:
        self._name, self._encoding = name, encoding
        self._text = io.TextIOWrapper(stream, encoding, newline="")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            try:
                self._left = self._text.read(HEAD_BYTES).encode("utf-8", "replace")
            except UnicodeError as error:
                raise Broken(
                    f"{self._name} is not text in {self._encoding} ({error}). Name another: --encoding cp1252"
                ) from None
        content, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(content)] = content
        return len(content)
