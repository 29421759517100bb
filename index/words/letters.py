"""How the words of a language are built of letters, and the words of English that the embedder knows."""

import json
import math
from collections import Counter
from collections.abc import Iterable
from functools import cache

from index.vectors.embedding import MODEL

# Of a letter, so many before it count.
_BEFORE = 2
# What a letter is likely to be of which nothing is known: one of so many.
_ALPHABET = 64
_EDGE = " "


class Letters:
    """How likely words are by their letters, each by the two before it; learned from words, each as often as it is given.

    Interpolated by Witten and Bell (1991): the more letters were seen to follow, the more are still unseen.
    """

    def __init__(self, words: Iterable[str]) -> None:
        spans: Counter[str] = Counter()
        for word in words:
            padded = f"{_EDGE * _BEFORE}{word}{_EDGE}"
            spans.update(padded[at - n : at + 1] for at in range(_BEFORE, len(padded)) for n in range(_BEFORE + 1))
        self._spans = spans
        self._follows: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        for span, count in spans.items():
            self._follows[span[:-1]] += count
            self._kinds[span[:-1]] += 1

    def likelihood(self, word: str) -> float:
        """The natural logarithm of the probability of a word, its end included."""
        padded = f"{_EDGE * _BEFORE}{word}{_EDGE}"
        return sum(math.log(self._next(padded[at - _BEFORE : at], padded[at])) for at in range(_BEFORE, len(padded)))

    def _next(self, before: str, letter: str) -> float:
        chance = 1 / _ALPHABET
        for begin in range(len(before), -1, -1):
            context = before[begin:]
            if seen := self._follows[context]:
                chance = (self._spans[context + letter] + self._kinds[context] * chance) / (seen + self._kinds[context])
        return chance


@cache
def english_words() -> frozenset[str]:
    """The whole words that the embedder's tokenizer knows, in lower case and without accents: English, and names."""
    vocabulary = json.loads((MODEL / "tokenizer.json").read_bytes())["model"]["vocab"]
    return frozenset(word for word in vocabulary if word.isalpha())


@cache
def english() -> Letters:
    """How English words are built."""
    return Letters(sorted(english_words()))
