"""A question in the spelling of the corpus."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assistant.opening import open_assistant
from assistant.question.spelling import spelt
from assistant.settings import read_settings
from assistant.types import Question


class Shouting:
    """A corpus that writes every word in capitals, but for names."""

    def spelt(self, word: str, *, is_name: bool = False) -> str:
        return word if is_name else word.upper()


def test_words_are_spelt_one_by_one_and_all_else_stays() -> None:
    assert spelt("how far, then (on average) is it?", Shouting()) == "HOW FAR, THEN (ON AVERAGE) IS IT?"


def test_a_capital_makes_a_name_but_at_the_begin_of_a_sentence() -> None:
    assert spelt("Which model does Ada use? Does it work?", Shouting()) == "WHICH MODEL DOES Ada USE? DOES IT WORK?"


def test_a_quoted_title_stays_as_it_is() -> None:
    assert spelt("what does “a good title” say?", Shouting()) == "WHAT DOES “a good title” SAY?"


def test_other_languages_stay_as_they_are() -> None:
    assert spelt("Wie weit liegen die Modelle zurück?", Shouting()) == "Wie weit liegen die Modelle zurück?"


class Silent:
    """A corpus that knows no other spelling."""

    def spelt(self, word: str, *, is_name: bool = False) -> str:  # noqa: ARG002
        return word


@given(st.text())
def test_where_nothing_is_to_be_mended_nothing_changes(query: str) -> None:
    assert spelt(query, Silent()) == query


def test_what_was_searched_for_is_told(sample_index: Path) -> None:
    answer = open_assistant(read_settings(index=str(sample_index))).ask(
        Question("What mAP does OPEN get on the nuscenes test benchmrak?")
    )
    assert answer.evidence.query == "What mAP does OPEN get on the nuScenes test benchmark?"
