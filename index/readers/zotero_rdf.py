"""Zotero's RDF, which it writes beside the files of an export."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.readers.fields import Fields, papers, person
from index.readers.records import Read, Source
from index.readers.reference_ids import arxiv_id_of, doi_of, landing_page
from index.readers.xml import Element, each, read_elements, root_of, text

_ITEMS = ("Article", "Book", "BookSection", "Thesis", "Report", "Document", "Manuscript", "Description")
_JOURNAL = "Journal"
_OWN = "http://www.zotero.org/namespaces/export#"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each item; its journal, which may carry its DOI, stands in it or follows it.

    Attachments, notes and collections are no papers and are passed over. Codes of the file: `read_elements`.
    Source: https://github.com/zotero/translators/blob/master/Zotero%20RDF.js.
    """
    items = _Items()
    yield from read_elements(source, {**dict.fromkeys(_ITEMS, items.item), _JOURNAL: items.journal})
    yield from items.told(source)


def recognises(head: str) -> bool:
    """Whether a text begins as RDF of Zotero does."""
    return root_of(head) == "RDF" and _OWN in head


@dataclass(slots=True)
class _Items:
    """The items of a file as they come; the last one waits for the journal that may follow it."""

    number: int = 0
    fields: Fields | None = None
    part_of: str | None = None

    def told(self, source: Source) -> Iterator[Read]:
        """The paper of the item that waits."""
        fields, self.fields = self.fields, None
        if fields:
            yield from papers(source, self.number, fields)

    def item(self, source: Source, item: Element) -> Iterator[Read]:
        """Take an item in; yield the one before it."""
        if not _is_top(item) or text(item, "itemType") in (None, "attachment", "note"):
            return
        yield from self.told(source)
        self.number, self.fields = item.sourceline, _fields(item)
        self.part_of = next((part.get(f"{_RDF}resource") for part in each(item, "isPartOf")), None)

    def journal(self, _: Source, journal: Element) -> Iterator[Read]:
        """Take in the journal that the waiting item names."""
        if self.fields and _is_top(journal) and journal.get(f"{_RDF}about") == self.part_of:
            doi = self.fields.doi or _doi(journal)
            self.fields = replace(self.fields, venue=self.fields.venue or text(journal, "title"), doi=doi)
        return iter(())


def _is_top(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.getparent() is None


def _fields(item: Element) -> Fields:
    name, page = item.get(f"{_RDF}about"), text(item, "identifier/URI/value")
    within = next((part[0] for part in each(item, "isPartOf") if len(part)), None)
    doi = _doi(item) or (None if within is None else _doi(within))
    arxiv_id = arxiv_id_of(None, doi, page, text(item, "description"))
    return Fields(
        title=text(item, "title"),
        abstract=text(item, "abstract"),
        authors=tuple(map(_name, each(item, "authors/Seq/li/Person"))),
        year=text(item, "date"),
        venue=None if within is None else text(within, "title"),
        url=landing_page(page, arxiv_id),
        doi=doi,
        arxiv_id=arxiv_id,
        record_id=name,
    )


def _doi(element: Element) -> object:
    names = (found.text.strip() for found in each(element, "identifier") if found.text)
    return next((doi_of(name[3:].strip()) for name in names if name.upper().startswith("DOI")), None)


def _name(author: Element) -> str:
    return person(text(author, "givenName") or text(author, "givenname"), text(author, "surname"))
