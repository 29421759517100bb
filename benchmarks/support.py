"""What the scorer of support is worth beside simpler rules, and what it costs: `python -m benchmarks.support`.

`--pairs FILE…` names labelled pairs; by default those that are shipped. Thresholds of the simpler rules are tuned on four
fifths of each data set and applied to the fifth, which is kind to them: the scorer's own are fixed. `--folds FOLDER` holds
fold-0.onnx … fold-2.onnx, each trained without a third of the training data (`python -m benchmarks.judge.train --fold K`):
pairs that the shipped weights were trained on are scored with the one that never saw them, and left out without it.
"""

import argparse
import hashlib
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np

import assistant.cross_encoder
from assistant.cross_encoder import CrossEncoder
from assistant.grounding import CalibratedJudge, coverage
from benchmarks.corpora import SAMPLE, records
from benchmarks.table import cells, print_table
from eval.intervals import Figure, Values, figure_of
from eval.judging import balanced_accuracy, calibration_error, judged
from eval.pairs import PAIRS, Pair, read_pairs
from index.embedding import LocalEmbedder

_TRAINED_ON = {"scifact", "wice", "expertqa", "lines"}
_FOLDS, _PARTS = 3, 5

Scores = Callable[[Sequence[Pair]], Values]


def main() -> None:
    """Print the table of figures, and that of costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, nargs="*", default=[PAIRS], help="labelled pairs")
    parser.add_argument("--folds", type=Path, help="folder of weights that each left out a third of the training data")
    arguments = parser.parse_args()
    pairs = [pair for path in arguments.pairs for pair in read_pairs(path)]
    print_table(
        ("pairs, scorer", "n", "supported / rest", "95 %", "supported / contradicted", "95 %", "calibration error"),
        (row for name in dict.fromkeys(p.dataset for p in pairs) for row in _rows(name, pairs, arguments.folds)),
    )
    print()
    print_table(("cost", "ms of CPU time", "ratio"), _costs(pairs))
    print(f"\nPeak memory of all of this: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB.")


def _rows(name: str, all_pairs: Sequence[Pair], folds: Path | None) -> Iterator[tuple[str, ...]]:
    pairs = [pair for pair in all_pairs if pair.dataset == name]
    for scorer, scores in _SIMPLER.items():
        found = scores(pairs)
        yield f"{name}, {scorer}", *_both(pairs, _tuned(pairs, found)), "–"
    if name in _TRAINED_ON and not folds:
        return
    accepted, chances = _by_the_judge(pairs, folds if name in _TRAINED_ON else None)
    labels = np.array([float(pair.supported) for pair in pairs])
    yield f"{name}, as shipped", *_both(pairs, accepted), f"{100 * calibration_error(chances, labels):.1f}"


def _by_the_judge(pairs: Sequence[Pair], folds: Path | None) -> tuple[Values, Values]:
    """Whether each claim is accepted, and its probability; by weights that have not seen it, if `folds` holds some."""
    accepted, chances = np.zeros(len(pairs)), np.zeros(len(pairs))
    for fold in range(_FOLDS) if folds else (None,):
        own = [place for place, pair in enumerate(pairs) if fold is None or fold_of(pair) == fold]
        with _weights(folds / f"fold-{fold}.onnx" if folds else None):
            found = judged(CalibratedJudge(CrossEncoder()), [pairs[place] for place in own])
        accepted[own] = [float(each.accepted) for each in found]
        chances[own] = [each.score for each in found]
    return accepted, chances


def fold_of(pair: Pair) -> int:
    """The fold that the paper of a pair was in when the weights were trained."""
    told = pair.title or pair.evidence[0].paper.abstract[:200]
    return int(hashlib.sha256(told.encode()).hexdigest(), 16) % _FOLDS


@contextmanager
def _weights(path: Path | None) -> Iterator[None]:
    if path is None:
        yield
        return
    with (
        patch.object(assistant.cross_encoder, "WEIGHTS", path),
        patch.object(assistant.cross_encoder, "WEIGHTS_SHA256", hashlib.sha256(path.read_bytes()).hexdigest()),
    ):
        yield


def _covered(pairs: Sequence[Pair]) -> Values:
    return np.array([coverage(pair.claim, pair.evidence[0].paper.abstract) for pair in pairs])


def _alike(pairs: Sequence[Pair]) -> Values:
    """The cosine of each claim with the sentence of its evidence that is most like it."""
    embedder = LocalEmbedder()
    claims = embedder.embed([pair.claim for pair in pairs])
    return np.array(
        [
            float((embedder.embed([passage.text for passage in pair.evidence][:60]) @ claim).max())
            for pair, claim in zip(pairs, claims, strict=True)
        ]
    )


_SIMPLER: Mapping[str, Scores] = {"token coverage": _covered, "cosine": _alike}


def _tuned(pairs: Sequence[Pair], scores: Values) -> Values:
    """Whether each score reaches the threshold that was best for the other four fifths."""
    parts = np.array([int(hashlib.sha256(pair.id.encode()).hexdigest(), 16) % _PARTS for pair in pairs])
    labels = np.array([pair.supported for pair in pairs])
    accepted = np.zeros(len(pairs))
    for part in range(_PARTS):
        others = parts != part
        if not (labels[others].any() and (~labels[others]).any()):
            continue
        best = max(
            np.unique(scores[others]),
            key=lambda least: balanced_accuracy(
                (scores[others & labels] >= least).astype(float), (scores[others & ~labels] >= least).astype(float)
            ),
        )
        accepted[~others] = scores[~others] >= best
    return accepted


def _both(pairs: Sequence[Pair], accepted: Values) -> tuple[str, ...]:
    supported = accepted[[pair.supported for pair in pairs]]
    rest = accepted[[not pair.supported for pair in pairs]]
    against = accepted[[pair.label == "contradicted" for pair in pairs]]
    rows = (_figure(supported, rest), _figure(supported, against))
    return str(len(pairs)), *(cell for each in rows for cell in cells(each))


def _figure(supported: Values, others: Values) -> Figure | None:
    if not (len(supported) and len(others)):
        return None
    count = len(supported)
    return figure_of("", [supported, others], lambda both: balanced_accuracy(both[:count], both[count:]))


def _costs(pairs: Sequence[Pair]) -> Iterator[tuple[str, ...]]:
    embedder, reader = LocalEmbedder(threads=1), CrossEncoder(threads=1)
    papers = [each.paper for each in records([str(SAMPLE)], 100)]
    short = [(pair.claim, pair.evidence[0].text) for pair in pairs][:100]
    baseline = _spent(lambda: [embedder.embed([paper.abstract]) for paper in papers]) / len(papers)
    scoring = _spent(lambda: [reader.read([pair]) for pair in short]) / len(short)
    yield "embed one abstract (baseline)", f"{1000 * baseline:.2f}", "1.00"
    yield "score one claim against one quote", f"{1000 * scoring:.2f}", f"{scoring / baseline:.2f}"


def _spent(work: Callable[[], object]) -> float:
    """Seconds of CPU time, of all threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
