"""Lists that leave papers out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.opening import open_assistant
from assistant.question.negation import called, speaks_of, wanted
from assistant.settings import read_settings
from assistant.types import Question
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build


def _paper(key: str, title: str, abstract: str, author: str, year: int) -> Paper:
    return Paper.from_source(title, abstract, paper_id=key, authors=(author,), year=year)


PAPERS = [
    _paper("a", "Bees and clover", "Bees visit clover by day.", "Ada Byron", 2019),
    _paper("b", "Bees without clover", "Bees fed on sugar, without clover, live longer.", "Li Wei", 2020),
    _paper("c", "Moths", "Moths visit clovers by night. No bee was seen.", "Li Wei", 2021),
    _paper("d", "Clover-based feed", "Clover-based feed fattens sheep.", "Ada Byron", 2021),
    _paper("e", "Sheep", "Sheep prefer random grass meadows (RGMs).", "Eve Fox", 2022),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Assistant:
    root = tmp_path_factory.mktemp("meadow") / "index"
    build(root, PAPERS, embedder)
    return open_assistant(read_settings(index=str(root)))


@pytest.mark.parametrize(
    ("query", "kept", "left_out"),
    [
        ("Which papers do not use maps?", "Which papers?", ("maps",)),
        ("Papers about birds but not bats", "Papers about birds", ("bats",)),
        ("papers on birds without any mention of bats", "papers on birds", ("bats",)),
        ("bird papers, no bats", "bird papers", ("bats",)),
        ("papers that don't mention bats or owls", "papers", ("bats", "owls")),
        ("Which studies aren't about bats, and what do they say?", "Which studies, and what do they say?", ("bats",)),
        ("papers on birds, excluding those that discuss bats", "papers on birds", ("bats",)),
        ("List articles other than those on bats", "List articles", ("bats",)),
        ("papers that use neither maps nor drones", "papers", ("maps", "drones")),
        ("papers with no pre-training", "papers", ("pre-training",)),
        ("papers that do not use maps but cover birds", "papers cover birds", ("maps",)),
        ("papers without maps since 2020", "papers since 2020", ("maps",)),
        ("papers on birds but not from 2019", "papers on birds", ("from 2019",)),
        ("papers not by Byron", "papers", ("by Byron",)),
        ("Every paper except those by Byron", "Every paper", ("by Byron",)),
        ("Any work on birds that isn't about bats", "Any work on birds", ("bats",)),
        ("which papers on birds leave out bats?", "which papers on birds?", ("bats",)),
        ("papers on birds, excluding anything on bats", "papers on birds", ("bats",)),
        ("Which papers neither use maps nor drones?", "Which papers?", ("maps", "drones")),
        ("papers on birds, without young ones, nothing about bats", "papers on birds", ("young", "bats")),
        ("papers that use maps instead of drones", "papers that use maps", ("drones",)),
        ("papers that have not been retracted", "papers", ("retracted",)),
    ],
)
def test_what_a_list_leaves_out_is_told_from_what_it_is_about(query: str, kept: str, left_out: tuple[str, ...]) -> None:
    asks = wanted(query)
    assert (asks.query, asks.left_out, asks.unread) == (kept, left_out, False)


@pytest.mark.parametrize(
    "query", ["papers that do not converge", "papers on models that never generalise", "papers that don't beat BERT"]
)
def test_what_cannot_be_left_out_is_known(query: str) -> None:
    assert wanted(query).unread
    assert not wanted(query).left_out


@pytest.mark.parametrize(
    "query", ["Why do birds not fly?", "Which papers find no effect?", "Do the papers not use maps?", "bats, no birds"]
)
def test_any_other_question_leaves_nothing_out(query: str) -> None:
    assert (wanted(query).query, wanted(query).left_out) == (query, ())


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("Transformer-based models", True),
        ("We pre-trained TRANSFORMERS.", True),
        ("A power transformer", True),
        ("A transformation of data", False),
        ("A model without any transformers", False),
        ("A transformer-free model", False),
        ("Without transformers it fails; a transformer helps.", True),
        ("Not only transformers", True),
    ],
)
def test_a_paper_speaks_of_a_word_in_any_form_but_not_where_it_is_absent(text: str, *, speaks: bool) -> None:
    assert speaks_of(text, "transformers") is speaks


def test_hyphens_and_endings_make_no_difference() -> None:
    assert speaks_of("pre-trained on labelled data", "pretraining")
    assert speaks_of("pretraining", "pre-training")
    assert speaks_of("labelled data", "label")


def test_what_the_corpus_writes_in_short_is_the_same() -> None:
    texts = ["We use large language models (LLMs).", "A large lake (LL)."]
    assert called("large language models", texts) == ("large language models", "LLM")
    assert called("LLMs", texts) == ("LLMs", "large language models")
    assert called("lakes", texts) == ("lakes",)


@pytest.mark.parametrize(
    ("question", "listed"),
    [
        ("Which papers do not mention clover?", {"b", "e"}),
        ("Papers about bees but not clover", {"b"}),
        ("papers not by Byron", {"b", "c", "e"}),
        ("papers not from 2021", {"a", "b", "e"}),
        ("How many papers are not about bees or sheep?", {"c"}),
        ("Which papers are not about random grass meadows?", {"a", "b", "c", "d"}),
    ],
)
def test_a_list_leaves_out_and_says_what(assistant: Assistant, question: str, listed: set[str]) -> None:
    answer = assistant.ask(Question(question))
    assert {paper.paper_id for _, paper in answer.papers} == listed
    assert "apart from those" in answer.preface
    assert answer.evidence.papers == len(listed)


def test_a_list_says_what_rests_on_the_abstracts_and_how_many_it_left_out(assistant: Assistant) -> None:
    answer = assistant.ask(Question("papers about bees without clover"))
    assert answer.preface == (
        "1 paper fits, as far as the abstracts say, in words and in meaning, apart from those whose title or abstract mentions “clover” other than as "
        "absent (3 papers)."
    )


def test_where_none_is_left_the_refusal_says_what_was_left_out(assistant: Assistant) -> None:
    answer = assistant.ask(Question("papers about moths but not by Wei"))
    assert answer.abstained
    assert "apart from those by Wei" in answer.text


def test_a_year_that_no_record_holds_is_said_not_to_be_left_out(tmp_path: Path, embedder: LocalEmbedder) -> None:
    build(tmp_path, [Paper.from_source("Bees", "Bees visit clover.")], embedder)
    answer = open_assistant(read_settings(index=str(tmp_path))).ask(Question("Which papers are not from 2023?"))
    assert "nothing was left out" in answer.text
    assert "mentions “from 2023”" not in answer.text


def test_a_list_says_where_it_could_not_leave_out(assistant: Assistant) -> None:
    assert "nothing was left out" in assistant.ask(Question("papers about sheep that do not grow")).preface


@pytest.mark.parametrize(
    "part", ["a", "and ", "not ", ", ", " about", "no ", "without use of ", "a (b", "not using about "]
)
def test_long_texts_are_read_in_linear_time(part: str) -> None:
    text = part * (40_000 // len(part))
    wanted(f"papers {text}")
    called("bats", [text])
    speaks_of(text, "bats")


@given(st.text(max_size=100))
def test_any_text_can_be_read_for_what_it_leaves_out(text: str) -> None:
    wanted(f"papers not about {text}")
    speaks_of(text, text)
    called(text, [text])
