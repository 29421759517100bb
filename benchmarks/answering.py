"""When a question is answered: the chance of an answer, fitted and measured: `python -m benchmarks.answering`.

The regression of `assistant/reading/reader.py` is fitted on the development halves of the question sets, on the lines of
training that the cross-encoder was not trained on and, with `--data FOLDER`, on half of the questions of CLAPNQ that
it was not trained on either; its slope and its level are printed, and what each bound on a premise would catch. The tables and the
picture (docs/risk-coverage.svg) are of the halves that nothing was fitted on.
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.reading.abstention import ANSWER_ABOVE
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.extractive import quotes
from assistant.reading.grounding import CalibratedJudge
from assistant.reading.premise import most_against
from assistant.reading.reader import best_odds, read_closely
from assistant.settings import open_assistant, read_settings
from benchmarks.corpora import SAMPLE
from benchmarks.table import cells, print_table
from eval.abstention import area, is_right, risk_coverage
from eval.intervals import figure
from eval.plot import curves_svg
from eval.questions import SETS, GoldQuestion, read_questions
from eval.run import Outcome, run
from index.build import build
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder
from training.items import HELD_OUT, fold_of
from training.logistic import fitted

_JUDGE = Path(__file__).parents[1] / "training"
_PICTURE = Path(__file__).parents[1] / "docs" / "risk-coverage.svg"
_CORPORA = {
    "sample": (Path(__file__).parents[1] / "index" / "sample" / "papers_page.txt",),
    "acl": (SETS / "acl-papers.jsonl.gz",),
    "lines": (_JUDGE / "lines-papers.jsonl.gz", SAMPLE),
}
_LEAST = (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
_BOUNDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

Sets = dict[str, tuple[GoldQuestion, ...]]


def main() -> None:
    """Fit, print the tables, draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", dest="given", type=Path, help="the folder that holds clapnq/")
    given = parser.parse_args().given
    with tempfile.TemporaryDirectory() as folder:
        roots = {name: Path(folder) / name for name in _CORPORA}
        files = {name: [*map(str, paths)] for name, paths in _CORPORA.items()}
        dev: Sets = {"lines": tuple(_lines())}
        test: Sets = {"acl-premises": read_questions(SETS / "acl-premises.jsonl")}
        for name in ("sample", "acl"):
            dev[name], test[name] = (read_questions(SETS / f"{name}-{half}.jsonl") for half in ("dev", "test"))
        if given:
            roots["clapnq"], passages = Path(folder) / "clapnq", Path(folder) / "clapnq.jsonl"
            dev["clapnq"], test["clapnq"] = _clapnq(given / "clapnq", passages)
            files["clapnq"] = [str(passages)]
        for name, paths in files.items():
            build(roots[name], read_corpus(paths), LocalEmbedder())
        roots["acl-premises"] = roots["acl"]
        _fit(roots, dev)
        print()
        curves = {}
        rows: list[tuple[str, ...]] = []
        for name, questions in test.items():
            rows += _kinds(name, _asked(roots[name], questions, ANSWER_ABOVE))
            if name != "acl-premises":
                curves[f"{name}-test"] = risk_coverage(_asked(roots[name], questions, 0.0))
        print_table(("questions", "n", "answered, %", "95 %", "answered from a gold paper, %", "95 %"), rows)
        print()
        print_table(("curve", "area under it"), ((name, f"{area(points):.3f}") for name, points in curves.items()))
        _PICTURE.write_text(curves_svg("Wrong answers by answers given", curves, ANSWER_ABOVE), encoding="utf-8")


