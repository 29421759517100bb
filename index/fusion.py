"""Two rankings made one: a convex combination of their scores."""

from collections.abc import Mapping

# Measured on the development questions and lines, among 120 and 6,000 papers, and on SciFact (benchmarks/README.md).
LEXICAL_WEIGHT = 0.5
# The share of what the query's words could score that the best passage reaches: below the first, BM25 weighs nothing.
_CHANCE, _STANDING = 0.25, 0.5


def weight_of_words(best: float, attainable: float, most: float = LEXICAL_WEIGHT) -> float:
    """Return how much BM25 weighs for a query, at most `most`: as much as the corpus holds the query's own words.

    `best` is the highest BM25 score, `attainable` that of a passage of average length that holds each word once. Other
    words than the corpus's reach a fifth of it by chance; then the ranking says which common words stand together.
    """
    share = best / attainable if attainable > 0 else 0.0
    return most * min(1.0, max(0.0, (share - _CHANCE) / (_STANDING - _CHANCE)))


def convex(
    dense: Mapping[int, float], lexical: Mapping[int, float], weight: float = LEXICAL_WEIGHT, floor: float = 0.0
) -> dict[int, float]:
    """Fuse cosines and BM25 scores of the same items; return scores in 0..1, best first.

    (1 - w) * cosine / max cosine + w * (BM25 - floor) / max BM25, after the convex combination of Bruch, Gai and Ingber
    ("An Analysis of Fusion Functions for Hybrid Retrieval", 2023). `floor` is the score of the last item of a BM25
    ranking that was cut off: what stands out adds much, and a ranking in which nothing does, because the question uses
    other words, adds little. An item that one side lacks has 0 there. Equal scores keep the order of the item numbers.
    """
    near, worded = _scaled(dense, 0.0), _scaled(lexical, floor)
    fused = {
        item: (1 - weight) * near.get(item, 0.0) + weight * worded.get(item, 0.0) for item in sorted({*dense, *lexical})
    }
    return dict(sorted(fused.items(), key=lambda pair: -pair[1]))


def _scaled(scores: Mapping[int, float], floor: float) -> dict[int, float]:
    best = max(scores.values(), default=0.0)
    return {item: max(score - floor, 0.0) / best if best > 0 else 0.0 for item, score in scores.items()}
