"""Two rankings made one: a convex combination of their scores."""

from collections.abc import Mapping

# Measured on 75 paraphrased questions and on SciFact: BM25 at a quarter beats either ranking alone, and beats
# reciprocal rank fusion, which throws the distances between scores away.
LEXICAL_WEIGHT = 0.25


def convex(
    dense: Mapping[int, float], lexical: Mapping[int, float], lexical_weight: float = LEXICAL_WEIGHT
) -> dict[int, float]:
    """Fuse cosines and BM25 scores of the same items; return scores in 0..1, best first.

    (1 - w) * cosine / max cosine + w * BM25 / max BM25, the convex combination with theoretical minimum (Bruch, Gai
    and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023; the minimum of both scores is taken as
    0). An item that one side lacks has 0 there. Equal scores keep the order of the item numbers.
    """
    near, worded = _scaled(dense), _scaled(lexical)
    fused = {
        item: (1 - lexical_weight) * near.get(item, 0.0) + lexical_weight * worded.get(item, 0.0)
        for item in sorted({*dense, *lexical})
    }
    return dict(sorted(fused.items(), key=lambda pair: -pair[1]))


def _scaled(scores: Mapping[int, float]) -> dict[int, float]:
    best = max(scores.values(), default=0.0)
    return {item: max(score, 0.0) / best if best > 0 else 0.0 for item, score in scores.items()}
