"""Answers that may be none, over the real index of the sample corpus."""

from pathlib import Path

import pytest

from assistant.opening import open_assistant
from assistant.reading.abstention import UNMENTIONED
from assistant.reading.quote import Quote
from assistant.settings import read_settings
from assistant.types import Evidence, Question
from assistant.writing.doubt import doubted
from assistant.writing.sections import UNSURE, Draft, Section
from index.papers import Paper
from index.passages import Passage

PAPER = Paper.from_source("Tea", "Tea helps.")
SURE = Section(
    "", Evidence("q", ()), Draft((Quote(Passage(PAPER, 0, 10), 1.0),), "Limited to papers from 2020.", chance=0.9)
)
UNSURE_ONE = Section("", Evidence("q", ()), Draft((Quote(Passage(PAPER, 0, 10), 1.0),), chance=0.5))
NONE = Section("", Evidence("q", ()), Draft(why_not=UNMENTIONED))


def test_an_answer_of_small_chance_says_so_before_its_first_words() -> None:
    (one,) = doubted([UNSURE_ONE])
    assert one.draft.preface == "The abstracts may not answer this (probability 50%); what comes nearest:"


def test_a_sure_answer_and_a_refusal_say_nothing_of_it() -> None:
    assert doubted([SURE]) == [SURE]
    assert doubted([NONE]) == [NONE]


def test_what_a_limit_says_comes_before_the_doubt() -> None:
    both = doubted([SURE, UNSURE_ONE])
    assert both[0].draft.preface.startswith("Limited to papers from 2020. The abstracts may not answer this")


@pytest.mark.parametrize(
    "question",
    [
        "What is the curse of depth?",
        "Does scaling the datastore help language models?",
        "Why do deep layers do so little?",
    ],
)
def test_what_an_answer_says_of_its_chance_is_its_chance(sample_index: Path, question: str) -> None:
    answer = open_assistant(read_settings(index=str(sample_index))).ask(Question(question))
    assert not answer.abstained
    assert answer.chance is not None
    assert ("may not answer" in answer.text) is (answer.chance < UNSURE)
