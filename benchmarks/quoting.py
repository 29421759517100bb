"""What quoting finds, by kind of question, and what each stage of it is worth: `python -m benchmarks.quoting`.

Over the answerable development questions, but for lists and counts: whether the sentence ranked first is a gold one,
whether one of the first three is, and whether the answer quotes one. A stage's worth is what is lost without it.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import assistant.assistant
import assistant.reading.extractive
from assistant.reading.extractive import quotes
from assistant.settings import open_assistant, read_settings
from benchmarks.table import cells, print_table
from eval.citations import quotes_gold, same_words
from eval.intervals import figure
from eval.questions import SETS, GoldQuestion, read_questions
from eval.run import run
from index.build import build
from index.fusion import LEXICAL_WEIGHT
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder

_CORPORA = {
    "sample-dev": Path(__file__).parents[1] / "index" / "sample" / "papers_page.txt",
    "acl-dev": SETS / "acl-papers.jsonl.gz",
}
_LISTS = {"list", "count", "metadata"}

# For each stage what stands in for it where it is left out: an object, a name in it, another value.
_STAGES: dict[str, tuple[tuple[Any, str, Any], ...]] = {
    "the best sentence of a passage in the fusion": ((Index, "_closer", lambda _, __, near: dict(near)),),
    "mending slips of the pen": ((assistant.assistant, "spelt", lambda query, _: query),),
    "rare words of the question in a sentence": ((assistant.reading.extractive, "_WORDED", 0.0),),
    "figures, and what they count": (
        (assistant.reading.extractive, "_FIGURE", 0.0),
        (assistant.reading.extractive, "_COUNTED", 0.0),
    ),
    "reasons": ((assistant.reading.extractive, "_REASON", 0.0),),
    "names that few papers hold": ((assistant.reading.extractive, "_FEW", 0),),
    "how well the paper was found": ((assistant.reading.extractive, "_PAPER", 0.0),),
    "sentences of further papers": ((assistant.reading.extractive, "_PAPERS", 1),),
}


@dataclass(frozen=True, slots=True)
class _Found:
    question: GoldQuestion
    first: float
    among_three: float
    quoted: float
    answered: float


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        roots = {name: Path(folder) / name for name in _CORPORA}
        for name, corpus in _CORPORA.items():
            build(roots[name], read_corpus([str(corpus)]), LocalEmbedder())
        whole = _all(roots, LEXICAL_WEIGHT)
        head = ("n", "first, %", "95 %", "among three, %", "95 %", "quoted, %", "95 %", "answered, %")
        kinds = dict.fromkeys(each.question.slice for each in whole)
        print_table(("kind", *head), (_row(kind, [e for e in whole if e.question.slice == kind]) for kind in kinds))
        print()
        print_table(("without", *head), _ablation(roots, whole))


def _ablation(roots: dict[str, Path], whole: Sequence[_Found]) -> Iterator[tuple[str, ...]]:
    yield _row("nothing: all stages", whole)
    yield _row("BM25", _all(roots, 0.0))
    yield _row("embeddings, among papers", _all(roots, 1.0))
    for stage, changes in _STAGES.items():
        with ExitStack() as changed:
            for where, name, value in changes:
                changed.enter_context(patch.object(where, name, value))
            yield _row(stage, _all(roots, LEXICAL_WEIGHT))


def _all(roots: dict[str, Path], lexical_weight: float) -> list[_Found]:
    return [each for name, root in roots.items() for each in _found(name, root, lexical_weight)]


def _found(name: str, root: Path, lexical_weight: float) -> Iterator[_Found]:
    index = Index.open(root, LocalEmbedder(), lexical_weight)
    answering = open_assistant(read_settings(index=str(root), lexical_weight=lexical_weight))
    for outcome in run(answering, read_questions(SETS / f"{name}.jsonl"), index.names()):
        question, answer = outcome.question, outcome.answer
        if question.answerable and question.slice not in _LISTS:
            ranked = quotes(answer.evidence.query, answer.evidence.hits, index)[:3]
            gold = [any(same_words(each.passage.text, g) for g in question.gold_evidence) for each in ranked]
            yield _Found(
                question,
                float(any(gold[:1])),
                float(any(gold)),
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
