"""How well cited words support a claim: the one scorer, for the badge in the chat and for the figure in `eval`."""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.reading.cross_encoder import CONTRADICTED, SUPPORTED, UNRELATED, Pair
from assistant.reading.reader import Reader
from assistant.types import Support
from index.papers import normalise
from index.passages import Passage, sentences

_NUMBER = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W_]{3,}")
# Characters that are read together, and how many such windows of a long evidence are read at most.
_WINDOW, _WINDOWS = 450, 5
# Multinomial logistic regression of the labels on what `features` returns, fitted by training/calibrate.py; a row a
# class, in the order of the logits.
_WEIGHTS = np.array(
    [
        [0.42, -0.201, 0.172, -0.181, 0.263],
        [-0.188, -0.319, -0.295, 0.753, 0.16],
        [-0.232, 0.52, 0.123, -0.572, -0.424],
    ]
)
# A claim is supported, or contradicted, if that is more likely than not; below, a part of it may be.
_FULL, _PARTIAL, _AGAINST = 0.5, 0.3, 0.5


class Verdict(NamedTuple):
    """How well evidence supports a claim: the word for it, the probability that it does, and that it says otherwise.

    Both probabilities are None where nothing was scored.
    """

    support: Support
    score: float | None
    against: float | None = None


class Judge(Protocol):
    """A claim and its evidence to a verdict."""

    def support(self, claim: str, evidence: Sequence[Passage]) -> Verdict:
        """Return how well `evidence` supports `claim`."""
        ...


class CalibratedJudge:
    """A quotation is supported; of whatever is worded otherwise, a small cross-encoder and an exact look at its numbers judge.

    Probabilities are calibrated on labelled claims that the cross-encoder has not seen; benchmarks/README.md says how well
    they hold.
    """

    def __init__(self, reader: Reader, weights: NDArray[np.float64] = _WEIGHTS) -> None:
        self._reader = reader
        self._weights = weights

    def support(self, claim: str, evidence: Sequence[Passage]) -> Verdict:
        """Return the verdict; of an evidence of several windows of sentences, the one that decides most counts."""
        if not evidence:
            return Verdict("none", 0.0, 0.0)
        quoted = normalise(claim)
        if any(quoted in passage.text for passage in evidence):
            return Verdict("full", 1.0, 0.0)
        chances = probabilities(features(self._reader, claim, evidence), self._weights)
        supported, _, contradicted = chances[decisive(chances)]
        return Verdict(_word(supported, contradicted), float(supported), float(contradicted))


def features(reader: Reader, claim: str, evidence: Sequence[Passage]) -> NDArray[np.float64]:
    """Return what a verdict rests on, a row a window: shape (windows, 5).

    Two differences of logits, the shares of the claim's words and numbers that the evidence lacks, and 1.
    """
    whole = " ".join(passage.text for passage in evidence)
    claim = _numbered_alike(claim, whole)
    odds = [one.verdict for one in reader.read([Pair(claim, text) for text in windows(claim, evidence)])]
    same = [1 - coverage(claim, whole), missing_numbers(claim, whole), 1.0]
    return np.array(
        [[row[SUPPORTED] - row[UNRELATED], row[CONTRADICTED] - row[UNRELATED], *same] for row in odds], np.float64
    )


def probabilities(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of supported, unrelated and contradicted, a row a window: shape (windows, 3)."""
    odds = rows @ weights.T
    powers = np.exp(odds - odds.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return chances


def decisive(chances: NDArray[np.float64]) -> int:
    """Return the place of the window that most surely supports or contradicts."""
    return int(chances[:, [SUPPORTED, CONTRADICTED]].max(axis=1).argmax())


def windows(claim: str, evidence: Sequence[Passage]) -> tuple[str, ...]:
    """Cut `evidence` into texts of whole sentences that overlap by one; of many, those that hold most words of `claim`."""
    said = [sentence.text for passage in evidence for sentence in sentences(passage)]
    found, begin = [], 0
    while begin < len(said):
        end = begin + 1
        while end < len(said) and len(" ".join(said[begin : end + 1])) <= _WINDOW:
            end += 1
        found.append(" ".join(said[begin:end]))
        begin = len(said) if end == len(said) else max(begin + 1, end - 1)
    best = sorted(range(len(found)), key=lambda place: -coverage(claim, found[place]))[:_WINDOWS]
    return tuple(found[place] for place in sorted(best))


def coverage(claim: str, evidence: str) -> float:
    """The share of the words of `claim`, of three letters or more, that stand in `evidence`."""
    words, others = (set(_WORD.findall(text.lower())) for text in (claim, evidence))
    return len(words & others) / max(1, len(words))


def missing_numbers(claim: str, evidence: str) -> float:
    """The share of the numbers of `claim` that do not stand in `evidence`; 0 where it holds none."""
    numbers, known = ({number.replace(",", "") for number in _NUMBER.findall(text)} for text in (claim, evidence))
    return len(numbers - known) / max(1, len(numbers))


def _numbered_alike(claim: str, evidence: str) -> str:
    """`claim` with the thousands of its numbers set apart as they are where the same number stands in `evidence`."""
    written = {number.replace(",", ""): number for number in _NUMBER.findall(evidence)}
    return _NUMBER.sub(lambda found: written.get(found[0].replace(",", ""), found[0]), claim)


def _word(supported: float, contradicted: float) -> Support:
    if supported >= _FULL:
        return "full"
    if contradicted >= _AGAINST:
        return "contradicted"
    return "partial" if supported >= _PARTIAL else "none"
