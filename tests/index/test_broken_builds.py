"""Builds that stop half-way, meet each other or readers, or are refused."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import BATCH
from index.errors import CorpusError, IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, UserError
from index.index import Index
from index.papers import Paper
from index.readers import Rejected
from index.vectors.embedding import LocalEmbedder
from tests.index.test_build import NEW, OLD, OTHER, REJECTED, counts, files, found, living, numbered
from tests.index.test_embedding import Counting
from tests.index.told import build
from tests.preloaded import running

WRITER = """
import sys
from pathlib import Path
from tests.index.told import build
from index.vectors.embedding import LocalEmbedder
from tests.index.test_build import numbered

def records():
    yield from numbered(66)
    print("reading", flush=True)
    sys.stdin.read()

build(Path(sys.argv[1]), records(), LocalEmbedder(), batch=16)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index"


@pytest.fixture
def counting(embedder: LocalEmbedder) -> Counting:
    return Counting(embedder)


def dying(records: Iterable[Paper]) -> Iterator[Paper]:
    yield from records
    raise CorpusError("the disk was pulled out")


def test_a_build_that_dies_keeps_what_it_embedded_and_the_next_embeds_only_the_rest(
    root: Path, counting: Counting
) -> None:
    with pytest.raises(CorpusError):
        build(root, dying(numbered(2 * BATCH + 2)), counting)
    assert len(counting.embedded) == 2 * BATCH
    with pytest.raises(IndexMissing):
        Index.open(root, LocalEmbedder())
    report = build(root, numbered(2 * BATCH + 2), counting)
    assert counts(report) == {
        "papers_read": 2 * BATCH + 2,
        "papers_added": 2,
        "papers_unchanged": 2 * BATCH,
        "passages": 2 * BATCH + 2,
        "embedded": 2,
    }


def test_readers_see_the_old_index_until_the_new_one_is_whole(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [OLD, OTHER], embedder)
    seen: list[set[str]] = []

    def records() -> Iterator[Paper]:
        yield NEW
        # Batches are stored while later ones are read: after four, the first is there.
        yield from numbered(4 * BATCH - 1)
        assert living(root)["1"] == NEW.abstract
        seen.append(found(root, embedder, "sleep"))
        raise CorpusError("the disk was pulled out")

    with pytest.raises(CorpusError):
        build(root, records(), embedder)
    assert seen == [{OLD.abstract, OTHER.abstract}]
    assert found(root, embedder, "sleep") == {OLD.abstract, OTHER.abstract}
    build(root, [NEW], embedder)
    assert found(root, embedder, "sleep") == {
        NEW.abstract,
        OTHER.abstract,
        *(paper.abstract for paper in numbered(4 * BATCH - 1)),
    }


def test_the_names_in_an_open_index_are_those_of_the_papers_that_it_finds(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [OLD], embedder)
    index = Index.open(root, embedder)
    build(root, [replace(NEW, title="On volcanoes"), OTHER], embedder)
    assert index.names() == {"On sleep": "1", "1": "1"}
    index.close()


@pytest.mark.parametrize("builds", [1, 2, 3])
def test_an_open_index_stays_whole_whatever_is_built_beside_it(
    root: Path, embedder: LocalEmbedder, builds: int
) -> None:
    build(root, [OLD, OTHER], embedder)
    index = Index.open(root, embedder)
    before = index.search("sleeping cats", 10)
    for number in range(builds):
        build(root, [replace(NEW, year=2000 + number)], embedder)
    assert index.search("sleeping cats", 10) == before
    index.close()


def test_a_second_writer_is_refused_at_once_and_the_lock_dies_with_the_first(
    root: Path, tmp_path: Path, embedder: LocalEmbedder, counting: Counting
) -> None:
    given = tmp_path / "given"
    os.mkfifo(given)
    with running(WRITER, ["write", str(root)], os.environ, given=given) as (first, said), given.open("w"):
        assert said.readline() == "reading\n"
        with pytest.raises(IndexLocked, match=f"Another process is building the index in {root}"):
            build(root, [OLD], embedder)
        first.kill()
        first.join()
    report = build(root, numbered(66), counting)
    # Two batches may have been on their way.
    kept = report.papers_unchanged
    assert kept in {32, 48, 64}
    assert (report.embedded, report.passages) == (66 - kept, 66)


def test_another_embedder_is_refused_with_what_to_run(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [OLD], embedder)
    other = Counting(embedder, weights_sha256="0" * 64)
    with pytest.raises(IndexMismatch, match=f"scholiast build --reembed --index {root}") as building:
        build(root, [OTHER], other)
    with pytest.raises(IndexMismatch) as opening:
        Index.open(root, other)
    assert str(building.value) == str(opening.value)
    assert (other.embedded, living(root)) == ([], {"1": OLD.abstract})


@pytest.mark.parametrize("records", [[], [REJECTED], [REJECTED, REJECTED]])
def test_a_build_of_nothing_is_refused_and_leaves_the_old_index(
    root: Path, embedder: LocalEmbedder, records: list[Rejected]
) -> None:
    build(root, [OLD], embedder)
    before = files(root)
    with pytest.raises(CorpusError, match=f"None of the {len(records)} records is a paper"):
        build(root, records, embedder)
    assert files(root) == before
    assert found(root, embedder, "cats") == {OLD.abstract}


def test_a_first_build_of_nothing_leaves_no_index(root: Path, embedder: LocalEmbedder) -> None:
    with pytest.raises(CorpusError):
        build(root, [REJECTED], embedder)
    with pytest.raises(IndexMissing, match="Build one: scholiast build CORPUS"):
        Index.open(root, embedder)
    assert build(root, [OLD], embedder).papers_added == 1


def test_a_damaged_store_is_refused(root: Path, embedder: LocalEmbedder) -> None:
    root.mkdir(parents=True)
    (root / "store.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(IndexDamaged):
        build(root, [OLD], embedder)


def test_a_file_where_the_index_should_be_is_refused(tmp_path: Path, embedder: LocalEmbedder) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError):
        build(tmp_path / "file", [OLD], embedder)
    with pytest.raises(UserError):
        Index.open(tmp_path / "file", embedder)
    assert (tmp_path / "file").read_text() == "mine"
