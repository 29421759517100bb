"""The vector index."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexDamaged
from index.private import private_folder
from index.vectors.dense import DenseIndex, write
from index.vectors.embedding import Vectors

ROWS = [3 * number + 5 for number in range(2_500)]


def unit_vectors(count: int, seed: int = 0) -> Vectors:
    drawn = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    lengths: Vectors = np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn / lengths


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return unit_vectors(len(ROWS))


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory, vectors: Vectors) -> Iterator[DenseIndex]:
    folder = tmp_path_factory.mktemp("dense") / "index"
    write(folder, [(ROWS[:2_200], vectors[:2_200]), (ROWS[2_200:], vectors[2_200:])])
    opened = DenseIndex(folder)
    yield opened
    opened.close()


def test_every_vector_is_counted(dense: DenseIndex) -> None:
    assert dense.count() == len(ROWS)


def test_a_vector_finds_itself_first_with_a_cosine_of_one(dense: DenseIndex, vectors: Vectors) -> None:
    for place in (0, 999, 1_000, 2_199, 2_200, 2_499):
        row, cosine = next(iter(dense.search(vectors[place], 3).items()))
        assert (row, round(cosine, 5)) == (ROWS[place], 1.0)


def test_the_nearest_are_found_with_their_cosines_best_first(dense: DenseIndex, vectors: Vectors) -> None:
    for query in unit_vectors(20, seed=1):
        cosines = vectors @ query
        exact = {ROWS[place]: float(cosines[place]) for place in np.argsort(-cosines)[:10]}
        found = dense.search(query, 10)
        assert list(found) == list(exact)
        assert list(found.values()) == pytest.approx(list(exact.values()), abs=1e-5)


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="cannot be opened"):
        DenseIndex(tmp_path / "nothing")


def test_opening_an_index_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        DenseIndex(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_searching_leaves_every_file_as_it_was_written(tmp_path: Path, count: int) -> None:
    vectors = unit_vectors(count)
    write(tmp_path / "index", [(range(count), vectors)])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for _ in range(2):
        opened = DenseIndex(tmp_path / "index")
        assert next(iter(opened.search(vectors[0], count))) == 0
        opened.close()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("count", "last"), [(50, 50), (50, 20), (51, 1), (50, 2)])
@pytest.mark.parametrize("twins", [0, 1, 10])
def test_an_index_is_in_its_files_and_not_in_the_log_of_its_database(
    tmp_path: Path, twins: int, count: int, last: int
) -> None:
    vectors = unit_vectors(count)
    batches = [(range(count - last), vectors[: count - last]), (range(count - last, count), vectors[count - last :])]
    write(tmp_path / "index", [each for each in batches if each[0]], dict.fromkeys(range(1, twins + 1), 0))
    database = sqlite3.connect(tmp_path / "index" / "chroma.sqlite3")
    assert database.execute("SELECT count(*) FROM embeddings_queue").fetchone()[0] <= 1
    database.close()


def test_the_private_copy_is_gone_when_an_index_is_closed(tmp_path: Path) -> None:
    of_this_process = private_folder().parent
    there = set(of_this_process.iterdir())
    write(tmp_path / "index", [(range(3), unit_vectors(3))])
    opened = DenseIndex(tmp_path / "index")
    (copy,) = set(of_this_process.iterdir()) - there
    assert [*copy.iterdir()]
    opened.close()
    assert not copy.exists()


def test_settings_of_another_program_in_the_current_folder_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("chroma_api_impl=elsewhere.API\nanonymized_telemetry=true\n")
    write(tmp_path / "dense", [([1, 2], np.eye(2, 384, dtype=np.float32))])
    index = DenseIndex(tmp_path / "dense")
    assert index.count() == 2
    index.close()
