"""Fits what turns the reader's logits into verdicts: `python -m training.calibrate --pairs FILE… --lines FOLDER`.

Prints the weights that belong into `assistant/reading/grounding.py`, fitted on the labelled pairs that were held out of training, and on
the claims of the lines that were kept apart.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.reading.cross_encoder import CONTRADICTED, JUDGE, SUPPORTED, UNRELATED, CrossEncoder
from assistant.reading.grounding import decisive, features, probabilities
from eval.pairs import Label, Pair, read_pairs
from index.passages import Passage
from training.items import HELD_OUT, fold_of
from training.logistic import Numbers, fitted
from training.taught import CLAIMS, Split, read_taught

LINES = Path(__file__).parent / "by_hand"
TRAINED_ON = {"scifact", "wice", "expertqa"}
CALIBRATED_ON = {*TRAINED_ON, "lines"}

_CLASSES = {"supported": SUPPORTED, "contradicted": CONTRADICTED}
_OF_LINES: dict[str, Label] = {
    "supported": "supported",
    "contradicted": "contradicted",
    "neutral": "not_enough_info",
}
# The logits as they are.
AS_READ = np.array([[1.0, 0, 0, 0, 0], [0.0, 0, 0, 0, 0], [0.0, 1, 0, 0, 0]])
# Which window of an evidence decides depends on the weights, and these on it.
_ROUNDS = 5


def held_out(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Return the pairs that training saw nothing of: those of other data sets, and the fold of the same that it left out."""
    return tuple(pair for pair in pairs if pair.dataset not in TRAINED_ON or _fold(pair) == HELD_OUT)


def of_lines(folder: Path, split: Split) -> tuple[Pair, ...]:
    """Return the claims of a split of the lines, each with the sentences that it is about."""
    taught = read_taught(folder, split)
    queries = [query for group in taught.groups for query in group.queries if query.kind in CLAIMS]
    return tuple(
        Pair(
            id=f"lines-{number}",
            dataset="lines",
            split="kept",
            claim=query.text,
            evidence=tuple(Passage(taught.papers[paper], *taught.sentences[paper][place]) for place in places),
            label=_OF_LINES[query.kind],
            title=taught.papers[paper].title,
        )
        for number, query in enumerate(queries)
        for paper, places in query.answers.items()
    )


def calibrated(rows: Sequence[Numbers], pairs: Sequence[Pair]) -> Numbers:
    """Return weights, shape (3, 5), fitted on the deciding window of each pair; `rows` are the `features` of the pairs."""
    labels = np.array([_CLASSES.get(pair.label, UNRELATED) for pair in pairs])
    weights: Numbers = AS_READ
    for _ in range(_ROUNDS):
        deciding = np.array([each[decisive(probabilities(each, weights))] for each in rows])
        weights = fitted(deciding, labels, np.ones(len(labels)))
    return weights


def _fold(pair: Pair) -> int:
    return fold_of(pair.title or pair.evidence[0].paper.abstract[:200])


def main() -> None:
    """Fit on the held-out pairs of the data sets that training saw a part of, and print the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="labelled pairs")
    parser.add_argument("--lines", type=Path, default=LINES, help="the folder of the lines")
    given = parser.parse_args()
    pairs = held_out([p for path in given.pairs for p in read_pairs(path) if p.dataset in TRAINED_ON])
    pairs += of_lines(given.lines, "dev")
    reader = CrossEncoder(JUDGE)
    weights = calibrated([features(reader, pair.claim, pair.evidence) for pair in pairs], pairs)
    print(f"n = {len(pairs)}")
    print(np.array2string(weights, separator=", ", precision=3, suppress_small=True))


if __name__ == "__main__":
    main()
