"""PubMed's XML: what efetch answers, and the baseline and update files."""

from collections.abc import Iterator

from index.readers.fields import Fields, papers, person
from index.readers.records import Deleted, Read, Source
from index.readers.reference_ids import doi_of
from index.readers.retractions import is_retracted_kind
from index.readers.xml import Element, each, read_elements, root_of, text, whole_text

_ROOTS = {"PubmedArticleSet", "PubmedBookArticleSet", "PubmedArticle", "PubmedBookArticle"}
_RETRACTED_BY = ("RetractionIn", "RetractedandRepublishedIn")
_NO_TITLE = "[Not Available]."


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each article and book chapter, and a deletion for each PMID of a `DeleteCitation`.

    The sections of an abstract are joined as PubMed shows them, `METHODS: …`. An abstract in another language gives way
    to an English one that stands beside it (`OtherAbstract`). Codes of the file: `read_elements`.
    Source: https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/index.html.
    """
    elements = {"PubmedArticle": _article, "PubmedBookArticle": _book, "DeleteCitation": _deleted}
    yield from read_elements(source, elements)


def recognises(head: str) -> bool:
    """Whether a text begins as PubMed's XML does."""
    return root_of(head) in _ROOTS


def _article(source: Source, record: Element) -> Iterator[Read]:
    article = next(iter(each(record, "MedlineCitation/Article")), record)
    pmid = _pmid(text(record, "MedlineCitation/PMID"))
    title = text(article, "ArticleTitle")
    yield from papers(
        source,
        record.sourceline,
        Fields(
            # A title in another language than English may have no translation.
            title=text(article, "VernacularTitle") if title in (None, "", _NO_TITLE) else title,
            abstract=_abstract(article),
            other_abstract=_in_english(record),
            authors=_authors(article, "AuthorList/Author"),
            year=_year(article),
            venue=text(article, "Journal/Title") or text(record, "MedlineCitation/MedlineJournalInfo/MedlineTA"),
            url=_page(pmid),
            doi=_doi(each(article, "ELocationID") + each(record, "PubmedData/ArticleIdList/ArticleId")),
            retracted=_is_retracted(record, article),
            own_id=pmid and f"pmid:{pmid}",
            record_id=pmid,
        ),
    )


def _book(source: Source, record: Element) -> Iterator[Read]:
    book = next(iter(each(record, "BookDocument")), record)
    pmid = _pmid(text(book, "PMID"))
    yield from papers(
        source,
        record.sourceline,
        Fields(
            title=text(book, "ArticleTitle") or text(book, "Book/BookTitle"),
            abstract=_abstract(book),
            authors=_authors(book, "AuthorList/Author"),
            year=text(book, "Book/PubDate/Year"),
            venue=text(book, "Book/BookTitle"),
            url=_page(pmid),
            doi=_doi(each(book, "ArticleIdList/ArticleId")),
            own_id=pmid and f"pmid:{pmid}",
            record_id=pmid,
        ),
    )


def _is_retracted(record: Element, article: Element) -> bool:
    """Whether it is a retracted publication, or a retraction of it is named; what retracts another is neither."""
    links = each(record, "MedlineCitation/CommentsCorrectionsList/CommentsCorrections")
    kinds = [whole_text(kind) for kind in each(article, "PublicationTypeList/PublicationType")]
    return is_retracted_kind(kinds) or any(link.get("RefType") in _RETRACTED_BY for link in links)


def _deleted(source: Source, record: Element) -> Iterator[Read]:
    for element in each(record, "PMID"):
        if pmid := _pmid(whole_text(element)):
            yield Deleted(f"pmid:{pmid}", source.name, element.sourceline, source.authority)


def _pmid(written: str | None) -> str | None:
    return (written or "").strip() or None


def _page(pmid: str | None) -> str | None:
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None


def _abstract(article: Element) -> str:
    return _sections(each(article, "Abstract/AbstractText"))


def _in_english(record: Element) -> str | None:
    """The first of the other abstracts that is in English."""
    others = (
        each(other, "AbstractText") for other in each(record, "MedlineCitation/OtherAbstract") if _is_english(other)
    )
    return next(filter(None, map(_sections, others)), None)


def _is_english(other: Element) -> bool:
    return (other.get("Language") or "eng").lower() in ("eng", "en")


def _sections(sections: list[Element]) -> str:
    return " ".join(filter(None, map(_section, sections)))


def _section(section: Element) -> str:
    said, label = whole_text(section).strip(), (section.get("Label") or "").strip()
    return f"{label}: {said}" if said and label not in ("", "UNLABELLED") else said


def _authors(article: Element, path: str) -> list[str]:
    """The names as they are spoken; PubMed keeps a name that was misspelt, marked, beside the right one."""
    return [_name(author) for author in each(article, path) if author.get("ValidYN") != "N"]


def _name(author: Element) -> str:
    spoken = person(text(author, "ForeName") or text(author, "Initials"), text(author, "LastName"))
    return person(spoken, text(author, "Suffix")) or text(author, "CollectiveName") or ""


def _year(article: Element) -> str | None:
    paths = ("Journal/JournalIssue/PubDate/Year", "Journal/JournalIssue/PubDate/MedlineDate", "ArticleDate/Year")
    return next((found for path in paths if (found := text(article, path))), None)


def _doi(ids: list[Element]) -> object:
    for found in ids:
        if "doi" in (found.get("EIdType"), found.get("IdType")) and found.get("ValidYN") != "N":
            return doi_of(whole_text(found).strip())
    return None
