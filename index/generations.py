"""The derived indexes: built aside, checked, made current by one rename; thrown away when no reader needs them."""

import json
import os
import shutil
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from index import dense, lexical
from index.errors import IndexDamaged, IndexMissing
from index.store import Store

# Changes whenever an index that was built by an older version can no longer be read.
SCHEMA = 1
_CURE = "Run the same scholiast build again: it makes the index anew from its store, without embedding."
_SELF_RETRIEVAL_SAMPLE, _SELF = 50, 0.999


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was derived from, and its files, each with its sha256; None where Chroma rewrites the file."""

    schema: int
    build: int
    corpus_hash: str
    embedder: str
    passage_rules: str
    papers: int
    passages: int
    files: tuple[tuple[str, str | None], ...] = ()


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
    whole = replace(manifest, files=_files(building))
    (building / "manifest.json").write_text(json.dumps(asdict(whole), indent=2) + "\n")
    _sync(building)
    building.rename(folder)
    _make_current(root, folder.name)


def current(root: Path) -> tuple[Path, Manifest]:
    """The folder and the manifest of the generation that is served. Raises `IndexMissing` or `IndexDamaged`."""
    try:
        folder = root / "generations" / (root / "CURRENT").read_bytes().decode("ascii", "replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(f"There is no index in {root}. Build one: scholiast build CORPUS") from None
    try:
        manifest = Manifest(**json.loads((folder / "manifest.json").read_text()))
        return folder, replace(manifest, files=tuple((name, sha256) for name, sha256 in manifest.files))
    except (OSError, ValueError, TypeError) as error:
        raise IndexDamaged(f"The index in {root} has no readable manifest ({error}). {_CURE}") from None


def last_derived(root: Path) -> int:
    """The number of the generation that is served, 0 if none is: a build may have died before it was written down."""
    try:
        return int((root / "CURRENT").read_bytes())
    except (FileNotFoundError, ValueError):
        return 0


def is_current(root: Path, wanted: Manifest) -> bool:
    """Whether the generation that is served was derived from what `wanted` describes, and has all its files."""
    try:
        folder, manifest = current(root)
    except (IndexMissing, IndexDamaged):
        return False
    same = replace(manifest, build=wanted.build, files=()) == wanted
    return same and _files(folder) == manifest.files and dense.is_readable(folder / "dense")


def open_derived(root: Path, folder: Path, manifest: Manifest) -> tuple[dense.DenseIndex, lexical.LexicalIndex]:
    """Open the derived indexes in `folder`. Raises `IndexDamaged` where one cannot be read or lacks passages."""
    try:
        vectors, words = dense.DenseIndex(folder / "dense"), lexical.LexicalIndex(folder / "lexical")
        held = {vectors.count(), words.count()}
    except IndexDamaged as error:
        raise IndexDamaged(f"{error} {_CURE}") from None
    if held != {manifest.passages}:
        raise IndexDamaged(f"The index in {root} holds {sorted(held)} of {manifest.passages} passages. {_CURE}")
    return vectors, words


def is_index(root: Path) -> bool:
    """Whether there is an index in folder `root`."""
    return (root / "CURRENT").exists()


def forget_old(root: Path, build: int) -> None:
    """Remove the generations before the one that `build` replaced; its readers may still be reading that one."""
    kept = sorted(path.name for path in (root / "generations").iterdir() if path.name <= f"{build:06d}")[-2:]
    for path in (root / "generations").iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _files(folder: Path) -> tuple[tuple[str, str | None], ...]:
    """The files in `folder`; those that opening it makes or changes without a hash, or not at all."""
    return tuple(
        (
            str(path.relative_to(folder)),
            sha256(path.read_bytes()).hexdigest() if path.parent.name == "lexical" else None,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json" and not path.name.startswith(".")
    )


def _check(building: Path, store: Store, manifest: Manifest) -> None:
    vectors, words = dense.DenseIndex(building / "dense"), lexical.LexicalIndex(building / "lexical")
    counts = {vectors.count(), words.count()}
    rows, _, sample = next(store.living(_SELF_RETRIEVAL_SAMPLE), ([], [], np.empty((0, 0), np.float32)))
    # Passages of the same words have the same vector, so what is found is the passage or its twin.
    lost = [row for row, v in zip(rows, sample, strict=True) if max(vectors.search(v, 1).values(), default=0) < _SELF]
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
