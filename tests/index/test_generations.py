"""The derived indexes: whole or not there."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from index.errors import IndexDamaged, IndexMissing, IndexUnwritable
from index.index import By, Index
from index.passages import RULES, Passage
from index.store import generations
from index.store.generations import Manifest, current, derive, is_index
from index.store.store import Store
from index.vectors.dense import DenseIndex
from index.vectors.embedding import LocalEmbedder, Vectors
from index.words.lexical import LexicalIndex
from tests.index.test_build import NEW, OLD, OTHER, files, found, numbered
from tests.index.test_embedding import Counting
from tests.index.told import build

RANKINGS: tuple[By, ...] = get_args(By)
Batch = tuple[list[int], list[Passage], Vectors]


class Short(Store):
    """A store that loses its last passage on the way out."""

    def living(self, batch: int = 1000) -> Iterator[Batch]:
        for rows, passages, vectors in super().living(batch):
            yield rows[:-1], passages[:-1], vectors[:-1]


class Empty(Store):
    """A store that loses all its passages on the way out."""

    def living(self, batch: int = 1000) -> Iterator[Batch]:
        return iter([part for part in super().living(batch) if not part])


class Vectorless(Store):
    """A store that loses all its passages at the first reading, the one for the vectors."""

    reads = 0

    def living(self, batch: int = 1000) -> Iterator[Batch]:
        self.reads += 1
        return iter([part for part in super().living(batch) if self.reads > 1])


class Blurred(Store):
    """A store that hands out the vectors of other passages the first time."""

    reads = 0

    def living(self, batch: int = 1000) -> Iterator[Batch]:
        self.reads += 1
        for rows, passages, vectors in super().living(batch):
            yield rows, passages, -vectors if self.reads == 1 else vectors


class Torn(Store):
    """A store whose disk fails at the end of a reading, the one for the vectors or the one for the words."""

    whole_reads = 0

    def living(self, batch: int = 1000) -> Iterator[Batch]:
        yield from super().living(batch)
        self.whole_reads -= 1
        if self.whole_reads < 0:
            raise OSError("the disk was pulled out")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    root = tmp_path_factory.mktemp("built") / "index"
    build(root, numbered(20), embedder)
    return root


@pytest.fixture
def root(tmp_path: Path, built: Path) -> Path:
    """An index of 20 papers in one generation."""
    return Path(shutil.copytree(built, tmp_path / "index"))


def names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "generations").iterdir())


def assert_current_is_whole(root: Path) -> Manifest:
    folder, manifest = current(root)
    assert folder.name == f"{manifest.build:06d}"
    dense = DenseIndex(folder / "dense")
    assert dense.count() == LexicalIndex(folder / "lexical").count() == manifest.passages
    dense.close()
    return manifest


def test_the_manifest_says_what_the_generation_was_derived_from(root: Path, embedder: LocalEmbedder) -> None:
    store = Store.open(root / "store.sqlite")
    assert replace(assert_current_is_whole(root), files=()) == Manifest(
        schema=generations.SCHEMA,
        build=1,
        corpus_hash=store.corpus_hash(),
        embedder=embedder.fingerprint.to_json(),
        passage_rules=RULES,
        papers=20,
        passages=20,
    )
    store.close()
    assert (is_index(root), is_index(root / "generations")) == (True, False)


def test_current_is_whole_after_every_build_and_the_generations_before_the_last_two_are_gone(
    root: Path, embedder: LocalEmbedder
) -> None:
    for number in range(2, 5):
        build(root, [replace(OLD, year=2000 + number)], embedder)
        assert assert_current_is_whole(root).build == number
        assert names(root) == [f"{number - 1:06d}", f"{number:06d}"]


@pytest.mark.parametrize("faulty", [Short, Empty, Vectorless, Blurred])
def test_a_derived_index_that_is_not_whole_is_refused_and_the_old_one_stays(
    root: Path, embedder: LocalEmbedder, faulty: type[Store]
) -> None:
    before = {key: value for key, value in files(root).items() if "000001" in key}
    store = faulty.create_or_open(root / "store.sqlite")
    with pytest.raises(IndexDamaged, match=r"is not whole: .*The old index stays; run the command again\."):
        derive(root, store, replace(current(root)[1], build=2))
    store.close()
    assert current(root)[1].build == 1
    assert not (root / "generations" / "000002").exists()
    assert {key: value for key, value in files(root).items() if "000001" in key} == before
    build(root, [OLD], embedder)
    assert names(root) == ["000001", "000002"]
    assert assert_current_is_whole(root).passages == 21


@pytest.mark.parametrize("whole_reads", [0, 1])
def test_a_derivation_that_broke_off_is_made_anew(root: Path, embedder: LocalEmbedder, whole_reads: int) -> None:
    store = Torn(root / "store.sqlite", sqlite3.connect(root / "store.sqlite", isolation_level=None))
    store.whole_reads = whole_reads
    with pytest.raises(IndexUnwritable, match=r"cannot be written .*pulled out.*the old index answers"):
        derive(root, store, replace(current(root)[1], build=2))
    store.close()
    assert current(root)[1].build == 1
    build(root, [OLD], embedder)
    assert names(root) == ["000001", "000002"]
    assert found(root, embedder, "cats", "lexical") == {OLD.abstract}


def test_no_index_names_the_command_that_builds_one(tmp_path: Path, embedder: LocalEmbedder) -> None:
    with pytest.raises(IndexMissing, match=f"There is no index in {tmp_path}. Build one: scholiast build CORPUS"):
        Index.open(tmp_path, embedder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "lost", [".", "manifest.json", "dense", "lexical", "dense/chroma.sqlite3", "lexical/meta.json"]
)
def test_a_generation_of_which_something_was_deleted_is_mended_by_the_same_build_without_embedding(
    root: Path, embedder: LocalEmbedder, lost: str
) -> None:
    path = root / "generations" / "000001" / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(IndexDamaged, match="scholiast doctor"):
        Index.open(root, embedder)
    counting = Counting(embedder)
    build(root, numbered(20), counting)
    assert counting.embedded == []
    assert len(found(root, embedder, "abstract")) == 20


def test_an_unreadable_manifest_is_mended_by_the_same_build(root: Path, embedder: LocalEmbedder) -> None:
    for content in ("", "[]", "{}", '{"schema": 1, "other": 2}'):
        (current(root)[0] / "manifest.json").write_text(content)
        with pytest.raises(IndexDamaged, match="Mend it, without embedding: scholiast doctor"):
            Index.open(root, embedder)
        build(root, numbered(20), embedder)
        assert_current_is_whole(root)


@pytest.mark.parametrize(
    "name",
    [
        "dense/chroma.sqlite3",
        "dense/*/*.bin",
        "lexical/*.idx",
        "lexical/*.term",
        "lexical/*.store",
        "lexical/meta.json",
    ],
)
def test_a_file_of_the_derived_index_that_was_overwritten_is_mended_by_the_same_build(
    root: Path, embedder: LocalEmbedder, name: str
) -> None:
    for path in current(root)[0].glob(name):
        path.write_bytes(b"damaged" * 20)
    build(root, numbered(20), embedder)
    index = Index.open(root, embedder)
    assert [len(index.search("abstract", 50, by)) for by in RANKINGS] == [20, 20, 20]
    index.close()


@pytest.mark.parametrize("content", [b"", b"000009\n", b"\xff\n", b"a word\n"])
def test_a_pointer_to_nothing_is_mended_by_the_same_build(root: Path, embedder: LocalEmbedder, content: bytes) -> None:
    (root / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamaged, match="Mend it, without embedding: scholiast doctor"):
        Index.open(root, embedder)
    counting = Counting(embedder)
    build(root, numbered(20), counting)
    assert (counting.embedded, len(found(root, embedder, "abstract"))) == ([], 20)


def test_a_pointer_that_was_deleted_is_made_again(root: Path, embedder: LocalEmbedder) -> None:
    (root / "CURRENT").unlink()
    with pytest.raises(IndexMissing):
        Index.open(root, embedder)
    counting = Counting(embedder)
    build(root, numbered(20), counting)
    assert (counting.embedded, len(found(root, embedder, "abstract"))) == ([], 20)


def test_a_build_that_died_before_it_was_written_down_does_not_cost_the_index_that_is_served(
    root: Path, embedder: LocalEmbedder
) -> None:
    database = sqlite3.connect(root / "store.sqlite")
    database.execute("CREATE TRIGGER full BEFORE INSERT ON builds BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(sqlite3.IntegrityError, match="disk full"):
        build(root, [OLD], embedder)
    served, manifest = current(root)
    assert manifest.papers == 21
    database.execute("DROP TRIGGER full")
    database.close()
    before = {path: state for path, state in files(root).items() if path.startswith(str(served))}
    build(root, [NEW, OTHER], embedder)
    assert assert_current_is_whole(root).papers == 22
    assert {path: state for path, state in files(root).items() if path.startswith(str(served))} == before
    assert found(root, embedder, "cats", "lexical") == set()
    assert found(root, embedder, "volcanoes", "lexical") == {NEW.abstract}
