"""With an LLM, the LLM decides: what the reader doubts it is told, and the answer shows."""

from assistant.assistant import Assistant
from assistant.types import Question
from assistant.writing.abstractive import Writer
from index.index import Index
from tests.assistant.test_abstractive import DOWN, FERTILE, TERMS, WHY, assistant, index, root
from tests.scripted import ScriptedLLM, ScriptedReader, WordedJudge

__all__ = ["index", "root"]  # fixtures


def doubting(index: Index, llm: ScriptedLLM) -> Assistant:
    """An assistant whose reader finds that nothing is answered."""
    writer = Writer(llm, WordedJudge(), TERMS)
    return Assistant(lambda: index, WordedJudge(), ScriptedReader(), 5, writer=writer)


def test_where_neither_finds_an_answer_the_refusal_is_that_of_the_llm(index: Index) -> None:
    llm = ScriptedLLM("NOT IN THE ABSTRACTS")
    answer = doubting(index, llm).ask(WHY)
    assert answer.text == "“The Nile” comes nearest, but neither its abstract nor another that was found answers this."
    assert "A small program, which is often wrong" in llm.asked[0][-1].content


def test_where_the_reader_finds_no_answer_the_llm_decides_and_its_claims_carry_the_doubt(index: Index) -> None:
    answer = doubting(index, ScriptedLLM(f"The silt makes the fields fertile [{FERTILE}].")).ask(WHY)
    assert (answer.abstained, answer.engine) == (False, "scribe")
    assert answer.preface.startswith("A small reader doubts this: ")
    assert answer.claims[0].remark.startswith("A small reader doubts this: ")
    assert answer.claims[0].support == "full"


def test_where_the_llm_fails_the_refusal_is_that_of_the_reader(index: Index) -> None:
    answer = doubting(index, ScriptedLLM(DOWN)).ask(WHY)
    assert (answer.abstained, answer.claims) == (True, ())
    assert DOWN.sentence in answer.notice


def test_lists_empty_questions_and_limits_that_no_paper_meets_ask_no_llm(index: Index) -> None:
    llm = ScriptedLLM()
    assert assistant(index, llm).ask(Question("Which papers are about floods?")).preface.startswith("2 papers fit")
    assert doubting(index, llm).ask(Question("?!")).reason == "empty_question"
    assert doubting(index, llm).ask(Question("What do papers since 2020 say of floods?")).abstained
    assert llm.asked == []
