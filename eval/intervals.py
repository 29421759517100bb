"""A mean with its confidence interval; no figure is reported without one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_Z = 1.959964  # the 97.5th percentile of the normal distribution
RESAMPLES, SEED = 2000, 20260101


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over `n` values in 0..1 with its 95 % confidence interval; all None where there was nothing to measure."""

    name: str
    n: int
    value: float | None
    low: float | None
    high: float | None


def figure(name: str, values: Sequence[float]) -> Figure:
    """The mean of `values`, each in 0..1.

    The interval is Wilson's (1927) where every value is 0 or 1, which stays honest at small n and near 0 and 1;
    else the percentile bootstrap (Efron 1979) over 2,000 seeded resamples; of one value alone, all from 0 to 1, since it
    says nothing of how values vary.
    """
    if not values:
        return Figure(name, 0, None, None, None)
    low, high = _wilson(values) if set(values) <= {0.0, 1.0} else _bootstrap(values)
    return Figure(name, len(values), *(round(each, 4) for each in (sum(values) / len(values), low, high)))


def figure_of(name: str, values: Sequence[Values], statistic: Callable[[Values], float]) -> Figure:
    """A statistic over groups of values, with the percentile bootstrap (Efron 1979), each group resampled by itself.

    `statistic` is given all values as one array, in the order of the groups, whose sizes stay what they are.
    """
    rng = np.random.default_rng(SEED)
    whole = np.concatenate(values)
    drawn = [statistic(np.concatenate([rng.choice(group, len(group)) for group in values])) for _ in range(RESAMPLES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Figure(name, len(whole), *(round(float(each), 4) for each in (statistic(whole), low, high)))


def _wilson(values: Sequence[float]) -> tuple[float, float]:
    n, p = len(values), sum(values) / len(values)
    middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _bootstrap(values: Sequence[float]) -> tuple[float, float]:
    if len(values) == 1:
        return 0.0, 1.0
    drawn = np.random.default_rng(SEED).choice(np.array(values), size=(RESAMPLES, len(values)))
    low, high = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
