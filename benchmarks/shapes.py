"""Whether answers have the shape that was asked for: `python -m benchmarks.shapes [SET ...]`.

Over the development questions of `eval/sets/acl-shapes.jsonl`, and with `acl-open` over the sixty open ones: of each kind
whether a right paper is cited and a gold sentence quoted, first or at all; of comparisons, whether each side is told; of summaries,
whether problem, method and finding are; of lists, how many of the papers fit. Then what is lost without each rule that reads a question.
"""

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any
from unittest.mock import patch

import assistant.asking
import assistant.assistant
import assistant.question.comparing
import assistant.question.conversation
import assistant.reading.choosing
import assistant.reading.extractive
import assistant.reading.fitting
from assistant.assistant import Assistant
from assistant.question.conversation import Standalone
from assistant.question.negation import Wanted
from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.types import Answer, Citation
from benchmarks.table import cells, print_table
from eval.citations import citations, same_words
from eval.intervals import figure
from eval.questions import SETS, GoldQuestion, read_questions
from eval.run import Outcome, run
from index.build import build
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder

_CORPORA = {"acl-shapes": "acl-papers.jsonl.gz", "acl-open": "open-papers.jsonl.gz"}
_K = 10
_FIGURES = ("right paper cited", "gold sentence quoted", "gold sentence first", "all sides told", "recall", "precision")
_MEANS = (*(f"{name}, %" for name in _FIGURES), "refused rightly, %")
_REMEMBERED = 200_000
# For each rule, what stands in for it where it is left out: an object, a name in it, another value.
_RULES: dict[str, tuple[tuple[Any, str, Any], ...]] = {
    "sides of a comparison": ((assistant.asking, "compared", lambda *_: None),),
    "what a follow-up leans on": ((assistant.asking, "standalone", lambda question, _: Standalone(question.text)),),
    "what a list leaves out": ((assistant.asking, "wanted", Wanted),),
    "spelling": ((assistant.asking, "spelt", lambda query, _: query),),
    "a title that is typed, an order to sum up": ((assistant.assistant, "told_of", lambda *_, **__: ()),),
    "the sentence before one that leans on it": ((assistant.reading.choosing, "with_antecedent", lambda quote: quote),),
    "the sentence behind one that says what was done": (
        (assistant.reading.choosing, "with_finding", lambda quote, **_: quote),
    ),
    "whom it is about by what they lack": ((assistant.assistant, "of_those_without", lambda _, ranked: ranked),),
    "background and promises last": (
        (assistant.reading.choosing, "_is_background", lambda _: False),
        (assistant.reading.choosing, "says_what_was_done", lambda _: False),
    ),
    "what a list is grouped by": ((assistant.asking, "grouped", lambda request: (request, None)),),
    "names that a list must hold": ((assistant.reading.fitting, "_names", lambda _: ()),),
    "whether any paper fits a list, as it is read": ((assistant.reading.fitting, "_SOME", 0.0),),
    "verbs that end a side": ((assistant.question.comparing, "_DOES", frozenset[str]()),),
}


@dataclass(frozen=True, slots=True)
class _Told:
    """A question with all that its line says of it, and what came of it."""

    outcome: Outcome
    line: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return self.outcome.question.kind


