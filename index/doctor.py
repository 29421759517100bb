"""Examining an index, and mending from its store what can be mended without embedding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Literal

import numpy as np

from index.build import next_build, only_writer, wanted_manifest
from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.made_with import build_anew, declare
from index.reembedding import left
from index.store import generations
from index.store.ledger import Merged, merged
from index.store.permissions import require_readable
from index.store.store import Store
from index.vectors.embedding import Embedder, Vectors

_SAMPLE, _BATCH = 300, 1000
_NAMED, _LONGEST_TITLE = 5, 60
_LIVING = "SELECT passages.row, paper FROM passages JOIN papers ON papers.row = paper WHERE retired IS NULL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is now, and in a sentence what was found, done, or is left to do."""

    subject: Literal["store", "papers", "indexes", "retrieval", "records"]
    state: Literal["sound", "mended", "damaged"]
    sentence: str
    # All that the sentence names some of.
    merged: tuple[Merged, ...] = ()


def examine(root: Path, embedder: Embedder) -> Iterator[Finding]:
    """Yield a finding for the store, its papers, the derived indexes, the retrieval of a sample, and the merged records.

    Papers that are no longer what was stored are taken out; derived indexes that are not what their manifest says, or
    do not find what they hold, are made anew from the store. Raises `IndexMissing`, `IndexUnreadable`, `IndexUnwritable`,
    `IndexLocked` while a build runs, `IndexMismatch`, and `IndexDamaged` where the store itself cannot be read.
    """
    require_readable(root, root / "store.sqlite")
    if not (root / "store.sqlite").exists():
        raise IndexMissing(root)
    with only_writer(root):
        server = None
        try:
            store = Store.create_or_open(root / "store.sqlite")
            server = store.server
            declare(root, store, embedder, server)
            number, whole = next_build(root, store), _store(store)
        except IndexDamaged as error:
            raise IndexDamaged(
                f"{_cause(error)}. Move the index away and read the corpus again: "
                f"mv {quote(str(root))} {quote(f'{root}.damaged')}, then {_build(root, server)}"
            ) from None
        yield whole
        yield _papers(root, store, number)
        yield _indexes(root, store, embedder, number)
        yield _retrieval(root, store)
        yield _records(store)
        store.close()


def _store(store: Store) -> Finding:
    if found := damage(store):
        raise IndexDamaged(f"{store.path} is damaged ({found[0]}).")
    counts = store.counts()
    return Finding(
        "store", "sound", f"SQLite finds the store whole: {counts.papers} papers, {counts.passages} passages."
    )


def _build(root: Path, server: str | None) -> str:
    """The command that reads a corpus into the index."""
    return f"scholiast build CORPUS --index {quote(server or str(root))}"


def _papers(root: Path, store: Store, number: int) -> Finding:
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
        f"Read them again: {_build(root, store.server)}, with the corpus they came from for CORPUS.",
    )


def _indexes(root: Path, store: Store, embedder: Embedder, number: int) -> Finding:
    if waiting := left(store):
        raise IndexMismatch(
            f"{waiting} papers of the index in {root} still have the vectors of another embedder. "
            f"Embed them anew with: {build_anew(root, store)}"
        )
    wanted = wanted_manifest(store, embedder, number)
    if not wanted.passages:
        raise IndexDamaged(f"The store in {root} holds no papers. Read them again: {_build(root, store.server)}")
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
            f"Make the derived indexes anew: rm -r {quote(str(folder))}, then scholiast doctor --index {quote(str(root))}"
        )
    return Finding("retrieval", "sound", f"{len(rows)} of {len(rows)} sampled passages are found by their own vectors.")


def _records(store: Store) -> Finding:
    papers = merged(store)
    if not papers:
        return Finding("records", "sound", "Every paper is told by one record alone.")
    named = [f"{_short(one.title)} ({_sources(one)})" for one in papers[:_NAMED]]
    more = [f"and {len(papers) - _NAMED} more, which --json lists"] if len(papers) > _NAMED else []
    are = "1 paper is" if len(papers) == 1 else f"{len(papers)} papers are"
    return Finding("records", "sound", f"{are} made of several records: {'; '.join([*named, *more])}.", papers)


def _sources(paper: Merged) -> str:
    return ", ".join(dict.fromkeys(Path(source).name for source, _ in paper.records))


def _short(title: str) -> str:
    return repr(title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…")


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
