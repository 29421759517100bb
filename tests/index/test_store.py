"""The SQLite file that everything else is derived from."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.doctor import damage, damaged_papers, sample
from index.errors import IndexDamaged, IndexMissing, IndexUnwritable
from index.papers import Paper
from index.passages import Passage
from index.store.schema import Counts, Known, Read
from index.store.store import Store
from index.vectors.embedding import Vectors

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


def read(passages: Sequence[Passage], vectors: Vectors) -> tuple[Read, ...]:
    """Passages as the embedder read them, each with two sentences of its vector, one of them turned around."""
    return tuple(Read(p, v, ((0, 1), (2, 3)), np.stack([v, -v])) for p, v in zip(passages, vectors, strict=True))


def put(store: Store, papers: list[Written], build: int) -> None:
    """Store papers as a build does, all or none."""
    with store.transaction():
        for paper, replaced, passages, vectors in papers:
            if replaced:
                store.retire(replaced.row, build)
            store.insert(paper, read(passages, vectors), build)


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
    put(store, [written(ONE), written(TWO, passages=1)], 1)
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
    assert store.passages([1, 3]) == {1: expected[0][1], 3: expected[2][1]}
    assert {row: vector.tobytes() for row, vector in store.vectors([2]).items()} == {2: expected[1][2]}
    assert store.counts() == Counts(2, 3)


def test_a_store_can_be_closed_and_opened_again(store: Store, path: Path) -> None:
    store.declare(schema="1")
    put(store, [written(ONE)], 1)
    expected = all_living(store)
    for again in (Store.create_or_open(path), Store.open(path)):
        assert (again.manifest(), all_living(again)) == ({"schema": "1"}, expected)
        again.close()


def test_a_paper_is_known_by_its_id(store: Store) -> None:
    put(store, [written(ONE), written(TWO)], 1)
    assert store.known("2") == Known(2, TWO)
    assert store.known("3") is None


def test_a_paper_that_was_retired_is_not_known(store: Store) -> None:
    put(store, [written(ONE)], 1)
    store.retire(1, 2)
    assert store.known("1") is None


def test_the_vectors_of_a_paper_come_in_the_order_of_its_passages(store: Store) -> None:
    put(store, [written(TWO), written(ONE, passages=3)], 1)
    _, _, passages, vectors = written(ONE, passages=3)
    found, expected = store.read_of(2), read(passages, vectors)
    assert [(each.passage, each.vector.tobytes()) for each in found] == [
        (p.passage, p.vector.tobytes()) for p in expected
    ]
    for one, other in zip(found, expected, strict=True):
        assert one.sentences == other.sentences
        np.testing.assert_allclose(one.of_sentences, other.of_sentences, rtol=0.01)


def test_the_sentences_of_passages_are_found_by_their_rows(store: Store) -> None:
    put(store, [written(ONE), written(TWO)], 1)
    found = store.sentences([2, 3])
    assert {row: (spans, vectors.shape) for row, (spans, vectors) in found.items()} == dict.fromkeys(
        (2, 3), (((0, 1), (2, 3)), (2, 3))
    )
    with pytest.raises(IndexDamaged, match="the sentences of 1 passages are missing"):
        store.sentences([2, 9])


def test_sentences_that_were_altered_are_noticed(store: Store) -> None:
    put(store, [written(ONE)], 1)
    with store.transaction() as db:
        db.execute("UPDATE sentences SET vectors = CAST(substr(vectors, 1, 10) AS BLOB) WHERE passage = 2")
    with pytest.raises(IndexDamaged, match="the sentences of passage 2 are not what was stored"):
        store.sentences([1, 2])


def test_the_passages_of_papers_are_found_as_they_were_when_a_build_ended(store: Store) -> None:
    put(store, [written(ONE), written(TWO, passages=1)], 1)
    later = replace(ONE, abstract="New words are here.")
    put(store, [written(later, store.known("1"), passages=1)], 2)
    assert store.rows_of(["1", "2", "3"], 1) == {"1": [1, 2], "2": [3]}
    assert store.rows_of(["1"], 2) == {"1": [4]}


def test_a_sample_is_spread_evenly_and_no_larger_than_asked_for(store: Store) -> None:
    put(store, [written(ONE, passages=7)], 1)
    rows, vectors = sample(store, 3)
    assert rows == [1, 4, 7]
    assert vectors.tobytes() == written(ONE, passages=7)[3][::3].tobytes()
    assert sample(store, 100)[0] == [1, 2, 3, 4, 5, 6, 7]


def test_a_replaced_paper_is_found_by_its_rows_but_does_not_live(store: Store) -> None:
    put(store, [written(ONE)], 1)
    later = replace(ONE, abstract="New words are here.")
    put(store, [written(later, store.known(later.paper_id), passages=1)], 2)
    assert store.counts() == Counts(1, 1)
    assert [passage.paper for _, passage, _ in all_living(store)] == [later]
    assert [passage.paper for passage in store.passages([1, 2, 3]).values()] == [ONE, ONE, later]


def test_a_paper_that_was_replaced_before_a_finished_build_is_forgotten(store: Store) -> None:
    put(store, [written(ONE)], 1)
    store.finish(1, ["x"], {})
    later = replace(ONE, abstract="New words are here.")
    put(store, [written(later, store.known(later.paper_id))], 2)
    store.finish(2, ["x"], {})
    assert len(store.passages(range(1, 5))) == 4
    store.finish(3, ["x"], {})
    assert store.rows("SELECT row FROM passages") == [(3,), (4,)]
    assert store.last_build() == 3


def test_papers_are_put_all_or_none(store: Store) -> None:
    put(store, [written(ONE)], 1)
    before = all_living(store)
    later = replace(ONE, abstract="New words are here.")
    paper, replaced, passages, vectors = written(TWO)
    with pytest.raises(ValueError, match="shorter"):
        put(store, [written(later, store.known(later.paper_id)), (paper, replaced, passages, vectors[:1])], 2)
    assert all_living(store) == before
    put(store, [written(TWO)], 2)
    assert store.counts() == Counts(2, 4)


def test_one_id_lives_only_once(store: Store) -> None:
    put(store, [written(ONE)], 1)
    with pytest.raises(sqlite3.IntegrityError):
        put(store, [written(replace(ONE, title="Another"))], 1)
    assert store.counts() == Counts(1, 2)


def test_the_corpus_hash_hears_of_papers_and_not_of_their_order(tmp_path: Path) -> None:
    hashes = []
    for number, papers in enumerate(([ONE, TWO], [TWO, ONE], [ONE], [ONE, replace(TWO, year=2024)])):
        store = Store.create_or_open(tmp_path / f"{number}.sqlite")
        put(store, [written(paper) for paper in papers], 1)
        hashes.append(store.corpus_hash())
        store.close()
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_the_corpus_hash_of_a_corrected_and_restored_paper_is_the_old_one(store: Store) -> None:
    put(store, [written(ONE)], 1)
    before = store.corpus_hash()
    for abstract in ("New words are here.", ONE.abstract):
        later = replace(ONE, abstract=abstract)
        put(store, [written(later, store.known(later.paper_id))], 2)
    assert store.corpus_hash() == before


def test_names_are_the_titles_and_ids_of_the_papers_that_lived_when_a_build_ended(store: Store) -> None:
    put(store, [written(ONE)], 1)
    later = replace(ONE, title="A later title")
    put(store, [written(later, store.known(later.paper_id)), written(TWO)], 2)
    assert store.names(1) == {"Title one": "1", "1": "1"}
    assert store.names(2) == {"A later title": "1", "Title two": "2", "1": "1", "2": "2"}


def test_an_entry_of_the_manifest_can_be_declared_again(store: Store) -> None:
    store.declare(schema="1", embedder="x")
    store.declare(schema="2")
    assert store.manifest() == {"schema": "2", "embedder": "x"}


def test_a_reader_cannot_write(store: Store, path: Path) -> None:
    reader = Store.open(path)
    with pytest.raises(IndexUnwritable):
        reader.declare(schema="2")
    with pytest.raises(IndexUnwritable):
        put(reader, [written(ONE)], 1)
    reader.close()
    assert (store.manifest(), store.counts()) == ({}, Counts(0, 0))


def test_a_reader_sees_the_store_as_it_was_opened_whatever_is_written_to_it(store: Store, path: Path) -> None:
    put(store, [written(ONE)], 1)
    before = all_living(store)
    reader = Store.open(path)
    later = replace(ONE, abstract="New words are here.")
    for build in (2, 3):
        put(store, [written(later, store.known(later.paper_id))], build)
        store.finish(build, [], {})
    assert all_living(reader) == before
    with pytest.raises(IndexDamaged, match="1 passages are missing"):
        store.passages([1])
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
    with pytest.raises(IndexDamaged, match=r"store\.sqlite is damaged .*Mend it: scholiast doctor"):
        Store.open(path)


def test_a_damaged_store_is_not_built_on(path: Path) -> None:
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(IndexDamaged, match=r"store\.sqlite is damaged .*Mend it: scholiast doctor"):
        Store.create_or_open(path)


ALTERATIONS = [
    "UPDATE papers SET title = 'Another' WHERE row = 2",
    "UPDATE papers SET abstract = abstract || '.' WHERE row = 2",
    "UPDATE papers SET authors = 'not json' WHERE row = 2",
    "UPDATE papers SET year = 1999 WHERE row = 2",
    "UPDATE papers SET digest = 'x' WHERE row = 2",
    "UPDATE passages SET vector = zeroblob(12) WHERE row = 4",
    "UPDATE passages SET start = 1 WHERE row = 3",
    "UPDATE passages SET crc = crc + 1 WHERE row = 4",
]


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_a_row_that_was_altered_is_not_served_and_is_found_by_an_examination(
    store: Store, path: Path, alteration: str
) -> None:
    put(store, [written(ONE), written(TWO)], 1)
    assert (damage(store), damaged_papers(store)) == ((), ())
    other = sqlite3.connect(path)
    other.execute(alteration)
    other.commit()
    other.close()
    assert damaged_papers(store) == (2,)
    with pytest.raises(IndexDamaged, match=r"is not what was stored.*scholiast doctor"):
        store.passages([1, 2, 3, 4])
    assert [passage.paper for passage in store.passages([1, 2]).values()] == [ONE, ONE]


def test_a_store_whose_pages_were_overwritten_says_what_to_do(store: Store, path: Path) -> None:
    put(store, [written(replace(ONE, paper_id=str(number))) for number in range(200)], 1)
    store.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(IndexDamaged, match="scholiast doctor"):
        Store.open(path)


def test_many_papers_are_forgotten_without_reading_all_keys_for_each(store: Store) -> None:
    plan = store.rows("EXPLAIN QUERY PLAN DELETE FROM keys WHERE paper_id = ?", "x")
    assert "USING" in str(plan)
    assert "SCAN" not in str(plan)
