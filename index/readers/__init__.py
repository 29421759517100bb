"""Reading papers in: a module for each format, which says whether a file is its own and reads it."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from index.errors import CorpusError
from index.readers import (
    acl_anthology,
    arxiv_atom,
    arxiv_mail,
    arxiv_oai,
    arxiv_page,
    bibtex,
    endnote_xml,
    foreign,
    json_records,
    labelled_text,
    markdown,
    nbib,
    papers_page,
    parquet,
    pubmed,
    pubmed_text,
    refer,
    result_pages,
    ris,
    tabular,
    web_of_science,
    wrapped_text,
    zotero_rdf,
)
from index.readers.records import LONGEST_ABSTRACT, Deleted, Read, Record, Rejected, Remark, Skipped, Source
from index.readers.sources import Meter, check_encoding, listed, opened

__all__ = ["FORMATS", "Deleted", "Meter", "Read", "Record", "Rejected", "Remark", "Skipped", "read_corpus"]

# In the order in which a file is tried: those that a mark of their own tells first, those that their layout tells last.
_MODULES = {
    "parquet": parquet,
    "arxiv-atom": arxiv_atom,
    "arxiv-oai": arxiv_oai,
    "pubmed-xml": pubmed,
    "acl-xml": acl_anthology,
    "endnote-xml": endnote_xml,
    "zotero-rdf": zotero_rdf,
    "nbib": nbib,
    "ris": ris,
    "bibtex": bibtex,
    "refer": refer,
    "web-of-science": web_of_science,
    "csv": tabular,
    "pubmed-text": pubmed_text,
    "arxiv-mail": arxiv_mail,
    "arxiv-page": arxiv_page,
    "labelled-text": labelled_text,
    "markdown": markdown,
    "wrapped-text": wrapped_text,
    "papers-page": papers_page,
}
FORMATS: dict[str, Callable[[Source], Iterator[Read]]] = {
    **{name: partial(json_records.read, shape=shape) for name, shape in json_records.SHAPES.items()},
    **{name: module.read for name, module in _MODULES.items()},
}
# Who keeps the records of a format, where that is not the format itself: whatever it withdraws was its own.
_AUTHORITIES = {
    **dict.fromkeys(("pubmed-xml", "pubmed-text", "nbib"), "pubmed"),
    **dict.fromkeys(("arxiv-oai", "arxiv-atom", "arxiv-mail", "arxiv-page", "kaggle-arxiv"), "arxiv"),
}
# More of such characters in a file's head than this, and it is no text at all.
_UNREADABLE = 0.05


def read_corpus(
    names: Iterable[str],
    format_name: str | None = None,
    encoding: str | None = None,
    meter: Meter | None = None,
    apart_from: Path | None = None,
    longest_abstract: int = LONGEST_ABSTRACT,
) -> Iterator[Read]:
    """Yield the records of `names`, in order: files, folders, patterns, `-`; plain or gzipped.

    The format is `format_name`, or is chosen from the content of each file; the text is in `encoding`, or in UTF-8
    (UTF-16 where a byte order mark says so). A file that cannot be read to its end, is in no format that is read here,
    or lies in the folder `apart_from` is skipped; where it is the only one, `CorpusError` says why. Raises that, too,
    for a format or an encoding that does not exist. An abstract of more than `longest_abstract` characters is rejected.
    `meter` hears how much was read.
    """
    if format_name and format_name not in FORMATS:
        raise CorpusError(f"No format is called {format_name!r}. Use --format with one of: {', '.join(FORMATS)}.")
    if encoding:
        check_encoding(encoding)
    meter = meter or Meter()
    files = listed(names, meter, apart_from)
    for name in files:
        try:
            with opened(name, encoding, meter, apart_from) as source:
                format_of_file = format_name or _recognised(source)
                source.longest_abstract = longest_abstract
                source.authority = _AUTHORITIES.get(format_of_file, format_of_file)
                yield from _read(source, format_of_file)
        except CorpusError as error:
            if len(files) == 1:
                raise
            yield Skipped(name, str(error))


def _read(source: Source, format_of_file: str) -> Iterator[Read]:
    records, said = 0, False
    for read in FORMATS[format_of_file](source):
        records, said = records + isinstance(read, Record | Rejected), True
        yield read
    if unread := source.unread(records):
        yield unread
    elif not said:
        raise CorpusError(f"{source.name} holds no papers.")


def _recognised(source: Source) -> str:
    head = source.head
    if not head.strip():
        raise CorpusError(f"{source.name} is empty: it holds no papers.")
    if kind := foreign.text(head):
        raise CorpusError(f"{source.name} is {kind.kind}: {kind.cure}.")
    if parquet.recognises(head):
        return "parquet"
    if page := result_pages.is_without_abstracts(head):
        raise CorpusError(f"{source.name} {page}.")
    claimed = (name for name, module in _MODULES.items() if module.recognises(head))
    found = json_records.recognised(head) or next(claimed, None)
    if found:
        return found
    if sum(map(head.count, "\ufffd\0")) > len(head) * _UNREADABLE:
        raise CorpusError(
            f"{source.name} is not text in UTF-8, nor in a format that is read here. If it is text in another encoding, "
            "name it: --encoding cp1252"
        )
    if head.lstrip().startswith("<"):
        raise CorpusError(
            f"{source.name} is XML of a kind that is not read. Those that are: arxiv-atom, arxiv-oai, pubmed-xml, "
            "acl-xml, endnote-xml, zotero-rdf; convert it to one of them, or to JSONL."
        )
    raise CorpusError(
        f"{source.name} is text in which no titles with their abstracts are told apart: it is not read. Export the "
        "papers (BibTeX, RIS, CSV, JSONL), or put each title on a line and its abstract on the next."
    )
