"""Answers in the JSON of this program, as `scholiast ask --json` prints them or `scholiast eval --run` keeps them."""

from typing import Any

from assistant.types import RECORD
from eval.told.answers import Cited, Sentence, Told, settled
from eval.told.fields import Fields, fields, id_of, list_in, question_of, required, source_of, text_in


def recognises(record: Fields) -> bool:
    """Whether a record has claims, and says whether it is an abstention."""
    told = _answer(record)
    return isinstance(told.get("claims"), list) and "abstained" in told


def read(record: Fields, otherwise: str) -> Told:
    """Its claims as sentences; what was counted before them is of the record of the papers."""
    record = _answer(record)
    preface = text_in(record, "preface")
    claims = tuple(_sentence(fields(claim, "a claim")) for claim in list_in(record, "claims"))
    counted = (Sentence(preface, recorded=True),) if preface and claims else ()
    sources = tuple(source_of(source) for source in list_in(record, "evidence"))
    return settled(
        Told(id_of(record, otherwise), question_of(record), (*counted, *claims), sources), record["abstained"]
    )


def _answer(record: Fields) -> Fields:
    """The answer itself: in a run, it stands beside what was measured of it."""
    kept = record.get("answer")
    return kept if isinstance(kept, dict) else record


def _sentence(claim: Fields) -> Sentence:
    cited = tuple(_cited(fields(citation, "a citation")) for citation in list_in(claim, "citations"))
    return Sentence(required(claim, "text"), cited, recorded=claim.get("remark") == RECORD)


def _cited(citation: Fields) -> Cited:
    named = {name: citation.get(name) for name in ("paper_id", "title")}
    return Cited(source_of(named), required(citation, "quote"), _offset(citation, "start"), _offset(citation, "end"))


def _offset(citation: Fields, name: str) -> int | None:
    value: Any = citation.get(name)
    if value is not None and not isinstance(value, int):
        raise ValueError(f"its {name} is no number")
    return value
