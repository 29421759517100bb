"""Whether the right papers are found."""

from collections.abc import Mapping, Sequence
from math import log2

from index.index import Hit


def ranked_papers(hits: Sequence[Hit]) -> tuple[str, ...]:
    """The ids of the papers of `hits`, each at the rank of its best passage."""
    return tuple(dict.fromkeys(hit.passage.paper.paper_id for hit in hits))


def recall(ranked: Sequence[str], gold: Sequence[str], k: int) -> float:
    """The share of the gold papers among the first `k`: |gold ∩ ranked[:k]| / min(k, |gold|).

    Capped at what `k` places can hold, as in BEIR (Thakur et al. 2021), so that 1 can be reached.
    """
    return len({*ranked[:k]} & {*gold}) / min(k, len({*gold}))


def reciprocal_rank(ranked: Sequence[str], gold: Sequence[str]) -> float:
    """1 / the rank of the first gold paper, 0 if none was found; its mean is MRR (Voorhees 1999)."""
    ranks = (rank for rank, paper_id in enumerate(ranked, start=1) if paper_id in gold)
    return 1 / next(ranks, float("inf"))


def ndcg(ranked: Sequence[str], gains: Mapping[str, float], k: int = 10) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002) of the first `k`: gain / log2(rank + 1), linear gains."""
    best = sorted(gains.values(), reverse=True)
    return _discounted([gains.get(paper_id, 0.0) for paper_id in ranked[:k]]) / _discounted(best[:k])


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))
