"""The passages that were found, read closely: which of them answer a question, and which of their sentences do."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.reading.cross_encoder import Odds, Pair
from index.index import Hit
from index.passages import Passage, embedded_span, embedded_text, sentences_in

# Found on the development lines. The probability that a passage answers counts so much beside how well it was found.
_CLOSE, _SLOPE = 0.5, 0.7
# So many passages are read at most. One that was found so much worse than the best answers one of a hundred questions, and is not
# read, but so many are.
MOST_READ = 20
_FAR, _AT_LEAST = 0.5, 4


class Reader(Protocol):
    """Pairs of texts to what the second says of the first."""

    def read(self, pairs: Sequence[Pair]) -> tuple[Odds, ...]:
        """Return what is read of each pair."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A hit, and what its passage says of the question, if it was read."""

    hit: Hit
    odds: Odds | None

    @property
    def sentences(self) -> Mapping[Passage, float]:
        """The log odds that each sentence of the passage answers, if it was read."""
        return dict(zip(sentences_in(self.hit.passage), self.odds.sentences, strict=True)) if self.odds else {}


def read_closely(query: str, hits: Sequence[Hit], reader: Reader) -> tuple[Read, ...]:
    """Return the hits for `query`, best first: those that were read, scored by how well they were found and whether they answer, then the rest."""
    near = [hit for rank, hit in enumerate(hits[:MOST_READ]) if rank < _AT_LEAST or hit.score >= hits[0].score - _FAR]
    pairs = [pair_of(query, hit.passage) for hit in near]
    read = [
        Read(replace(hit, score=hit.score + _CLOSE * probability(_SLOPE * odds.answers)), odds)
        for hit, odds in zip(near, reader.read(pairs), strict=True)
    ]
    return (*sorted(read, key=lambda one: -one.hit.score), *(Read(hit, None) for hit in hits if hit not in near))


def read_too(query: str, found: Sequence[Read], reader: Reader) -> tuple[Read, ...]:
    """Return the same, those read that had not been; their scores stay."""
    unread = [one.hit for one in found if one.odds is None]
    odds = dict(zip(unread, reader.read([pair_of(query, hit.passage) for hit in unread]), strict=True))
    return tuple(Read(one.hit, odds[one.hit]) if one.odds is None else one for one in found)


def probability(odds: float) -> float:
    """Return the probability of these log odds."""
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0


def pair_of(query: str, passage: Passage) -> Pair:
    """Return what is read of a passage for `query`: its title and words, each sentence by itself, too."""
    return Pair(query, embedded_text(passage), tuple(embedded_span(passage, own) for own in sentences_in(passage)))
