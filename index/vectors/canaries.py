"""A few fixed texts whose vectors an index remembers: an embedder that draws them otherwise is another one.

A fingerprint is what an embedder says of itself. This is what it does: without normalisation, with fewer dimensions or
behind another server, the same name may give other vectors.
"""

import json
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from index.vectors.embedding import Embedder, Vectors

TEXTS = (
    "Sleep",
    "Cats sleep most of the day.",
    "We reach 91.3 % accuracy on CIFAR-10, 2.1 points above the baseline.",
    "Naïve Bayes, β-carotene, Erdős–Rényi graphs and 深層学習 in one sentence.",
    "How does the transformer attend to long documents, and at what cost in memory?",
    "p < 0.05; f(x) = x² + 1; https://example.org/a?b=c",
    "RETRACTED: The effect of sleep on cats",
    "the " * 400,
)
# Opening an index must not wait for the long ones.
AT_OPENING = 2
# The distance of two unit vectors whose cosine is 0.999; unlike the cosine it notices their lengths.
_FAR = 0.0447


def drawn(embedder: Embedder) -> str:
    """The vectors of all texts, as they stand in a manifest."""
    return json.dumps([[round(float(x), 6) for x in vector] for vector in embedder.embed(TEXTS)])


def strange(embedder: Embedder, remembered: str, count: int = len(TEXTS)) -> tuple[str, ...]:
    """Those of the first `count` texts whose vectors are no longer what is `remembered`."""
    return tuple(
        text
        for text, now, then in zip_longest(TEXTS[:count], embedder.embed(TEXTS[:count]), json.loads(remembered)[:count])
        if not _is_near(now, then)
    )


def _is_near(now: Vectors, then: Sequence[float] | None) -> bool:
    return (
        then is not None
        and now.shape == (len(then),)
        and bool(np.linalg.norm(now - np.array(then, np.float32)) <= _FAR)
    )
