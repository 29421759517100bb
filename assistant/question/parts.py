"""A compound question in its parts, by rule."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.question.asked import asked, content_words

Mode = Literal["fast", "deep", "auto"]

# Each part is one request to an LLM, of which an action has three.
MOST_PARTS = 3
_ASKS = r"(?:how|what|why|which|when|where|who|whose|do|does|did|is|are|was|were|can|could|has|have|should|will|would)"
_BETWEEN = re.compile(
    rf"\s*[,;]?\s+(?:and|but)\s+(?:also\s+)?(?={_ASKS}\b)|(?<=\?)\s+|\s*;\s+(?={_ASKS}\b)", re.IGNORECASE
)
# A part that leans on another one asks nothing by itself.
_LEANS = re.compile(
    r"\b(?:it|its|they|their|them|this|that|these|those|he|she|the (?:latter|former|same))\b", re.IGNORECASE
)
_COMPARES = re.compile(r"\b(?:differ\w*|compar\w+|versus|vs)\b", re.IGNORECASE)
_TABLE = re.compile(
    r",?\s*\b(?:in|as|with|by means of) (?:a |one )?(?:comparison )?(?:tables?|tabular form)\b", re.IGNORECASE
)
_WITH = r"(?:and|or|vs\.?|versus|with|than|to|from)"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a question asks: what it is called, and what is searched for it."""

    heading: str
    query: str


def parts_of(query: str) -> tuple[Part, ...]:
    """Return the questions in `query`, or the same question of each name that it compares; at most three, or none. English."""
    query = _TABLE.sub("", query)
    pieces = [piece for piece in _BETWEEN.split(query) if piece.strip()]
    whole = [piece for piece in pieces if content_words(piece) and not _LEANS.search(piece)]
    if 1 < len(pieces) <= MOST_PARTS and len(whole) == len(pieces):
        asking = [f"{piece[0].upper()}{piece[1:].rstrip(' ?.')}?" for piece in pieces]
        return tuple(Part(one, one) for one in asking)
    names = tuple(dict.fromkeys(asked(query).names))
    if not (asked(query).several or _COMPARES.search(query)) or not 1 < len(names) <= MOST_PARTS:
        return ()
    return tuple(Part(name, _about(query, name, names)) for name in names)


def questions_of(query: str) -> tuple[Part, ...]:
    """Return the questions in `query` that `parts_of` finds, without the names that it compares."""
    parts = parts_of(query)
    return parts if all(part.heading == part.query for part in parts) else ()


def wants_table(query: str) -> bool:
    """Whether `query` asks for its parts side by side, "in a table"."""
    return bool(_TABLE.search(query))


def _about(query: str, name: str, names: Sequence[str]) -> str:
    """The question without the other names."""
    for other in names:
        if other != name:
            spelt = re.escape(other)
            query = re.sub(
                rf"\b{spelt}\s*,?\s*{_WITH}\b\s*|,?\s*\b{_WITH}\s+{spelt}\b|\b{spelt}\b,?\s*", "", query, count=1
            )
    return " ".join(query.split())
