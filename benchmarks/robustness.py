"""What misspelling, lower case, keywords and other languages cost: `python -m benchmarks.robustness`.

Over the development questions that stand alone and have an answer: the share that gets a gold sentence quoted, as written
and altered, and the mean of the paired differences.
"""

import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.assistant import Assistant
from assistant.opening import open_assistant
from assistant.question.asked import content_words
from assistant.settings import read_settings
from benchmarks.table import print_table
from eval.citations import quotes_gold
from eval.intervals import figure
from eval.questions import SETS, GoldQuestion, read_questions
from eval.run import run
from index.build import build
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder

_CORPORA = {
    "sample-dev": Path(__file__).parents[1] / "index" / "sample" / "papers_page.txt",
    "acl-dev": SETS / "acl-papers.jsonl.gz",
}
_ALTERED = {"typo", "lowercase", "keywords", "german", "french", "spanish", "chinese", "japanese"}
_MISSPELT = re.compile(r"\w{5,}")


def main() -> None:
    """Print the table."""
    print_table(
        ("questions", "n", "gold sentence quoted, %", "95 %", "answered, %", "difference, points", "95 % of it"),
        [row for name, corpus in _CORPORA.items() for row in _rows(name, corpus)],
    )


def _rows(name: str, corpus: Path) -> Iterator[tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        root, embedder = Path(folder), LocalEmbedder()
        build(root, read_corpus([str(corpus)]), embedder)
        names = Index.open(root, embedder).names()
        assistant = open_assistant(read_settings(index=str(root)))
        asked = [
            q
            for q in read_questions(SETS / f"{name}.jsonl")
            if q.answerable and not q.conversation and q.slice not in _ALTERED
        ]
        as_written = _quoted(assistant, asked, names)
        yield _row(f"{name}, as written", as_written, as_written)
        for kind, alter in _ALTERATIONS.items():
            altered = [replace(question, question=alter(question.question)) for question in asked]
            yield _row(f"{name}, {kind}", _quoted(assistant, altered, names), as_written)
        originals = dict(zip([question.id for question in asked], as_written, strict=True))
        for language, translated in _translated(name).items():
            before = [originals[question.kind] for question in translated]
            yield _row(f"{name}, {language}", _quoted(assistant, translated, names), before)


def _translated(name: str) -> dict[str, list[GoldQuestion]]:
    """The translations of each language; their `kind` is the id of the question that they translate."""
    path = SETS / f"{name}-translated.jsonl"
    questions = read_questions(path) if path.exists() else ()
    return {each: [q for q in questions if q.slice == each] for each in dict.fromkeys(q.slice for q in questions)}


def _quoted(
    assistant: Assistant, questions: Sequence[GoldQuestion], names: dict[str, str]
) -> list[tuple[float, float]]:
    return [
        (float(quotes_gold(outcome.answer, outcome.question)), float(not outcome.answer.abstained))
        for outcome in run(assistant, questions, names)
    ]


def _row(name: str, now: Sequence[tuple[float, float]], before: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    quoted, answered = (figure("", values) for values in zip(*now, strict=True))
    # Differences are in -1..1: halved and moved, they are in 0..1.
    changed = figure("", [(1 + a - b) / 2 for (a, _), (b, _) in zip(now, before, strict=True)])
    points = [100 * (2 * (value or 0) - 1) for value in (changed.value, changed.low, changed.high)]
    share = [f"{100 * (value or 0):.1f}" for value in (quoted.value, quoted.low, quoted.high, answered.value)]
    difference = ("", "") if now is before else (f"{points[0]:+.1f}", f"{points[1]:+.1f} to {points[2]:+.1f}")
    return name, str(quoted.n), share[0], f"{share[1]} to {share[2]}", share[3], *difference


def _misspelt(question: str) -> str:
    """Two of the longer words with two letters swapped, one left out, or one doubled."""
    chance = random.Random(question)  # noqa: S311 - misprints, no secret
    words = list(_MISSPELT.finditer(question))
    for word in sorted(chance.sample(words, min(2, len(words))), key=lambda each: -each.start()):
        place = chance.randrange(word.start() + 1, word.end() - 1)
        one, other = question[place], question[place + 1]
        slip = chance.choice((other + one, other, one + one + other))
        question = question[:place] + slip + question[place + 2 :]
    return question


_ALTERATIONS: dict[str, Callable[[str], str]] = {
    "two words misspelt": _misspelt,
    "in lower case, no question mark": lambda question: question.lower().rstrip("?"),
    "keywords alone": lambda question: " ".join(content_words(question)),
}


if __name__ == "__main__":
    main()
