"""Removing papers by hand: they, and all that any file told of them, leave the store; nothing is embedded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.build import BATCH, next_build, only_writer, wanted_manifest
from index.errors import IndexMissing, UserError
from index.made_with import declare, forget_former
from index.reembedding import embed_anew
from index.store import generations
from index.store.ledger import Ledger
from index.store.store import Store
from index.store.writer import Writer
from index.vectors.embedding import Embedder


@dataclass(frozen=True, slots=True)
class Removal:
    """What a removal did, and what the index holds after it."""

    papers_removed: int
    papers: int
    passages: int


def remove(root: Path, paper_ids: Sequence[str], embedder: Embedder) -> Removal:
    """Remove the papers of these ids from the index in folder `root`; an id of none there is passed over.

    They leave the store in one transaction, with the records of all files that told of them, so that none brings them
    back; to build one of those files again does. Readers see the old index until the new one is whole; a removal that
    was stopped before that is ended by whatever writes next. Raises `UserError` where no paper would be left, and the
    errors of `build`.
    """
    if not (root / "store.sqlite").exists():
        raise IndexMissing(root)
    with only_writer(root):
        store = Store.create_or_open(root / "store.sqlite")
        try:
            return _removed(root, store, paper_ids, embedder)
        finally:
            store.close()


def _removed(root: Path, store: Store, paper_ids: Sequence[str], embedder: Embedder) -> Removal:
    declare(root, store, embedder, store.server)
    number, ledger = next_build(root, store), Ledger(store)
    found = [known for known in map(store.known, dict.fromkeys(paper_ids)) if known]
    if found and len(found) == store.counts().papers:
        raise UserError(
            "Nothing was removed: no paper would be left. Bring others in before, or throw the whole index away, the "
            f"folder {root}."
        )
    embed_anew(store, ledger, embedder, number, BATCH, lambda _: None)
    with Writer(store, ledger, embedder, number, BATCH) as writer:
        # Embedding anew has given them other rows.
        writer.remove([known for known in map(store.known, dict.fromkeys(paper_ids)) if known])
    wanted = wanted_manifest(store, embedder, number)
    if not generations.is_current(root, store, wanted):
        generations.derive(root, store, wanted)
        store.finish(number, (), {"removed": len(found)})
        generations.forget_old(root, number)
    forget_former(store)
    return Removal(len(found), wanted.papers, wanted.passages)
