"""Whether the evidence answers the question at all."""

import re
from collections.abc import Sequence

from assistant.extractive import Quote, asks_figure, holds_figure
from assistant.types import Reason

# The score of the best sentence below which a question is answered wrongly more often than rightly; see
# `scholiast eval`. Below the lower one it is not about the corpus at all.
_ANSWERS, _IN_SCOPE = 0.5, 0.35

_ASKS_RECORD = re.compile(
    r"\bwho (wrote|authored|published|are the authors|is the author)\b|\b(authors?|affiliations?) of\b"
    r"|\b(which|what) (year|venue|conference|journal)\b|\bwhen was\b.*\b(published|written)\b",
    re.IGNORECASE,
)

SENTENCES: dict[Reason, str] = {
    "empty_question": "There is no question to answer.",
    "out_of_scope": "No abstract in this corpus is about that.",
    "no_evidence": "The abstracts do not answer this.",
    "not_in_abstracts": "The paper that comes nearest does not state this in its abstract.",
}


def reason_to_abstain(query: str, ranked: Sequence[Quote]) -> Reason | None:
    """Return why the best sentences are no answer to `query`, or None if they are one."""
    if not ranked or ranked[0].score < _IN_SCOPE:
        return "out_of_scope"
    if ranked[0].score < _ANSWERS:
        return "no_evidence"
    if _ASKS_RECORD.search(query) or (asks_figure(query) and not holds_figure(ranked[0].passage.text)):
        return "not_in_abstracts"
    return None
