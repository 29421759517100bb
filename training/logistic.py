"""Multinomial logistic regression by Newton's method: a few weights need no library."""

import numpy as np
from numpy.typing import NDArray

from assistant.reading.grounding import probabilities

Numbers = NDArray[np.float64]

_STEPS, _STILL = 100, 1e-9


def fitted(features: Numbers, labels: NDArray[np.intp], weights: Numbers, ridge: float = 1e-3) -> Numbers:
    """Return one row of weights a class, shape (classes, columns of `features`), least in penalised log loss.

    `weights` says how much each row counts; `ridge` is the penalty on the sum of squares.
    """
    columns = features.shape[1]
    classes = int(labels.max()) + 1
    found, share, told = np.zeros((classes, columns)), weights / weights.sum(), np.eye(classes)[labels]
    for _ in range(_STEPS):
        chances = probabilities(features, found)
        slope = ((chances - told) * share[:, None]).T @ features + 2 * ridge * found
        bend = np.zeros((classes, columns, classes, columns))
        for a in range(classes):
            for b in range(classes):
                curve = share * chances[:, a] * ((a == b) - chances[:, b])
                bend[a, :, b] = (features * curve[:, None]).T @ features
        flat = bend.reshape(classes * columns, -1) + 2 * ridge * np.eye(classes * columns)
        step = np.linalg.solve(flat, slope.ravel()).reshape(found.shape)
        found -= step
        if np.abs(step).max() < _STILL:
            break
    return found