def _fit(roots: dict[str, Path], dev: Sets) -> None:
    """Print the weights of the chance of an answer, and what each bound on a premise does to the development questions."""
    found = [each for name, questions in dev.items() for each in _measured(roots[name], questions)]
    rows, right = np.array([(each.odds, 1.0) for each in found]), np.array([each.is_right for each in found])
    two = fitted(rows, right.astype(np.intp), np.ones(len(right)))
    print(f"n = {len(right)}, right {right.mean():.3f}; slope and level {np.round(two[1] - two[0], 3).tolist()}")
    print()
    chances = 1 / (1 + np.exp(-rows @ (two[1] - two[0])))
    asked = np.array([each.is_answerable for each in found])
    print_table(
        (
            "least chance that is answered",
            "answered when answerable, %",
            "refused when not, %",
            "answers that are right, %",
        ),
        (
            (f"{least}", *(f"{100 * part.mean():.1f}" for part in (taken[asked], ~taken[~asked], right[taken])))
            for least in _LEAST
            for taken in (chances >= least,)
        ),
    )
    print()
    false, true = ([each.against for each in found if each.is_false == wanted] for wanted in (True, False))
    print_table(
        ("bound on a premise", "n", "false ones caught, %", "95 %", "n", "true ones taken for false, %", "95 %"),
        (
            (
                f"{bound}",
                str(len(false)),
                *cells(figure("", [float(each >= bound) for each in false])),
                str(len(true)),
                *cells(figure("", [float(each >= bound) for each in true])),
            )
            for bound in _BOUNDS
        ),
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """What a question's best sentences say of it, whether answering it is right, and whether its premise is false."""

    odds: float
    against: float
    is_answerable: bool
    is_right: bool
    is_false: bool


def _measured(root: Path, questions: Sequence[GoldQuestion]) -> Iterator[_Measured]:
    index, reader = Index.open(root, LocalEmbedder()), CrossEncoder()
    judge = CalibratedJudge(reader)
    for outcome in _asked(root, questions, 0.0):
        evidence = outcome.answer.evidence
        if outcome.answer.chance:
            ranked = read_closely(evidence.query, quotes(evidence.query, evidence.hits, index), reader)
            against, _ = most_against(evidence.query, ranked, judge)
            is_false = outcome.question.kind in {"premise", "false_premise"}
            odds = best_odds(ranked)
            yield _Measured(odds, against, outcome.question.answerable, is_right(outcome), is_false)
    index.close()


def _asked(root: Path, questions: Sequence[GoldQuestion], answer_above: float) -> tuple[Outcome, ...]:
    index = Index.open(root, LocalEmbedder())
    names = index.names()
    index.close()
    return run(open_assistant(read_settings(index=str(root), answer_above=answer_above)), questions, names)


def _lines() -> Iterator[GoldQuestion]:
    for number, line in enumerate((_JUDGE / "lines.jsonl").read_text(encoding="utf-8").splitlines()):
        told = json.loads(line)
        if told["split"] == "test" and "question" in told:
            gold = tuple(told["answer"])
            yield GoldQuestion(
                str(number),
                told["question"],
                told["kind"],
                told["kind"],
                (told["paper_id"],),
                gold,
                (),
                bool(gold),
                None,
            )


def _clapnq(folder: Path, passages: Path) -> tuple[tuple[GoldQuestion, ...], tuple[GoldQuestion, ...]]:
    """Write all passages as papers, and return two halves of the questions that were held out of training."""
    halves: tuple[list[GoldQuestion], list[GoldQuestion]] = ([], [])
    with passages.open("w", encoding="utf-8") as papers:
        for kind in ("answerable", "unanswerable"):
            for line in (folder / f"dev_half_{kind}.jsonl").read_text(encoding="utf-8").splitlines():
                told = json.loads(line)
                question, passage = told["input"].rstrip("?") + "?", told["passages"][0]
                paper = {"paper_id": told["id"], "title": passage["title"], "abstract": passage["text"]}
                papers.write(json.dumps(paper) + "\n")
                if fold_of(question) == HELD_OUT:
                    half = int(hashlib.sha256(question.encode()).hexdigest(), 16) // 3 % 2
                    gold = (told["id"],) if kind == "answerable" else ()
                    halves[half].append(GoldQuestion(told["id"], question, kind, kind, gold, (), (), bool(gold), None))
    return tuple(halves[0]), tuple(halves[1])


def _kinds(name: str, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, ...]]:
    for kind in dict.fromkeys(o.question.kind for o in outcomes):
        own = [o for o in outcomes if o.question.kind == kind]
        answered = figure("", [float(not o.answer.abstained) for o in own])
        right = figure("", [float(is_right(o)) for o in own])
        what = "" if own[0].question.answerable else ", no abstract answers"
        label = name if name == "acl-premises" else f"{name}-test"
        yield f"{label}, {kind}{what}", str(len(own)), *cells(answered), *cells(right)


if __name__ == "__main__":
    main()
