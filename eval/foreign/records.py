"""What is read of an eval that others made, and how its files are opened."""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from eval.pairs import Pair
from eval.questions import GoldQuestion
from index.errors import QuestionSetError
from index.papers import Paper

Json = dict[str, Any]
# What is wrong with a record is told by these.
FAULTS = (ValueError, TypeError, KeyError, AttributeError, IndexError)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a SciFact claim rests on in an abstract: a label, and sets of sentences, by number, each of which is enough."""

    label: str
    rationales: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """An eval: its questions, the papers that they are asked of, and how much each paper is worth to each question, by ids.

    `pairs` are its labelled claims and `evidence` the rationales of SciFact, by claim and paper, with the sentences of the papers.
    `without_gold` counts questions that were left out, as nothing says what answers them. Where it `is_ranking`, papers alone are gold.
    """

    name: str
    questions: tuple[GoldQuestion, ...]
    papers: tuple[Paper, ...]
    gains: Mapping[str, Mapping[str, float]]
    pairs: tuple[Pair, ...] = ()
    evidence: Mapping[str, Mapping[str, Evidence]] = field(default_factory=lambda: MappingProxyType({}))
    sentences: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    without_gold: int = 0
    is_ranking: bool = False

    def first(self, most: int | None) -> "Foreign":
        """The same with at most so many questions."""
        return replace(self, questions=self.questions[:most])


def question(
    question_id: str,
    text: str,
    name: str,
    papers: tuple[str, ...] = (),
    evidence: tuple[str, ...] = (),
    short_answers: tuple[str, ...] = (),
) -> GoldQuestion:
    """A question of the eval `name`, answerable if a paper is gold."""
    return GoldQuestion(question_id, text, name, name, papers, evidence, short_answers, bool(papers), None)


def text_of(path: Path) -> str:
    """The text of a file, plain or gzipped. Raises `QuestionSetError`."""
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"Cannot read {path}: {error}.") from None


def records(path: Path) -> Iterator[tuple[int, Json]]:
    """Yield the objects of a file, a line each or in one list, with their line, or place in the list, from 1."""
    content = text_of(path)
    if content.lstrip().startswith("["):
        yield from ((number, _object(path, number, one)) for number, one in enumerate(_parsed(path, 1, content), 1))
        return
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            yield number, _object(path, number, _parsed(path, number, line))


def document(path: Path) -> Json:
    """The one object that a file holds. Raises `QuestionSetError`."""
    return _object(path, 1, _parsed(path, 1, text_of(path)))


def faulty(path: Path, number: int, error: Exception, what: str) -> QuestionSetError:
    """The error that a record is not `what` it should be."""
    return QuestionSetError(f"{path}:{number} is not {what}: {error!r}.")


def begins(path: Path) -> Json:
    """The first object of a file, for a look at its keys; nothing of a folder or of what is no such file."""
    if path.is_dir():
        return {}
    content = text_of(path).lstrip()
    try:
        first, _ = json.JSONDecoder().raw_decode(content)
    except (ValueError, RecursionError):
        return {}
    one = first[0] if isinstance(first, list) and first else first
    return one if isinstance(one, dict) else {}


def beside(path: Path, *names: str) -> Path:
    """The first of some files in the folder of `path`, plain or gzipped, that is there. Raises `QuestionSetError`."""
    folder = path if path.is_dir() else path.parent
    found = (folder / each for name in names for each in (name, f"{name}.gz") if (folder / each).exists())
    if there := next(found, None):
        return there
    raise QuestionSetError(f"{folder} holds no {' and no '.join(names)}, which {path} needs beside it.")


def _parsed(path: Path, number: int, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise QuestionSetError(f"{path}:{number} is not JSON: {error}.") from None


def _object(path: Path, number: int, value: Any) -> Json:
    if not isinstance(value, dict):
        raise QuestionSetError(f"{path}:{number} is not a JSON object.")
    return value
