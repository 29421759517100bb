"""Answers of OAI-PMH (ListRecords, GetRecord), in arXiv's own metadata formats and in Dublin Core."""

import re
from collections.abc import Callable, Iterator

from index.readers.arxiv_atom import first_doi
from index.readers.fields import Fields, papers, person, year_of
from index.readers.records import Deleted, Read, Source
from index.readers.reference_ids import arxiv_id_of, doi_of, spoken
from index.readers.retractions import says_retracted
from index.readers.xml import Element, each, local_name, read_elements, root_of, text, whole_text

_ARXIV = re.compile(r"oai:arxiv\.org:", re.I)
_SUBMITTED = re.compile(r"(?:[a-z-]+(?:\.[A-Z]{2})?/)?(\d\d)\d\d[.\d]")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_DEEPEST_BRACKETS = 3
_BETWEEN_NAMES = re.compile(r",\s+(?!(?:Jr|Sr|II|III|IV)\b)(?:and\s+)?|\s+and\s+")
_PAGE = re.compile(r"https?://", re.I)
_DOI = re.compile(r"doi:|https?://(?:dx\.)?doi\.org/", re.I)


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each record, and a deletion for each that is marked as deleted; the resumption token is ignored.

    A request that was refused is rejected (code ERROR), as is a record in another metadata format (FORMAT). Codes of
    the file: `read_elements`. Source: https://www.openarchives.org/OAI/openarchivesprotocol.html and
    https://info.arxiv.org/help/oa/index.html.
    """
    yield from read_elements(source, {"record": _record, "error": _error})


def recognises(head: str) -> bool:
    """Whether a text begins as an answer of OAI-PMH does."""
    return root_of(head) == "OAI-PMH"


def _error(source: Source, error: Element) -> Iterator[Read]:
    yield source.reject(error.sourceline, "ERROR", f"the repository answered: {error.get('code')} {whole_text(error)}")


def _record(source: Source, record: Element) -> Iterator[Read]:
    number, name = record.sourceline, _name(text(record, "header/identifier") or text(record, "metadata/*/id") or "")
    if not name:
        yield source.reject(number, "ID", "the record has no identifier")
    elif any(header.get("status") == "deleted" for header in each(record, "header")):
        yield Deleted(name, source.name, number, source.authority)
    else:
        for metadata in each(record, "metadata/*"):
            if mapping := _FORMATS.get(local_name(metadata)):
                yield from papers(source, number, mapping(metadata, name))
                return
        yield source.reject(number, "FORMAT", f"the record is in none of these formats: {', '.join(_FORMATS)}", name)


def _name(identifier: str) -> str:
    """An arXiv id as arXiv writes it, any other identifier of a repository as it is."""
    bare = _ARXIV.sub("", identifier.strip())
    return arxiv_id_of(bare) or bare


def _arxiv(metadata: Element, name: str) -> Fields:
    authors = each(metadata, "authors/author")
    return Fields(
        title=text(metadata, "title"),
        abstract=text(metadata, "abstract"),
        authors=[_name_of(author) for author in authors],
        year=_year(text(metadata, "created"), name),
        venue=text(metadata, "journal-ref"),
        url=_page(name),
        doi=first_doi(text(metadata, "doi")),
        arxiv_id=name,
        retracted=says_retracted(text(metadata, "comments")),
    )


def _name_of(author: Element) -> str:
    return person(person(text(author, "forenames"), text(author, "keyname")), text(author, "suffix"))


def _arxiv_raw(metadata: Element, name: str) -> Fields:
    return Fields(
        title=text(metadata, "title"),
        abstract=text(metadata, "abstract"),
        authors=_split(text(metadata, "authors") or ""),
        year=text(metadata, "version/date"),
        venue=text(metadata, "journal-ref"),
        url=_page(name),
        doi=first_doi(text(metadata, "doi")),
        arxiv_id=name,
        retracted=says_retracted(text(metadata, "comments")) or _is_withdrawn(metadata),
    )


def _is_withdrawn(metadata: Element) -> bool:
    """Whether the last version has no files: so arXiv keeps what its authors took back (`0kb`, type `I`)."""
    last = next(reversed(each(metadata, "version")), None)
    if last is None:
        return False
    return "I" in (text(last, "source_type") or "") or (text(last, "size") or "").strip() == "0kb"


def _dublin_core(metadata: Element, name: str) -> Fields:
    """Dublin Core says neither which description is the abstract nor what an identifier is: each is told by its look."""
    descriptions = [whole_text(found) for found in each(metadata, "description")]
    abstract = next((said for said in descriptions if not said.lstrip().startswith("Comment:")), None)
    identifiers = [whole_text(found).strip() for found in each(metadata, "identifier")]
    arxiv_id = arxiv_id_of(name)
    pages = [found for found in identifiers if _PAGE.match(found) and not _DOI.match(found)]
    journals = [found for found in identifiers if not (_PAGE.match(found) or _DOI.match(found))]
    return Fields(
        title=text(metadata, "title"),
        abstract=abstract,
        authors=[spoken(whole_text(creator)) for creator in each(metadata, "creator")],
        year=text(metadata, "date"),
        venue=next(iter(journals), None) if arxiv_id else None,
        url=_page(arxiv_id) if arxiv_id else next(iter(pages), None),
        doi=next((doi_of(found) for found in identifiers if _DOI.match(found)), None),
        arxiv_id=arxiv_id,
        retracted=says_retracted(
            [said.strip().removeprefix("Comment:") for said in descriptions if said is not abstract]
        ),
        own_id=name,
        record_id=name,
    )


_FORMATS: dict[str, Callable[[Element, str], Fields]] = {"arXiv": _arxiv, "arXivRaw": _arxiv_raw, "dc": _dublin_core}


def _page(name: str) -> str:
    return f"https://arxiv.org/abs/{name}"


def _year(created: str | None, arxiv_id: str) -> object:
    """The year of the first version: some answers give the day of the newest as `created`, and then the id tells."""
    year, submitted = year_of(created), _SUBMITTED.match(arxiv_id)
    if not (year and submitted):
        return created
    # arXiv began in 1991.
    first = int(submitted[1])
    return min(year, first + (1900 if first > 90 else 2000))


def _split(authors: str) -> list[str]:
    """The names of a line of names, without the affiliations that stand in brackets behind them."""
    for _ in range(_DEEPEST_BRACKETS):
        authors = _IN_BRACKETS.sub("", authors)
    return _BETWEEN_NAMES.split(" ".join(authors.split()))
