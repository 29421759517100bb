"""A run with an LLM: the same figures, by the same path."""

from assistant.assistant import Assistant
from assistant.llm.action import LLMFailed
from assistant.writing.abstractive import Writer
from assistant.writing.terms import Terms
from eval import report
from eval.intervals import figure
from eval.measures import figures
from eval.questions import GoldQuestion
from eval.run import run
from tests.assistant.test_abstractive import NILE
from tests.scripted import IndifferentReader, ScriptedLLM, Shelf, WordedJudge

FERTILE = GoldQuestion(
    id="q",
    question="Why are the fields of Egypt fertile?",
    slice="factoid",
    kind="factoid",
    gold_papers=("nile",),
    gold_evidence=("The silt makes the fields fertile.",),
    short_answers=("silt",),
    answerable=True,
    conversation=None,
)


def answered(*replies: str | LLMFailed) -> dict[str, float | None]:
    shelf, judge = Shelf(NILE), WordedJudge()
    writer = Writer(ScriptedLLM(*replies), judge, Terms("scribe"))
    assistant = Assistant(lambda: shelf, judge, IndifferentReader(), 5, 0.0, writer=writer)
    outcomes = run(assistant, [FERTILE], {"nile": "nile"})
    assert outcomes[0].answer.usage.requests == 1
    return {each.name: each.value for each in figures(outcomes)}


def test_what_an_llm_wrote_is_measured_as_quotes_are() -> None:
    found = answered("The fields of Egypt are fertile as silt makes them so. The silt makes the fields fertile [3].")
    assert (found["citation precision"], found["citation recall"], found["verbatim"]) == (1.0, 1.0, 1.0)
    assert found["short answer in the quotes"] == 1.0


def test_a_struck_sentence_counts_for_nothing() -> None:
    found = answered("The Nile floods every summer. Coffee and silt are camels’ tea.")
    assert found["short answer in the quotes"] == 0.0
    assert found["claims fully supported"] == 1.0


def test_a_failing_llm_is_measured_by_the_quotes() -> None:
    assert answered(LLMFailed("unreachable", "It is off."))["gold sentence quoted"] == 1.0


def test_runs_of_two_engines_stand_side_by_side() -> None:
    runs: dict[str, report.Run] = {
        "extractive": ([figure("recall", [1.0, 0.0])], {}),
        "scribe": ([figure("recall", []), figure("other", [1.0])], {}),
    }
    header, _, *rows = report.table("set", runs).splitlines()
    assert header == "| set | extractive, n | % | 95 % interval | scribe, n | % | 95 % interval |"
    assert rows[0].startswith("| recall | 2 | 50.0 | ")
    assert rows[0].endswith(" | 0 | – | – |")
    assert rows[1].startswith("| other | 0 | – | – | 1 | 100.0 | ")
    assert {len(row.split(" | ")) for row in (header, *rows)} == {7}
