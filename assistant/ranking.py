"""The passages that were found best in the order of a ranker, where there is one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.llm.action import Action
from assistant.reading.reader import MOST_READ, Read, Reader, read_too
from assistant.types import Ranking, Step, Usage
from index.passages import embedded_text


class Ranker(Protocol):
    """A query and texts to the places of the texts, the one that fits best first."""

    def ranked(self, query: str, texts: Sequence[str], action: Action) -> Ranking:
        """Return every place once, or none, where the order stays, and why. Raises no fault; stops with `action`."""
        ...


class Ranks:
    """A `ranker` during one answer, if there is one: what was done by it, and what that cost.

    Once it gave no ranking, it is asked no more, so that no answer waits for its faults twice.
    """

    def __init__(self, ranker: Ranker | None, reader: Reader, action: Action) -> None:
        self._ranker = ranker
        self._reader = reader
        self._action = action
        self.steps: tuple[Step, ...] = ()
        self.usage = Usage()

    def in_order(self, query: str, read: Sequence[Read]) -> tuple[Read, ...]:
        """Return the best twenty of what was `read` in the order of the ranker, then the rest.

        Each place keeps its score, so that a passage gets that of the place it moves to. As many as before have been read
        from the top down, by `reader` where they had not been. Of a single passage nobody is asked.
        """
        near, rest = read[:MOST_READ], read[MOST_READ:]
        places = self._places(query, near) if len(near) > 1 else ()
        if not places:
            return tuple(read)
        moved = [
            replace(near[place], hit=replace(near[place].hit, score=kept.hit.score))
            for place, kept in zip(places, near, strict=True)
        ]
        depth = sum(one.odds is not None for one in near)
        return (*read_too(query, moved[:depth], self._reader), *moved[depth:], *rest)

    def _places(self, query: str, near: Sequence[Read]) -> tuple[int, ...]:
        if not self._ranker:
            return ()
        ranking = self._ranker.ranked(query, [embedded_text(one.hit.passage) for one in near], self._action)
        self.steps = tuple(dict.fromkeys([*self.steps, ranking.step]))
        self.usage = self.usage.plus(ranking.usage)
        if not ranking.places:
            self._ranker = None
        return ranking.places
