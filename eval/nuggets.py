"""How many of the facts that a whole answer tells, its nuggets, an answer tells."""

import re
from collections.abc import Sequence

from assistant.types import Answer

_TERM = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


def nugget_recall(answer: Answer, nuggets: Sequence[str]) -> float:
    """The mean match of the nuggets with the claims of an answer: TREC's nugget recall (Voorhees 2003), matched as POURPRE does.

    POURPRE (Lin and Demner-Fushman 2005): the match of a nugget is the largest share of its terms, words and numbers
    in lower case, that one sentence holds. No model judges, so that what is said in other words counts for little.
    """
    told = [_terms(text) for text in (answer.preface, *(claim.text for claim in answer.claims))]
    return sum(max(_share(_terms(nugget), one) for one in told) for nugget in nuggets) / len(nuggets)


def _share(wanted: frozenset[str], told: frozenset[str]) -> float:
    return len(wanted & told) / max(1, len(wanted))


def _terms(text: str) -> frozenset[str]:
    return frozenset(_TERM.findall(text.lower()))