def main() -> None:
    """Print the tables of each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=["acl-shapes"], choices=_CORPORA)
    parser.add_argument("--rules", action="store_true", help="also what is lost without each rule")
    given = parser.parse_args()
    reader, embedder = CrossEncoder(READER, remembered=_REMEMBERED), LocalEmbedder()
    with tempfile.TemporaryDirectory() as folder:
        for name in given.sets:
            build(Path(folder) / name, read_corpus([str(SETS / _CORPORA[name])]), embedder)
            index = Index.open(Path(folder) / name, embedder)
            told = _asked(name, index, reader)
            print_table(("kind", "figure", "n", "%", "95 %"), _rows(told))
            print()
            if given.rules:
                print()
                print_table(("without", *_MEANS), _without(name, index, reader))
            index.close()


def _asked(name: str, index: Index, reader: CrossEncoder) -> list[_Told]:
    path = SETS / f"{name}.jsonl"
    lines = {line["id"]: line for line in map(json.loads, path.read_text("utf-8").splitlines())}
    answering = Assistant(lambda: index, CalibratedJudge(CrossEncoder(JUDGE)), reader, _K)
    return [_Told(one, lines[one.question.id]) for one in run(answering, read_questions(path), index.names())]


def _rows(told: Sequence[_Told]) -> Iterator[tuple[str, ...]]:
    for kind in dict.fromkeys(one.kind for one in told):
        for name, values in _figures([one for one in told if one.kind == kind]).items():
            yield (kind, name, str(len(values)), *cells(figure(name, values)))


def _figures(told: Sequence[_Told]) -> dict[str, list[float]]:
    """What is measured of questions of a kind: one value for each that it applies to."""
    found: dict[str, list[float]] = {}
    for one in told:
        for name, value in _measured(one.outcome.question, one.outcome.answer, one.line):
            found.setdefault(name, []).append(float(value))
    return found


def _measured(question: GoldQuestion, answer: Answer, line: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    quoted = citations(answer)
    if question.kind.startswith("list"):
        yield from _list(question, answer, line)
    elif not question.answerable:
        yield "refused", answer.abstained
    elif "sides" in line:
        sides = [_quotes_one(quoted, side["gold_evidence"]) for side in line["sides"] if side["gold_evidence"]]
        yield "all sides told", all(sides)
        yield "refused", answer.abstained
    else:
        cited = {paper.paper_id for _, paper in answer.papers}
        right = cited & {*question.gold_papers}
        yield "right paper cited", bool(right)
        if len(question.gold_papers) > 2:
            yield "three right papers cited", len(right) > 2
        yield "gold sentence quoted", _quotes_one(quoted, question.gold_evidence)
        yield "gold sentence first", _quotes_one(quoted[:1], question.gold_evidence)
        yield "refused", answer.abstained
        yield from ((f"{part} told", _quotes_one(quoted, gold)) for part, gold in line.get("parts", {}).items() if gold)


def _list(question: GoldQuestion, answer: Answer, line: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Precision and recall of the papers that are said to fit; nobody is sure of those that only bear on what was asked."""
    evidence = answer.evidence
    listed = [hit.passage.paper.paper_id for hit in evidence.hits[: evidence.papers]] if not answer.abstained else []
    papers = set(listed) or {paper.paper_id for _, paper in answer.papers}
    fits = {*question.gold_papers}
    if fits:
        yield "recall", len(papers & fits) / len(fits)
        if papers:
            yield "precision", len(papers & (fits | {*line["bears"]})) / len(papers)
    else:
        yield "refused", not papers


def _quotes_one(quoted: Sequence[Citation], gold: Iterable[str]) -> bool:
    return any(same_words(one.passage.text, words) or words in one.passage.text for one in quoted for words in gold)


def _without(name: str, index: Index, reader: CrossEncoder) -> Iterator[tuple[str, ...]]:
    yield ("nothing: all rules", *_means(_asked(name, index, reader)))
    for rule, changes in _RULES.items():
        with ExitStack() as changed:
            for where, attribute, value in changes:
                changed.enter_context(patch.object(where, attribute, value))
            yield (rule, *_means(_asked(name, index, reader)))


def _means(told: Sequence[_Told]) -> tuple[str, ...]:
    """Of all kinds together, the figures that the table of rules has; a dash for one that no question of the set has."""
    found = _figures(told)
    refused = [one.outcome.answer.abstained for one in told if not one.outcome.question.answerable]
    columns = [*(found.get(name, []) for name in _FIGURES), [float(each) for each in refused]]
    return tuple(f"{100 * mean(values):.1f}" if values else "–" for values in columns)


if __name__ == "__main__":
    main()
