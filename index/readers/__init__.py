"""Reading papers in: one module per format, each with `read(source)` and `recognises(head)`."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from index.errors import CorpusError
from index.readers import json_records, papers_page
from index.readers.records import Deleted, Read, Record, Rejected, Remark, Source
from index.readers.sources import Meter, opened

__all__ = ["FORMATS", "Deleted", "Meter", "Read", "Record", "Rejected", "Remark", "read_corpus"]

FORMATS: dict[str, Callable[[Source], Iterator[Read]]] = {
    **{name: partial(json_records.read, shape=shape) for name, shape in json_records.SHAPES.items()},
    "papers-page": papers_page.read,
}


def read_corpus(
    names: Iterable[str],
    format_name: str | None = None,
    encoding: str | None = None,
    meter: Meter | None = None,
    apart_from: Path | None = None,
) -> Iterator[Read]:
    """Yield the records of `names`, in order: files, folders, patterns, `-`; plain or gzipped.

    The format is `format_name`, or is chosen from the content of each file; the text is in `encoding`, or in UTF-8
    (UTF-16 where a byte order mark says so). Raises `CorpusError` for a file that cannot be read or is in no format
    that is read here, or lies in the folder `apart_from`. `meter` hears how much was read.
    """
    for source in opened(names, encoding, meter or Meter(), apart_from):
        chosen = format_name or _sniff(source)
        if chosen not in FORMATS:
            raise CorpusError(
                f"{source.name}: no format is called {chosen!r}. Use --format with one of: {', '.join(FORMATS)}."
            )
        yield from FORMATS[chosen](source)


def _sniff(source: Source) -> str:
    if not source.head.strip():
        raise CorpusError(f"{source.name} is empty: it holds no papers.")
    return json_records.recognised(source.head) or "papers-page"
