"""What a corpus is given as: files, folders, patterns, standard input; plain or packed by gzip."""

import glob
import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from index.errors import CorpusError
from index.readers.records import UTF_16, Lines

# Text packs to a tenth, perhaps a thirtieth; what unpacks to more than this is made to fill the memory.
_MOST_UNPACKED, _ALLOWANCE = 100, 64 * 1024
_HEAD = 32


def opened(names: Iterable[str]) -> Iterator[Lines]:
    """Yield the lines of each file that `names` stand for, in order, each file once.

    A folder stands for all files below it that are not hidden, a pattern (`papers/*.jsonl`) for what it matches, `-`
    for standard input. Raises `CorpusError` for what does not exist, cannot be read or is no file.
    """
    for name in dict.fromkeys(each for given in names for each in _expanded(given)):
        if name == "-":
            yield _lines(sys.stdin.buffer, "<stdin>")
            continue
        if Path(name).exists() and not Path(name).is_file():
            raise CorpusError(f"{name} is neither a file nor a folder. Pipe it in: scholiast build - < {name}")
        try:
            with Path(name).open("rb") as stream:
                yield _lines(stream, name)
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


def _lines(stream: BinaryIO, name: str) -> Lines:
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    head = buffered.peek(_HEAD)[:_HEAD]
    packed = head.startswith(b"\x1f\x8b")
    # A record may hold a NUL byte and is rejected alone; a file that begins with one is a picture or a PDF.
    if b"\0" in head and not packed and not head.startswith(UTF_16):
        raise CorpusError(f"{name} is not text: it holds NUL bytes.")
    return Lines(_Unpacked(buffered, name) if packed else buffered, name)


class _Counted:
    """A stream that counts what was read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size)
        self.count += len(content)
        return content


class _Unpacked:
    """The lines of a stream that gzip packed, as long as they are in proportion to it."""

    def __init__(self, packed: BinaryIO, name: str) -> None:
        self._name = name
        self._packed = _Counted(packed)
        self._unpacked = gzip.GzipFile(fileobj=self._packed)  # type: ignore[call-overload]
        self._count = 0

    def readline(self, size: int = -1, /) -> bytes:
        try:
            line: bytes = self._unpacked.readline(size)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise CorpusError(f"{self._name} cannot be unpacked ({error}). Pack it anew, or unpack it first.") from None
        self._count += len(line)
        if self._count > _MOST_UNPACKED * (self._packed.count + _ALLOWANCE):
            raise CorpusError(f"{self._name} unpacks to more than {_MOST_UNPACKED} times its size: it is not read.")
        return line
