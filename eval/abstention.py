"""Whether it is known when not to answer: what share of the answers given is wrong, as more or fewer are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from eval.citations import paper_recall
from eval.run import Outcome


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


def risk_coverage(outcomes: Sequence[Outcome]) -> tuple[Point, ...]:
    """The risk–coverage curve (El-Yaniv and Wiener 2010) of questions that were all answered, if only by a guess.

    What was refused whatever the chance, or asked for papers, has no chance to be ordered by: it counts in the share of
    the questions and is never covered.
    """
    answered = [o for o in outcomes if not o.answer.abstained and o.answer.chance is not None]
    answered.sort(key=lambda o: -(o.answer.chance or 0.0))
    points, taken, wrong = [], 0, 0
    for chance, group in groupby(answered, key=lambda o: o.answer.chance or 0.0):
        alike = [*group]
        taken += len(alike)
        wrong += sum(not is_right(o) for o in alike)
        points.append(Point(chance, taken / len(outcomes), wrong / taken))
    return tuple(points)


def area(points: Sequence[Point]) -> float:
    """The mean risk over the coverages that were reached (AURC, Geifman et al. 2019); 0 is best."""
    widths = [b - a for a, b in zip([0.0, *(p.coverage for p in points)], [p.coverage for p in points], strict=False)]
    return sum(width * point.risk for width, point in zip(widths, points, strict=True)) / (sum(widths) or 1.0)
