"""The SQLite file that everything else is derived from."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.embedding import Vectors
from index.errors import IndexDamaged, IndexMissing
from index.papers import Paper
from index.passages import Passage
from index.store import Counts, Known, Store

ONE = Paper(
    paper_id="1",
    title="Title one",
    abstract="One sentence. Two sentences.",
    authors=("Ada", "Bö"),
    year=2024,
    venue="V",
    url="https://x.org",
    doi="10.1/2",
    arxiv_id="2401.00001",
)
TWO = Paper("2", "Title two", "Three words here.")

Written = tuple[Paper, Known | None, tuple[Passage, ...], Vectors]


def written(paper: Paper, replaced: Known | None = None, passages: int = 2) -> Written:
    """A paper with passages of one word each and vectors that are told apart by their numbers."""
    words = tuple(Passage(paper, 4 * number, 4 * number + 3) for number in range(passages))
    return paper, replaced, words, np.arange(3 * passages, dtype=np.float32).reshape(passages, 3) + len(paper.title)


def all_living(store: Store, batch: int = 1000) -> list[tuple[int, Passage, bytes]]:
    return [
        (row, passage, vector.tobytes())
        for part in store.living(batch)
        for row, passage, vector in zip(*part, strict=True)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.create_or_open(path)
    yield opened
    opened.close()


def test_a_new_store_is_empty(store: Store) -> None:
    assert (store.manifest(), store.counts(), store.last_build(), store.names(1)) == ({}, Counts(0, 0), 0, {})
    assert all_living(store) == []


def test_what_is_put_in_comes_out_bit_for_bit(store: Store) -> None:
    store.put([written(ONE), written(TWO, passages=1)], 1)
    expected = [
        (row, passage, vector.tobytes())
        for row, (passage, vector) in enumerate(
            [
                *zip(*written(ONE)[2:], strict=True),
                *zip(*written(TWO, passages=1)[2:], strict=True),
            ],
            start=1,
        )
    ]
    assert all_living(store) == all_living(store, batch=1) == expected
    assert store.passages([1, 3, 99]) == {1: expected[0][1], 3: expected[2][1]}
    assert {row: vector.tobytes() for row, vector in store.vectors([2]).items()} == {2: expected[1][2]}
    assert store.counts() == Counts(2, 3)


def test_a_store_can_be_closed_and_opened_again(store: Store, path: Path) -> None:
    store.declare(schema="1")
    store.put([written(ONE)], 1)
    expected = all_living(store)
    for again in (Store.create_or_open(path), Store.open(path)):
        assert (again.manifest(), all_living(again)) == ({"schema": "1"}, expected)
        again.close()


def test_a_paper_is_known_by_its_id(store: Store) -> None:
    store.put([written(ONE), written(TWO)], 1)
    assert store.known(replace(TWO, title="Another", abstract="Other words.")) == Known(2, "2", TWO.digest)
    assert store.known(replace(TWO, paper_id="3")) is None


def test_a_paper_without_an_id_is_known_by_its_title_and_year(store: Store) -> None:
    paper = Paper.from_source("A title", "Old words.", year=2024)
    store.put([written(paper)], 1)
    known = Known(1, paper.paper_id, paper.digest)
    assert store.known(Paper.from_source("a title!", "New words.", year=2024)) == known
    assert store.known(Paper.from_source("A title", "New words.", year=2023)) is None
    assert store.known(Paper.from_source("A title", "New words.", year=2024, doi="10.1/2")) is None


def test_a_replaced_paper_is_found_by_its_rows_but_does_not_live(store: Store) -> None:
    store.put([written(ONE)], 1)
    later = replace(ONE, abstract="New words are here.")
    store.put([written(later, store.known(later), passages=1)], 2)
    assert store.counts() == Counts(1, 1)
    assert [passage.paper for _, passage, _ in all_living(store)] == [later]
    assert [passage.paper for passage in store.passages([1, 2, 3]).values()] == [ONE, ONE, later]


def test_a_paper_that_was_replaced_before_a_finished_build_is_forgotten(store: Store) -> None:
    store.put([written(ONE)], 1)
    store.finish(1, "now", ["x"], {})
    later = replace(ONE, abstract="New words are here.")
    store.put([written(later, store.known(later))], 2)
    store.finish(2, "now", ["x"], {})
    assert len(store.passages(range(10))) == 4
    store.finish(3, "now", ["x"], {})
    assert [passage.paper for passage in store.passages(range(10)).values()] == [later, later]
    assert store.last_build() == 3


def test_papers_are_put_all_or_none(store: Store) -> None:
    store.put([written(ONE)], 1)
    before = all_living(store)
    later = replace(ONE, abstract="New words are here.")
    paper, replaced, passages, vectors = written(TWO)
    with pytest.raises(ValueError, match="shorter"):
        store.put([written(later, store.known(later)), (paper, replaced, passages, vectors[:1])], 2)
    assert all_living(store) == before
    store.put([written(TWO)], 2)
    assert store.counts() == Counts(2, 4)


def test_one_id_lives_only_once(store: Store) -> None:
    store.put([written(ONE)], 1)
    with pytest.raises(sqlite3.IntegrityError):
        store.put([written(replace(ONE, title="Another"))], 1)
    assert store.counts() == Counts(1, 2)


def test_the_corpus_hash_hears_of_papers_and_not_of_their_order(tmp_path: Path) -> None:
    hashes = []
    for number, papers in enumerate(([ONE, TWO], [TWO, ONE], [ONE], [ONE, replace(TWO, year=2024)])):
        store = Store.create_or_open(tmp_path / f"{number}.sqlite")
        store.put([written(paper) for paper in papers], 1)
        hashes.append(store.corpus_hash())
        store.close()
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_the_corpus_hash_of_a_corrected_and_restored_paper_is_the_old_one(store: Store) -> None:
    store.put([written(ONE)], 1)
    before = store.corpus_hash()
    for abstract in ("New words are here.", ONE.abstract):
        later = replace(ONE, abstract=abstract)
        store.put([written(later, store.known(later))], 2)
    assert store.corpus_hash() == before


def test_names_are_the_titles_and_ids_of_the_papers_that_lived_when_a_build_ended(store: Store) -> None:
    store.put([written(ONE)], 1)
    later = replace(ONE, title="A later title")
    store.put([written(later, store.known(later)), written(TWO)], 2)
    assert store.names(1) == {"Title one": "1", "1": "1"}
    assert store.names(2) == {"A later title": "1", "Title two": "2", "1": "1", "2": "2"}


def test_an_entry_of_the_manifest_can_be_declared_again(store: Store) -> None:
    store.declare(schema="1", embedder="x")
    store.declare(schema="2")
    assert store.manifest() == {"schema": "2", "embedder": "x"}


def test_a_reader_cannot_write(store: Store, path: Path) -> None:
    reader = Store.open(path)
    with pytest.raises(sqlite3.OperationalError):
        reader.declare(schema="2")
    with pytest.raises(sqlite3.OperationalError):
        reader.put([written(ONE)], 1)
    reader.close()
    assert (store.manifest(), store.counts()) == ({}, Counts(0, 0))


def test_a_reader_sees_the_store_as_it_was_opened_whatever_is_written_to_it(store: Store, path: Path) -> None:
    store.put([written(ONE)], 1)
    before = all_living(store)
    reader = Store.open(path)
    later = replace(ONE, abstract="New words are here.")
    for build in (2, 3):
        store.put([written(later, store.known(later))], build)
        store.finish(build, "now", [], {})
    assert all_living(reader) == before
    assert store.passages([1]) == {}
    reader.close()


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "a %20 ?mode=rwc #1 ü"
    folder.mkdir()
    Store.create_or_open(folder / "store.sqlite").close()
    reader = Store.open(folder / "store.sqlite")
    assert reader.counts() == Counts(0, 0)
    reader.close()


def test_a_missing_store_names_the_command(path: Path) -> None:
    with pytest.raises(IndexMissing, match="Build one: scholiast build CORPUS"):
        Store.open(path)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"not a database" * 100, b""])
def test_a_damaged_store_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"store\.sqlite cannot be read"):
        Store.open(path)


def test_a_damaged_store_is_not_built_on(path: Path) -> None:
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(IndexDamaged, match=r"store\.sqlite cannot be read"):
        Store.create_or_open(path)
