"""Reading papers in: one module per format, each a function `read(lines)` that yields papers and rejected records."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from index.errors import CorpusError
from index.papers import Paper
from index.readers import native, papers_page
from index.readers.records import Lines, Rejected

__all__ = ["FORMATS", "Paper", "Rejected", "read_corpus"]

FORMATS: dict[str, Callable[[Lines], Iterator[Paper | Rejected]]] = {
    "jsonl": native.read,
    "papers-page": papers_page.read,
}


def read_corpus(names: Iterable[str], format_name: str | None = None) -> Iterator[Paper | Rejected]:
    """Yield the papers and the rejected records of the files `names`, in order; `-` is standard input.

    The format is `format_name`, or is chosen from the content of each file. Raises `CorpusError` for a file that
    cannot be opened or is in no format that is read here.
    """
    for name in dict.fromkeys(names):
        if name == "-":
            yield from _read(sys.stdin.buffer, "<stdin>", format_name)
            continue
        try:
            with Path(name).open("rb") as stream:
                yield from _read(stream, name, format_name)
        except OSError as error:
            raise CorpusError(
                f"Cannot read {name}: {error.strerror}. Name a file of papers, or - for standard input."
            ) from None


def _read(stream: BinaryIO, name: str, format_name: str | None) -> Iterator[Paper | Rejected]:
    lines = Lines(stream, name)
    chosen = format_name or _sniff(lines)
    if chosen not in FORMATS:
        raise CorpusError(f"{name}: no format is called {chosen!r}. Use --format with one of: {', '.join(FORMATS)}.")
    yield from FORMATS[chosen](lines)


def _sniff(lines: Lines) -> str:
    first = next((text.strip() for text in lines.peek(50) if text.strip()), None)
    if first is None:
        raise CorpusError(f"{lines.name} is empty: it holds no papers.")
    if first.startswith("{"):
        return "jsonl"
    if first.startswith(("<", "@", "[")):
        raise CorpusError(
            f"{lines.name} looks like XML, BibTeX or a JSON array, which are not read. "
            f"Convert it to JSONL, or use --format with one of: {', '.join(FORMATS)}."
        )
    return "papers-page"
