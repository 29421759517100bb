"""What a question takes for granted."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.llm.action import LLMFailed
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.premise import false_premise, most_against, taken_for_granted
from assistant.reading.quote import Quote
from assistant.reading.reader import Read, read_closely
from assistant.types import Answer, Question
from assistant.writing.abstractive import Writer
from assistant.writing.terms import Terms
from index.index import Hit
from index.papers import Paper
from index.passages import cut
from tests.scripted import Reply, ScriptedLLM, ScriptedReader, Shelf, WordedJudge
from ui.bubbles import answer_bubble

SCHOOL = "GPT-3.5 only manages to pass the primary school level, and fails the university entrance level."


def read(question: str, text: str, reader: CrossEncoder) -> tuple[Sequence[Read], Sequence[Quote]]:
    paper = Paper.from_source("What language models know", text)
    closely = read_closely(question, [Hit(passage, 1.0) for passage in cut(paper)], reader)
    return closely, [Quote(passage, 1.0) for one in closely for passage in one.sentences]


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


def test_what_an_abstract_says_is_no_false_premise(reader: CrossEncoder) -> None:
    question = "Why does GPT-3.5 fail the university entrance level?"
    assert false_premise(question, *read(question, SCHOOL, reader)) is None
    assert false_premise(question, (), ()) is None


FOR, AGAINST, NEITHER = (6.0, 0.0, 0.0), (0.0, 0.0, 6.0), (0.0, 6.0, 0.0)
NURSES, TODDLERS = "In nurses, colds became shorter.", "In toddlers, colds did not become shorter."
WHY = "Why does vitamin D shorten colds?"


def held(query: str, verdicts: dict[str, Sequence[float]], *texts: str) -> tuple[Sequence[Read], Sequence[Quote]]:
    hits = [Hit(passage, 1.0) for text in texts for passage in cut(Paper.from_source(text[:11], text))]
    closely = read_closely(query, hits, ScriptedReader({}, verdicts))
    return closely, [Quote(passage, 1.0) for one in closely for passage in one.sentences]


def test_what_contradicts_is_quoted_from_the_passage_that_does() -> None:
    premise = false_premise(WHY, *held(WHY, {"nurses": NEITHER, "toddlers": AGAINST}, NURSES, TODDLERS))
    assert premise is not None
    assert (premise.text, premise.contradicted_by.text) == ("vitamin D shorten colds", TODDLERS)


def test_what_another_of_the_best_passages_supports_as_surely_is_no_false_premise() -> None:
    read_and_ranked = held(WHY, {"nurses": (6.5, 0.0, 0.0), "toddlers": AGAINST}, NURSES, TODDLERS)
    assert false_premise(WHY, *read_and_ranked) is None
    assert most_against(*read_and_ranked) == (0.0, None)


def test_a_passage_of_which_no_sentence_may_be_quoted_contradicts_nothing() -> None:
    closely, ranked = held(WHY, {"nurses": NEITHER, "toddlers": AGAINST}, NURSES, TODDLERS)
    assert false_premise(WHY, closely, [quote for quote in ranked if quote.passage.text == NURSES]) is None


def test_a_question_whether_something_is_so_takes_it_for_granted_neither_way() -> None:
    whether = "Does vitamin D shorten colds?"
    assert false_premise(whether, *held(whether, {"toddlers": AGAINST}, TODDLERS)) is None


def asked(*replies: Reply) -> tuple[Answer, ScriptedLLM]:
    shelf, llm, judge = Shelf(Paper.from_source("Vitamin D and colds", TODDLERS)), ScriptedLLM(*replies), WordedJudge()
    reader = ScriptedReader({"toddlers": -6.0}, {"toddlers": AGAINST})
    writer = Writer(llm, judge, Terms("scribe")) if replies else None
    return Assistant(lambda: shelf, judge, reader, 5, writer=writer).ask(Question(WHY)), llm


def test_a_false_premise_is_answered_with_the_words_that_say_otherwise_marked_so() -> None:
    answer, _ = asked()
    assert answer.premise is not None
    assert [citation.passage.text for claim in answer.claims for citation in claim.citations] == [TODDLERS]
    assert answer.premise.contradicted_by.text == TODDLERS
    assert "takes for granted" in answer.preface


def test_an_llm_is_told_of_a_false_premise_and_decides_and_its_claims_carry_the_doubt() -> None:
    answer, llm = asked(f"{TODDLERS} [1]")
    assert TODDLERS in llm.asked[0][1].content.rpartition("Question: ")[2]
    assert (answer.engine, answer.claims[0].text) == ("scribe", TODDLERS)
    assert answer.preface.startswith("A small reader doubts this: The question takes for granted:")
    assert answer.claims[0].remark.startswith("A small reader doubts this: The question takes for granted:")
    assert "The abstract says otherwise</p>" not in answer_bubble(answer, "0" * 32)


def test_where_that_llm_fails_the_words_that_say_otherwise_are_the_answer() -> None:
    answer, _ = asked(LLMFailed("unreachable", "It is off."))
    assert (answer.engine, [claim.text for claim in answer.claims]) == ("extractive", [TODDLERS])
    assert "takes for granted" in answer.preface
    assert answer.premise is not None
