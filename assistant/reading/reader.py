"""The sentences that fit best, read closely: which of them answers the question, and how likely any does."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.reading.cross_encoder import ANSWERED, Logits
from assistant.reading.extractive import Quote

# So many are read; so much of the log odds counts beside the similarity.
_READ, _CLOSE = 12, 0.02
# Logistic regression on the best log odds, and 1, fitted by benchmarks/answering.py. Similarity beside it made it worse.
_SLOPE, _LEVEL = 0.44, 0.123


class Reader(Protocol):
    """Pairs of texts to what the second says of the first."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> Logits:
        """Return four numbers a pair, as `CrossEncoder.read` does."""
        ...


def read_closely(query: str, ranked: Sequence[Quote], reader: Reader) -> tuple[Quote, ...]:
    """Return `ranked`, the best of them with the log odds that they answer `query`, in the order that these make."""
    near = ranked[:_READ]
    odds = reader.read([(query, quote.passage.text) for quote in near])[:, ANSWERED]
    read = [
        replace(quote, score=quote.score + _CLOSE * float(odd), answers=float(odd))
        for quote, odd in zip(near, odds, strict=True)
    ]
    return (*sorted(read, key=lambda quote: -quote.score), *ranked[_READ:])


def chance_of_answer(ranked: Sequence[Quote]) -> float:
    """Return the probability that one of `ranked`, read closely, best first, answers the question they were found for."""
    return 1 / (1 + math.exp(-_SLOPE * best_odds(ranked) - _LEVEL)) if ranked else 0.0


def best_odds(ranked: Sequence[Quote]) -> float:
    """Return the highest log odds, as read, that one of `ranked` answers the question."""
    return max(quote.answers for quote in ranked if quote.answers is not None)
