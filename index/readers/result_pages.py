"""Pages of search engines copied from the browser: they show titles and pieces of text, and no abstracts."""

import re

_SCHOLAR = re.compile(
    r"(?m)\bCited by \d{1,7}\b.{0,40}\bRelated articles\b|^Related articles\s*$|^About [\d,.]+ results \("
)
_SEMANTIC = re.compile(
    r"(?m)^TL;?DR\b|\bHighly Influen(?:ced|tial)\b|^\d[\d,]* (?:Citations|Excerpts?)\b|… ?Expand\s*$|^Semantic Scholar\b"
)


def is_without_abstracts(head: str) -> str | None:
    """A sentence that says what page a text is and which export has the abstracts; None for any other text."""
    if len(_SCHOLAR.findall(head)) > 1:
        return (
            "is a page of results of Google Scholar, which shows no abstracts. Look the papers up where abstracts are "
            "exported (PubMed, OpenAlex, Semantic Scholar's API, Scopus), and save RIS, CSV or JSON"
        )
    if len(_SEMANTIC.findall(head)) > 1:
        return (
            "is a page of results of Semantic Scholar, which shows no whole abstracts. Ask its API for them, and save "
            "the answer: https://api.semanticscholar.org/graph/v1/paper/search?fields=title,abstract,authors,year&query=…"
        )
    return None
