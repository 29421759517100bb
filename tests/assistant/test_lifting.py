"""Turns that lift the limits of the question before them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.lifting import lifting

EVERY = frozenset(["since", "until", "authors", "venues", "sources"])


@pytest.mark.parametrize(
    "text",
    [
        "without limits",
        "Now remove the filters, please.",
        "no restrictions",
        "the same without any limits",
        "unlimited",
        "and search the whole corpus",
        "Search everything!",
        "drop all filters",
        "clear the filter",
        "everywhere",
    ],
)
def test_the_same_question_without_limits(text: str) -> None:
    lift = lifting(text)
    assert lift
    assert (lift.lifted, lift.rest) == (EVERY, "")


@pytest.mark.parametrize(
    ("text", "lifted"),
    [
        ("all years", {"since", "until"}),
        ("ignore the year", {"since", "until"}),
        ("the same without the year limit", {"since", "until"}),
        ("remove the limit on the year", {"since", "until"}),
        ("regardless of when", {"since", "until"}),
        ("by any author", {"authors"}),
        ("in all journals", {"venues"}),
        ("from any file", {"sources"}),
    ],
)
def test_one_limit_alone_is_lifted(text: str, lifted: set[str]) -> None:
    lift = lifting(text)
    assert lift
    assert (set(lift.lifted), lift.rest) == (lifted, "")


@pytest.mark.parametrize(
    "text",
    ["without limits: what about bees?", "what about bees?, without limits", "what about bees, without the filters"],
)
def test_a_further_question_keeps_its_words(text: str) -> None:
    lift = lifting(text)
    assert lift
    assert lift.rest.rstrip("?") == "what about bees"


@pytest.mark.parametrize(
    "text",
    [
        "What do the filters of a layer learn?",
        "Which models need no limits on memory?",
        "How many years?",
        "what is it?",
        "Do all authors agree on this?",
        "Who removes restrictions on trade?",
    ],
)
def test_filters_that_a_question_is_about_are_no_limits_of_it(text: str) -> None:
    assert lifting(text) is None


@given(st.text(max_size=100))
def test_any_turn_can_be_read(text: str) -> None:
    lifting(f"{text} without limits {text}")
