"""The derived indexes: built aside, checked, made current by one rename; thrown away when no reader needs them."""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from index import dense, lexical
from index.errors import IndexDamaged, IndexMissing
from index.store import Store

# Changes whenever an index that was built by an older version can no longer be read.
SCHEMA = 1
_SELF_RETRIEVAL_SAMPLE = 50


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was derived from."""

    schema: int
    build: int
    corpus_hash: str
    embedder: str
    passage_rules: str
    papers: int
    passages: int


def derive(root: Path, store: Store, manifest: Manifest) -> None:
    """Build the generation `manifest` describes beside the current one, check it, and make it current.

    Raises `IndexDamaged` and leaves the current generation as it is if what was built does not hold every passage, or
    does not find a sample of its own vectors.
    """
    folder = root / "generations" / f"{manifest.build:06d}"
    building = folder.with_suffix(".building")
    for leftover in (building, folder):
        shutil.rmtree(leftover, ignore_errors=True)
    building.mkdir(parents=True)
    dense.write(building / "dense", ((rows, vectors) for rows, _, vectors in store.living()))
    lexical.write(building / "lexical", ((rows, passages) for rows, passages, _ in store.living()))
    _check(building, store, manifest)
    (building / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    _sync(building)
    building.rename(folder)
    _make_current(root, folder.name)


def current(root: Path) -> tuple[Path, Manifest]:
    """The folder and the manifest of the generation that is served. Raises `IndexMissing` or `IndexDamaged`."""
    try:
        folder = root / "generations" / (root / "CURRENT").read_text().strip()
    except FileNotFoundError:
        raise IndexMissing(f"There is no index in {root}. Build one: scholiast build CORPUS") from None
    try:
        return folder, Manifest(**json.loads((folder / "manifest.json").read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise IndexDamaged(
            f"The index in {root} has no readable manifest ({error}). Run the same scholiast build again: it makes "
            "the index anew from its store, without embedding."
        ) from None


def is_index(root: Path) -> bool:
    """Whether there is an index in folder `root`."""
    return (root / "CURRENT").exists()


def forget_old(root: Path, build: int) -> None:
    """Remove the generations before the one that `build` replaced; its readers may still be reading that one."""
    kept = sorted(path.name for path in (root / "generations").iterdir() if path.name <= f"{build:06d}")[-2:]
    for path in (root / "generations").iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _check(building: Path, store: Store, manifest: Manifest) -> None:
    vectors, words = dense.DenseIndex(building / "dense"), lexical.LexicalIndex(building / "lexical")
    counts = {vectors.count(), words.count()}
    rows, _, sample = next(store.living(_SELF_RETRIEVAL_SAMPLE), ([], [], None))
    lost = [
        row
        for row, vector in zip(rows, sample if sample is not None else (), strict=True)
        # Two papers with the same words have the same vector, so the passage may stand behind its twin.
        if row not in vectors.search(vector, min(10, manifest.passages))
    ]
    vectors.close()
    if counts != {manifest.passages} or lost:
        raise IndexDamaged(
            f"The new index in {building} is not whole: it holds {sorted(counts)} of {manifest.passages} passages and "
            f"does not find {len(lost)} of {len(rows)} it holds. The old index stays; run scholiast build again."
        )


def _make_current(root: Path, name: str) -> None:
    pointer = root / "CURRENT.new"
    pointer.write_text(name + "\n")
    _sync(pointer)
    pointer.replace(root / "CURRENT")
    _sync(root)


def _sync(path: Path) -> None:
    """Flush a file, or a folder and all that is in it, to the disk."""
    for each in (path, *(path.rglob("*") if path.is_dir() else ())):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
