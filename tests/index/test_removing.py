"""Papers removed by hand: from what is searched and from what is stored, whole or not at all."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build as build_index
from index.doctor import examine
from index.errors import IndexLocked, IndexMismatch, IndexMissing, UserError
from index.foreseeing import Foreseen, foresee
from index.index import Index
from index.papers import Paper
from index.readers import Read, Record, Rejected
from index.removing import Removal, remove
from index.vectors.embedding import LocalEmbedder
from tests.index.test_broken_builds import WRITER
from tests.index.test_build import living
from tests.index.test_embedding import Counting
from tests.index.told import build
from tests.preloaded import running

OWLS = Paper.from_source("Of owls", "Owls sleep by day.", paper_id="owls", doi="10.5555/owls")
BATS = Paper.from_source("Of bats", "Bats sleep by day, too.", paper_id="bats")
CATS = Paper.from_source("Of cats", "Cats sleep whenever they can.", paper_id="cats")

# Ends where a build ends that is killed: nothing is tidied up.
KILLED = """
import os, sys
from pathlib import Path
from index import removing
from index.store import generations
from index.vectors.embedding import LocalEmbedder

def killed(*_): os._exit(9)
if sys.argv[2] == "in the transaction":
    from index.store.store import Store
    retire = Store.retire
    Store.retire = lambda *given: (retire(*given), os._exit(9))
elif sys.argv[2] == "before the indexes":
    generations.derive = killed
elif sys.argv[2] == "before the pointer":
    generations._make_current = killed
else:
    generations.forget_old = killed
removing.remove(Path(sys.argv[1]), ["owls", "bats"], LocalEmbedder())
"""
MOMENTS = ("in the transaction", "before the indexes", "before the pointer", "after the pointer")


@pytest.fixture
def root(tmp_path: Path, embedder: LocalEmbedder) -> Path:
    build(tmp_path / "index", [OWLS, BATS, CATS], embedder)
    return tmp_path / "index"


def found(root: Path, embedder: LocalEmbedder) -> set[str]:
    """The ids of the papers that a search finds."""
    index = Index.open(root, embedder)
    try:
        return {hit.passage.paper.paper_id for hit in index.search("who sleeps by day?", 10)}
    finally:
        index.close()


def test_what_is_removed_is_neither_found_nor_stored_and_nothing_is_embedded(
    root: Path, embedder: LocalEmbedder
) -> None:
    counting = Counting(embedder)
    assert remove(root, ["owls", "owls"], counting) == Removal(papers_removed=1, papers=2, passages=2)
    assert counting.embedded == []
    assert found(root, embedder) == {"bats", "cats"}
    assert living(root).keys() == {"bats", "cats"}
    assert {finding.state for finding in examine(root, embedder)} == {"sound"}


def test_no_record_of_another_file_brings_it_back_until_that_file_is_built_again(
    root: Path, embedder: LocalEmbedder
) -> None:
    other = replace(OWLS, abstract="Owls sleep by day, we say.")
    build(root, [other], embedder, source="another")
    remove(root, ["owls"], embedder)
    build(root, [CATS], embedder)
    assert living(root).keys() == {"bats", "cats"}
    build(root, [other], embedder, source="another")
    assert living(root)["owls"] == other.abstract


def test_an_id_of_no_paper_is_passed_over(root: Path, embedder: LocalEmbedder) -> None:
    assert remove(root, ["nowhere", "owls"], embedder).papers_removed == 1
    before = (root / "CURRENT").read_bytes()
    assert remove(root, ["owls"], embedder) == Removal(0, 2, 2)
    assert (root / "CURRENT").read_bytes() == before


def test_the_last_papers_stay(root: Path, embedder: LocalEmbedder) -> None:
    with pytest.raises(UserError, match="no paper would be left"):
        remove(root, ["owls", "bats", "cats"], embedder)
    assert len(living(root)) == 3


def test_without_an_index_or_with_another_embedder_nothing_is_removed(root: Path, embedder: LocalEmbedder) -> None:
    with pytest.raises(IndexMissing):
        remove(root / "nowhere", ["owls"], embedder)
    other = Counting(embedder)
    other.fingerprint = replace(embedder.fingerprint, name="another")
    with pytest.raises(IndexMismatch):
        remove(root, ["owls"], other)
    assert len(living(root)) == 3


def test_while_another_process_builds_nothing_is_removed(root: Path, embedder: LocalEmbedder) -> None:
    with running(WRITER, ["build", str(root)], os.environ) as (_, said):
        assert said.readline() == "reading\n"
        with pytest.raises(IndexLocked):
            remove(root, ["owls"], embedder)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_removal_that_is_killed_leaves_the_old_index_or_the_new_one(
    root: Path, embedder: LocalEmbedder, moment: str
) -> None:
    with running(KILLED, ["remove", str(root), moment], os.environ) as (process, said):
        said.read()
        process.join()
        assert process.exitcode == 9
    left = {"cats"} if moment == "after the pointer" else {"owls", "bats", "cats"}
    assert found(root, embedder) == left
    if moment != "in the transaction":
        # What was stored is ended by whatever writes next.
        build(root, [CATS], embedder)
        assert found(root, embedder) == {"cats"}
    assert remove(root, ["owls", "bats"], embedder).papers == 1
    assert {finding.state for finding in examine(root, embedder)} == {"sound"}


def test_what_a_build_would_do_is_foreseen_and_nothing_written(root: Path, embedder: LocalEmbedder) -> None:
    told = [
        replace(OWLS, year=2020),
        Paper.from_source("Of newts", "Newts swim."),
        Paper.from_source("Of newts", "Newts swim.", year=2021),
        CATS,
        replace(CATS, abstract="Cats bark."),
    ]
    records: list[Read] = [Record(paper, "more", number) for number, paper in enumerate(told, start=1)]
    records[3] = Record(CATS, "corpus", 3)
    before = (root / "store.sqlite").read_bytes()
    said = list(foresee(root, records))
    assert [each.standing for each in said if isinstance(each, Foreseen)] == [
        *("changed", "new", "again", "known", "again")
    ]
    assert (root / "store.sqlite").read_bytes() == before
    barking, mooing = (Record(replace(CATS, abstract=f"Cats {word}."), "more", 5) for word in ("bark", "moo"))
    conflicting = [*foresee(root, [barking, mooing])]
    assert isinstance(conflicting[1], Rejected)
    report = build_index(root, records, embedder)
    assert (report.papers_added, report.papers_updated) == (1, 3)
    with pytest.raises(IndexMissing):
        list(foresee(root / "nowhere", records))
    Index.open(root, embedder).close()
