"""`Index`: open one and search it. `Hit`, and the `Retriever` plug-point."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from index.errors import IndexDamaged, IndexMismatch, UserError
from index.filters import EVERYTHING, Filter, folded
from index.fusion import LEXICAL_WEIGHT, convex, weight_of_words
from index.made_with import compare_vectors, made_with, mismatch, remembered
from index.papers import OWN_SCHEMES, Paper, normalise
from index.passages import Passage
from index.records.facets import Facets, Field, Mask, Order
from index.sentences import Span
from index.store import generations
from index.store.generations import Derived, Manifest
from index.store.store import Store
from index.vectors.canaries import AT_OPENING
from index.vectors.embedding import Embedder, Vectors
from index.vectors.remembered import Remembered
from index.words.spelling import Spelling

By = Literal["hybrid", "dense", "lexical"]

# Passages that each ranking hands to the fusion.
_DEPTH = 50
# Below so many passages, a filtered search multiplies their vectors; above, it searches the graph deeper by the share
# that the filter lets through and a reserve, and takes half of what it hoped for. Found by benchmarks/search.py at 190,000 passages.
_EXACT, _DEEPER = 32_000, 1.5
# Papers that are read at once.
_PAPERS = 1000
# Texts that were asked about whose vectors are kept.
_QUERIES = 256
# Of one ranking, passages found beyond those asked for, in case some stand in several papers.
_SPARE = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; `score` orders the hits of one query and means nothing beyond it."""

    passage: Passage
    score: float


class Retriever(Protocol):
    """A query to ranked passages."""

    def search(self, query: str, k: int, *, within: Filter = EVERYTHING) -> tuple[Hit, ...]:
        """Return at most `k` hits of papers that `within` lets through, best first."""
        ...


