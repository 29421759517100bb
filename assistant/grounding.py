"""How well cited words support a claim: the one scorer, for the badge in the chat and for the figure in `eval`."""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.cross_encoder import CONTRADICTED, SUPPORTED, UNRELATED, CrossEncoder
from assistant.types import Support
from index.papers import normalise
from index.passages import Passage, sentences

_NUMBER = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W_]{3,}")
# Characters that are read together, and how many such windows of a long evidence are read at most.
_WINDOW, _WINDOWS = 450, 5
# Multinomial logistic regression of the labels on what `_features` returns, fitted by benchmarks/support.py; a row a class.
_WEIGHTS = np.zeros((3, 5))
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

    Probabilities are calibrated on labelled claims by cross-validation; benchmarks/README.md says how well they hold.
    """

    def __init__(self, reader: CrossEncoder) -> None:
        self._reader = reader

    def support(self, claim: str, evidence: Sequence[Passage]) -> Verdict:
        """Return the verdict; of an evidence of several windows of sentences, the one that decides most counts."""
        if not evidence:
            return Verdict("none", 0.0, 0.0)
        quoted = normalise(claim)
        if any(quoted in passage.text for passage in evidence):
            return Verdict("full", 1.0, 0.0)
        read = windows(claim, evidence)
        odds = self._reader.read([(claim, text) for text in read])[:, :3]
        whole = " ".join(passage.text for passage in evidence)
        chances = _chances(np.array([_features(claim, whole, row) for row in odds]))
        supported, _, contradicted = chances[int(chances[:, [SUPPORTED, CONTRADICTED]].max(axis=1).argmax())]
        return Verdict(_word(supported, contradicted), float(supported), float(contradicted))


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


def _features(claim: str, evidence: str, odds: NDArray[np.float32]) -> NDArray[np.float64]:
    """What the verdict rests on: two differences of logits, the words and the numbers of the claim that are missing, and 1."""
    numbers, known = ({number.replace(",", "") for number in _NUMBER.findall(text)} for text in (claim, evidence))
    return np.array(
        [
            odds[SUPPORTED] - odds[UNRELATED],
            odds[CONTRADICTED] - odds[UNRELATED],
            1 - coverage(claim, evidence),
            len(numbers - known) / max(1, len(numbers)),
            1.0,
        ]
    )


def _chances(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probabilities of supported, unrelated and contradicted, a row a window."""
    powers = np.exp(features @ _WEIGHTS.T)
    chances: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return chances


def _word(supported: float, contradicted: float) -> Support:
    if supported >= _FULL:
        return "full"
    if contradicted >= _AGAINST:
        return "contradicted"
    return "partial" if supported >= _PARTIAL else "none"
