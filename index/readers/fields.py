"""What a record says of a paper, judged the same way whatever format it came in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from index.papers import Paper, normalise
from index.readers.markup import plain
from index.readers.placeholders import is_placeholder
from index.readers.records import Record, Rejected, Remark, Source
from index.readers.remarks import remarks_on
from index.words.language import is_english

# How many characters of markup and white space a character of text may cost before it is not looked into.
_MARKED_UP = 5
MAX_ID_CHARACTERS = 1_000
MAX_FIELD_CHARACTERS = 2_000
# Up to no year that a clock says: with one that is set back, papers of today would lose theirs.
YEARS = range(1000, 2101)
_YEAR = re.compile(r"(?<![\d.])(\d{4})(?![\da-z])", re.I)
_DATES = (
    (re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), "%Y-%m-%d"),
    (re.compile(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}\b"), "%d %b %Y"),
)


@dataclass(frozen=True, slots=True)
class Fields:
    """A record's fields as its source has them: values of any type, judged by `papers`.

    Texts and names may be in markup. `other_abstract` is one in English that stands in a second field; it is taken where
    `abstract` says nothing, or says it in another language. `year` may be a number, or text that holds a year or begins
    with a date. `retracted` is whether the source says that the paper was retracted or withdrawn. `own_id` is what the
    source itself calls the paper, with the source's prefix (`pmid:123`); it names the paper only where there is neither
    `paper_id`, an arXiv id nor a DOI. `record_id` is what people call the record when they look for it in their file.
    """

    title: object = None
    abstract: object = None
    other_abstract: object = None
    paper_id: object = None
    authors: object = ()
    year: object = None
    venue: object = None
    url: object = None
    doi: object = None
    arxiv_id: object = None
    retracted: bool = False
    own_id: str | None = None
    record_id: str | None = None


class Unfit(Exception):
    """A record that is not a paper: the code and the reason of its rejection."""


def papers(source: Source, number: int, fields: Fields) -> Iterator[Record | Rejected | Remark]:
    """Yield the record that `fields` make, preceded by what is worth remarking, or its rejection.

    Codes of rejection: TYPE, NO_TITLE, NO_ABSTRACT, TOO_LONG, ID. Codes of remarks: YEAR (what is no year is left
    out), FIELD (so is a field of another type or without measure), and those of `remarks_on`.
    """
    name = fields.record_id or _named(fields)
    try:
        paper = _paper(fields, source.longest_abstract)
    except Unfit as unfit:
        code, reason = unfit.args
        yield source.reject(number, code, reason, name)
        return
    for code, reason in _remarks(fields, paper):
        yield Remark(source.name, number, code, reason, name)
    yield Record(paper, source.name, number, source.authority)


def _remarks(fields: Fields, paper: Paper) -> Iterator[tuple[str, str]]:
    if fields.year not in (None, "") and paper.year is None:
        yield "YEAR", f"{_shown(fields.year)} is not a year"
    for key in ("venue", "url", "authors"):
        value = getattr(fields, key)
        if value and not getattr(paper, key) and not (isinstance(value, str) and not value.strip()):
            yield "FIELD", f"{key} is left out: {_shown(value)}"
    yield from remarks_on(paper)


def _paper(fields: Fields, longest: int) -> Paper:
    written, abstract = _text(fields.title, "title") or "", _abstract(fields.abstract, longest)
    # A title of nothing but markup is what its record has of one.
    title = plain(written) if plain(written).strip() else written
    if not title.strip():
        raise Unfit("NO_TITLE", "the record has no title")
    if (other := _abstract(fields.other_abstract, longest)) and not (abstract and is_english(abstract)):
        abstract = other if not abstract or is_english(other) else abstract
    if not abstract:
        raise Unfit("NO_ABSTRACT", "the record has no abstract")
    arxiv_id, doi = _identifier(fields.arxiv_id, "arxiv_id"), _identifier(fields.doi, "doi")
    return Paper.from_source(
        title,
        abstract,
        paper_id=_identifier(fields.paper_id, "paper_id") or (fields.own_id if not (arxiv_id or doi) else None),
        authors=_authors(fields.authors),
        year=year_of(fields.year),
        venue=plain(_told(fields.venue) or ""),
        url=_told(fields.url),
        doi=doi,
        arxiv_id=arxiv_id,
        retracted=fields.retracted,
    )


def _abstract(value: object, longest: int) -> str:
    """The text of an abstract; empty where there is none, or what stands there says none."""
    text = _text(value, "abstract") or ""
    shown = normalise(plain(text)) if len(text) <= longest * _MARKED_UP else text
    if len(shown) > longest:
        raise Unfit(
            "TOO_LONG",
            f"the abstract has {len(shown)} characters, more than the setting longest_abstract allows ({longest})",
        )
    return "" if is_placeholder(shown) else shown


def year_of(value: object) -> int | None:
    """The year that a number or a text gives (`2021`, `2021-03-04`, `4 Mar 2021`, `２０２１`); None for anything else.

    A year lies between 1000 and 2100; a date that does not exist has no year.
    """
    if isinstance(value, str):
        found = None if _is_impossible(value) else _YEAR.search(value)
        value = int(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if value in YEARS else None


def person(given: str | None, family: str | None) -> str:
    """A name in the order in which it is spoken, from its two halves."""
    return " ".join(part.strip() for part in (given, family) if part and part.strip())


def _is_impossible(date: str) -> bool:
    for pattern, form in _DATES:
        if found := pattern.search(date):
            try:
                datetime.strptime(found[0], form)
            except ValueError:
                return True
    return bool(re.fullmatch(r"\s*-\d+\s*", date))


def _text(value: object, name: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Unfit("TYPE", f"{name} is not a string")
    return value


def _told(value: object) -> str | None:
    """A text, or several with commas between; None for anything else, and for what no venue or address can be."""
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        value = ", ".join(value)
    return value if isinstance(value, str) and len(value) <= MAX_FIELD_CHARACTERS else None


def _identifier(value: object, name: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    text = _text(value, name)
    if text and (len(text) > MAX_ID_CHARACTERS or "\0" in text):
        raise Unfit("ID", f"{name} has {len(text)} characters or holds a NUL: it is not an id")
    return text


def _authors(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = plain(value).split(";")
    names = (_name(each) for each in value) if isinstance(value, list | tuple) else ()
    return tuple(name for name in names if any(c.isalnum() for c in name) and len(name) <= MAX_FIELD_CHARACTERS)


def _name(value: object) -> str:
    if isinstance(value, dict):
        parts = {key: part for key, part in value.items() if isinstance(part, str)}
        whole = parts.get("name") or parts.get("literal")
        value = whole or person(parts.get("given"), parts.get("family"))
    return plain(value) if isinstance(value, str) else ""


def _named(fields: Fields) -> str | None:
    named = (fields.paper_id, fields.arxiv_id, fields.doi, fields.own_id, fields.title)
    found = next((normalise(name) for name in named if isinstance(name, str) and name.strip()), None)
    return _shown(found) if found else None


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
