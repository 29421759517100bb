"""The identifiers that reference managers write in many ways: arXiv ids, DOIs, the ids of the ACL Anthology; and names."""

import re

from index.readers.fields import person

_ARXIV = r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7}"
_ARXIV_ID = re.compile(rf"(?:arxiv:\s*)?({_ARXIV})(?:v\d+)?(?:\s*\[[\w.\- ]+\])?", re.IGNORECASE)
_ARXIV_LINK = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf)/|10\.48550/arxiv\.|\barxiv:\s*)({_ARXIV})(?:v\d+)?(?!\d)", re.IGNORECASE
)
_VERSION = re.compile(r"v\d+\Z")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)?(10\.\d+/\S.*)", re.IGNORECASE | re.DOTALL)
_ACL = re.compile(r"https?://(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology)/([\w.-]+?)(?:\.pdf|/)?")


def arxiv_id_of(own: object, *elsewhere: object) -> str | None:
    """The arXiv id, without its version, of a field that holds nothing else, or else of what names it in passing.

    `own` may be a bare id; of `elsewhere` (a DOI, a link, a journal, a note) only `arXiv:…`, a link to arxiv.org or
    the DOI that arXiv gives count.
    """
    if isinstance(own, str) and (found := _ARXIV_ID.fullmatch(own.strip())):
        return found[1]
    texts = (text for text in (own, *elsewhere) if isinstance(text, str))
    return next((found[1] for text in texts if (found := _ARXIV_LINK.search(text))), None)


def unversioned(arxiv_id: object) -> object:
    """An arXiv id without `arXiv:` before it and its version behind it; whatever is no text, as it is."""
    return (
        _VERSION.sub("", re.sub(r"(?i)\A\s*arxiv:\s*", "", arxiv_id).strip()) if isinstance(arxiv_id, str) else arxiv_id
    )


def doi_of(value: object) -> object:
    """A DOI without the address or the word before it; any other value as it is."""
    found = _DOI.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else value


def acl_id_of(url: object) -> str | None:
    """The ACL Anthology's own id (`acl:2020.acl-main.1`) of a paper whose page is at `url`."""
    found = _ACL.fullmatch(url.strip()) if isinstance(url, str) else None
    return f"acl:{found[1]}" if found else None


def landing_page(url: object, arxiv_id: object) -> object:
    """The link that a record gives, else the page that arXiv has of the paper."""
    return url or (f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else None)


def spoken(name: str) -> str:
    """A name as it is spoken: of `Family, Given` and `Family, Given, Suffix` the given name comes first."""
    family, *rest = (part.strip() for part in name.split(","))
    if not rest or len(rest) > 2:
        return name.strip()
    return person(person(rest[0], family), rest[1] if len(rest) == 2 else None)
