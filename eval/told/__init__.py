"""Answers of any system, read from a file: a module for each format says whether a record is its own and reads it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.told import llama_index_response, marked_text, of_ours, openai_message, ragas_sample
from eval.told.answers import Told
from eval.told.fields import Fields
from index.errors import AnswersError

# The most telling first: a text with markers is whatever is none of the others.
FORMATS: dict[str, tuple[Callable[[Fields], bool], Callable[[Fields, str], Told]]] = {
    name: (module.recognises, module.read)
    for name, module in {
        "scholiast": of_ours,
        "openai": openai_message,
        "llama_index": llama_index_response,
        "ragas": ragas_sample,
        "marked text": marked_text,
    }.items()
}


@dataclass(frozen=True, slots=True)
class Read:
    """The answers of a file, in order, and what is wrong with each line that holds none."""

    answers: tuple[Told, ...]
    faults: tuple[AnswersError, ...]


def read_answers(path: Path) -> Read:
    """Read answers in JSONL; lines may differ in format. Raises `AnswersError` where the file holds no answer at all."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AnswersError(f"Cannot read the answers {path}: {error}.") from None
    answers: list[Told] = []
    faults: list[AnswersError] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            answers.append(_answer(line, str(number)))
        except (ValueError, RecursionError) as error:
            why = "it is no JSON" if isinstance(error, json.JSONDecodeError | RecursionError) else str(error)
            faults.append(AnswersError(f"{path}:{number} is no answer: {why}."))
    if not answers:
        told = f" {faults[0]}" if faults else ""
        raise AnswersError(
            f"{path} holds no answer.{told} Each line is a JSON object: an answer of scholiast ask --json, a text with [n] "
            "and its sources, a response of LlamaIndex, a message of OpenAI's, or a sample of ragas."
        )
    return Read(tuple(answers), tuple(faults))


def _answer(line: str, otherwise: str) -> Told:
    record = _writable(json.loads(line))
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")
    for recognises, read in FORMATS.values():
        if recognises(record):
            return read(record, otherwise)
    raise ValueError("it has no claims, answer, text, response, message or source_nodes")


def _writable(value: Any) -> Any:
    """What was read, with lone surrogates, which JSON may escape and nothing can write, as U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_writable(each) for each in value]
    return {_writable(name): _writable(each) for name, each in value.items()} if isinstance(value, dict) else value
