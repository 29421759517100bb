"""An invented corpus in two states, and an embedder without a model, so that hundreds of builds take minutes."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from index.papers import Paper, normalise
from index.readers import Deleted, Read, Record
from index.vectors.embedding import Fingerprint, Parts, Vectors

_SOURCE = "invented"
_LONG = " ".join(f"In sentence {n} of many we measure how little is lost." for n in range(30))


class HashEmbedder:
    """Unit vectors drawn from a hash of the text: no meaning, no waiting, the same on every machine."""

    def __init__(self, dimension: int = 32) -> None:
        self.fingerprint = Fingerprint("hash", "0" * 64, "0" * 64, dimension, "none", "", 256, "cosine")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimension), float32; white space does not count."""
        drawn = np.array([self._drawn(normalise(text)) for text in texts], np.float32)
        drawn = drawn.reshape(len(texts), self.fingerprint.dimension)
        unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, as of any text."""
        return self.embed(texts)

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        """Return one unit vector a text, and one a part, of its words alone."""
        of_parts = [text[begin:end] for text, spans in zip(texts, parts, strict=True) for begin, end in spans]
        return self.embed(texts), self.embed(of_parts)

    def _drawn(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        seed = int.from_bytes(sha256(text.encode()).digest()[:8], "little")
        return np.random.default_rng(seed).standard_normal(self.fingerprint.dimension)


@dataclass(frozen=True, slots=True)
class Stage:
    """What an index holds before a build, and the records that the build reads."""

    old: tuple[Paper, ...]
    records: tuple[Read, ...]

    @property
    def told(self) -> tuple[Paper, ...]:
        """The papers that the build reads, in order; a count of records that are on disk counts these."""
        return tuple(record.paper for record in self.records if isinstance(record, Record))

    @property
    def new(self) -> tuple[Paper, ...]:
        """What the index holds after the build."""
        left = {paper.paper_id: paper for paper in (*self.old, *self.told)}
        for record in self.records:
            if isinstance(record, Deleted):
                left.pop(record.paper_id)
        return tuple(left.values())


def stage(seed: int, size: int, *, empty: bool = False) -> Stage:
    """A corpus of `size` papers, unless `empty`, and a build that keeps, corrects, adds and removes some of them."""
    chance = random.Random(seed)  # noqa: S311 - a corpus, no secret
    old = () if empty else tuple(paper(number) for number in range(size))
    shuffled = chance.sample(old, len(old))
    removed, corrected, kept = shuffled[:5], shuffled[5 : size // 4], shuffled[size // 4 : size // 2]
    told = [
        *kept,
        *(paper(int(each.paper_id), 1) for each in corrected),
        *(paper(number) for number in range(size, size + size // 2)),
    ]
    chance.shuffle(told)
    records: list[Read] = [*records_of(told)]
    for each in removed:
        records.insert(chance.randrange(len(records)), Deleted(each.paper_id, _SOURCE, 0))
    return Stage(old, tuple(records))


def paper(number: int, version: int = 0) -> Paper:
    """Paper `number` as it reads in a version; the word `abstract` finds every passage of every paper."""
    long = f" {_LONG}" if number % 5 == 0 else ""
    text = f"We study subject{number} and report version{version} of what we found.{long}"
    return Paper.from_source(f"An abstract on subject{number}", text, paper_id=str(number))


def records_of(papers: Sequence[Paper]) -> tuple[Record, ...]:
    """Papers as records of one source."""
    return tuple(Record(each, _SOURCE, number) for number, each in enumerate(papers, start=1))
