"""What a question takes for granted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.premise import taken_for_granted


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
