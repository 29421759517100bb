"""Whether a list of papers is the whole list, and nothing but it."""

from collections.abc import Sequence

from assistant.types import Answer

# The slices of questions whose gold papers are a whole list.
LISTS = frozenset({"list", "count", "metadata"})


def list_precision(answer: Answer, gold: Sequence[str]) -> float:
    """The share of the listed papers that are of the gold list: |listed ∩ gold| / |listed| (Manning et al. 2008, 8.3)."""
    listed = {paper.paper_id for _, paper in answer.papers}
    return len(listed & {*gold}) / len(listed)


def list_recall(answer: Answer, gold: Sequence[str]) -> float:
    """The share of the gold list that is listed: |listed ∩ gold| / |gold| (Manning et al. 2008, 8.3)."""
    listed = {paper.paper_id for _, paper in answer.papers}
    return len(listed & {*gold}) / len({*gold})


def counts_exactly(answer: Answer, gold: Sequence[str]) -> bool:
    """Whether as many papers are said to fit as the gold list holds; where no number is said, those that are listed count."""
    return (answer.evidence.papers or len(answer.papers)) == len({*gold})
