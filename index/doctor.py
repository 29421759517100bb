"""Examining an index, and mending from its store what can be mended without embedding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from index import generations
from index.build import declare, next_build, only_writer, wanted_manifest
from index.embedding import Embedder, Vectors
from index.errors import IndexDamaged, IndexMissing
from index.places import look_into
from index.store import Store

_SAMPLE, _BATCH = 300, 1000
_LIVING = "SELECT passages.row, paper FROM passages JOIN papers ON papers.row = paper WHERE retired IS NULL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is now, and in a sentence what was found, done, or is left to do."""

    subject: Literal["store", "papers", "indexes", "retrieval"]
    state: Literal["sound", "mended", "damaged"]
    sentence: str


def examine(root: Path, embedder: Embedder) -> Iterator[Finding]:
    """Yield a finding for the store, its papers, the derived indexes and the retrieval of a sample of passages.

    Papers that are no longer what was stored are taken out; derived indexes that are not what their manifest says, or
    do not find what they hold, are made anew from the store. Raises `IndexMissing`, `IndexLocked` while a build runs,
    `IndexMismatch`, and `IndexDamaged` where the store itself cannot be read.
    """
    look_into(root)
    if not (root / "store.sqlite").exists():
        raise IndexMissing(f"There is no index in {root}. Build one: scholiast build CORPUS")
    with only_writer(root):
        try:
            store = Store.create_or_open(root / "store.sqlite")
            declare(root, store, embedder, store.server)
            number, whole = next_build(root, store), _store(store)
        except IndexDamaged as error:
            raise IndexDamaged(
                f"{_cause(error)}. Move the index away and read the corpus again: mv {root} {root}.damaged, then "
                f"scholiast build --index {root} CORPUS"
            ) from None
        yield whole
        yield _papers(store, number)
        yield _indexes(root, store, embedder, number)
        yield _retrieval(root, store)
        store.close()


def _store(store: Store) -> Finding:
    if found := damage(store):
        raise IndexDamaged(f"{store.path} is damaged ({found[0]}).")
    counts = store.counts()
    return Finding(
        "store", "sound", f"SQLite finds the store whole: {counts.papers} papers, {counts.passages} passages."
    )


def _papers(store: Store, number: int) -> Finding:
    damaged = damaged_papers(store)
    if not damaged:
        return Finding("papers", "sound", "Every paper and every vector is what was stored.")
    with store.transaction():
        for row in damaged:
            store.forget(row)
            store.retire(row, number)
    return Finding(
        "papers",
        "damaged",
        f"{len(damaged)} papers are not what was stored and were taken out. "
        "Read them again: scholiast build CORPUS, with the corpus they came from.",
    )


def _indexes(root: Path, store: Store, embedder: Embedder, number: int) -> Finding:
    wanted = wanted_manifest(store, embedder, number)
    if not wanted.passages:
        raise IndexDamaged(f"The store in {root} holds no papers. Read them again: scholiast build CORPUS")
    try:
        folder, manifest = generations.current(root)
        wrong = generations.differing(folder, manifest)
        cause = f"these files were missing or altered: {', '.join(wrong)}" if wrong else "they were not whole"
    except (IndexMissing, IndexDamaged) as error:
        cause = _cause(error)
    if generations.is_current(root, store, wanted):
        return Finding("indexes", "sound", "Every file of the derived indexes is what was written.")
    generations.derive(root, store, wanted)
    store.finish(number, (), {})
    generations.forget_old(root, number)
    return Finding("indexes", "mended", f"The derived indexes were made anew from the store: {cause}.")


def _cause(error: IndexMissing | IndexDamaged) -> str:
    """The cause that an error names, without its cure, which is this very command."""
    return str(error).split(" Mend it")[0].removesuffix(".")


def _retrieval(root: Path, store: Store) -> Finding:
    folder, manifest = generations.current(root)
    dense = generations.open_derived(folder, manifest).dense
    rows, vectors = sample(store, _SAMPLE)
    try:
        lost = generations.not_found(dense, rows, vectors)
    finally:
        dense.close()
    if lost:
        raise IndexDamaged(
            f"{len(lost)} of {len(rows)} passages are not found by their own vectors in {folder}. "
            f"Make the derived indexes anew: rm -r {folder}, then scholiast doctor --index {root}"
        )
    return Finding("retrieval", "sound", f"{len(rows)} of {len(rows)} sampled passages are found by their own vectors.")


def damage(store: Store) -> tuple[str, ...]:
    """What SQLite finds wrong with the file as a whole; empty if nothing."""
    found = [line for (line,) in store.rows("PRAGMA integrity_check(10)")]
    return () if found == ["ok"] else tuple(found)


def damaged_papers(store: Store) -> tuple[int, ...]:
    """The rows of the living papers that, they or a passage of theirs, are not what was stored."""
    passages = store.rows(_LIVING)
    batches = (passages[begin : begin + _BATCH] for begin in range(0, len(passages), _BATCH))
    unsound = (each for batch in batches if not _are_sound(store, batch) for each in batch)
    without = store.rows("SELECT row FROM papers WHERE retired IS NULL AND row NOT IN (SELECT paper FROM passages)")
    damaged = {paper for row, paper in unsound if not _are_sound(store, [(row, paper)])}
    return tuple(sorted(damaged | {row for (row,) in without}))


def _are_sound(store: Store, passages: Sequence[tuple[int, int]]) -> bool:
    try:
        store.sentences(row for row, _ in passages)
        return len(store.passages(row for row, _ in passages)) == len(passages)
    except IndexDamaged:
        return False


def sample(store: Store, size: int) -> tuple[list[int], Vectors]:
    """At most `size` living passages, evenly spread: row numbers and vectors, shape (n, dimension)."""
    rows = [row for row, _ in store.rows(_LIVING)]
    chosen = rows[:: max(1, -(-len(rows) // size))]
    vectors = store.vectors(chosen)
    return chosen, np.stack([vectors[row] for row in chosen])
