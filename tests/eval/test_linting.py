"""The faults of question sets are found, and those that are shipped have none."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.linting import Shelves, faults
from eval.questions import SETS, GoldQuestion
from index.errors import QuestionSetError
from index.papers import Paper
from index.passages import Passage
from index.readers import Record, read_corpus
from tests.conftest import SAMPLE
from tests.preloaded import scholiast

RAIN = Paper.from_source("Rain", "Rain is wet. Rain falls in drops.", paper_id="rain")
SNOW = Paper.from_source("Snow", "Snow is cold. Rain falls in drops.", paper_id="snow")
SHELVES = Shelves([RAIN, SNOW])
WET: dict[str, Any] = {
    "id": "1",
    "question": "Is rain wet?",
    "slice": "factoid",
    "gold_papers": ["rain"],
    "gold_evidence": ["Rain is wet."],
    "answerable": True,
}
DRY = {**WET, "id": "2", "question": "Is sand dry?", "gold_papers": [], "gold_evidence": [], "answerable": False}


def written(folder: Path, *records: object) -> Path:
    path = folder / "set.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (["no", "object"], "not a question"),
        ({**WET, "question": "Why?"}, "the id 1 stands in line 1, too"),
        ({**WET, "id": "2", "question": " "}, "the question is empty"),
        ({**WET, "id": "2", "slice": ""}, "the slice is empty"),
        ({**WET, "id": "2", "short_answers": ["re:wet("]}, "no regular expression"),
        ({**WET, "id": "2", "short_answers": ["re:"]}, "stands in every answer"),
        ({**WET, "id": "2", "gold_papers": [], "gold_evidence": []}, "no gold paper is named"),
        ({**WET, "id": "2", "question": "Dry?", "answerable": False}, "has a gold sentence"),
        ({**WET, "id": "2", "gold_papers": ["Snow"]}, "It stands in rain, which is not gold"),
        ({**WET, "id": "2", "gold_papers": ["hail"]}, "'hail' is not in the corpus"),
        ({**WET, "id": "2", "gold_evidence": ["Rain is  wet."]}, "in no gold paper"),
        ({**WET, "id": "2", "gold_evidence": [""]}, "a gold sentence is empty"),
        ({**WET, "id": "2", "gold_evidence": ["Rain falls in drops."]}, "stands in snow, too"),
        (
            {**WET, "id": "2", "question": "is RAIN wet", "gold_papers": ["snow"], "gold_evidence": ["Snow is cold."]},
            "the question of line 1 is asked again, with other gold",
        ),
    ],
)
def test_each_fault_is_told_with_its_file_and_line(tmp_path: Path, second: object, said: str) -> None:
    path = written(tmp_path, WET, second)
    told = [str(one) for one in faults(path, SHELVES)]
    assert any(one.startswith(f"{path}:2: ") and said in one for one in told), told


def test_what_is_right_has_no_fault(tmp_path: Path) -> None:
    twice = {**WET, "id": "3", "question": "is rain wet?", "slice": "lowercase"}
    assert faults(written(tmp_path, WET, DRY, twice), SHELVES, lambda _: None) == ()


def test_turns_of_a_conversation_stand_together_and_in_order(tmp_path: Path) -> None:
    turns = [{**WET, "id": f"c-{n}", "question": f"Why {n}?", "conversation": "c"} for n in (2, 1, 3)]
    told = [(one.line, one.text) for one in faults(written(tmp_path, turns[0], turns[1], WET, turns[2]), SHELVES)]
    assert told == [
        (2, "by its id, it comes earlier in the conversation c."),
        (4, "the conversation c goes on here, after other lines."),
    ]


def test_the_same_words_in_other_conversations_are_other_questions(tmp_path: Path) -> None:
    first = [{**WET, "id": f"{c}-1", "question": f"What is {c}?", "conversation": c} for c in "ab"]
    second = [{**WET, "id": f"{c}-2", "question": "Why?", "conversation": c} for c in "a"]
    other = {**second[0], "id": "b-2", "conversation": "b", "gold_papers": ["snow"], "gold_evidence": ["Snow is cold."]}
    assert faults(written(tmp_path, first[0], second[0], first[1], other), SHELVES) == ()


def test_a_question_without_an_answer_that_a_sentence_answers_is_a_warning_with_the_sentence(tmp_path: Path) -> None:
    asked: list[str] = []

    def answering(question: GoldQuestion) -> Passage:
        asked.append(question.id)
        return Passage(SNOW, 0, 13)

    (warning,) = faults(written(tmp_path, WET, DRY), SHELVES, answering)
    assert (warning.line, warning.warns, asked) == (2, True, ["2"])
    assert "“Snow is cold.” (snow)" in warning.text


def test_a_question_that_nobody_reviewed_is_a_warning(tmp_path: Path) -> None:
    (warning,) = faults(written(tmp_path, {**WET, "reviewed": False}), SHELVES)
    assert warning.warns
    assert "not reviewed" in str(warning)


def test_a_set_that_is_empty_or_cannot_be_read_is_told_so(tmp_path: Path) -> None:
    assert [one.text for one in faults(written(tmp_path), SHELVES)] == ["the set holds no question."]
    with pytest.raises(QuestionSetError, match="nowhere"):
        faults(tmp_path / "nowhere.jsonl", SHELVES)


SHIPPED = {
    str(SAMPLE): ("sample-dev", "sample-test"),
    str(SETS / "acl-papers.jsonl.gz"): ("acl-dev", "acl-test", "acl-premises", "acl-shapes", "acl-dev-translated"),
    str(SETS / "open-papers.jsonl.gz"): ("acl-open",),
    str(SETS / "clapnq-passages.jsonl.gz"): ("clapnq-dev",),
}


@pytest.mark.parametrize("corpus", SHIPPED, ids=lambda corpus: Path(corpus).name)
def test_the_shipped_sets_have_no_fault(corpus: str) -> None:
    shelves = Shelves([read.paper for read in read_corpus([corpus]) if isinstance(read, Record)])
    assert [str(one) for name in SHIPPED[corpus] for one in faults(SETS / f"{name}.jsonl", shelves)] == []


def test_the_verb_prints_a_line_a_fault_and_exits_with_1(sample_index: Path, tmp_path: Path) -> None:
    done = scholiast("eval", "lint", written(tmp_path, WET), "--index", sample_index)
    assert done.returncode == 1
    assert "set.jsonl:1: the gold paper 'rain' is not in the corpus." in done.stdout
    told = scholiast("eval", "lint", written(tmp_path, DRY), "--index", sample_index, "--json")
    assert (told.returncode, told.stdout) == (0, "")
