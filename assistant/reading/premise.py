"""What a question takes for granted, and the words of an abstract that say otherwise."""

import re
from collections.abc import Sequence

from assistant.reading.extractive import Quote
from assistant.reading.grounding import Judge
from assistant.types import Premise

# Found by benchmarks/answering.py on development questions, some of which take something false for granted.
_AGAINST, _FOR = 0.65, 0.3
# Of so many of the best sentences.
_HELD_AGAINST = 3
# A question whether something is so takes it for granted neither way.
_WHETHER = re.compile(r"^\W*(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)\b", re.IGNORECASE)
_INTERROGATIVE = re.compile(
    r"^\W*(?:why|how come|when|where|how(?= (?:do|does|did|is|are|was|were|can|could|has|have|had|will|would)\b)|"
    r"by (?:what|which|how much)(?: \w+){0,2}?(?= (?:do|does|did|is|are|was|were|can|could|has|have|had|will|would)\b)|"
    r"what (?:lets|makes|made|causes|caused|explains|allows|allowed|drives|drove))\b"
    r"(?: (?:do|does|did|is|are|was|were|can|could|has|have|had|will|would)\b)?\s*",
    re.IGNORECASE,
)


def false_premise(query: str, ranked: Sequence[Quote], judge: Judge) -> Premise | None:
    """Return what `query` takes for granted and one of the best sentences contradicts, with these; None if none does."""
    against, quote = most_against(query, ranked, judge)
    return Premise(taken_for_granted(query), quote.passage) if quote and against >= _AGAINST else None


def most_against(query: str, ranked: Sequence[Quote], judge: Judge) -> tuple[float, Quote | None]:
    """Return the best sentence that most surely contradicts what `query` takes for granted, and the probability that it does.

    That is 0 where another of the best sentences may support it. The question itself is held against the sentences: the
    cross-encoder was trained to see in a question what it takes for granted.
    """
    held = () if _WHETHER.match(query) else ranked[:_HELD_AGAINST]
    verdicts = [(judge.support(query, [quote.passage]), quote) for quote in held]
    if not verdicts or max(verdict.score or 0.0 for verdict, _ in verdicts) >= _FOR:
        return 0.0, None
    verdict, quote = max(verdicts, key=lambda each: each[0].against or 0.0)
    return verdict.against or 0.0, quote


def corrected(premise: Premise) -> str:
    """Say what a question takes for granted and that the words which follow say otherwise."""
    return f"The question takes for granted: “{premise.text}”. The abstract says otherwise:"


def taken_for_granted(question: str) -> str:
    """The words of a question without those that ask why, when, where, how or by how much; all of them in other questions."""
    return _INTERROGATIVE.sub("", question, count=1).strip(" ?") or question.strip(" ?")
