"""Reading papers in: one module per format, each a function `read(lines)` that yields papers and rejected records."""

from collections.abc import Callable, Iterable, Iterator

from index.errors import CorpusError
from index.papers import Paper
from index.readers import native, papers_page
from index.readers.records import Lines, Rejected
from index.readers.sources import opened

__all__ = ["FORMATS", "Paper", "Rejected", "read_corpus"]

FORMATS: dict[str, Callable[[Lines], Iterator[Paper | Rejected]]] = {
    "jsonl": native.read,
    "papers-page": papers_page.read,
}


def read_corpus(names: Iterable[str], format_name: str | None = None) -> Iterator[Paper | Rejected]:
    """Yield the papers and the rejected records of `names`, in order: files, folders, patterns, `-`; plain or gzipped.

    The format is `format_name`, or is chosen from the content of each file. Where two records say different things of
    one paper, the first is kept and the second rejected. Raises `CorpusError` for a file that cannot be read or is
    in no format that is read here.
    """
    digests: dict[str, str] = {}
    for lines in opened(names):
        yield from _read(lines, format_name, digests)


def _read(lines: Lines, format_name: str | None, digests: dict[str, str]) -> Iterator[Paper | Rejected]:
    chosen = format_name or _sniff(lines)
    if chosen not in FORMATS:
        raise CorpusError(
            f"{lines.name}: no format is called {chosen!r}. Use --format with one of: {', '.join(FORMATS)}."
        )
    for record in FORMATS[chosen](lines):
        if isinstance(record, Paper):
            keys = {record.paper_id, record.title_key or record.paper_id}
            if any(digests.setdefault(key, record.digest) != record.digest for key in keys):
                yield lines.reject_last(
                    "CONFLICT", f"another record says other things of the paper {record.paper_id!r}"
                )
                continue
        yield record


def _sniff(lines: Lines) -> str:
    line = lines.first()
    if line is None:
        raise CorpusError(f"{lines.name} is empty: it holds no papers.")
    if line.text is None:
        raise CorpusError(
            f"{lines.name}:{line.number} is not text in UTF-8. If it is in another encoding, convert it: "
            f"iconv -f cp1252 -t utf-8 {lines.name}"
        )
    first = line.text.strip()
    if first.startswith("{"):
        return "jsonl"
    if first.startswith(("<", "@", "[")):
        raise CorpusError(
            f"{lines.name} looks like XML, BibTeX or a JSON array, which are not read. "
            f"Convert it to JSONL, or use --format with one of: {', '.join(FORMATS)}."
        )
    return "papers-page"
