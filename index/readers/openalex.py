"""OpenAlex: answers of its API, single works, and its snapshot."""

import re
from typing import Any

from index.readers.fields import Fields, Unfit
from index.readers.reference_ids import doi_of

WRAPS = ("results",)
_ARXIV_PAGE = re.compile(r"https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/(.+?)(?:v\d+)?(?:\.pdf)?/?", re.I)


def fields(record: dict[str, Any]) -> Fields:
    """A work; its abstract, which is kept as the places of each word, is made a text again.

    Source: https://docs.openalex.org/api-entities/works/work-object.
    """
    number = _number(record.get("id"))
    page, venue = _location(record.get("primary_location"))
    arxiv = _ARXIV_PAGE.fullmatch(page) if isinstance(page, str) else None
    return Fields(
        title=record.get("title") or record.get("display_name"),
        abstract=_abstract(record.get("abstract_inverted_index")),
        authors=_authors(record.get("authorships")),
        year=record.get("publication_year") or record.get("publication_date"),
        venue=venue,
        url=page or record.get("id"),
        doi=doi_of(record.get("doi")),
        arxiv_id=arxiv[1] if arxiv else None,
        retracted=record.get("is_retracted") is True,
        own_id=number and f"openalex:{number}",
        record_id=number,
    )


def fits(record: dict[str, Any]) -> bool:
    """Whether the record has keys that only a work of OpenAlex has."""
    return "id" in record and not record.keys().isdisjoint(
        {"abstract_inverted_index", "authorships", "primary_location", "display_name"}
    )


def _abstract(index: object) -> str | None:
    """The text whose words stand at the places that `index` gives each of them; None for none."""
    if index is None:
        return None
    if not isinstance(index, dict) or not all(isinstance(places, list) for places in index.values()):
        raise Unfit("TYPE", "abstract_inverted_index does not give a list of places for each word")
    words = [(place, word) for word, places in index.items() for place in places]
    if not all(type(place) is int for place, _ in words):
        raise Unfit("TYPE", "abstract_inverted_index has a place that is not a whole number")
    return " ".join(word for _, word in sorted(words))


def _authors(authorships: object) -> object:
    return [_name(each) for each in authorships] if isinstance(authorships, list) else authorships


def _name(authorship: object) -> object:
    match authorship:
        case {"author": {"display_name": str(name)}} | {"raw_author_name": str(name)}:
            return name
    return {} if isinstance(authorship, dict) else authorship


def _location(location: object) -> tuple[object, object]:
    """The page of the place where the work stands, and the name of that place."""
    match location:
        case {"landing_page_url": page, "source": {"display_name": venue}}:
            return page, venue
        case {"source": {"display_name": venue}}:
            return None, venue
        case {"landing_page_url": page}:
            return page, None
    return None, None


def _number(name: object) -> str | None:
    return name.rpartition("/")[2] or None if isinstance(name, str) else None