class Index:
    """An index opened for reading: one generation, whole, whatever is built beside it."""

    def __init__(
        self, manifest: Manifest, store: Store, derived: Derived, embedder: Embedder, lexical_weight: float
    ) -> None:
        self.manifest = manifest
        self._store = store
        self._derived = derived
        # The sentences of what was found are compared with the same query.
        self._vectors = Remembered(embedder.embed_queries, _QUERIES)
        self._lexical_weight = lexical_weight
        self._threads = ThreadPoolExecutor(thread_name_prefix="words")

    @classmethod
    def open(cls, root: Path, embedder: Embedder, lexical_weight: float = LEXICAL_WEIGHT) -> "Index":
        """Open the index in folder `root`; `lexical_weight` is the share of BM25 in the fused ranking where words count most.

        Raises `IndexMissing` where there is none, `IndexUnreadable` where this user may not read it, `IndexMismatch` where
        `embedder` or the passage rules are not those it was made with, `IndexDamaged` where its files cannot be read.
        """
        folder, manifest = generations.current(root)
        try:
            return cls._opened(root, folder, manifest, embedder, lexical_weight)
        except (IndexDamaged, IndexMismatch):
            if generations.last_derived(root) == manifest.build:
                raise
            # Builds that ended in between have thrown that index away, or embedded it anew.
            return cls.open(root, embedder, lexical_weight)

    @classmethod
    def _opened(
        cls, root: Path, folder: Path, manifest: Manifest, embedder: Embedder, lexical_weight: float
    ) -> "Index":
        declared = {"schema": str(manifest.schema), "embedder": manifest.embedder, "passages": manifest.passage_rules}
        store = Store.open(root / "store.sqlite")
        try:
            if declared != made_with(embedder):
                raise mismatch(root, store, declared, made_with(embedder))
            generations.check_store(root, store, manifest)
            compare_vectors(root, store, embedder, remembered(store, manifest.build), AT_OPENING)
            derived = generations.open_derived(folder, manifest)
        except UserError:
            store.close()
            raise
        return cls(manifest, store, derived, embedder, lexical_weight)

    def search(self, query: str, k: int, by: By = "hybrid", within: Filter = EVERYTHING) -> tuple[Hit, ...]:
        """Return the `k` best passages for `query` of the papers that `within` lets through.

        `by` names the ranking, or both of them fused.
        """
        if not self.manifest.passages:
            # Every paper was withdrawn by its source.
            return ()
        query = normalise(query)
        mask = self._derived.facets.let_through(within) if within else None
        depth = min(k + _SPARE if by != "hybrid" else max(k, _DEPTH), self.manifest.passages)
        if by == "lexical":
            return self._hits(self._worded(query, depth, within, mask), k)
        if by == "dense":
            return self._hits(self._near(self._vector(query), depth, mask), k)
        # The words are looked up while the query is embedded and its neighbours are found.
        looking_up = self._threads.submit(self._worded, query, depth, within, mask)
        vector = self._vector(query)
        near = self._near(vector, depth, mask)
        worded = looking_up.result()
        near |= self._cosines(vector, sorted(set(worded) - set(near)))
        floor = min(worded.values()) if len(worded) == depth < self.manifest.passages else 0.0
        attainable = self._derived.lexical.attainable(query)
        weight = weight_of_words(max(worded.values(), default=0.0), attainable, self._lexical_weight)
        return self._hits(convex(self._closer(vector, near), worded, weight, floor), k)

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:
        """Return all sentences of `papers`, paper by paper in the order of the abstract, each with its cosine with `query`.

        Sentences were embedded within their passage when the index was built, or have its cosine where none was. Of a sentence that is cut over several
        passages, the best part counts. Papers that this index does not hold are left out.
        """
        vector = self._vector(normalise(query))
        found = self._store.rows_of([paper.paper_id for paper in papers], self.manifest.build)
        kept = self._sentences(row for rows in found.values() for row in rows)
        return tuple(
            Hit(Passage(paper, *span), score)
            for paper in papers
            for span, score in _scores([kept[row] for row in found.get(paper.paper_id, ())], vector).items()
        )

    def alike(self, text: str, others: Sequence[str]) -> tuple[float, ...]:
        """Return the cosine of `text` with each of `others`."""
        vector, *of_others = self._vectors([*map(normalise, (text, *others))])
        return tuple(float(other @ vector) for other in of_others)

    def papers(
        self, within: Filter = EVERYTHING, order: Order = "stored", most: int | None = None
    ) -> tuple[Paper, ...]:
        """Return the papers that `within` lets through, at most `most`; by year, those of an unknown one come last."""
        rows = self._derived.facets.first_rows(within, order)[:most]
        batches = [rows[begin : begin + _PAPERS] for begin in range(0, len(rows), _PAPERS)]
        return tuple(read[row].paper for batch in batches for read in [self._store.passages(batch)] for row in batch)

    def called(self, name: str) -> tuple[Paper, ...]:
        """Return the papers of this paper id, DOI, arXiv id, other id or title, whatever its case and punctuation."""
        asked = {f"{scheme}:{normalise(name).casefold()}" for scheme in ("id", *OWN_SCHEMES)}
        asked |= {*Paper.from_source(name, "", doi=name, arxiv_id=name).keys, normalise(name).casefold()}
        named = self._store.identified(self.manifest.build)
        found = [paper.paper_id for paper in named if name == paper.paper_id or not asked.isdisjoint(paper.keys)]
        rows = [rows[0] for rows in self._store.rows_of(found, self.manifest.build).values()]
        return tuple(passage.paper for passage in self._store.passages(rows).values())

    def sources(self) -> dict[str, tuple[str, ...]]:
        """For each paper id the names of the files that tell of the paper."""
        return self._store.sources()

    def tally(self, field: Field, within: Filter = EVERYTHING, most: int | None = None) -> tuple[tuple[str, int], ...]:
        """Return how many of the papers bear each year, in order, or each venue or author, those with most papers first.

        At most `most`; a name is spelt as a paper that bears it does.
        """
        found = self._derived.facets.tally(field, within)
        if field == "year":
            return found[-most:] if most else found
        ranked = sorted(found, key=lambda pair: -pair[1])[:most]
        return tuple((self._as_spelt(field, name), count) for name, count in ranked)

    def _as_spelt(self, field: Field, name: str) -> str:
        within = Filter(venues=(name,)) if field == "venue" else Filter(authors=(name,))
        # The first paper nearly always bears it; of an author, others may bear the words of the name.
        for most in (1, 20, None):
            spelt = (
                each
                for paper in self.papers(within, most=most)
                for each in ((paper.venue or "",) if field == "venue" else paper.authors)
            )
            if found := next((each for each in spelt if folded(each) == name), None):
                return found
        return name

    def names(self) -> dict[str, str]:
        """The paper id for each paper id and each exact title."""
        return self._store.names(self.manifest.build)

    @property
    def facets(self) -> Facets:
        """The years, venues, authors and sources of the papers."""
        return self._derived.facets

    @property
    def spelling(self) -> Spelling:
        """How the papers spell their words."""
        return self._derived.spelling

    def close(self) -> None:
        """Let go of the files."""
        self._threads.shutdown()
        self._derived.dense.close()
        self._store.close()

    def _vector(self, query: str) -> Vectors:
        return self._vectors([query])[0]

    def _near(self, vector: Vectors, k: int, mask: Mask | None) -> dict[int, float]:
        """The nearest passages that `mask` lets through: exactly where those are few, else by a deeper search."""
        if mask is None:
            return self._derived.dense.search(vector, k)
        few, facets = np.flatnonzero(mask), self._derived.facets
        if len(few) > _EXACT:
            deep = min(len(mask), round(k * len(mask) / len(few) * _DEEPER))
            found = self._derived.dense.search(vector, deep)
            passed, kept = mask[facets.ordinals(found)], dict[int, float]()
            for (row, cosine), through in zip(found.items(), passed, strict=True):
                other = row if through else self._twin_through(row, mask)
                if other is not None:
                    kept[other] = cosine
            if len(kept) >= k / 2:
                return dict([*kept.items()][:k])
        ordinals, cosines = self._derived.matrix.nearest(vector, few, k)
        return dict(zip(facets.rows[ordinals].tolist(), cosines.tolist(), strict=True))

    def _twin_through(self, row: int, mask: Mask) -> int | None:
        """The first twin of a passage that the filter does not stop."""
        twins = self._derived.dense.twins.get(row)
        if not twins:
            return None
        passed = mask[self._derived.facets.ordinals(twins)]
        return next((twin for twin, through in zip(twins, passed, strict=True) if through), None)

    def _worded(self, query: str, k: int, within: Filter, mask: Mask | None) -> dict[int, float]:
        depth = k
        while True:
            found = self._derived.lexical.search(query, depth, within)
            if mask is None:
                return found
            passed = mask[self._derived.facets.ordinals(found)]
            kept = [one for one, through in zip(found.items(), passed, strict=True) if through]
            if len(kept) >= k or len(found) < depth:
                return dict(kept[:k])
            depth *= 4

    def _closer(self, vector: Vectors, near: Mapping[int, float]) -> dict[int, float]:
        """For each passage the mean of its cosine and that of its best sentence."""
        sentences = self._sentences(near)
        return {row: (cosine + float((sentences[row][1] @ vector).max())) / 2 for row, cosine in near.items()}

    def _sentences(self, rows: Iterable[int]) -> dict[int, tuple[tuple[Span, ...], Vectors]]:
        """The sentences of passages and their vectors; those that have none have that of their passage."""
        found = self._store.sentences(rows)
        whole = self._store.vectors(row for row, (spans, vectors) in found.items() if len(vectors) < len(spans))
        return found | {row: (found[row][0], np.tile(vector, (len(found[row][0]), 1))) for row, vector in whole.items()}

    def _cosines(self, vector: Vectors, rows: Sequence[int]) -> dict[int, float]:
        ordinals = self._derived.facets.ordinals(rows)
        return dict(zip(rows, self._derived.matrix.cosines(vector, ordinals).tolist(), strict=True))

    def _hits(self, scores: dict[int, float], k: int) -> tuple[Hit, ...]:
        best = sorted(scores, key=lambda row: -scores[row])
        # Of papers that stand in the corpus many times under different ids, one is enough.
        told: dict[tuple[str, str], Hit] = {}
        for begin in range(0, len(best), max(k, 1)):
            rows = best[begin : begin + k]
            passages = self._store.passages(rows)
            for row in rows:
                passage = passages[row]
                told.setdefault((passage.paper.title, passage.text), Hit(passage, round(scores[row], 6)))
            if len(told) >= k:
                break
        return tuple(told.values())[:k]


def _scores(passages: Iterable[tuple[Sequence[Span], Vectors]], vector: Vectors) -> dict[Span, float]:
    """The cosine of each sentence with a unit vector; of one that lies in several passages, the highest."""
    scores: dict[Span, float] = {}
    for spans, vectors in passages:
        for span, cosine in zip(spans, (vectors @ vector).tolist(), strict=True):
            scores[span] = max(cosine, scores.get(span, cosine))
    return scores
