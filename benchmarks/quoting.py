"""What quoting finds, by kind of question, and what each stage of it is worth: `python -m benchmarks.quoting`.

Over the answerable development questions, but for lists and counts: whether the sentence ranked first is a gold one,
whether one of the first three is, and whether the answer quotes one. A stage's worth is what is lost without it. Of the
lines that were kept apart (`training/by_hand`, or `--lines FOLDER`), some of each kind are asked.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import assistant.asking
import assistant.reading.extractive
import assistant.reading.reader
from assistant.assistant import Assistant
from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.reading.reader import Reader
from benchmarks.answering import HITS, closely
from benchmarks.by_hand import gold
from benchmarks.table import cells, print_table
from eval.citations import quotes_gold, same_words
from eval.intervals import figure
from eval.questions import SETS, GoldQuestion, read_questions
from eval.run import run
from index.build import build
from index.fusion import LEXICAL_WEIGHT
from index.index import Index
from index.readers import Read, Record, read_corpus
from index.vectors.embedding import LocalEmbedder

_CORPORA = {
    "sample-dev": Path(__file__).parents[1] / "index" / "sample" / "papers_page.txt",
    "acl-dev": SETS / "acl-papers.jsonl.gz",
}
_LISTS = {"list", "count", "metadata"}
_LINES = Path(__file__).parents[1] / "training" / "by_hand"
# Each passage is read once, though a question is asked several times.
_REMEMBERED = 100_000
# Lines of a kind that are asked.
_OF_A_KIND = 40

# For each stage what stands in for it where it is left out: an object, a name in it, another value.
_STAGES: dict[str, tuple[tuple[Any, str, Any], ...]] = {
    "the best sentence of a passage in the fusion": ((Index, "_closer", lambda _, __, near: dict(near)),),
    "mending slips of the pen": ((assistant.asking, "spelt", lambda query, _: query),),
    "how well the paper was found": ((assistant.reading.extractive, "_PAPER", 0.0),),
    "reading closely, in the order of passages": ((assistant.reading.reader, "_CLOSE", 0.0),),
    "reading closely, in the order of sentences": ((assistant.reading.extractive, "_CLOSE", 0.0),),
}


@dataclass(frozen=True, slots=True)
class _Found:
    question: GoldQuestion
    first: float
    among_three: float
    quoted: float
    answered: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """An index, and what is asked of it."""

    root: Path
    questions: tuple[GoldQuestion, ...]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=Path, default=_LINES, help="the folder of the lines")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sets = [*_shipped(Path(folder)), _by_hand(Path(folder), given.lines)]
        reader = CrossEncoder(READER, remembered=_REMEMBERED)
        whole = _all(sets, reader, LEXICAL_WEIGHT)
        head = ("n", "first, %", "95 %", "among three, %", "95 %", "quoted, %", "95 %", "answered, %")
        kinds = dict.fromkeys(each.question.slice for each in whole)
        print_table(("kind", *head), (_row(kind, [e for e in whole if e.question.slice == kind]) for kind in kinds))
        print()
        print_table(("without", *head), _ablation(sets, reader, whole))


def _shipped(folder: Path) -> Iterator[_Asked]:
    for name, corpus in _CORPORA.items():
        yield _built(folder / name, read_corpus([str(corpus)]), read_questions(SETS / f"{name}.jsonl"))


def _by_hand(folder: Path, lines: Path) -> _Asked:
    papers, questions = gold(lines, "dev")
    kinds: dict[str, list[GoldQuestion]] = defaultdict(list)
    for question in questions:
        kinds[question.slice].append(question)
    chance = Random(0)  # noqa: S311 - a sample
    asked = [
        each
        for kind in kinds.values()
        for each in chance.sample(kind, min(_OF_A_KIND, len(kind)))
        if each.gold_evidence
    ]
    records = (Record(paper, "lines", number) for number, paper in enumerate(papers, start=1))
    return _built(folder / "lines-dev", records, asked)


def _built(root: Path, records: Iterable[Read], questions: Sequence[GoldQuestion]) -> _Asked:
    build(root, records, LocalEmbedder())
    return _Asked(root, tuple(questions))


def _ablation(sets: Sequence[_Asked], reader: Reader, whole: Sequence[_Found]) -> Iterator[tuple[str, ...]]:
    yield _row("nothing: all stages", whole)
    yield _row("BM25", _all(sets, reader, 0.0))
    for stage, changes in _STAGES.items():
        with ExitStack() as changed:
            for where, name, value in changes:
                changed.enter_context(patch.object(where, name, value))
            yield _row(stage, _all(sets, reader, LEXICAL_WEIGHT))


def _all(sets: Sequence[_Asked], reader: Reader, lexical_weight: float) -> list[_Found]:
    return [each for asked in sets for each in _found(asked, reader, lexical_weight)]


def _found(asked: _Asked, reader: Reader, lexical_weight: float) -> Iterator[_Found]:
    index = Index.open(asked.root, LocalEmbedder(), lexical_weight)
    answering = Assistant(lambda: index, CalibratedJudge(CrossEncoder(JUDGE)), reader, HITS)
    for outcome in run(answering, asked.questions, index.names()):
        question, answer = outcome.question, outcome.answer
        if question.answerable and question.slice not in _LISTS:
            _, ranked = closely(answer.evidence.query, index, reader)
            golden = [any(same_words(each.passage.text, one) for one in question.gold_evidence) for each in ranked[:3]]
            yield _Found(
                question,
                float(any(golden[:1])),
                float(any(golden)),
                float(quotes_gold(answer, question)),
                float(not answer.abstained),
            )
    index.close()


def _row(name: str, found: Sequence[_Found]) -> tuple[str, ...]:
    figures = [
        figure("", values)
        for values in (
            [each.first for each in found],
            [each.among_three for each in found],
            [each.quoted for each in found],
        )
    ]
    answered = sum(each.answered for each in found) / len(found)
    return name, str(len(found)), *(cell for each in figures for cell in cells(each)), f"{100 * answered:.1f}"


if __name__ == "__main__":
    main()
