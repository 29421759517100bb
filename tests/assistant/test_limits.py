"""Years, authors, venues and sources in a question become a filter, over a real index of invented records."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.question.limits import described, limits
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.types import Question
from assistant.wire import answer_record
from index.filters import EVERYTHING, Filter
from index.index import Index
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build

PAPERS = (
    (
        "Parsing with graphs",
        "We parse sentences into dependency graphs with a neural parser.",
        "Ada Byron",
        2019,
        "acl",
    ),
    ("Parsing without trees", "We show that a parser needs no trees to parse speech.", "Ada Byron", 2022, "emnlp"),
    (
        "Summaries of meetings",
        "We write summaries of meetings with a pointer network.",
        "Grace Hopper",
        2021,
        "acl, ijcnlp",
    ),
    (
        "Caring for bees",
        "Bees need flowers in spring and rest in winter.",
        "Karl von Frisch",
        2016,
        "Journal of Insects",
    ),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Index:
    root = tmp_path_factory.mktemp("records")
    papers = [
        Paper.from_source(title, abstract, authors=(author,), year=year, venue=venue)
        for title, abstract, author, year, venue in PAPERS
    ]
    build(root, papers, embedder, source="library.bib")
    return Index.open(root, embedder)


@pytest.fixture(scope="module")
def assistant(index: Index, judge: CalibratedJudge, reader: CrossEncoder) -> Assistant:
    return Assistant(lambda: index, judge, reader, k=5)


@pytest.mark.parametrize(
    ("question", "topic", "within"),
    [
        ("Papers since 2020 about parsing", "Papers about parsing", Filter(since=2020)),
        ("papers on parsing after 2019", "papers on parsing", Filter(since=2020)),
        ("papers on parsing before 2020", "papers on parsing", Filter(until=2019)),
        ("Which 2019 papers treat parsing?", "Which papers treat parsing?", Filter(2019, 2019)),
        ("papers from 2016 to 2019", "", Filter(2016, 2019)),
        ("papers from 2021 or later on summaries", "papers on summaries", Filter(since=2021)),
        ("What did Ada Byron publish on speech?", "What did publish on speech?", Filter(authors=("Ada Byron",))),
        ("papers by byron about trees", "papers about trees", Filter(authors=("byron",))),
        ("Hopper's work on meetings", "work on meetings", Filter(authors=("Hopper",))),
        ("von Frisch et al. on bees", "on bees", Filter(authors=("von Frisch",))),
        ("ACL 2019 papers on parsing", "papers on parsing", Filter(2019, 2019, ("acl", "acl, ijcnlp"))),
        ("papers in the Journal of Insects", "", Filter(venues=("journal of insects",))),
        ("papers about bees in library.bib", "papers about bees", Filter(sources=("library.bib",))),
        ("Since 2020, papers by Byron about speech", ", papers about speech", Filter(since=2020, authors=("Byron",))),
    ],
)
def test_the_record_goes_into_the_filter_and_the_topic_stays(
    index: Index, question: str, topic: str, within: Filter
) -> None:
    found = limits(question, index.facets, index.spelling)
    assert (found.topic, found.unknown) == (topic, "")
    assert {**vars_of(found.within), "venues": {*found.within.venues}} == {
        **vars_of(within),
        "venues": {*within.venues},
    }


def vars_of(within: Filter) -> dict[str, object]:
    return {name: getattr(within, name) for name in within.__slots__}


@pytest.mark.parametrize(
    "question",
    [
        "What is learned by reading?",
        "How well does the parser of 2019 do on WMT 2014?",
        "Why do bees rest in winter?",
        "Are trees needed by Parsers?",
    ],
)
def test_what_is_no_record_is_no_filter(index: Index, question: str) -> None:
    found = limits(question, index.facets, index.spelling)
    assert (found.topic, found.within, found.unknown) == (question, EVERYTHING, "")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("papers by Alan Turing about parsing", "no paper of this corpus is by Alan Turing"),
        ("What did Alan Turing publish?", "no paper of this corpus is by Alan Turing"),
        ("papers published at NeurIPS about bees", "no paper of this corpus is known to have appeared in NeurIPS"),
        ("papers by Hopper before 2020", "no paper of this corpus is from 2019 or earlier, by Hopper"),
    ],
)
def test_a_record_that_no_paper_has_is_said_to_be_missing(
    assistant: Assistant, index: Index, question: str, sentence: str
) -> None:
    assert limits(question, index.facets, index.spelling).unknown == sentence
    answer = assistant.ask(Question(question))
    assert (answer.reason, answer.text) == ("not_in_abstracts", f"This cannot be answered: {sentence}.")
    assert answer.nearest


@pytest.mark.parametrize(
    ("question", "field"),
    [("papers since 2020", "year"), ("papers by Ada Byron", "authors"), ("papers published in Nature", "venue")],
)
def test_a_field_that_the_corpus_lacks_is_said_to_be_unknown(
    tmp_path: Path, embedder: LocalEmbedder, question: str, field: str
) -> None:
    build(tmp_path, [Paper.from_source("Parsing", "We parse sentences.")], embedder)
    index = Index.open(tmp_path, embedder)
    assert (
        limits(question, index.facets, index.spelling).unknown
        == f"of none of its papers does this corpus know the {field}"
    )


def test_a_limited_answer_holds_to_its_limits_and_says_them(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Papers since 2020 by Byron about parsing"))
    assert [paper.title for _, paper in answer.papers] == ["Parsing without trees"]
    assert answer.text.startswith("Limited to papers from 2020 or later, by Byron. 1 paper fits")
    assert answer_record(answer)["filters"]["since"] == 2020


def test_limits_can_be_lifted(assistant: Assistant) -> None:
    first = assistant.ask(Question("Papers since 2020 about parsing"))
    assert {paper.title for _, paper in first.papers} == {"Parsing without trees"}
    second = assistant.ask(Question("without limits", (first,)))
    assert {paper.title for _, paper in second.papers} == {"Parsing without trees", "Parsing with graphs"}
    assert second.evidence.within == EVERYTHING


def test_a_question_for_nothing_but_a_record_gets_all_its_papers(assistant: Assistant) -> None:
    answer = assistant.ask(Question("What did Ada Byron publish?"))
    assert {paper.title for _, paper in answer.papers} == {"Parsing with graphs", "Parsing without trees"}
    assert assistant.ask(Question("How many papers are there?")).text == "There are 4 papers in this corpus."


def test_a_filter_reads_as_words() -> None:
    assert described(Filter(2019, 2021, ("acl",), ("A", "B"), ("x.bib",))) == (
        "from 2019 to 2021, by A or B, in acl, from the file x.bib"
    )


def test_venues_are_named_by_what_they_share() -> None:
    assert described(Filter(venues=("acl", "acl, ijcnlp"))) == "in acl"
    assert described(Filter(venues=("acl", "emnlp"))) == "in acl / emnlp"


@settings(deadline=None, max_examples=300)
@given(text=st.text(max_size=60).map("papers by {} in 2019".format) | st.text(max_size=80))
def test_any_text_can_be_read_for_limits(index: Index, text: str) -> None:
    assert isinstance(limits(text, index.facets, index.spelling).topic, str)


def test_a_filter_that_leaves_out_retracted_papers_says_so() -> None:
    assert described(Filter(since=2020, without_retracted=True)) == "from 2020 or later, not retracted"
