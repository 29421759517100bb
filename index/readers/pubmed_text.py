"""PubMed's abstracts as text: numbered entries of paragraphs in a fixed order."""

import re
from collections.abc import Iterator, Sequence

from index.readers.fields import Fields, papers, person
from index.readers.paragraphs import Paragraph, paragraphs
from index.readers.records import NOT_UTF_8, Read, Source
from index.readers.reference_ids import doi_of
from index.readers.retractions import says_retracted

# `1. J Clin Odd. 2020 Jan;3(2):10-4. doi: …`
_CITATION = re.compile(r"(\d+)\. (\D[^.]{0,200})\. (\d{4})\b")
_ID = re.compile(r"(DOI|PMCID|PMID): (\S+)")
_HAS_PMID = re.compile(r"^PMID: \d+", re.MULTILINE)
_MARK = re.compile(r"\(\d+\)|[*†‡]")
_AUTHOR = re.compile(r"\S.{0,80} [A-Z]{1,4}(?: (?:Jr|Sr|2nd|3rd|4th))?")
# Paragraphs that an entry may have besides its abstract; each begins so.
_BESIDES = re.compile(
    r"Author information:|Copyright |©|\(c\) ?\d{4}|Conflicts? of interest|(?:Comment|Erratum|Update|Retraction|Republished)s? "
    r"(?:in|of|on|for|from)\b|Collaborators:|Publisher:|\[Article in |DOI: |PMCID: |PMID: "
)


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each entry: its citation, its title, its authors, and what is left for its abstract.

    An entry with a line that cannot be read is rejected with that line (ENCODING). Source: what
    https://pubmed.ncbi.nlm.nih.gov saves as Abstract (text).
    """
    entry: list[Paragraph] = []
    count = 0
    for paragraph in paragraphs(source.lines()):
        found = _CITATION.match(paragraph.text)
        if found and int(found[1]) == count + 1:
            yield from _paper(source, entry)
            entry, count = [], count + 1
        if count:
            entry.append(paragraph)
    yield from _paper(source, entry)


def recognises(head: str) -> bool:
    """Whether a text begins with the first entry's citation, and a PMID follows."""
    return bool(_CITATION.match(head.lstrip()[:400].replace("\n", " ")) and _HAS_PMID.search(head))


def _paper(source: Source, entry: Sequence[Paragraph]) -> Iterator[Read]:
    if not entry:
        return
    ids = {found[1]: found[2] for part in entry for line in part.lines if (found := _ID.match(line))}
    pmid = ids.get("PMID")
    if unread := next((part.unread for part in entry if part.unread), None):
        yield source.reject(unread, "ENCODING", NOT_UTF_8, pmid)
        return
    citation = _CITATION.match(entry[0].text)
    told = [part.text for part in entry[1:] if not _BESIDES.match(part.text)]
    authors = _authors(told[1]) if len(told) > 1 else []
    fields = Fields(
        title=next(iter(told), None),
        abstract=" ".join(told[2 if authors else 1 :]),
        authors=authors,
        year=citation and citation[3],
        venue=citation and citation[2],
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None,
        doi=doi_of(ids.get("DOI")),
        retracted=says_retracted([part.text for part in entry[1:] if _BESIDES.match(part.text)]),
        own_id=pmid and f"pmid:{pmid}",
        record_id=pmid,
    )
    yield from papers(source, entry[0].number, fields)


def _authors(text: str) -> list[str]:
    """The names of a line of authors, as they are spoken; none for any other text."""
    names = [name.strip() for name in _MARK.sub("", text).rstrip(".").replace(";", ",").split(",") if name.strip()]
    if not names or sum(bool(_AUTHOR.fullmatch(name)) for name in names) * 2 <= len(names):
        return []
    return [_spoken(name) for name in names]


def _spoken(name: str) -> str:
    family, _, initials = name.rpartition(" ")
    return person(initials, family) if initials.isupper() and len(initials) <= 4 else name
