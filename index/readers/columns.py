"""What the columns of a table are called in the exports that people hold, and the paper that a row tells of."""

import ast
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

from index.errors import CorpusError
from index.readers.fields import Fields
from index.readers.markup import plain
from index.readers.reference_ids import acl_id_of, arxiv_id_of, doi_of, landing_page, spoken
from index.readers.retractions import is_retracted_kind, says_retracted

# The names of each column, folded, the one to be preferred first. The names in two letters are Web of Science's.
_NAMES = {
    "title": ("title", "article title", "paper title", "document title", "display name", "ti"),
    "abstract": ("abstract", "abstract note", "abstract text", "paper abstract", "summary", "description", "ab"),
    "authors": ("author full names", "authors", "author", "author s", "author names", "authors names", "af", "au"),
    "year": ("year", "publication year", "pub year", "py", "date", "publication date", "published", "update date"),
    "venue": (
        "venue", "journal", "source title", "publication title", "journal title", "journal book", "journal name",
        "booktitle", "book title", "container title", "proceedings title", "conference", "conference name", "so",
    ),
    "doi": ("doi", "di"),
    "url": ("url", "link", "paper url", "urls", "abs url", "doi link"),
    "arxiv_id": ("arxiv id", "arxivid", "arxiv", "eprint"),
    "paper_id": ("paper id", "paperid"),
    "id": ("id", "key"),
    "pmid": ("pmid", "pubmed id", "pm"),
    "scopus": ("eid",),
    "kind": ("document type", "dt", "publication types", "keywords", "author keywords", "manual tags", "de"),
    "retracted": ("is retracted", "retracted"),
    "note": ("notes", "note", "extra", "comments", "comment", "publication stage"),
    "wos": ("ut", "unique wos id", "ut unique wos id"),
}  # fmt: skip
# Several of them may stand in a table, and each is read.
_ASIDE = ("kind", "retracted", "note")
_ROLES = {name: role for role, names in _NAMES.items() for name in names}
_MOST_SHOWN = 20
_LITERAL = re.compile(r"\s*\[.*\]\s*", re.DOTALL)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[ -]?){1,4}")
# Scopus puts it behind a name. Begun at the first blank alone, so that many take linear time.
_AUTHOR_ID = re.compile(r"(?<!\s)\s*+\(\d+\)")
_LONGEST_LITERAL = 100_000


@lru_cache(maxsize=4096)
def role(name: str) -> str | None:
    """What a column called `name` holds, whatever its case and its punctuation; None for one that is not read."""
    return _ROLES.get(_folded(name))


def check_columns(source_name: str, names: Iterable[str]) -> None:
    """Raise `CorpusError` unless a title and an abstract are among the columns, and no column that is read twice."""
    names = tuple(names)
    roles = {role(name) for name in names}
    if missing := [needed for needed in ("title", "abstract") if needed not in roles]:
        shown = ", ".join(repr(name[:40]) for name in names[:_MOST_SHOWN]) + (", …" if len(names) > _MOST_SHOWN else "")
        raise CorpusError(
            f"{source_name} has no column {' and no column '.join(missing)}. Its columns are called: {shown or 'nothing'}. "
            "Rename those that hold them."
        )
    folded = [_folded(name) for name in names if role(name) not in (None, *_ASIDE)]
    if doubled := next((name for name in folded if folded.count(name) > 1), None):
        raise CorpusError(f"{source_name} has two columns called {doubled!r}. Rename or remove one of them.")


def fields_of(row: Mapping[str, object]) -> Fields:
    """The paper that a row tells of, from its cells by the names of their columns; the names may be in any order."""
    said = _said(row)
    arxiv_id = arxiv_id_of(said.get("arxiv_id"), said.get("doi"), said.get("url")) or said.get("arxiv_id")
    # A column "id" may just count the rows; what has the form of an arXiv id is one.
    arxiv_id = arxiv_id or arxiv_id_of(said.get("id"))
    return Fields(
        title=said.get("title"),
        abstract=said.get("abstract"),
        paper_id=said.get("paper_id"),
        authors=_authors(said.get("authors")),
        year=said.get("year"),
        venue=said.get("venue"),
        url=landing_page(said.get("url"), arxiv_id),
        doi=doi_of(said.get("doi")),
        arxiv_id=arxiv_id,
        retracted=_is_retracted(row),
        own_id=_own_id(said),
    )


def _said(row: Mapping[str, object]) -> dict[str, object]:
    """The cells that say something, by what they hold; of two that hold the same thing, the preferred one."""
    known = {_folded(name): plain for name, value in row.items() if role(name) and (plain := _plain(value)) is not None}
    preferred = {part: [known[name] for name in names if name in known] for part, names in _NAMES.items()}
    return {part: values[0] for part, values in preferred.items() if values}


def _plain(value: object) -> object:
    """A cell as a reader of papers wants it; None for one that is empty, or no number."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, float):
        return (int(value) if value.is_integer() else value) if value == value else None  # noqa: PLR0124 - NaN
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _is_retracted(row: Mapping[str, object]) -> bool:
    kinds, flags, notes = ([value for name, value in row.items() if role(name) == aside] for aside in _ASIDE)
    is_flagged = any(str(flag).strip().lower() in ("true", "yes", "1") for flag in flags)
    return is_flagged or is_retracted_kind(kinds) or says_retracted(notes)


def _own_id(said: Mapping[str, object]) -> str | None:
    if acl_id := acl_id_of(said.get("url")):
        return acl_id
    named = ((prefix, said.get(prefix)) for prefix in ("pmid", "scopus", "wos"))
    found = next(((prefix, str(value).strip()) for prefix, value in named if isinstance(value, str | int)), None)
    return f"{found[0]}:{found[1].removeprefix('WOS:')}" if found else None


def _authors(value: object) -> object:
    if isinstance(value, str) and _LITERAL.fullmatch(value) and len(value) < _LONGEST_LITERAL:
        value = _literal(value)
    if isinstance(value, str):
        # The semicolon of an entity parts no names.
        return tuple(_names(_AUTHOR_ID.sub("", plain(value))))
    if isinstance(value, list):
        return tuple(spoken(each) if isinstance(each, str) else each for each in value)
    return value


def _literal(text: str) -> object:
    """A list that Python or JSON has written into a cell; the text where it is none."""
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return text


def _names(cell: str) -> list[str]:
    """The names in one cell: parted by `;` or `|`, or by commas where these do not part a name in two."""
    for mark in (";", "|", " and "):
        if mark in cell:
            return [spoken(name) for name in cell.split(mark)]
    parts = [part.strip() for part in cell.split(",") if part.strip()]
    if all(" " in part for part in parts):
        return parts
    if len(parts) % 2 == 0 and all(_INITIALS.fullmatch(given) for given in parts[1::2]):
        return [spoken(f"{family}, {given}") for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return [spoken(cell)] if len(parts) == 2 else [cell.strip()]


def _folded(name: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", name).split()).casefold()
