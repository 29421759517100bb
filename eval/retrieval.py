"""Whether the right papers are found."""

from collections.abc import Sequence

from index.index import Hit


def ranked_papers(hits: Sequence[Hit]) -> tuple[str, ...]:
    """The ids of the papers of `hits`, each at the rank of its best passage."""
    return tuple(dict.fromkeys(hit.passage.paper.paper_id for hit in hits))


def recall(ranked: Sequence[str], gold: Sequence[str], k: int) -> float:
    """The share of the gold papers among the first `k`: |gold ∩ ranked[:k]| / min(k, |gold|).

    Capped at what `k` places can hold, as in BEIR (Thakur et al. 2021), so that 1 can be reached.
    """
    return len({*ranked[:k]} & {*gold}) / min(k, len({*gold}))
