"""Questions that ask which papers there are, or how many, over the real index of the sample corpus."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.opening import open_assistant
from assistant.settings import read_settings
from assistant.types import Question
from assistant.writing.listing import topic_of


@pytest.fixture(scope="module")
def assistant(sample_index: Path) -> Assistant:
    return open_assistant(read_settings(index=str(sample_index)))


@pytest.mark.parametrize(
    ("query", "topic"),
    [
        ("Which papers are about layer normalisation?", "layer normalisation"),
        ("List all the papers on chain-of-thought reasoning.", "chain-of-thought reasoning"),
        ("How many papers use GPT-4?", "GPT-4"),
        ("Which papers treat thinking, and what is each one after?", "treat thinking"),
        ("recent papers on attention", "attention"),
        ("How many papers are in this corpus?", ""),
    ],
)
def test_the_topic_is_what_papers_are_asked_for(query: str, topic: str) -> None:
    assert topic_of(query) == topic


def test_a_list_has_one_quote_from_each_paper_and_says_how_many(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Which papers mention ImageNet?"))
    titles = [claim.citations[0].passage.paper.title for claim in answer.claims]
    assert len({*titles}) == len(titles) >= 5
    assert answer.preface == f"{len(titles)} papers fit, as far as the abstracts say, in words and in meaning."
    assert answer.text.startswith(answer.preface)
    assert all("imagenet" in claim.text.lower() for claim in answer.claims)


def test_a_list_goes_through_all_passages(assistant: Assistant) -> None:
    answer = assistant.ask(Question("How many papers are about large language models?"))
    assert answer.evidence.papers > 10
    assert len(answer.papers) == min(20, answer.evidence.papers)


def test_either_of_two_names_is_enough_where_the_question_says_or(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Which papers use GPT-4 or FP8?"))
    assert {claim.citations[0].passage.paper.title.split(":")[0].split()[0] for claim in answer.claims} >= {"FP8"}
    assert len(answer.papers) > 1


@pytest.mark.parametrize(
    "question", ["Which papers are about cooking?", "papers on mushroom risotto", "How many papers use Mamba?"]
)
def test_where_no_paper_fits_there_is_no_list(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(Question(question))
    assert answer.abstained
    assert len(answer.nearest) == 5


def test_papers_fit_in_meaning_and_are_quoted_where_they_show_it(assistant: Assistant) -> None:
    answer = assistant.ask(Question("papers on telling how far things are from a single camera"))
    assert {"depth" in claim.text.lower() for claim in answer.claims[:3]} == {True}


@pytest.mark.parametrize(
    "question", ["anything on depth estimation?", "depth estimation papers", "work on depth estimation"]
)
def test_papers_are_asked_for_in_other_words_than_which_papers(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(Question(question))
    assert answer.evidence.papers > 1
    assert "papers fit" in answer.preface


@given(st.text(max_size=100))
def test_any_text_has_a_topic(text: str) -> None:
    assert topic_of(text) in text
