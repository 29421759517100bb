"""BibTeX, in UTF-8: what LaTeX would obey is written as the sign that it prints."""

import re
from collections.abc import Iterator, Sequence

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from bibtexparser.writer import BibtexFormat

from index.papers import Paper
from index.writers.kinds import Kind, kind_of
from index.writers.names import is_body

_ENTRIES: dict[Kind, tuple[str, str]] = {
    "article": ("article", "journal"),
    "meeting": ("inproceedings", "booktitle"),
    "other": ("misc", "howpublished"),
}
_SIGNS = str.maketrans(
    {sign: f"\\{sign}" for sign in "%&$#_"}
    | {
        "\\": r"\textbackslash{}",
        # A brace behind a backslash still counts as one where BibTeX looks for the end of a value.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
# Two signs that LaTeX prints as one: `--`, quotation marks, and `?` or `!` before a grave accent.
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')|(?<=[?!])(?=`)")
_BREAKING = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})
# What splits a name, or makes it something else than one: it then stands in braces, as a whole.
_NO_PLAIN_NAME = re.compile(r"[,={}\\]|\Aothers\Z", re.IGNORECASE)


def write(papers: Sequence[tuple[str, Paper]]) -> str:
    """An entry for each paper under its key.

    Source: https://www.bibtex.com/g/bibtex-format/; `eprint` and `archiveprefix` as https://info.arxiv.org/help/hypertex/bibstyles.
    """
    form = BibtexFormat()  # type: ignore[no-untyped-call]
    form.indent, form.trailing_comma, form.block_separator = "  ", True, "\n"
    return write_string(Library([_entry(key, paper) for key, paper in papers]), unparse_stack=[], bibtex_format=form)


def _entry(key: str, paper: Paper) -> Entry:
    return Entry(_ENTRIES[kind_of(paper)][0], key, [Field(name, f"{{{value}}}") for name, value in _fields(paper)])


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    # In braces of its own, a style leaves the capitals of a title alone.
    yield "title", f"{{{_text(paper.title)}}}"
    if paper.authors:
        yield "author", " and ".join(map(_name, paper.authors))
    if paper.year is not None:
        yield "year", str(paper.year)
    if paper.venue:
        yield _ENTRIES[kind_of(paper)][1], _text(paper.venue)
    if paper.doi:
        yield "doi", paper.doi.translate(_BREAKING)
    if paper.arxiv_id:
        yield "eprint", paper.arxiv_id.translate(_BREAKING)
        yield "archiveprefix", "arXiv"
    if paper.paper_id.startswith("pmid:"):
        yield "pmid", paper.paper_id.removeprefix("pmid:").translate(_BREAKING)
    if paper.url:
        yield "url", paper.url.translate(_BREAKING)
    if paper.retracted:
        yield "note", "Retracted"
    if paper.abstract:
        yield "abstract", _text(paper.abstract)


def _text(text: str) -> str:
    return "{}".join(part.translate(_SIGNS) for part in _LIGATURE.split(text))


def _name(name: str) -> str:
    return f"{{{_text(name)}}}" if is_body(name) or _NO_PLAIN_NAME.search(name) else _text(name)
