"""Papers that say no where others say yes, as the real reader reads them."""

from assistant.reading.cross_encoder import READER, CrossEncoder
from assistant.reading.quote import Quote
from assistant.types import Evidence
from assistant.writing.dissent import OTHERWISE, dissent_apart
from assistant.writing.sections import Draft, Section
from index.papers import Paper
from index.passages import Passage

QUERY = "Does tea help against colds?"
YES = "Drinking tea helped against colds: patients recovered two days sooner."
NO = "We found no effect of tea on colds."


def section(*abstracts: str) -> Section:
    papers = [Paper.from_source(f"Study {n}", abstract) for n, abstract in enumerate(abstracts)]
    quotes = tuple(Quote(Passage(paper, 0, len(paper.abstract)), 1.0) for paper in papers)
    return Section("", Evidence(QUERY, ()), Draft(quotes))


def told(sections: list[Section]) -> list[tuple[str, list[str]]]:
    return [(one.heading, [quote.passage.text for quote in one.draft.quotes]) for one in sections]


def test_what_says_no_stands_apart_from_what_says_yes() -> None:
    apart = dissent_apart(QUERY, section(YES, NO, "Tea shortened colds by a third."), CrossEncoder(READER))
    assert told(apart) == [("", [YES, "Tea shortened colds by a third."]), (OTHERWISE, [NO])]


def test_where_the_strongest_says_no_what_says_yes_stands_apart() -> None:
    assert told(dissent_apart(QUERY, section(NO, YES), CrossEncoder(READER))) == [("", [NO]), (OTHERWISE, [YES])]


def test_papers_that_agree_stay_together() -> None:
    both = section(YES, "Tea shortened colds by a third.")
    assert dissent_apart(QUERY, both, CrossEncoder(READER)) == [both]


def test_what_does_not_ask_whether_something_is_so_has_no_dissent() -> None:
    both = section(YES, NO)
    assert dissent_apart("How does tea act on colds?", both, CrossEncoder(READER)) == [both]
