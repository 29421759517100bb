"""When a question is answered: the chance of an answer, fitted and measured: `python -m benchmarks.answering`.

The regression of `assistant/reading/abstention.py` is fitted on development questions of all kinds: the halves of the question sets
and the lines that were kept apart (`training/by_hand`, or `--lines FOLDER`), asked of their own corpus and, as questions on other topics, of
others. Its weights are printed, what each least chance would do to each kind, and what each bound on a premise would catch. The
last tables and the pictures (docs/risk-coverage.svg, docs/reliability-answers.svg) are of the halves that nothing was fitted on.
"""

import argparse
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from assistant.assistant import Assistant
from assistant.reading.abstention import ANSWER_ABOVE, Signs, signs
from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.extractive import quotes
from assistant.reading.grounding import CalibratedJudge
from assistant.reading.premise import most_against
from assistant.reading.quote import Quote
from assistant.reading.reader import MOST_READ, Reader, read_closely
from assistant.reading.reader import Read as PassageRead
from benchmarks.by_hand import gold
from benchmarks.table import cells, print_table
from eval.abstention import area, is_right, risk_coverage
from eval.intervals import figure
from eval.judging import Bin, bins_of
from eval.plot import curves_svg, reliability_svg
from eval.questions import SETS, GoldQuestion, read_questions
from eval.run import Outcome, run
from index.build import build
from index.index import Index
from index.readers import Read, Record, read_corpus
from index.vectors.embedding import Embedder, LocalEmbedder
from training.logistic import Numbers, fitted

