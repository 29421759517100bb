"""Embedding in the background and storing in order, so that reading, cutting and writing hide behind the embedder."""

from collections import defaultdict, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from types import TracebackType

import numpy as np

from index.errors import EmbedderFailed, UserError
from index.papers import Paper
from index.passages import Passage, cut, embedded_span, embedded_text, sentences_in
from index.store.ledger import Change, Ledger
from index.store.schema import Known, Read
from index.store.store import Store
from index.vectors.embedding import Embedder, Vectors

# Batches that are embedded while others are cut and stored: with one, the cores idle at the end of each.
_IN_FLIGHT = 2


@dataclass(frozen=True, slots=True)
class _Batch:
    changes: tuple[Change, ...]
    # For each change its passages, or None where the text is the one that was embedded before.
    passages: tuple[tuple[Passage, ...] | None, ...]
    read_as: "Future[tuple[Read, ...]]"
    read: int


class Writer:
    """Stores changes in batches of `size` papers, each batch whole or not at all, in the order in which they came."""

    def __init__(self, store: Store, ledger: Ledger, embedder: Embedder, build: int, size: int) -> None:
        self.embedded = 0
        self.stored = 0
        self._store, self._ledger, self._embedder, self._build, self._size = store, ledger, embedder, build, size
        self._next: list[Change] = []
        self._batches: deque[_Batch] = deque()
        # The papers that are not stored yet, by all their keys.
        self._waiting: defaultdict[str, list[Paper]] = defaultdict(list)
        self._threads = ThreadPoolExecutor(_IN_FLIGHT, thread_name_prefix="batch")

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind:
                # What was embedded is kept, unless it is the store that failed.
                with suppress(UserError):
                    self._commit_all()
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def add(self, change: Change, read: int) -> None:
        """Take a change; `read` is the number of records read up to it."""
        self._next.append(change)
        for key in _names(change):
            self._waiting[key].append(change.paper)
        if len(self._next) == self._size:
            self._submit(read)
        while self._batches and (len(self._batches) > _IN_FLIGHT or self._batches[0].read_as.done()):
            self._commit()

    @property
    def is_idle(self) -> bool:
        """Whether everything that was taken is stored."""
        return not (self._next or self._batches)

    def awaits(self, paper: Paper) -> bool:
        """Whether a change that is not stored yet may be of the same paper."""
        *ids, title = paper.keys
        return any(self._waiting.get(key) for key in (*ids, paper.paper_id)) or any(
            paper.may_be(other) for other in self._waiting.get(title, ())
        )

    def awaits_any(self, known: Sequence[Known]) -> bool:
        """Whether one of the papers in the store is about to be replaced."""
        return any(self._waiting.get(each.paper.paper_id) for each in known)

    def flush(self, read: int) -> None:
        """Store everything that was taken."""
        if self._next:
            self._submit(read)
        self._commit_all()

    def remove(self, known: Sequence[Known]) -> None:
        """Let papers live no longer, all of them or none."""
        with self._store.transaction():
            for each in known:
                self._store.forget(each.row)
                self._store.retire(each.row, self._build)

    def _submit(self, read: int) -> None:
        passages = tuple(None if _has_vectors(change) else cut(change.paper) for change in self._next)
        new = [passage for each in passages if each for passage in each]
        self._batches.append(_Batch(tuple(self._next), passages, self._threads.submit(self._embedded, new), read))
        self._next = []

    def _embedded(self, passages: Sequence[Passage]) -> tuple[Read, ...]:
        sentences = [sentences_in(passage) for passage in passages]
        parts = [[embedded_span(p, one) for one in own] for p, own in zip(passages, sentences, strict=True)]
        vectors, of_parts = self._embedder.embed_with_parts([*map(embedded_text, passages)], parts)
        # An embedder that gives sentences no vectors says so.
        has_any = self._embedder.fingerprint.sentences != "none"
        counts = [len(each) if has_any else 0 for each in parts]
        self._check(vectors, len(passages))
        self._check(of_parts, sum(counts))
        split = np.split(of_parts, np.cumsum(counts)[:-1])
        spans = [tuple((one.start, one.end) for one in own) for own in sentences]
        return tuple(map(Read, passages, vectors, spans, split))

    def _check(self, vectors: Vectors, count: int) -> None:
        shape = (count, self._embedder.fingerprint.dimension)
        if vectors.shape != shape or not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
            raise EmbedderFailed(
                f"The embedder {self._embedder.fingerprint.name} was to return {shape[0]} unit vectors of dimension "
                f"{shape[1]} and returned something else, of shape {vectors.shape}. Nothing of this batch was stored."
            )

    def _commit_all(self) -> None:
        while self._batches:
            self._commit()

    def _commit(self) -> None:
        batch = self._batches[0]
        embedded = batch.read_as.result()
        new = iter(embedded)
        with self._store.transaction():
            for change, passages in zip(batch.changes, batch.passages, strict=True):
                self._put(change, None if passages is None else [*islice(new, len(passages))])
            # Before COMMIT: whoever interrupts here may lose a batch, but none is stored twice.
            self._batches.popleft()
        self.embedded += len(embedded)
        self.stored = batch.read
        for change in batch.changes:
            for key in _names(change):
                self._waiting[key].remove(change.paper)
                if not self._waiting[key]:
                    del self._waiting[key]

    def _put(self, change: Change, new: Sequence[Read] | None) -> None:
        if change.outcome != "unchanged":
            read = self._store.read_of(change.replaced[0].row) if new is None else new
            for known in change.replaced:
                self._store.retire(known.row, self._build)
            self._store.insert(change.paper, read, self._build)
        if change.outcome != "embedded":
            self._ledger.write(change)


def _has_vectors(change: Change) -> bool:
    if change.outcome == "embedded":
        return False
    before = change.replaced[0].paper if change.replaced else None
    return before is not None and (before.title, before.abstract) == (change.paper.title, change.paper.abstract)


def _names(change: Change) -> set[str]:
    """By what a record can mean the same paper: its keys and its id, and those of the papers it replaces."""
    papers = (change.paper, *(known.paper for known in change.replaced), *(told.paper for told in change.told))
    return {name for paper in papers for name in (*paper.keys, paper.paper_id)}
