"""`Index`: open one and search it. `Hit`, and the `Retriever` plug-point."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from index import generations
from index.build import mismatch
from index.dense import DenseIndex
from index.embedding import Embedder, Vectors
from index.fusion import LEXICAL_WEIGHT, convex
from index.generations import Manifest
from index.lexical import LexicalIndex
from index.papers import normalise
from index.passages import RULES, Passage
from index.store import Store

By = Literal["hybrid", "dense", "lexical"]

# Passages that each ranking hands to the fusion.
_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; `score` orders the hits of one query and means nothing beyond it."""

    passage: Passage
    score: float


class Retriever(Protocol):
    """A query to ranked passages."""

    def search(self, query: str, k: int) -> tuple[Hit, ...]:
        """Return at most `k` hits, best first."""
        ...


class Index:
    """An index opened for reading: one generation, whole, whatever is built beside it."""

    def __init__(
        self,
        manifest: Manifest,
        store: Store,
        derived: tuple[DenseIndex, LexicalIndex],
        embedder: Embedder,
        lexical_weight: float,
    ) -> None:
        self.manifest = manifest
        self._store = store
        self._dense, self._lexical = derived
        self._embedder = embedder
        self._lexical_weight = lexical_weight

    @classmethod
    def open(cls, root: Path, embedder: Embedder, lexical_weight: float = LEXICAL_WEIGHT) -> "Index":
        """Open the index in folder `root`; `lexical_weight` is the share of BM25 in the fused ranking.

        Raises `IndexMissing` where there is none, `IndexMismatch` where `embedder` or the passage rules are not those
        it was made with, `IndexDamaged` where its files cannot be read.
        """
        folder, manifest = generations.current(root)
        declared = {"schema": str(manifest.schema), "embedder": manifest.embedder, "passages": manifest.passage_rules}
        expected = {"schema": str(generations.SCHEMA), "embedder": embedder.fingerprint.to_json(), "passages": RULES}
        if declared != expected:
            raise mismatch(root, declared, expected)
        derived = generations.open_derived(folder, manifest)
        return cls(manifest, Store.open(root / "store.sqlite"), derived, embedder, lexical_weight)

    def search(self, query: str, k: int, by: By = "hybrid") -> tuple[Hit, ...]:
        """Return the `k` best passages for `query`; `by` names the ranking, or both of them fused."""
        query = normalise(query)
        depth = min(max(k, _DEPTH), self.manifest.passages)
        if by == "lexical":
            return self._hits(self._lexical.search(query, depth), k)
        vector = self._embedder.embed([query])[0]
        near = self._dense.search(vector, depth)
        if by == "dense":
            return self._hits(near, k)
        worded = self._lexical.search(query, depth)
        near |= self._cosines(vector, set(worded) - set(near))
        return self._hits(convex(near, worded, self._lexical_weight), k)

    def names(self) -> dict[str, str]:
        """The paper id for each paper id and each exact title."""
        return self._store.names(self.manifest.build)

    def close(self) -> None:
        """Let go of the files."""
        self._dense.close()
        self._store.close()

    def _cosines(self, vector: Vectors, rows: set[int]) -> dict[int, float]:
        return {row: float(vector @ other) for row, other in self._store.vectors(rows).items()}

    def _hits(self, scores: dict[int, float], k: int) -> tuple[Hit, ...]:
        best = dict(list(scores.items())[:k])
        passages = self._store.passages(best)
        return tuple(Hit(passages[row], round(score, 6)) for row, score in best.items())
