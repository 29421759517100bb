"""Question sets: what is asked, and what a right answer rests on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import QuestionSetError

SETS = Path(__file__).parent / "sets"


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with its gold papers (ids or exact titles), verbatim gold sentences, and short answers.

    `nuggets` are the facts that a whole answer tells, each in a few words. `slice` groups questions in a report; `kind` is the finer word for those that no abstract answers.
    """

    id: str
    question: str
    slice: str
    kind: str
    gold_papers: tuple[str, ...]
    gold_evidence: tuple[str, ...]
    short_answers: tuple[str, ...]
    answerable: bool
    conversation: str | None
    nuggets: tuple[str, ...] = ()


def read_questions(path: Path) -> tuple[GoldQuestion, ...]:
    """Read a question set in JSONL. Raises `QuestionSetError` naming the file and the line that is at fault."""
    questions = tuple(_questions(path))
    if not questions:
        raise QuestionSetError(f"The question set {path} holds no question.")
    return questions


def lines_of(path: Path) -> tuple[tuple[int, str], ...]:
    """The lines of a set that are not blank, each with its number, from 1. Raises `QuestionSetError`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"Cannot read the question set {path}: {error}.") from None
    return tuple((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _questions(path: Path) -> Iterator[GoldQuestion]:
    seen: set[str] = set()
    for number, line in lines_of(path):
        try:
            question = question_of(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise QuestionSetError(f"{path}:{number} is not a question: {error!r}.") from None
        if question.id in seen:
            raise QuestionSetError(f"{path}:{number}: the id {question.id} stands twice.")
        seen.add(question.id)
        yield question


def question_of(record: dict[str, Any]) -> GoldQuestion:
    """The question that a line of a set holds. Raises `KeyError`, `TypeError` and the like for what is none."""
    return GoldQuestion(
        id=record["id"],
        question=record["question"],
        slice=record["slice"],
        kind=record.get("kind", record["slice"]),
        gold_papers=tuple(record["gold_papers"]),
        gold_evidence=tuple(record["gold_evidence"]),
        short_answers=tuple(record.get("short_answers", ())),
        answerable=record["answerable"],
        conversation=record.get("conversation"),
        nuggets=tuple(record.get("nuggets", ())),
    )
