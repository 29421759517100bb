"""Runs as files: what was found in TREC's formats, the answers in JSON lines, and what made them; the same inputs, the same bytes."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from assistant.reading.cross_encoder import JUDGE, READER
from assistant.settings import GROUPS, Settings
from assistant.wire import answer_record, paper_record
from eval.abstention import told
from eval.losses import losses
from eval.measures import measured, points
from eval.retrieval import ranked_papers
from eval.run import Outcome
from index.errors import QuestionSetError
from index.papers import Paper
from index.vectors.embedding import Fingerprint

Json = dict[str, Any]

_ANSWERS, _MADE = "answers.jsonl", "made.json"
_TAG = "scholiast"
# What changes answers, of any engine and of an LLM; no address and no key.
_SETTLED = (*GROUPS["answer"], "lexical_weight", "rerank_model", "rerank_by_llm")
_SETTLED_LLM = ("llm_model", "llm_window", "llm_tokens", "reword", "judge", "unsupported")
# Of whitespace and `%` alone, so that an id is one word of a line and can be read back.
_WORD = "".join(chr(code) for code in range(33, 127) if chr(code) != "%")


@dataclass(frozen=True, slots=True)
class Kept:
    """A run as its files tell it: the set, the engine, and a record of each question by its id."""

    name: str
    engine: str
    questions: Mapping[str, Json]


def made_of(
    name: str,
    engine: str,
    settings: Settings,
    embedder: Fingerprint,
    papers: Sequence[Paper],
    outcomes: Sequence[Outcome],
) -> Json:
    """What made a run: all that its answers depend on, as hashes where it is long."""
    settled = (*_SETTLED, *(_SETTLED_LLM if settings.llm_model else ()))
    return {
        "set": name,
        "engine": engine,
        "version": version("scholiast"),
        "corpus": _hash(sorted((paper_record(paper) for paper in papers), key=lambda each: str(each["paper_id"]))),
        "questions": _hash([(o.question.id, o.question.question, o.question.conversation) for o in outcomes]),
        "embedder": _hash(embedder.to_json()),
        "reader": READER.sha256,
        "judge": JUDGE.sha256,
        "settings": {each: str(getattr(settings, each)) for each in settled},
    }


def keep(folder: Path, made: Json, outcomes: Sequence[Outcome]) -> Path:
    """Write a run into a folder of its own in `folder`, which `made` names; return it. Raises `QuestionSetError` where that fails."""
    own = folder / f"{made['set']}.{quote(made['engine'], safe='')}.{_hash(made)[:12]}"
    files = {
        "run.trec": _lines(trec_run(outcomes)),
        "qrels.trec": _lines(trec_qrels(outcomes)),
        _ANSWERS: _lines(json.dumps(question_record(o), ensure_ascii=False) for o in outcomes),
        _MADE: json.dumps(made, ensure_ascii=False, indent=1) + "\n",
    }
    try:
        own.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (own / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise QuestionSetError(
            f"Cannot write the run into {own}: {error.strerror}. Name another folder with --run."
        ) from None
    return own


def trec_run(outcomes: Sequence[Outcome]) -> Iterable[str]:
    """Lines `qid Q0 docid rank score tag`; the score is 1/rank, since trec_eval orders by it and breaks ties by name."""
    for outcome in outcomes:
        for rank, paper_id in enumerate(ranked_papers(outcome.answer.evidence.hits), start=1):
            yield f"{_word(outcome.question.id)} Q0 {_word(paper_id)} {rank} {1 / rank:.6f} {_TAG}"


def trec_qrels(outcomes: Sequence[Outcome]) -> Iterable[str]:
    """Lines `qid 0 docid 1`, one for each gold paper of each answerable question."""
    for outcome in outcomes:
        if outcome.question.answerable:
            yield from (f"{_word(outcome.question.id)} 0 {_word(paper)} 1" for paper in dict.fromkeys(outcome.gold))


def question_record(outcome: Outcome) -> Json:
    """A question with its answer, what was measured of it and why it lost points; without how long that took."""
    question, values = outcome.question, measured(outcome)
    answer = answer_record(outcome.answer, question.id)
    del answer["timings_ms"]
    chance, right = told(outcome)
    return {
        "id": question.id,
        "question": question.question,
        "slice": question.slice,
        "kind": question.kind,
        "gold": list(outcome.gold),
        "points": round(points(values), 6),
        "values": values,
        "chance": chance,
        "right": right,
        "lost": losses(outcome, values),
        "answer": answer,
    }


def read_kept(folder: Path) -> tuple[Kept, ...]:
    """Read the runs of a folder: of one run, or of several. Raises `QuestionSetError` where there is none, or one cannot be read."""
    found = [folder] if (folder / _MADE).exists() else sorted(path.parent for path in folder.glob(f"*/{_MADE}"))
    if not found:
        raise QuestionSetError(f"There is no run in {folder}. Write one: scholiast eval --run {folder}")
    return tuple(_read(each) for each in found)


def _read(folder: Path) -> Kept:
    try:
        made = json.loads((folder / _MADE).read_text(encoding="utf-8"))
        records = [json.loads(line) for line in (folder / _ANSWERS).read_text(encoding="utf-8").splitlines()]
        return Kept(made["set"], made["engine"], {record["id"]: record for record in records})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuestionSetError(
            f"The run in {folder} cannot be read: {error!r}. Write it anew: scholiast eval --run {folder.parent}"
        ) from None


def _hash(what: object) -> str:
    return hashlib.sha256(json.dumps(what, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _word(name: str) -> str:
    return quote(name, safe=_WORD)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
