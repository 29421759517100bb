"""Whether it is known when not to answer: what share of the answers given is wrong, as more or fewer are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from eval.citations import paper_recall
from eval.run import Outcome

# The chance that was told that the abstracts answer a question, if one was, and whether the answer is right.
Told = tuple[float | None, bool]


@dataclass(frozen=True, slots=True)
class Point:
    """The questions whose chance of an answer is at least `chance`: their share, and the share of them answered wrong."""

    chance: float
    coverage: float
    risk: float


def is_right(outcome: Outcome) -> bool:
    """Whether an answer rests on a gold paper; an answer to a question that no abstract answers is wrong."""
    return (
        outcome.question.answerable and not outcome.answer.abstained and paper_recall(outcome.answer, outcome.gold) > 0
    )


def told(outcome: Outcome) -> Told:
    """The chance that was told of an answer, and whether it is right; no chance where it was refused or papers were asked for."""
    return (None if outcome.answer.abstained else outcome.answer.chance), is_right(outcome)


def risk_coverage(outcomes: Sequence[Outcome]) -> tuple[Point, ...]:
    """The `curve` of outcomes."""
    return curve([told(outcome) for outcome in outcomes])


def curve(all_told: Sequence[Told]) -> tuple[Point, ...]:
    """The risk–coverage curve (El-Yaniv and Wiener 2010) of what was told of each question, taking the likeliest answers first.

    What was refused whatever the chance, or asked for papers, has no chance to be ordered by: it counts in the share of
    the questions and is never covered.
    """
    answered = sorted(((chance, right) for chance, right in all_told if chance is not None), key=lambda one: -one[0])
    points, taken, wrong = [], 0, 0
    for chance, group in groupby(answered, key=lambda one: one[0]):
        alike = [right for _, right in group]
        taken += len(alike)
        wrong += len(alike) - sum(alike)
        points.append(Point(chance, taken / len(all_told), wrong / taken))
    return tuple(points)


def area(points: Sequence[Point]) -> float:
    """The mean risk over the coverages that were reached (AURC, Geifman et al. 2019); 0 is best."""
    widths = [b - a for a, b in zip([0.0, *(p.coverage for p in points)], [p.coverage for p in points], strict=False)]
    return sum(width * point.risk for width, point in zip(widths, points, strict=True)) / (sum(widths) or 1.0)
