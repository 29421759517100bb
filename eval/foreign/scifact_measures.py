"""The measures of SciFact (Wadden et al. 2020, section 4): precision, recall and F1 over abstracts and over sentences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.foreign.records import Evidence
from eval.intervals import Figure, Values, figure_of

# Sentences of an abstract that count where abstracts are scored.
_MOST = 3


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a system says of an abstract: whether it supports or contradicts a claim, and in which sentences, by number."""

    label: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is right among what was predicted, what was predicted, and what is gold."""

    right: int
    predicted: int
    gold: int


Gold = Mapping[str, Evidence]
Said = Mapping[str, Predicted]


def label_only(gold: Gold, said: Said) -> Counts:
    """Abstracts, each right if it is gold and of the same label."""
    right = sum(paper in gold and gold[paper].label == one.label for paper, one in said.items())
    return Counts(right, len(said), len(gold))


def label_and_rationale(gold: Gold, said: Said) -> Counts:
    """Abstracts, each right if, besides, some gold rationale lies whole in its first three sentences."""
    right = sum(
        paper in gold
        and gold[paper].label == one.label
        and any(rationale <= {*one.sentences[:_MOST]} for rationale in gold[paper].rationales)
        for paper, one in said.items()
    )
    return Counts(right, len(said), len(gold))


def selection_only(gold: Gold, said: Said) -> Counts:
    """Sentences, each right if the whole gold rationale that it is of was predicted."""
    return _sentences(gold, said, lambda *_: True)


def selection_and_label(gold: Gold, said: Said) -> Counts:
    """Sentences, each right if, besides, its abstract has the gold label."""
    return _sentences(gold, said, lambda evidence, one: evidence.label == one.label)


MEASURES: Mapping[str, Callable[[Gold, Said], Counts]] = {
    "abstracts, label only": label_only,
    "abstracts, label and rationale": label_and_rationale,
    "sentences, selection only": selection_only,
    "sentences, selection and label": selection_and_label,
}


def precision_recall_f1(counts: Sequence[Counts]) -> tuple[float, float, float]:
    """Over all claims together; 0 where nothing was predicted, or nothing is gold."""
    right, predicted, gold = (sum(getattr(one, name) for one in counts) for name in ("right", "predicted", "gold"))
    precision, recall = right / max(1, predicted), right / max(1, gold)
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def scifact_figures(gold: Sequence[Gold], said: Sequence[Said]) -> tuple[Figure, ...]:
    """The F1 of each measure with a 95 % interval, claims resampled."""
    found = []
    for name, measure in MEASURES.items():
        counts = [measure(*both) for both in zip(gold, said, strict=True)]

        def f1(drawn: Values, counts: Sequence[Counts] = counts) -> float:
            return precision_recall_f1([counts[int(place)] for place in drawn])[2]

        found.append(figure_of(f"F1: {name}", [np.arange(len(counts), dtype=np.float64)], f1))
    return tuple(found)


def _sentences(gold: Gold, said: Said, fits: Callable[[Evidence, Predicted], bool]) -> Counts:
    right = sum(
        any(place in rationale and rationale <= {*one.sentences} for rationale in gold[paper].rationales)
        for paper, one in said.items()
        if paper in gold and fits(gold[paper], one)
        for place in one.sentences
    )
    whole = sum(len(frozenset().union(*evidence.rationales)) for evidence in gold.values())
    return Counts(right, sum(len(one.sentences) for one in said.values()), whole)
