"""Compound questions part by part, what speaks against an answer, and what no abstract says."""

import re
from dataclasses import replace

import pytest

from assistant.assistant import Assistant
from assistant.llm.messages import Finished
from assistant.question.parts import parts_of
from assistant.types import Answer, Evidence, Question, Step, Usage
from assistant.writing.abstractive import Writer
from index.index import Index
from index.papers import Paper
from tests.assistant.test_abstractive import DOWN, FERTILE, INDUS, TERMS, WHY, assistant, index, root
from tests.scripted import IndifferentReader, ScriptedLLM, Shelf, WordedJudge
from ui.terminal import answer_text

__all__ = ["index", "root"]


def test_a_compound_question_is_answered_part_by_part(index: Index) -> None:
    llm = ScriptedLLM(f"The silt makes the fields fertile [{FERTILE}].", "NOT IN THE ABSTRACTS")
    first, *between, answer = assistant(index, llm, mode="auto").stream(WHY)
    assert isinstance(answer, Answer)
    assert isinstance(first, Evidence)
    assert [claim.heading for claim in answer.claims] == ["Why are the fields of Egypt fertile?"]
    assert answer.missing == (
        "What does the flood carry? “The Nile” comes nearest, but neither its abstract nor another that was found answers this.",
    )
    assert (answer.usage.requests, len(llm.asked)) == (2, 2)
    assert [step.name for step in answer.steps] == [
        "Broken into parts", "Asked scribe", "Checked what it wrote", "Asked scribe", "Checked what it wrote",
        "Looked for what contradicts it",
    ]  # fmt: skip
    assert tuple(event for event in between if isinstance(event, Step)) == answer.steps
    assert "".join(event for event in between if isinstance(event, str)) == answer.text


def test_a_part_whose_llm_fails_is_quoted_and_struck_sentences_keep_their_place(index: Index) -> None:
    llm = ScriptedLLM(f"The silt makes fields fertile [{FERTILE}]. Camels drink.", DOWN)
    answer = assistant(index, llm, mode="deep").ask(WHY)
    assert {claim.heading for claim in answer.claims} == {
        "Why are the fields of Egypt fertile?",
        "What does the flood carry?",
    }
    assert answer.struck[0].after == 1
    assert answer.notice.startswith(DOWN.sentence)
    assert (answer.engine, answer.incomplete) == ("scribe", False)


def test_what_speaks_against_an_answer_is_told(index: Index) -> None:
    question = Question("What carries the Indus to its fields?")
    plain = assistant(index, ScriptedLLM("The Indus floods every summer too."), mode="deep").ask(question)
    assert [step.told for step in plain.steps][-1] == "found: 0"
    denied = Paper.from_source("A denial", "The Indus does not flood every summer.", paper_id="denial")
    shelf, judge = Shelf(INDUS, denied), WordedJudge()
    writer = Writer(ScriptedLLM("The Indus floods every summer too [1]."), judge, TERMS)
    answer = Assistant(lambda: shelf, judge, IndifferentReader(), 5, 0.0, writer=writer, mode="deep").ask(question)
    assert [(claim.text, claim.heading) for claim in answer.claims] == [
        ("The Indus floods every summer too.", ""),
        ("The Indus does not flood every summer.", "Against “The Indus floods every summer too.”"),
    ]
    assert answer.text.endswith("The Indus does not flood every summer [2].")


def test_what_one_answer_may_cost_is_not_exceeded_by_its_parts(index: Index) -> None:
    llm = ScriptedLLM([f"The silt makes the fields fertile [{FERTILE}].", Finished(Usage(3000, 500))], "never asked")
    answer = assistant(index, llm, replace(TERMS, most_tokens=4000), "deep").ask(WHY)
    assert len(llm.asked) == 1
    assert answer.notice.startswith("An answer may cost 4,000 tokens, and these are spent.")
    assert {claim.heading for claim in answer.claims} == {
        "Why are the fields of Egypt fertile?",
        "What does the flood carry?",
    }


def test_without_an_llm_a_compound_question_is_quoted_part_by_part(index: Index) -> None:
    answer = assistant(index, None, mode="auto").ask(WHY)
    assert [*dict.fromkeys(claim.heading for claim in answer.claims)] == [
        "Why are the fields of Egypt fertile?", "What does the flood carry?"
    ]  # fmt: skip
    assert answer.engine == "extractive"
    text = answer_text(answer)
    assert text.startswith("Why are the fields of Egypt fertile?\n")


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("What is FP8? How is INT8 trained?", ["What is FP8?", "How is INT8 trained?"]),
        ("Is FP8 better than INT8 for inference?", []),
        ("How do Mamba-2 and GPT-4 each scale?", ["How do Mamba-2 each scale?", "How do GPT-4 each scale?"]),
        (
            "Compare the speed of Mamba-2 and GPT-4 in a table.",
            ["Compare the speed of Mamba-2.", "Compare the speed of GPT-4."],
        ),
        ("What is Mamba and is it faster?", []),
        ("Why does depth help?", []),
        ("What? Why? How? When? Who?", []),
        ("", []),
    ],
)
def test_a_question_is_broken_where_each_part_asks_something_by_itself(query: str, parts: list[str]) -> None:
    assert [part.query for part in parts_of(query)] == parts


def test_a_terminal_shows_what_was_struck_what_it_cost_and_why_it_is_quoted(index: Index) -> None:
    text = answer_text(
        assistant(index, ScriptedLLM("The silt makes the fields fertile. Camels drink coffee.")).ask(WHY)
    )
    assert "Struck: Camels drink coffee. (No sentence that was found supports this.)" in text
    assert re.search(r"scribe: 1 request, \d+ tokens, cost unknown$", text)
    failed = answer_text(assistant(index, ScriptedLLM(DOWN)).ask(WHY))
    assert failed.startswith(f"({DOWN.sentence}")
