"""What a question takes for granted, and the words of an abstract that say otherwise."""

import re
from collections.abc import Sequence

from assistant.question.asked import WHETHER
from assistant.reading.quote import Quote
from assistant.reading.reader import Read
from assistant.types import Premise

# Found by benchmarks/answering.py on development questions, some of which take something false for granted: what must be the
# probability that one of so many of the best passages says otherwise.
_AGAINST, _HELD_AGAINST = 0.87, 2
_WHETHER = re.compile(rf"^\W*{WHETHER}", re.IGNORECASE)
_INTERROGATIVE = re.compile(
    r"^\W*(?:why|how come|when|where|how(?= (?:do|does|did|is|are|was|were|can|could|has|have|had|will|would)\b)|"
    r"by (?:what|which|how much)(?: \w+){0,2}?(?= (?:do|does|did|is|are|was|were|can|could|has|have|had|will|would)\b)|"
    r"what (?:lets|makes|made|causes|caused|explains|allows|allowed|drives|drove))\b"
    r"(?: (?:do|does|did|is|are|was|were|can|could|has|have|had|will|would)\b)?\s*",
    re.IGNORECASE,
)


def false_premise(query: str, read: Sequence[Read], ranked: Sequence[Quote]) -> Premise | None:
    """Return what `query` takes for granted and one of the best passages `read` contradicts, with its best sentence; None if none does.

    A question whether something is so takes it for granted neither way.
    """
    if _WHETHER.match(query):
        return None
    against, quote = most_against(read, ranked)
    return Premise(taken_for_granted(query), quote.passage) if quote and against >= _AGAINST else None


def most_against(read: Sequence[Read], ranked: Sequence[Quote]) -> tuple[float, Quote | None]:
    """Return the best sentence, of those `ranked`, of the passage that most surely contradicts what a question takes for granted.

    With it, the probability that the passage does: 0 where another of the best passages more surely supports it. Of a question,
    the reader was trained to judge what it takes for granted.
    """
    held = [(one.odds, quote) for one in read[:_HELD_AGAINST] if one.odds and (quote := _best_of(one, ranked))]
    if not held:
        return 0.0, None
    most, quote = max(held, key=lambda each: each[0].against)
    return (0.0, None) if any(odds.supports > most.against for odds, _ in held) else (most.against, quote)


def _best_of(one: Read, ranked: Sequence[Quote]) -> Quote | None:
    own = one.sentences
    return next((quote for quote in ranked if quote.passage in own), None)


def corrected(premise: Premise) -> str:
    """Say what a question takes for granted and that the words which follow say otherwise."""
    return f"The question takes for granted: “{premise.text}”. The abstract says otherwise:"


def taken_for_granted(question: str) -> str:
    """The words of a question without those that ask why, when, where, how or by how much; all of them in other questions."""
    return _INTERROGATIVE.sub("", question, count=1).strip(" ?") or question.strip(" ?")
