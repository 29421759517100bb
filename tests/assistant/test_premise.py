"""What a question takes for granted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.extractive import Quote
from assistant.reading.grounding import CalibratedJudge
from assistant.reading.premise import false_premise, most_against, taken_for_granted
from eval.pairs import passages_of

SCHOOL = "GPT-3.5 only manages to pass the primary school level, and fails the university entrance level."


def told(*texts: str) -> tuple[Quote, ...]:
    return tuple(Quote(passage, 1.0) for passage in passages_of(texts))


@pytest.mark.parametrize(
    ("question", "taken"),
    [
        ("Why does X outperform Y on Z?", "X outperform Y on Z"),
        ("By what margin do human judges beat the classifiers?", "human judges beat the classifiers"),
        ("What lets in-context learning suffice?", "in-context learning suffice"),
        ("How many layers does BERT have?", "How many layers does BERT have"),
        ("Why?", "Why"),
    ],
)
def test_what_is_taken_for_granted_is_the_question_without_the_words_that_ask(question: str, taken: str) -> None:
    assert taken_for_granted(question) == taken


@given(st.text(max_size=200))
def test_what_is_taken_for_granted_stands_in_the_question(question: str) -> None:
    assert taken_for_granted(question) in question


def test_a_question_whether_something_is_so_takes_nothing_for_granted(judge: CalibratedJudge) -> None:
    assert most_against("Does GPT-3.5 pass the university entrance level?", told(SCHOOL), judge) == (0.0, None)
    assert most_against("Why does GPT-3.5 pass the university entrance level?", told(SCHOOL), judge)[1] is not None


def test_what_an_abstract_says_is_no_false_premise_whatever_others_say(judge: CalibratedJudge) -> None:
    question = "Why does GPT-3.5 fail the university entrance level?"
    assert false_premise(question, told(SCHOOL, question), judge) is None
    assert false_premise(question, (), judge) is None
