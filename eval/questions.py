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

    `slice` groups questions in a report; `kind` is the finer word for those that no abstract answers.
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


def read_questions(path: Path) -> tuple[GoldQuestion, ...]:
    """Read a question set in JSONL. Raises `QuestionSetError` naming the file and the line that is at fault."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"Cannot read the question set {path}: {error}.") from None
    questions = tuple(_questions(path, lines))
    if not questions:
        raise QuestionSetError(f"The question set {path} holds no question.")
    return questions


def _questions(path: Path, lines: list[str]) -> Iterator[GoldQuestion]:
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise QuestionSetError(f"{path}:{number} is not a question: {error!r}.") from None
        if question.id in seen:
            raise QuestionSetError(f"{path}:{number}: the id {question.id} stands twice.")
        seen.add(question.id)
        yield question


def _question(record: dict[str, Any]) -> GoldQuestion:
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
    )