_LINES = Path(__file__).parents[1] / "training" / "by_hand"
_PICTURE = Path(__file__).parents[1] / "docs" / "risk-coverage.svg"
_RELIABILITY = _PICTURE.with_name("reliability-answers.svg")
_CORPORA = {
    "sample": Path(__file__).parents[1] / "index" / "sample" / "papers_page.txt",
    "acl": SETS / "acl-papers.jsonl.gz",
}
# Questions of each kind that are asked of another corpus; of which kinds.
_ELSEWHERE, _OF_KINDS = 60, ("plain", "other_words", "yes_no")
HITS = 10
_LEAST = (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
_BOUNDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_BINS = 6
# Each passage is read once, though a question is asked several times.
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class QuestionsOf:
    """The questions of an index, by the name of their set."""

    name: str
    root: Path
    questions: tuple[GoldQuestion, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What tells of a question whether it is answered, whether answering it is right, and whether its premise is false."""

    kind: str
    signs: Signs
    against: float
    is_answerable: bool
    is_right: bool

    @property
    def is_false(self) -> bool:
        """Whether the question takes something for granted that the abstracts contradict."""
        return self.kind.endswith(" false_premise")


def main() -> None:
    """Fit, print the tables, draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=Path, default=_LINES, help="the folder of the lines")
    given = parser.parse_args()
    embedder, reader = LocalEmbedder(), CrossEncoder(READER, remembered=_REMEMBERED)
    with tempfile.TemporaryDirectory() as folder:
        dev, test = sets(Path(folder), given.lines, embedder)
        fit([each for questions in dev for each in measured(questions, embedder, reader)])
        print()
        curves, believed, rows = {}, {}, list[tuple[str, ...]]()
        for questions in test:
            rows += _kinds(questions.name, _outcomes(questions, embedder, reader, ANSWER_ABOVE))
            if questions.name != "acl-premises":
                told = _outcomes(questions, embedder, reader, 0.0)
                curves[questions.name], believed[questions.name] = risk_coverage(told), _reliability(told)
        print_table(("questions", "n", "answered, %", "95 %", "answered from a gold paper, %", "95 %"), rows)
        print()
        print_table(("curve", "area under it"), ((name, f"{area(points):.3f}") for name, points in curves.items()))
        _RELIABILITY.write_text(reliability_svg("The chance of an answer", believed), encoding="utf-8")
        _PICTURE.write_text(curves_svg("Wrong answers by answers given", curves, ANSWER_ABOVE), encoding="utf-8")


def sets(folder: Path, lines: Path, embedder: Embedder) -> tuple[list[QuestionsOf], list[QuestionsOf]]:
    """Build the indexes in a folder, and return what is asked of them: development questions, and those of the other halves."""
    papers, questions = gold(lines, "dev")
    own = _built(folder / "lines", (Record(one, "lines", n) for n, one in enumerate(papers, 1)), embedder)
    dev, test = [QuestionsOf("lines", own, questions)], list[QuestionsOf]()
    for name, corpus in _CORPORA.items():
        root = _built(folder / name, read_corpus([str(corpus)]), embedder)
        dev.append(QuestionsOf(f"{name}-dev", root, read_questions(SETS / f"{name}-dev.jsonl")))
        dev.append(QuestionsOf(f"of others than {name}", root, tuple(_of_others(questions))))
        test.append(QuestionsOf(f"{name}-test", root, read_questions(SETS / f"{name}-test.jsonl")))
    test.append(QuestionsOf("acl-premises", test[-1].root, read_questions(SETS / "acl-premises.jsonl")))
    return dev, test


def measured(questions: QuestionsOf, embedder: Embedder, reader: Reader) -> Iterator[Measured]:
    """Yield what is measured of each question that is read closely: not of those for lists or records."""
    index = Index.open(questions.root, embedder)
    for outcome in _outcomes(questions, embedder, reader, 0.0):
        query = outcome.answer.evidence.query
        if outcome.answer.chance is not None:
            read, ranked = closely(query, index, reader)
            if ranked:
                kind = f"{questions.name} {outcome.question.kind}"
                against, _ = most_against(read, ranked)
                found = signs(read, ranked)
                yield Measured(kind, found, against, outcome.question.answerable, is_right(outcome))
    index.close()


def closely(query: str, index: Index, reader: Reader) -> tuple[tuple[PassageRead, ...], tuple[Quote, ...]]:
    """Return what an assistant reads for `query`, and the sentences of it, both best first."""
    read = read_closely(query, index.search(query, MOST_READ), reader)[:HITS]
    return read, quotes(query, [one.hit for one in read], index, read)


def fit(found: Sequence[Measured]) -> None:
    """Print the weights of the chance of an answer; print what each least chance and each bound does, by kind."""
    rows = np.array([(*each.signs, 1.0) for each in found])
    right = np.array([each.is_right for each in found])
    asked = np.array([each.is_answerable for each in found])
    both = fitted(rows, right.astype(np.intp), _alike(found))
    weights: Numbers = both[1] - both[0]
    print(f"n = {len(right)}, right {right.mean():.3f}; weights {np.round(weights, 3).tolist()}\n")
    chances = 1 / (1 + np.exp(-rows @ weights))
    print_table(
        ("least chance", "answered when answerable, %", "refused when not, %", "answers that are right, %"),
        (
            (f"{least}", *(_share(part) for part in (taken[asked], ~taken[~asked], right[taken])))
            for least in _LEAST
            for taken in (chances >= least,)
        ),
    )
    print()
    kinds = np.array([each.kind for each in found])
    print_table(
        ("kind", "n", f"answered above {ANSWER_ABOVE}, %", "95 %"),
        (
            (
                f"{kind}{'' if own_asked.any() else ', no abstract answers'}",
                str(len(own)),
                *cells(figure("", own.tolist())),
            )
            for kind in dict.fromkeys(kinds)
            for own, own_asked in (((chances >= ANSWER_ABOVE)[kinds == kind].astype(float), asked[kinds == kind]),)
        ),
    )
    print()
    _premises(found)


def _share(values: NDArray[np.bool_]) -> str:
    return f"{100 * values.mean():.1f}" if len(values) else "–"


def _alike(found: Sequence[Measured]) -> Numbers:
    """How much each question counts: all kinds alike, and as much what is answered rightly as what is not."""
    kinds: dict[tuple[str, bool], int] = {}
    for each in found:
        kinds[each.kind, each.is_right] = kinds.get((each.kind, each.is_right), 0) + 1
    weights = np.array([1 / sum(kinds.get((each.kind, right), 0) for right in (True, False)) for each in found])
    right = np.array([each.is_right for each in found])
    counts: Numbers = np.where(right, weights / weights[right].sum(), weights / weights[~right].sum())
    return counts


def _reliability(outcomes: Sequence[Outcome]) -> tuple[Bin, ...]:
    told = [outcome for outcome in outcomes if outcome.answer.chance is not None]
    scores = np.array([outcome.answer.chance for outcome in told], np.float64)
    return bins_of(scores, np.array([float(is_right(outcome)) for outcome in told]), _BINS)


def _premises(found: Sequence[Measured]) -> None:
    false, true = ([each.against for each in found if each.is_false == wanted] for wanted in (True, False))
    print_table(
        ("bound on a premise", "n", "false ones caught, %", "95 %", "n", "others taken for false, %", "95 %"),
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


def _of_others(questions: Sequence[GoldQuestion]) -> Iterator[GoldQuestion]:
    """Some questions as they are where no abstract answers them."""
    chance = Random(0)  # noqa: S311 - a sample
    for kind in _OF_KINDS:
        own = [question for question in questions if question.kind == kind]
        for question in chance.sample(own, min(_ELSEWHERE, len(own))):
            yield replace(question, gold_papers=(), gold_evidence=(), answerable=False)


def _built(root: Path, records: Iterable[Read], embedder: Embedder) -> Path:
    build(root, records, embedder)
    return root


def _outcomes(questions: QuestionsOf, embedder: Embedder, reader: Reader, least: float) -> tuple[Outcome, ...]:
    index = Index.open(questions.root, embedder)
    assistant = Assistant(lambda: index, CalibratedJudge(CrossEncoder(JUDGE)), reader, HITS, least)
    found = run(assistant, questions.questions, index.names())
    index.close()
    return found


def _kinds(name: str, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, ...]]:
    for kind in dict.fromkeys(o.question.kind for o in outcomes):
        own = [o for o in outcomes if o.question.kind == kind]
        answered = figure("", [float(not o.answer.abstained) for o in own])
        right = figure("", [float(is_right(o)) for o in own])
        what = "" if own[0].question.answerable else ", no abstract answers"
        yield f"{name}, {kind}{what}", str(len(own)), *cells(answered), *cells(right)


if __name__ == "__main__":
    main()
