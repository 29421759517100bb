"""The XML that the ACL Anthology keeps its papers in, one file for a collection of volumes."""

import re
from collections.abc import Iterator

from index.readers.fields import Fields, papers, person
from index.readers.records import Read, Source
from index.readers.reference_ids import doi_of
from index.readers.xml import Element, each, read_elements, root_of, text

_VOLUME = re.compile(r"<volume\s")


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each `paper`; front matter is none. Editors are not authors.

    Codes of the file: `read_elements`. Source: https://github.com/acl-org/acl-anthology, `data/xml/schema.rnc`.
    """
    yield from read_elements(source, {"paper": _paper}, within=("volume",))


def recognises(head: str) -> bool:
    """Whether a text begins as a collection of the Anthology does, and not as one of library records."""
    return root_of(head) == "collection" and bool(_VOLUME.search(head))


def anthology_id(collection: str, volume: str, paper: str) -> str:
    """The Anthology's id of a paper: `2020.acl-main.1`, and of those before 2020 `P19-1001`, `W19-5301`.

    Source: `acl_anthology.utils.ids.build_id`.
    """
    if collection[:1].isdigit():
        return f"{collection}-{volume}.{paper}"
    is_workshop = collection[:1] == "W" or collection == "C69" or (collection == "D19" and volume not in tuple("1234"))
    return f"{collection}-{volume.zfill(1 + is_workshop)}{paper.zfill(3 - is_workshop)}"


def _paper(source: Source, paper: Element) -> Iterator[Read]:
    volume = paper.getparent()
    meta = None if volume is None else next(iter(each(volume, "meta")), None)
    own_id = _id(paper)
    yield from papers(
        source,
        paper.sourceline,
        Fields(
            title=text(paper, "title"),
            abstract=text(paper, "abstract"),
            authors=[person(text(author, "first"), text(author, "last")) for author in each(paper, "author")],
            year=text(paper, "year") or _said(meta, "year"),
            venue=text(paper, "journal-title") or _said(meta, "journal-title") or _said(meta, "booktitle"),
            url=_page(text(paper, "url"), own_id),
            doi=doi_of(text(paper, "doi")),
            retracted=bool(each(paper, "retracted")),
            own_id=own_id and f"acl:{own_id}",
            record_id=own_id,
        ),
    )


def _id(paper: Element) -> str | None:
    """What the ids of the paper and of what it stands in make; None where one is missing."""
    volume = paper.getparent()
    collection = None if volume is None else volume.getparent()
    ids = [element.get("id") for element in (collection, volume, paper) if element is not None]
    return anthology_id(*ids) if len(ids) == 3 and all(ids) else None


def _said(meta: Element | None, name: str) -> str | None:
    return None if meta is None else text(meta, name)


def _page(url: str | None, own_id: str | None) -> str | None:
    """The paper's own page, unless it lies elsewhere; the Anthology writes an id alone for what is its own."""
    if url and "://" in url:
        return url.strip()
    return f"https://aclanthology.org/{own_id}/" if own_id else None
