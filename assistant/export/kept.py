"""Answers as their JSON tells them (`assistant/wire.py`), read back and judged: a file may come from anywhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.types import RECORD, Support
from index.errors import UserError
from index.filters import EVERYTHING, Filter
from index.papers import Paper
from index.readers.reference_ids import arxiv_id_of


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a paper; `n` is its number in the conversation, 0 where nothing cites it."""

    title: str
    quote: str
    n: int = 0
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class KeptClaim:
    """A sentence of an answer, what it cites, and how well that supports it."""

    text: str
    support: Support
    score: float | None = None
    remark: str = ""
    heading: str = ""
    citations: tuple[Quoted, ...] = ()

    @property
    def is_recorded(self) -> bool:
        """Whether the record of the cited paper says this, not the words of its abstract."""
        return self.remark == RECORD


@dataclass(frozen=True, slots=True)
class Cited:
    """A cited paper, as far as an answer tells of it."""

    n: int
    paper_id: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    url: str | None = None
    notice: str | None = None
    retracted: bool = False

    @property
    def paper(self) -> Paper:
        """The paper without its abstract, which no answer tells whole."""
        return Paper.from_source(
            self.title,
            "",
            paper_id=self.paper_id,
            authors=self.authors,
            year=self.year,
            url=self.url,
            doi=self.paper_id if self.paper_id.startswith("10.") else None,
            arxiv_id=arxiv_id_of(self.paper_id, self.url),
            retracted=self.retracted,
        )


@dataclass(frozen=True, slots=True)
class KeptStruck:
    """A sentence of an LLM that no abstract supports, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was told: the fields of `answer_record` that a person reads."""

    question: str
    query: str
    text: str
    filters: Filter = EVERYTHING
    abstained: bool = False
    preface: str = ""
    claims: tuple[KeptClaim, ...] = ()
    papers: tuple[Cited, ...] = ()
    nearest: tuple[Quoted, ...] = ()
    premise: dict[str, Any] | None = None
    engine: str = "extractive"
    notice: str = ""
    missing: tuple[str, ...] = ()
    struck: tuple[KeptStruck, ...] = ()


_KEPT = TypeAdapter(Kept)


def kept(record: object, name: str = "The answer") -> Kept:
    """The answer that `answer_record` made a record of; `UserError` says what in the record called `name` is none."""
    try:
        return _KEPT.validate_python(record)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "it"
        raise UserError(
            f"{name} is no answer of scholiast: {where}: {first['msg'].lower()}. Write answers with: scholiast ask --json QUESTION"
        ) from None


def read_answers(text: str, name: str) -> tuple[Kept, ...]:
    """The answers in `text`, the content of the file `name`: one, a list of them, or one a line.

    Raises `UserError` for what is no JSON, no answer, or holds none.
    """
    answers = tuple(kept(record, where) for where, record in _records(text, name))
    if not answers:
        raise UserError(f"{name} holds no answers. Write some: scholiast ask --json QUESTION > {name}")
    return answers


def _records(text: str, name: str) -> Iterator[tuple[str, object]]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield f"Line {number} of {name}", _parsed(line, f"Line {number} of {name}")
        return
    if isinstance(whole, list):
        yield from ((f"Answer {number} of {name}", each) for number, each in enumerate(whole, start=1))
    else:
        yield name, whole


def _parsed(line: str, where: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise UserError(f"{where} is not JSON. Write answers with: scholiast ask --json QUESTION") from None
