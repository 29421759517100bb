"""How well cited words support a claim: the one scorer, for the badge in the chat and for the figure in `eval`."""

from collections.abc import Sequence
from typing import Protocol

from assistant.types import Support
from index.papers import normalise
from index.passages import Passage


class Judge(Protocol):
    """A claim and its evidence to a verdict."""

    def support(self, claim: str, evidence: Sequence[Passage]) -> tuple[Support, float | None]:
        """Return how well `evidence` supports `claim`, and the probability that it does; None if it cannot tell."""
        ...


class VerbatimJudge:
    """Certain of one thing only: a claim whose words stand in the cited passage, in their order, is supported by it.

    Whatever is worded otherwise is `unscored`: words in common do not see a negation or a swapped role.
    """

    def support(self, claim: str, evidence: Sequence[Passage]) -> tuple[Support, float | None]:
        """Return ("full", 1.0) for a quotation, ("none", 0.0) for a claim without evidence, else ("unscored", None)."""
        if not evidence:
            return "none", 0.0
        quoted = normalise(claim)
        if any(quoted in passage.text for passage in evidence):
            return "full", 1.0
        return "unscored", None
