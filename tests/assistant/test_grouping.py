"""Lists of papers under years or venues."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.opening import open_assistant
from assistant.question.grouping import grouped
from assistant.settings import read_settings
from assistant.types import Question
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from ui.terminal import answer_text


def _paper(key: str, title: str, abstract: str, year: int | None, venue: str) -> Paper:
    return Paper.from_source(title, abstract, paper_id=key, year=year, venue=venue)


PAPERS = [
    _paper("a", "Bees and clover", "Bees visit clover by day.", 2019, "Apis"),
    _paper("b", "Bees in winter", "In winter, bees keep warm by trembling.", 2021, "Apis"),
    _paper("c", "How bees dance", "Bees dance to tell where clover grows.", 2021, "Motion"),
    _paper("d", "Bees and sugar", "Sugar water makes bees lazy.", None, "Motion"),
    _paper("e", "Sheep", "Sheep prefer grass.", 2022, "Motion"),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Assistant:
    root = tmp_path_factory.mktemp("hive") / "index"
    build(root, PAPERS, embedder)
    return open_assistant(read_settings(index=str(root)))


@pytest.mark.parametrize(
    ("request_", "left", "by"),
    [
        ("papers on bees, grouped by year", "papers on bees", "year"),
        ("Which papers are about bees, sorted by venue?", "Which papers are about bees", "venue"),
        ("papers about bees per year", "papers about bees", "year"),
        ("List work on bees and group it by conference", "List work on bees", "venue"),
        ("How many papers on bees by year?", "How many papers on bees by year?", None),
        ("papers by Byron", "papers by Byron", None),
        ("papers on growth by year-round feeding", "papers on growth by year-round feeding", None),
    ],
)
def test_what_groups_a_list_is_told_from_what_it_is_about(request_: str, left: str, by: str | None) -> None:
    assert grouped(request_) == (left, by)


def test_a_list_by_year_stands_under_years_the_newest_first(assistant: Assistant) -> None:
    answer = assistant.ask(Question("papers about bees, grouped by year"))
    told = [(claim.heading, claim.citations[0].passage.paper.paper_id) for claim in answer.claims]
    assert [heading for heading, _ in told] == ["2021", "2021", "2019", "Year unknown"]
    assert {paper for heading, paper in told if heading == "2021"} == {"b", "c"}
    assert answer.preface.startswith("4 papers fit")
    lines = answer_text(answer).splitlines()
    assert lines.index("2021") < lines.index("2019") < lines.index("Year unknown")


def test_a_list_by_venue_stands_under_venues(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Which papers are about bees, grouped by venue?"))
    assert {claim.heading for claim in answer.claims} == {"Apis", "Motion"}


def test_all_papers_by_year_are_counted(assistant: Assistant) -> None:
    answer = assistant.ask(Question("papers by year"))
    assert not answer.claims
    assert "2 from 2021" in answer.text


@given(st.text(max_size=100))
def test_any_text_can_be_read_for_what_groups_it(text: str) -> None:
    assert text.startswith(grouped(text)[0])
