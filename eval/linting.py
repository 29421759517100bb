"""The faults of a question set itself: gold that does not hold, questions that contradict each other, lines that cannot be read."""

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path

from eval.questions import GoldQuestion, lines_of, question_of
from index.papers import Paper, normalise
from index.passages import Passage

# A question of a set to the sentence that answers it, if one surely does.
Answering = Callable[[GoldQuestion], Passage | None]

_TURN = re.compile(r"(\d+)\D*$")
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of a set, in a sentence; it only `warns` where a person must look whether it is."""

    file: str
    line: int
    text: str
    warns: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'warning: ' if self.warns else ''}{self.text}"


@dataclass(frozen=True, slots=True)
class _Line:
    """A question and where it stands."""

    number: int
    question: GoldQuestion
    reviewed: bool


# The number of a line and what is wrong with it.
_Found = Iterator[tuple[int, str]]


class Shelves:
    """The papers of a corpus by their ids and exact titles, and which of them holds some words."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = papers
        self._named = {paper.title: paper for paper in papers} | {paper.paper_id: paper for paper in papers}
        # No text that was read in holds a line break, so that no words are found over the end of an abstract.
        self._text = "\n".join(paper.abstract for paper in papers)
        self._ends = [*accumulate(len(paper.abstract) + 1 for paper in papers)]

    def named(self, name: str) -> Paper | None:
        """Return the paper of this id or exact title."""
        return self._named.get(name)

    def holding(self, words: str) -> Iterator[Paper]:
        """Yield the papers in whose abstract `words` stand, each once."""
        at = self._text.find(words)
        while at >= 0:
            place = bisect_right(self._ends, at)
            yield self._papers[place]
            at = self._text.find(words, self._ends[place])


def faults(path: Path, shelves: Shelves, answering: Answering | None = None) -> tuple[Fault, ...]:
    """Return the faults of the set in `path`, whose papers stand on `shelves`, by line.

    `answering` is asked of each question that is to have no answer, in the order of the set; without it, nothing is asked.
    Raises `QuestionSetError` where the file cannot be read.
    """
    lines, found = _read(path)
    checks = (_twice, _empty, _patterns, _golds, _contradictions, _conversations)
    found += [one for check in checks for one in check(lines)]
    found += [one for line in lines for one in _of_gold(line, shelves)]
    warnings = [(line.number, "this question is not reviewed yet.") for line in lines if not line.reviewed]
    if answering:
        warnings += _answered(lines, answering)
    told = [Fault(str(path), number, text) for number, text in found]
    told += [Fault(str(path), number, text, warns=True) for number, text in warnings]
    return tuple(sorted(told, key=lambda one: (one.line, one.warns)))


def _read(path: Path) -> tuple[list[_Line], list[tuple[int, str]]]:
    lines, faults = list[_Line](), list[tuple[int, str]]()
    for number, text in lines_of(path):
        try:
            record = json.loads(text)
            lines.append(_Line(number, question_of(record), record.get("reviewed") is not False))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            faults.append((number, f"this is not a question: {error!r}."))
    if not (lines or faults):
        faults.append((1, "the set holds no question."))
    return lines, faults


def _twice(lines: Sequence[_Line]) -> _Found:
    first: dict[str, int] = {}
    for line in lines:
        if line.question.id in first:
            yield line.number, f"the id {line.question.id} stands in line {first[line.question.id]}, too."
        first.setdefault(line.question.id, line.number)


def _empty(lines: Sequence[_Line]) -> _Found:
    for line in lines:
        if not line.question.question.strip():
            yield line.number, "the question is empty."
        if not line.question.slice.strip():
            yield line.number, "the slice is empty: figures are told by slice."


def _patterns(lines: Sequence[_Line]) -> _Found:
    for line in lines:
        for short in line.question.short_answers:
            try:
                re.compile(short.removeprefix("re:") if short.startswith("re:") else "")
            except re.error as error:
                yield line.number, f"the short answer {short!r} is no regular expression: {error}."
            if not short.removeprefix("re:").strip():
                yield line.number, "a short answer is empty, and stands in every answer."


def _golds(lines: Sequence[_Line]) -> _Found:
    for line in lines:
        question = line.question
        if question.answerable and not question.gold_papers:
            yield line.number, "it is answerable, and no gold paper is named."
        # A paper that is named there is the one that comes nearest, and is no gold.
        if not question.answerable and question.gold_evidence:
            yield line.number, "it is not answerable, and has a gold sentence."


def _contradictions(lines: Sequence[_Line]) -> _Found:
    """Questions that are one, in the same conversation so far, and have other gold."""
    asked: dict[tuple[str, ...], _Line] = {}
    so_far = defaultdict[str, tuple[str, ...]](tuple)
    for line in lines:
        question = line.question
        said = (*so_far[question.conversation or ""], _letters(question.question))
        if question.conversation:
            so_far[question.conversation] = said
        other = asked.setdefault(said, line)
        if _gold(other.question) != _gold(question):
            yield line.number, f"the question of line {other.number} is asked again, with other gold."


def _conversations(lines: Sequence[_Line]) -> _Found:
    begun: set[str] = set()
    for conversation, group in groupby(lines, key=lambda line: line.question.conversation):
        turns = [*group]
        if conversation is None:
            continue
        if conversation in begun:
            yield turns[0].number, f"the conversation {conversation} goes on here, after other lines."
        begun.add(conversation)
        numbers = [int(found[1]) if (found := _TURN.search(turn.question.id)) else 0 for turn in turns]
        for before, number, turn in zip(numbers, numbers[1:], turns[1:], strict=False):
            if number < before:
                yield turn.number, f"by its id, it comes earlier in the conversation {conversation}."


def _of_gold(line: _Line, shelves: Shelves) -> _Found:
    """What is wrong with the gold of a question, as the corpus has it."""
    question = line.question
    named = {name: shelves.named(name) for name in question.gold_papers}
    for name in (name for name, paper in named.items() if paper is None):
        yield line.number, f"the gold paper {name!r} is not in the corpus."
    gold = [paper for paper in named.values() if paper]
    for span in question.gold_evidence:
        if not span.strip():
            yield line.number, "a gold sentence is empty, and stands in every abstract."
            continue
        own = any(span in paper.abstract for paper in gold)
        others = [paper for paper in shelves.holding(span) if paper not in gold]
        if not own:
            where = f" It stands in {others[0].paper_id}, which is not gold." if others else ""
            if gold:
                yield line.number, f"this stands, word for word, in no gold paper: “{span}”.{where}"
        elif others:
            yield line.number, f"a gold sentence stands in {others[0].paper_id}, too, which is not gold: “{span}”."


def _answered(lines: Iterable[_Line], answering: Answering) -> Iterator[tuple[int, str]]:
    for line in lines:
        # Also what a conversation said before it, so that it is understood.
        if line.question.answerable and not line.question.conversation:
            continue
        sentence = answering(line.question)
        if sentence and not line.question.answerable:
            told = f"“{sentence.text}” ({sentence.paper.paper_id})"
            yield line.number, f"it is not answerable, and a sentence seems to answer it: {told}."


def _gold(question: GoldQuestion) -> tuple[object, ...]:
    return question.answerable, {*question.gold_papers}, {*question.gold_evidence}


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub(" ", normalise(text).casefold()).strip()
