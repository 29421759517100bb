"""Drafted questions, reviewed by a person one after the other: each accepted, mended or dropped."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.questions import lines_of, question_of
from index.errors import QuestionSetError

KEYS = "a accept, e edit, n no abstract answers it, d drop, s skip, q quit"
# A prompt to what is typed after it; raises EOFError once nothing more is.
Asking = Callable[[str], str]
_Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How many questions were accepted, mended and dropped, and how many are left."""

    accepted: int = 0
    mended: int = 0
    dropped: int = 0
    left: int = 0


def review(path: Path, ask: Asking, show: Callable[[str], object]) -> Reviewed:
    """Walk through the questions of a set that are not reviewed, and write the set after each word on one.

    Whoever quits, or ends what is typed, goes on another time. Raises `QuestionSetError` where the set cannot be read or written.
    """
    records = _read(path)
    waiting = [record for record in records if record.get("reviewed") is False]
    counted = dict.fromkeys("aend", 0)
    for place, record in enumerate(waiting, 1):
        show(f"\n{place} of {len(waiting)}\n{told(record)}")
        try:
            key = _decided(record, ask)
        except EOFError:
            break
        if key == "q":
            break
        if key == "d":
            records.remove(record)
        if key in counted:
            counted[key] += 1
            _write(path, records)
    left = sum(record.get("reviewed") is False for record in records)
    return Reviewed(counted["a"], counted["e"] + counted["n"], counted["d"], left)


def told(record: _Record) -> str:
    """A drafted question with its gold and what is to be looked at, for people."""
    lines = [
        record["question"],
        f"  {record['slice']}, {'answerable' if record['answerable'] else 'no abstract answers it'}",
    ]
    lines += [f"  gold paper: {name}" for name in record["gold_papers"]]
    lines += [f"  “{sentence}”" for sentence in record["gold_evidence"]]
    lines += [f"  short answer: {short}" for short in record.get("short_answers", ())]
    lines += [f"  note: {record['note']}"] if record.get("note") else []
    return "\n".join(lines)


def _decided(record: _Record, ask: Asking) -> str:
    """The key that was typed for a record, which is changed as it says."""
    while (key := ask(f"{KEYS}: ").strip().lower()[:1]) not in {*"aendsq"}:
        continue
    if key == "e":
        record |= _mended(ask)
    if key == "n":
        record |= {"answerable": False, "slice": "unanswerable", "gold_evidence": [], "short_answers": []}
    if key in {*"aen"}:
        record["reviewed"] = True
    return key


def _mended(ask: Asking) -> _Record:
    """What a person typed for the question, its gold papers and its gold sentence; what is left blank stays."""
    question = ask("question (blank keeps it): ").strip()
    papers = ask("gold papers, ids or titles with ; between (blank keeps them): ").strip()
    sentence = ask("gold sentence, word for word (blank keeps it): ").strip()
    typed: _Record = {
        "question": question,
        "gold_papers": [name.strip() for name in papers.split(";") if name.strip()],
        "gold_evidence": [sentence] if sentence else [],
    }
    mended = {name: value for name, value in typed.items() if value}
    # Of another sentence, the short answers are others.
    return mended | ({"answerable": True, "short_answers": []} if sentence else {})


def _read(path: Path) -> list[_Record]:
    records = []
    for number, line in lines_of(path):
        try:
            record = json.loads(line)
            question_of(record)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise QuestionSetError(f"{path}:{number} is not a question: {error!r}.") from None
        records.append(record)
    return records


def _write(path: Path, records: list[_Record]) -> None:
    """Put a new file in the place of the set, so that none is ever half written."""
    content = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write(content)
        Path(file.name).chmod(path.stat().st_mode)
        Path(file.name).replace(path)
    except OSError as error:
        raise QuestionSetError(f"Cannot write the question set {path}: {error}.") from None
