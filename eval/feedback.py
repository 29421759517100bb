"""What people said of answers, as questions of an eval set that somebody is to review."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from assistant.export.kept import Kept, KeptClaim
from eval.questions import GoldQuestion
from index.errors import QuestionSetError
from index.papers import normalise

Verdict = Literal["good", "bad", "wrong citation"]
_SLICE = "feedback"
_NO_GOLD = {
    True: "Refused, and that was judged bad: name the papers and sentences that answer, or none if none does.",
    False: "Answered, and that was judged bad: name the papers and sentences that answer, or none if none does.",
}
_WITHOUT = "Without what was judged to be cited wrongly ({}): see whether the rest answers."
_ALL_WRONG = "Judged to be cited wrongly, all of it: name the papers and sentences that answer, or none if none does."


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody said of an answer: of all of it, or of a `claim` (from 0) or a `paper` by its number in the answer."""

    question: str
    answer: Kept
    verdict: Verdict
    when: datetime
    claim: int | None = None
    paper: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """A question with the gold that feedback suggests, and what is to be looked at before it counts."""

    question: GoldQuestion
    note: str

    @property
    def record(self) -> dict[str, Any]:
        """The question in the native format of a set, marked as not reviewed."""
        return {**asdict(self.question), "nuggets": [], "reviewed": False, "note": self.note}


def questions_of(feedback: Iterable[Feedback]) -> tuple[Unreviewed, ...]:
    """Return a question for each that feedback was given on, whatever its case and spaces; of several, the latest says what is right.

    Raises `QuestionSetError` where feedback is on a claim or a paper that its answer does not have.
    """
    latest: dict[str, Feedback] = {}
    for each in sorted(feedback, key=lambda one: one.when):
        latest[_folded(each.question)] = each
    return tuple(_question(each) for each in latest.values())


def write_questions(path: Path, questions: Iterable[Unreviewed]) -> None:
    """Write a new question set in JSONL. Raises `QuestionSetError` where there is a file already."""
    lines = [json.dumps(one.record, ensure_ascii=False) for one in questions]
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))
    except FileExistsError:
        raise QuestionSetError(f"{path} is there already, and is left as it is. Name another file.") from None
    except OSError as error:
        raise QuestionSetError(f"Cannot write the question set {path}: {error}.") from None


def _question(feedback: Feedback) -> Unreviewed:
    answer, wrong = feedback.answer, _wrong(feedback)
    quoted = [] if feedback.verdict == "bad" else _citations(answer.claims, wrong)
    ids = {paper.n: paper.paper_id for paper in answer.papers}
    notes = [_note(feedback, wrong, has_gold=bool(quoted)), feedback.comment]
    gold = GoldQuestion(
        id=f"feedback-{hashlib.sha256(_folded(feedback.question).encode()).hexdigest()[:12]}",
        question=feedback.question,
        slice=_SLICE,
        kind=feedback.verdict,
        gold_papers=tuple(dict.fromkeys(ids[n] for n, _ in quoted)),
        gold_evidence=tuple(dict.fromkeys(quote for _, quote in quoted if quote)),
        short_answers=(),
        answerable=not (answer.abstained and feedback.verdict == "good"),
        conversation=None,
    )
    return Unreviewed(gold, " ".join(filter(None, notes)))


def _wrong(feedback: Feedback) -> frozenset[int]:
    """The numbers of the papers that are cited wrongly: the one that is named, else those of the claim, else all."""
    claims, numbers = feedback.answer.claims, {paper.n for paper in feedback.answer.papers}
    if feedback.claim is not None and not 0 <= feedback.claim < len(claims):
        raise QuestionSetError(f"The answer to “{feedback.question}” has no claim {feedback.claim}.")
    if feedback.paper is not None and feedback.paper not in numbers:
        raise QuestionSetError(f"The answer to “{feedback.question}” cites no paper [{feedback.paper}].")
    if feedback.verdict != "wrong citation":
        return frozenset()
    if feedback.paper is not None:
        return frozenset({feedback.paper})
    return frozenset(numbers if feedback.claim is None else (one.n for one in claims[feedback.claim].citations))


def _citations(claims: Iterable[KeptClaim], wrong: frozenset[int]) -> list[tuple[int, str]]:
    """The numbers and the quotes of what is cited rightly; of what the record says, nothing is quoted."""
    return [
        (one.n, "" if claim.is_recorded else one.quote)
        for claim in claims
        for one in claim.citations
        if one.n not in wrong
    ]


def _note(feedback: Feedback, wrong: frozenset[int], *, has_gold: bool) -> str:
    if feedback.verdict == "bad":
        return _NO_GOLD[feedback.answer.abstained]
    if feedback.verdict == "good":
        return ""
    return _WITHOUT.format(", ".join(f"[{n}]" for n in sorted(wrong))) if has_gold else _ALL_WRONG


def _folded(question: str) -> str:
    return normalise(question).casefold()
