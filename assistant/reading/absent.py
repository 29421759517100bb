"""Whom a question is about by what they lack, "adults without aura": those who have it are others."""

import re
from collections.abc import Sequence

from assistant.question.negation import lacks, speaks_of
from assistant.reading.quote import Quote

_WITHOUT = re.compile(
    r"\b(?:without|with no|who lack|lacking) (?:(?:an?|any|the|their) )?([^\W_]+(?:[-'’][^\W_]+)*)", re.IGNORECASE
)


def of_those_without(query: str, ranked: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return `ranked` but for the sentences on those with what `query` says to be lacking, if some are on those without."""
    for name in _WITHOUT.findall(query):
        if any(lacks(quote.passage.text, name) for quote in ranked):
            ranked = [one for one in ranked if lacks(one.passage.text, name) or not speaks_of(one.passage.text, name)]
    return tuple(ranked)
