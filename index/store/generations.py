"""The derived indexes: built aside, checked, made current by one rename; thrown away when no reader needs them."""

import json
import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path
from shlex import quote

import numpy as np

from index.errors import IndexDamaged, IndexMissing, IndexUnreachable, IndexUnreadable, IndexUnwritable
from index.records import facets
from index.store.permissions import follow_umask, require_readable
from index.store.store import Store
from index.vectors import dense, matrix
from index.vectors.embedding import Vectors
from index.words import lexical, spelling

# Changes whenever an index that was built by an older version can no longer be read.
SCHEMA = 4
_SELF_RETRIEVAL_SAMPLE, _SELF = 50, 0.999
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was derived from, and each of its files with its sha256."""

    schema: int
    build: int
    corpus_hash: str
    embedder: str
    passage_rules: str
    papers: int
    passages: int
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """The derived indexes of one generation, opened."""

    dense: dense.DenseIndex
    matrix: matrix.Matrix
    lexical: lexical.LexicalIndex
    facets: facets.Facets
    spelling: spelling.Spelling


def derive(root: Path, store: Store, manifest: Manifest) -> None:
    """Build the generation `manifest` describes beside the current one, check it, and make it current.

    Raises `IndexDamaged` and leaves the current generation as it is if what was built does not hold every passage, or
    does not find a sample of its own vectors, `IndexUnwritable` if the disk is full.
    """
    folder = root / "generations" / f"{manifest.build:06d}"
    building = folder.with_suffix(".building")
    for leftover in (building, folder):
        _remove(leftover)
    try:
        building.mkdir(parents=True)
        _write(building, store, manifest)
        whole = replace(manifest, files=_files(building))
        _check(building, store, manifest)
        _write_manifest(building / _MANIFEST, whole)
        follow_umask(building)
        _sync(*building.rglob("*"), building)
        building.rename(folder)
        # The pointer must not reach the disk before what it points to.
        _sync(folder.parent)
        _make_current(root, folder.name)
    except OSError as error:
        _remove(building)
        # Measured: at its largest, what is being made is 1.6 times the store.
        room = 2 * store.path.stat().st_size / 1_000_000
        raise IndexUnwritable(
            f"The derived indexes cannot be written in {folder.parent} ({error}). They need up to {room:.0f} MB there. "
            "What was embedded is kept, and the old index answers. Make room, then run the command again."
        ) from None


def _write(building: Path, store: Store, manifest: Manifest) -> None:
    sources = store.sources()
    dense.write(
        building / "dense",
        ((rows, vectors) for rows, _, vectors in store.living()),
        store.twins(),
        store.server,
    )
    matrix.write(building / "vectors", (vectors for _, _, vectors in store.living()), manifest.passages)
    lexical.write(building / "lexical", ((rows, passages) for rows, passages, _ in store.living()), sources)
    facets.write(building / "facets", ((rows, passages) for rows, passages, _ in store.living()), sources)
    spelling.write(building / "spelling", (passages for _, passages, _ in store.living()))


def current(root: Path) -> tuple[Path, Manifest]:
    """The folder and the manifest of the generation that is served. Raises `IndexMissing`, `IndexUnreadable` or `IndexDamaged`."""
    require_readable(root, root / "CURRENT", root / "store.sqlite")
    try:
        folder = root / "generations" / (root / "CURRENT").read_bytes().decode("ascii", "replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(root) from None
    require_readable(root, folder)
    try:
        said = json.loads((folder / _MANIFEST).read_bytes())
        written = said.pop("sha256")
        manifest = Manifest(**said)
        manifest = replace(manifest, files=tuple((name, sha256) for name, sha256 in manifest.files))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexDamaged(f"The index in {root} has no readable manifest ({error}). {_cure(root)}") from None
    if _digest(manifest) != written or f"{manifest.build:06d}" != folder.name:
        raise IndexDamaged(f"The manifest of the index in {root} is not what was written. {_cure(root)}")
    return folder, manifest


def last_derived(root: Path) -> int:
    """The number of the generation that is served, 0 if none is: a build may have died before it was written down."""
    try:
        return int((root / "CURRENT").read_bytes())
    except (OSError, ValueError):
        return 0


def is_current(root: Path, store: Store, wanted: Manifest) -> bool:
    """Whether the generation that is served was derived from what `wanted` describes, and has all its files."""
    try:
        folder, manifest = current(root)
    except (IndexMissing, IndexUnreadable, IndexDamaged):
        return False
    if manifest.build > store.last_build():
        # Derived from another store, perhaps one that was lost: the papers may be the same, their rows are not.
        return False
    if store.rows("SELECT 1 FROM papers WHERE born > ? AND retired IS NULL LIMIT 1", manifest.build):
        # The papers may be the same, their rows are not: they were embedded anew.
        return False
    same = replace(manifest, build=wanted.build, files=()) == wanted
    return same and not differing(folder, manifest) and dense.is_whole(folder / "dense", manifest.passages)


def differing(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    """The files in `folder` that are missing, altered or not in the manifest."""
    try:
        return tuple(sorted({name for name, _ in {*_files(folder)} ^ {*manifest.files}}))
    except OSError as error:
        return (str(error),)


def open_derived(folder: Path, manifest: Manifest) -> Derived:
    """Open the derived indexes in `folder`, each file checked first.

    Raises `IndexDamaged` where a file is not what the manifest says: Chroma ends the process on some of those.
    """
    root = folder.parent.parent
    if wrong := differing(folder, manifest):
        raise IndexDamaged(f"In {folder} these files are missing or altered: {', '.join(wrong)}. {_cure(root)}")
    try:
        return Derived(
            dense.DenseIndex(folder / "dense"),
            matrix.Matrix(folder / "vectors"),
            lexical.LexicalIndex(folder / "lexical"),
            facets.Facets(folder / "facets"),
            spelling.Spelling(folder / "spelling"),
        )
    except IndexDamaged as error:
        raise IndexDamaged(f"{error} {_cure(root)}") from None


def check_store(root: Path, store: Store, manifest: Manifest) -> None:
    """Raise `IndexDamaged` where `store` no longer holds what the generation was derived from.

    A file that was copied back, or a log that was cut off, is sound by itself. So is a pointer to an older generation.
    """
    if store.last_build() > manifest.build:
        raise IndexDamaged(f"The index in {root} is not the last that was built. {_cure(root)}")
    if store.corpus_hash(manifest.build) != manifest.corpus_hash:
        raise IndexDamaged(f"{store.path} does not hold the papers that its index was derived from. {_cure(root)}")


def is_index(root: Path) -> bool:
    """Whether there is an index in folder `root`. Raises `IndexUnreadable` where this user may not look."""
    require_readable(root, root / "CURRENT")
    return (root / "CURRENT").exists()


def forget_old(root: Path, build: int) -> None:
    """Remove the generations before the one that `build` replaced; its readers may still be reading that one."""
    kept = sorted(path.name for path in (root / "generations").iterdir() if path.name <= f"{build:06d}")[-2:]
    for path in (root / "generations").iterdir():
        if path.name not in kept:
            # What a server does not let go of now is removed by a later build.
            with suppress(IndexUnreachable):
                _remove(path)


def _remove(generation: Path) -> None:
    dense.drop(generation / "dense")
    shutil.rmtree(generation, ignore_errors=True)


def _cure(root: Path) -> str:
    return f"Mend it, without embedding: scholiast doctor --index {quote(str(root))}"


def _write_manifest(path: Path, manifest: Manifest) -> None:
    path.write_text(json.dumps({**asdict(manifest), "sha256": _digest(manifest)}, indent=2) + "\n")


def _digest(manifest: Manifest) -> str:
    return sha256(json.dumps(asdict(manifest), sort_keys=True).encode()).hexdigest()


def _files(folder: Path) -> tuple[tuple[str, str], ...]:
    """The files in `folder` with their sha256; not the manifest, nor the lock files that tantivy makes."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name[0] != "."]
    named = [path for path in paths if path != folder / _MANIFEST]
    with ThreadPoolExecutor() as pool:
        return tuple(zip([str(path.relative_to(folder)) for path in named], pool.map(_sha256, named), strict=True))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _check(building: Path, store: Store, manifest: Manifest) -> None:
    vectors, words = dense.DenseIndex(building / "dense"), lexical.LexicalIndex(building / "lexical")
    try:
        counts = {vectors.count(), words.count()}
        rows, _, sample = next(store.living(_SELF_RETRIEVAL_SAMPLE), ([], [], np.empty((0, 0), np.float32)))
        lost = not_found(vectors, rows, sample)
    finally:
        vectors.close()
    if counts != {manifest.passages} or lost:
        raise IndexDamaged(
            f"The new index in {building} is not whole: it holds {sorted(counts)} of {manifest.passages} passages and "
            f"does not find {len(lost)} of {len(rows)} it holds. The old index stays; run the command again."
        )


def not_found(index: dense.DenseIndex, rows: Sequence[int], vectors: Vectors) -> tuple[int, ...]:
    """Which of `rows` are not found by their own vectors; passages of the same words have the same vector."""
    return tuple(
        row for row, v in zip(rows, vectors, strict=True) if max(index.search(v, 1).values(), default=0) < _SELF
    )


def _make_current(root: Path, name: str) -> None:
    pointer = root / "CURRENT.new"
    pointer.write_text(name + "\n")
    _sync(pointer)
    pointer.replace(root / "CURRENT")
    _sync(root)


def _sync(*paths: Path) -> None:
    """Flush files to the disk, and folders: which names are in them, not what those files hold."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
