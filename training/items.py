"""What the cross-encoder learns from: two texts, and what the second says of the first."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

FOLDS = 3
# What falls into this one is not learned from: the weights that are shipped are measured and calibrated on it.
HELD_OUT = 0

# Of a claim, or of what a question takes for granted.
SUPPORTED, UNRELATED, CONTRADICTED = 0, 1, 2
# Of a question.
UNANSWERED, ANSWERED = 3, 4


@dataclass(frozen=True, slots=True)
class Item:
    """A claim or a question, the words that it is held against, and one of the five labels of this module.

    Items made of one text share a fold, so that none is measured by a model that has seen its text; what is made by
    rule has none.
    """

    first: str
    second: str
    label: int
    fold: int | None = None


def fold_of(text: str) -> int:
    """Return the fold, 0 to 2, of whatever goes by this title, id or text."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % FOLDS


def window(sentences: Sequence[str], first: int, last: int, reach: int, chance: Random) -> str:
    """Return the sentences from the first to the last of these places and, at random, up to `reach` on either side."""
    return " ".join(sentences[max(0, first - chance.randint(0, reach)) : last + 1 + chance.randint(0, reach)])
