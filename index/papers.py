"""`Paper`: one normalised record, its id and its canonical text."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from index.filters import folded
from index.sameness import abstracts_agree, authors_agree, is_generic

HASHED = "sha256:"
# Prefixes that readers put before the ids of a source that has its own.
OWN_SCHEMES = frozenset({"pmid", "openalex", "s2", "acl"})
_DOI_PREFIX = re.compile(r"(https?://)?(dx\.)?doi\.org/|doi:\s*")
_ARXIV_PREFIX = re.compile(r"(https?://)?(www\.)?arxiv\.org/(abs|pdf)/|arxiv:\s*")
_ARXIV_DOI = "10.48550/arxiv."
_PUBMED_PAGE = re.compile(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)")
_NOTICE = re.compile(
    r"\W*(retracted|retraction|withdrawn|erratum|corrigendum|expression of concern)(?: article| paper| notice)?"
    r"\s*(?:[:\])–—-]|to\b|for\b|$)"
    r"|\W*(?:this|the) (?:paper|article|manuscript|preprint|review|submission|work) (?:has been|was|is) (retracted|withdrawn)\b",
    re.IGNORECASE,
)
# Of a retraction it is another paper that is retracted.
_TAKEN_BACK = ("retracted", "withdrawn")
_VERSION = re.compile(r"v\d+$")
_NOTHING = re.compile("")
_SEPARATING = str.maketrans(dict.fromkeys(".,:;!?\"'`‘’“”„«»()[]{}-‐‑‒–—―_/…", " "))


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
    retracted: bool = False

    @classmethod
    def from_source(  # noqa: PLR0913 - a paper has so many fields
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
        retracted: bool = False,
    ) -> "Paper":
        """Normalise a record's fields; without a `paper_id`, it is the arXiv id, else the DOI, else a stable hash.

        A paper is `retracted` where its source says so, or its own title or text: `RETRACTED ARTICLE: …`.
        """
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
            retracted=retracted or _notice(title, abstract) in _TAKEN_BACK,
        )

    @property
    def digest(self) -> str:
        """The sha256 of every field: two papers with one digest are the same record."""
        return _sha256(json.dumps([getattr(self, name) for name in self.__slots__], ensure_ascii=False))

    @property
    def told_digest(self) -> str:
        """The sha256 of what the record tells, however it spells its ids."""
        told = [self.keys, self.title, self.abstract, self.authors, self.year, self.venue, self.url, self.retracted]
        return _sha256(json.dumps(told, ensure_ascii=False))

    @property
    def notice(self) -> str | None:
        """What a reader must know first: that a paper is retracted or withdrawn, or that this is none; else None.

        What is no paper may be a retraction of another, an erratum, an expression of concern.
        """
        found = _notice(self.title, self.abstract)
        return found if not self.retracted or found in _TAKEN_BACK else "retracted"

    @property
    def ids(self) -> dict[str, str]:
        """The ids by which other records may name this paper, by naming scheme, strongest first, in one spelling each.

        A DOI without its resolver, an arXiv id without its version, the source's own id, all of them without regard to
        case; an arXiv DOI is the arXiv id, and the address of a PubMed page its PMID.
        """
        doi, arxiv_id = _bare(self.doi, _DOI_PREFIX), _bare(self.arxiv_id, _ARXIV_PREFIX)
        if doi and doi.startswith(_ARXIV_DOI):
            arxiv_id, doi = arxiv_id or doi.removeprefix(_ARXIV_DOI), None
        pmid = _PUBMED_PAGE.match(self.url or "")
        found = {
            "doi": doi,
            "arxiv": _VERSION.sub("", arxiv_id) if arxiv_id else None,
            "pmid": pmid[1] if pmid else None,
        }
        if self.paper_id not in (self.doi, self.arxiv_id) and not self.paper_id.startswith(HASHED):
            scheme, colon, rest = self.paper_id.partition(":")
            own = (scheme, rest) if colon and scheme in OWN_SCHEMES else ("id", self.paper_id)
            found.setdefault(own[0], None)
            found[own[0]] = found[own[0]] or _bare(own[1], _NOTHING)
        return {scheme: name for scheme, name in found.items() if name}

    @property
    def keys(self) -> tuple[str, ...]:
        """Its ids as `scheme:id`, strongest first, then `title:` and the words of its title."""
        return _keys(self)

    @property
    def own_key(self) -> str:
        """What tells this record from the others of its source: its strongest id, or else its title and more.

        That is its year and its authors, or its abstract where no authors are known or the title is generic.
        """
        if len(self.keys) > 1:
            return self.keys[0]
        by_authors = self.authors and not is_generic(self.title)
        rest = "; ".join(map(folded, self.authors)) if by_authors else _fold(self.abstract)
        return f"{self.keys[0]}|{self.year or ''}|{_sha256(rest)[:16]}"

    def may_be(self, other: "Paper") -> bool:
        """Whether two records of the same title, with no id in common, are one paper.

        They are where the title is not generic, their authors or their abstracts agree, and neither their years nor
        their ids disagree; a year or an id that one of them lacks fits any.
        """
        years = {self.year, other.year} - {None}
        mine, theirs = self.ids, other.ids
        return (
            len(years) < 2
            and all(mine[scheme] == theirs[scheme] for scheme in mine.keys() & theirs.keys())
            and not is_generic(self.title)
            and (authors_agree(self.authors, other.authors) or abstracts_agree(self.abstract, other.abstract))
        )


def _notice(title: str, abstract: str) -> str | None:
    found = _NOTICE.match(title) or _NOTICE.match(abstract)
    return (found[1] or found[2]).casefold() if found else None


def content_id(title: str, abstract: str) -> str:
    """A stable id for a paper that names none: a hash of its normalised title and abstract."""
    return HASHED + _sha256(f"{_fold(title)}\n{_fold(abstract)}")[:16]


# Asked for some ten times while a paper is stored.
@lru_cache(maxsize=1024)
def _keys(paper: Paper) -> tuple[str, ...]:
    return (*(f"{scheme}:{name}" for scheme, name in paper.ids.items()), f"title:{_fold(paper.title)}")


def _fold(text: str) -> str:
    """The words of a title whatever its case, its quotation marks and its dashes; signs such as + and # count."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SEPARATING)
    return " ".join(folded.split()) or text


def _bare(name: str | None, prefix: re.Pattern[str]) -> str | None:
    folded = unicodedata.normalize("NFKC", name or "").casefold().strip()
    found = prefix.match(folded)
    return folded[found.end() :] if found else folded or None


def _clean(text: str | None) -> str | None:
    return (normalise(text) or None) if text else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
