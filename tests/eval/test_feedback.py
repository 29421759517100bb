"""What people said of answers becomes questions, with as much gold as they vouched for."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.export.kept import Cited, Kept, KeptClaim, Quoted
from eval.feedback import Feedback, Unreviewed, questions_of, write_questions
from eval.questions import read_questions
from index.errors import QuestionSetError

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANSWER = Kept(
    "Is rain wet?",
    "Is rain wet?",
    "Rain is wet [1]. Snow is, too [2].",
    claims=(
        KeptClaim("Rain is wet.", "full", citations=(Quoted("Rain", "Rain is wet.", 1),)),
        KeptClaim("Snow is, too.", "full", citations=(Quoted("Snow", "Snow is wet, too.", 2),)),
    ),
    papers=(Cited(1, "rain", "Rain"), Cited(2, "snow", "Snow")),
)
REFUSAL = Kept("Is fire wet?", "Is fire wet?", "No abstract says so.", abstained=True)
GOOD = Feedback("Is rain wet?", ANSWER, "good", NOON)


def wrong(comment: str = "", claim: int | None = None, paper: int | None = None) -> Feedback:
    return replace(GOOD, verdict="wrong citation", comment=comment, claim=claim, paper=paper)


def only(feedback: Feedback) -> Unreviewed:
    (one,) = questions_of([feedback])
    return one


def test_a_good_answer_is_a_question_with_what_it_cites_as_gold() -> None:
    one = only(GOOD)
    assert one.question.question == "Is rain wet?"
    assert (one.question.slice, one.question.kind) == ("feedback", "good")
    assert one.question.gold_papers == ("rain", "snow")
    assert one.question.gold_evidence == ("Rain is wet.", "Snow is wet, too.")
    assert one.question.answerable
    assert one.note == ""


def test_a_good_refusal_is_a_question_that_no_abstract_answers() -> None:
    one = only(Feedback("Is fire wet?", REFUSAL, "good", NOON))
    assert not one.question.answerable
    assert one.question.gold_papers == ()


@pytest.mark.parametrize(
    ("feedback", "papers", "evidence"),
    [
        (wrong("That is ice.", paper=2), ("rain",), ("Rain is wet.",)),
        (wrong("That is ice.", claim=0), ("snow",), ("Snow is wet, too.",)),
        (wrong("That is ice."), (), ()),
    ],
)
def test_what_is_cited_wrongly_is_no_gold_and_is_noted(
    feedback: Feedback, papers: tuple[str, ...], evidence: tuple[str, ...]
) -> None:
    one = only(feedback)
    assert (one.question.gold_papers, one.question.gold_evidence) == (papers, evidence)
    assert one.question.answerable
    assert "cited wrongly" in one.note
    assert one.note.endswith("That is ice.")


@pytest.mark.parametrize(("answer", "said"), [(REFUSAL, "Refused"), (ANSWER, "Answered")])
def test_what_was_bad_is_to_be_answered_from_nothing_known_yet(answer: Kept, said: str) -> None:
    one = only(Feedback("Is fire wet?", answer, "bad", NOON))
    assert one.question.answerable
    assert (one.question.gold_papers, one.question.gold_evidence) == ((), ())
    assert one.note.startswith(said)


def test_the_latest_word_on_a_question_counts_whatever_its_case_and_spaces() -> None:
    later = replace(GOOD, question="is  RAIN wet?", verdict="bad", when=NOON.replace(hour=13))
    assert [one.question.kind for one in questions_of([later, GOOD])] == ["bad"]


@pytest.mark.parametrize("feedback", [wrong(claim=2), wrong(claim=-1), wrong(paper=3)])
def test_feedback_on_what_an_answer_does_not_have_is_refused(feedback: Feedback) -> None:
    with pytest.raises(QuestionSetError, match="Is rain wet"):
        questions_of([feedback])


def test_a_set_is_written_marked_unreviewed_read_back_and_never_overwritten(tmp_path: Path) -> None:
    path, one = tmp_path / "set.jsonl", only(GOOD)
    write_questions(path, [one])
    assert read_questions(path) == (one.question,)
    assert '"reviewed": false' in path.read_text(encoding="utf-8")
    with pytest.raises(QuestionSetError, match="left as it is"):
        write_questions(path, [])
    assert read_questions(path) == (one.question,)
