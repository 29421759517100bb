"""`Paper`: one normalised record, its id and its canonical text."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass

_HASHED = "sha256:"
_SEPARATING = frozenset(" .,:;!?\"'`‘’“”„«»()[]{}-‐‑‒–—―_/…")


def normalise(text: str) -> str:
    """Fold `text` to Unicode NFC with single spaces, and repair nothing else, so that a quote can be found again.

    A lone surrogate (legal in JSON, impossible in UTF-8) becomes U+FFFD.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(unicodedata.normalize("NFC", whole).split())


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as it is stored; every offset anywhere counts characters of `abstract`."""

    paper_id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    url: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None

    @classmethod
    def from_source(
        cls,
        title: str,
        abstract: str,
        *,
        paper_id: str | None = None,
        authors: Iterable[str] = (),
        year: int | None = None,
        venue: str | None = None,
        url: str | None = None,
        doi: str | None = None,
        arxiv_id: str | None = None,
    ) -> "Paper":
        """Normalise a record's fields; without a `paper_id`, it is the arXiv id, else the DOI, else a stable hash."""
        title, abstract = normalise(title), normalise(abstract)
        named = (_clean(paper_id), _clean(arxiv_id), _clean(doi))
        return cls(
            paper_id=next((name for name in named if name), None) or content_id(title, abstract),
            title=title,
            abstract=abstract,
            authors=tuple(name for name in map(normalise, authors) if name),
            year=year,
            venue=_clean(venue),
            url=_clean(url),
            doi=named[2],
            arxiv_id=named[1],
        )

    @property
    def digest(self) -> str:
        """The sha256 of every field: two papers with one digest are the same record."""
        return _sha256(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True))

    @property
    def title_key(self) -> str | None:
        """What makes two records without ids the same paper, title and year; None for a record that has an id."""
        return f"{_fold(self.title)}|{self.year or ''}" if self.paper_id.startswith(_HASHED) else None


def content_id(title: str, abstract: str) -> str:
    """A stable id for a paper that names none: a hash of its normalised title and abstract."""
    return _HASHED + _sha256(f"{_fold(title)}\n{_fold(abstract)}")[:16]


def _fold(text: str) -> str:
    """The words of a title whatever its case, its quotation marks and its dashes; signs such as + and # count."""
    words = "".join(" " if c in _SEPARATING else c for c in unicodedata.normalize("NFKC", text).casefold())
    return " ".join(words.split()) or text


def _clean(text: str | None) -> str | None:
    return (normalise(text) or None) if text else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
