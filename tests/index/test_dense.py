"""The vector index."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.dense import DenseIndex, write
from index.embedding import Vectors
from index.errors import IndexDamaged

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
    assert write(folder, [(ROWS[:2_200], vectors[:2_200]), (ROWS[2_200:], vectors[2_200:])]) == len(ROWS)
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
