"""When a question is answered: the chance of an answer, fitted and measured: `python -m benchmarks.answering`.

The regression of `assistant/reading.py` is fitted on the development halves of the question sets and on the lines of
benchmarks/judge that the cross-encoder was not trained on; its weights are printed. The tables and the picture
(docs/risk-coverage.svg) are of the halves that nothing was fitted on.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.abstention import ANSWER_ABOVE
from assistant.cross_encoder import CrossEncoder
from assistant.extractive import quotes
from assistant.reading import read_closely, reading_features
from assistant.settings import open_assistant, read_settings
from benchmarks.corpora import SAMPLE
from benchmarks.judge.logistic import Numbers, fitted
from benchmarks.table import cells, print_table
from eval.abstention import area, is_right, risk_coverage
from eval.intervals import figure
from eval.plot import curves_svg
from eval.questions import SETS, GoldQuestion, read_questions
from eval.run import Outcome, run
from index.build import build
from index.embedding import LocalEmbedder
from index.index import Index
from index.readers import read_corpus

_JUDGE = Path(__file__).parent / "judge"
_PICTURE = Path(__file__).parents[1] / "docs" / "risk-coverage.svg"
_CORPORA = {
    "sample": (Path(__file__).parents[1] / "index" / "sample" / "papers_page.txt",),
    "acl": (SETS / "acl-papers.jsonl.gz",),
    "lines": (_JUDGE / "lines-papers.jsonl.gz", SAMPLE),
}


def main() -> None:
    """Fit, print the tables, draw the picture."""
    with tempfile.TemporaryDirectory() as folder:
        roots = {name: Path(folder) / name for name in _CORPORA}
        for name, files in _CORPORA.items():
            build(roots[name], read_corpus([*map(str, files)]), LocalEmbedder())
        _fit(roots)
        print()
        curves = {}
        rows: list[tuple[str, ...]] = []
        for name in ("sample", "acl"):
            questions = read_questions(SETS / f"{name}-test.jsonl")
            rows += _kinds(name, _asked(roots[name], questions, ANSWER_ABOVE))
            curves[f"{name}-test"] = risk_coverage(_asked(roots[name], questions, 0.0))
        print_table(("questions", "n", "answered, %", "95 %", "answered from a gold paper, %", "95 %"), rows)
        print()
        print_table(("curve", "area under it"), ((name, f"{area(points):.3f}") for name, points in curves.items()))
        _PICTURE.write_text(curves_svg("Wrong answers by answers given", curves, ANSWER_ABOVE), encoding="utf-8")


def _fit(roots: dict[str, Path]) -> None:
    """Print the weights: a row of what is measured, a class that is the chance of a right answer."""
    asked = {
        "sample": read_questions(SETS / "sample-dev.jsonl"),
        "acl": read_questions(SETS / "acl-dev.jsonl"),
        "lines": tuple(_lines()),
    }
    found = [pair for name, questions in asked.items() for pair in _measured(roots[name], questions)]
    features, right = np.array([features for features, _ in found]), np.array([right for _, right in found])
    two = fitted(features, right.astype(np.intp), np.ones(len(right)))
    print(f"n = {len(right)}, right {right.mean():.3f}; weights {np.round(two[1] - two[0], 3).tolist()}")


def _measured(root: Path, questions: Sequence[GoldQuestion]) -> Iterator[tuple[Numbers, bool]]:
    index, reader = Index.open(root, LocalEmbedder()), CrossEncoder()
    for outcome in _asked(root, questions, 0.0):
        evidence = outcome.answer.evidence
        if outcome.answer.chance:
            ranked = read_closely(evidence.query, quotes(evidence.query, evidence.hits, index), reader)
            yield reading_features(ranked), is_right(outcome)
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


def _kinds(name: str, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, ...]]:
    for kind in dict.fromkeys(o.question.kind for o in outcomes):
        own = [o for o in outcomes if o.question.kind == kind]
        answered = figure("", [float(not o.answer.abstained) for o in own])
        right = figure("", [float(is_right(o)) for o in own])
        what = "" if own[0].question.answerable else ", no abstract answers"
        yield f"{name}-test, {kind}{what}", str(len(own)), *cells(answered), *cells(right)


if __name__ == "__main__":
    main()
