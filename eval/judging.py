"""How often the scorer that paints the badges is right, on labelled pairs of claim and evidence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from assistant.llm.action import Action
from assistant.reading.grounding import Judge
from assistant.types import Usage
from assistant.writing.judging import SecondOpinion, Word
from eval.intervals import Figure, Values, figure_of
from eval.pairs import Pair

_BINS = 10
# Pairs of one request to an LLM, and what its words count as.
_AT_ONCE = 8
_CERTAIN = {"full": 1.0, "partial": 0.5}
_WEAKEST_FIRST: tuple[Word, ...] = ("contradicted", "none", "partial", "full")
# As whom an LLM judges, where several roles vote: each looks for what the others overlook.
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "fact checker": "You are a strict fact checker: you compare every number, unit, name, date and condition, one by one.",
        "domain reader": "You are a researcher of the field: you know its terms and abbreviations, so that you take different words "
        "for the same thing as the same, and like words for different things as different.",
        "linguist": "You are a careful linguist: you look at negation, hedging, quantifiers, comparatives, and at who did what to whom.",
    }
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled pair, whether the scorer finds its claim fully supported, and with what probability."""

    pair: Pair
    accepted: bool
    score: float


def judged(judge: Judge, pairs: Sequence[Pair]) -> tuple[Judged, ...]:
    """Score each pair as the assistant scores a claim of an answer; what it does not score counts as not supported."""
    verdicts = [judge.support(pair.claim, pair.evidence) for pair in pairs]
    return tuple(
        Judged(pair, verdict.support == "full", verdict.score or 0.0)
        for pair, verdict in zip(pairs, verdicts, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """What an LLM said of each pair, None where nothing could be read; what that cost, and why it failed, if it did."""

    words: tuple[Word | None, ...]
    usage: Usage
    failed: str = ""

    @property
    def unread(self) -> int:
        """Of how many pairs it said nothing that can be read."""
        return self.words.count(None)


def heard(opinion: SecondOpinion, pairs: Sequence[Pair]) -> Heard:
    """Have an LLM judge the pairs, some in each request, as it judges claims."""
    words: list[Word | None] = []
    usage, failed = Usage(), ""
    for begin in range(0, len(pairs), _AT_ONCE):
        own = pairs[begin : begin + _AT_ONCE]
        said = opinion.of([(pair.claim, pair.evidence) for pair in own], Action())
        words += said.words
        usage, failed = usage.plus(said.usage), said.failed or failed
    return Heard(tuple(words), usage, failed)


def majority(words: Sequence[Word | None]) -> Word | None:
    """Return the word that most roles said; of those said equally often, the one that supports least; None where none was read.

    Several roles, each with an instruction of its own, judge more fairly than one that is asked again or argued with
    (Zhang et al. 2023, "Wider and Deeper LLM Networks are Fairer LLM Evaluators").
    """
    counted = Counter(word for word in words if word)
    most = max(counted.values(), default=0)
    return next((word for word in _WEAKEST_FIRST if counted[word] == most), None) if most else None


def judged_as(pairs: Sequence[Pair], words: Sequence[Word | None]) -> tuple[Judged, ...]:
    """The pairs of which something was said; what is called full counts as certain, what is called partial as half."""
    return tuple(
        Judged(pair, word == "full", _CERTAIN.get(word, 0.0)) for pair, word in zip(pairs, words, strict=True) if word
    )


def judging_figures(found: Sequence[Judged]) -> tuple[Figure, ...]:
    """The figures of one data set, each with n and a 95 % confidence interval.

    Balanced accuracy is the mean of the shares of supported claims accepted and of other claims not accepted. The
    calibration error is the expected one (Naeini et al. 2015), over ten bins of equally many pairs.
    """
    supported = [each for each in found if each.pair.supported]
    others = [each for each in found if not each.pair.supported]
    against = [each for each in others if each.pair.label == "contradicted"]
    return (
        *_balanced("supported against the rest, balanced accuracy", supported, others),
        *_balanced("supported against contradicted, balanced accuracy", supported, against),
        *([_calibration("calibration error", found)] if found else []),
    )


def balanced_accuracy(supported: Values, others: Values) -> float:
    """The mean of the accuracies of two classes, from whether each of their claims was accepted (1) or not (0)."""
    return float(supported.mean() + 1 - others.mean()) / 2


@dataclass(frozen=True, slots=True)
class Bin:
    """Scores of like size: the mean of the probabilities that were told, the share of what is so, and how many there are."""

    told: float
    found: float
    n: int


def bins_of(scores: Values, labels: Values, bins: int = _BINS) -> tuple[Bin, ...]:
    """Return `bins` of equally many scores, lowest first, for a reliability diagram."""
    parts = np.array_split(np.argsort(scores, kind="stable"), bins)
    return tuple(Bin(float(scores[part].mean()), float(labels[part].mean()), len(part)) for part in parts if len(part))


def calibration_error(scores: Values, labels: Values, bins: int = _BINS) -> float:
    """The mean distance of probability from frequency over `bins` of equally many scores, weighed by their sizes."""
    return sum(abs(each.told - each.found) * each.n for each in bins_of(scores, labels, bins)) / len(scores)


def _balanced(name: str, supported: Sequence[Judged], others: Sequence[Judged]) -> tuple[Figure, ...]:
    if not (supported and others):
        return ()
    groups = [np.array([float(each.accepted) for each in group]) for group in (supported, others)]
    return (figure_of(name, groups, lambda both: balanced_accuracy(both[: len(supported)], both[len(supported) :])),)


def _calibration(name: str, found: Sequence[Judged]) -> Figure:
    scores = np.array([each.score for each in found])
    labels = np.array([float(each.pair.supported) for each in found])
    places = np.arange(len(found), dtype=np.float64)
    return figure_of(
        name,
        [places],
        lambda drawn: calibration_error(scores[drawn.astype(np.intp)], labels[drawn.astype(np.intp)]),
    )
