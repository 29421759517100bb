"""Citation keys: who, when and the first word that tells of a title; no two alike."""

import re
from collections.abc import Iterable

from index.filters import folded
from index.papers import Paper
from index.writers.names import halves

_LETTERS = re.compile(r"[a-z0-9]+")
_UNTELLING = frozenset(
    {"a", "an", "the", "on", "of", "in", "for", "to", "and", "with", "from", "by", "at", "is", "are"}
)
_LONGEST = 40


def keyed(papers: Iterable[Paper]) -> tuple[tuple[str, Paper], ...]:
    """Each paper with its citation key, `roca2020rivers`; a second paper of the same has `-2` behind it, and so on."""
    used: set[str] = set()
    last: dict[str, int] = {}
    found: list[tuple[str, Paper]] = []
    for paper in papers:
        key = name = _key(paper)
        while name in used:
            last[key] = last.get(key, 1) + 1
            name = f"{key}-{last[key]}"
        used.add(name)
        found.append((name, paper))
    return tuple(found)


def _key(paper: Paper) -> str:
    family = _plain(halves(paper.authors[0])[1]) if paper.authors else ""
    words = _LETTERS.findall(folded(paper.title))
    telling = next((word for word in words if word not in _UNTELLING), "")
    return f"{family}{paper.year or ''}{telling}"[:_LONGEST] or "paper"


def _plain(text: str) -> str:
    return "".join(_LETTERS.findall(folded(text)))
