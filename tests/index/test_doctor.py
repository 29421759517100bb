"""Examining an index, and mending it without embedding."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import only_writer
from index.doctor import examine
from index.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing
from index.index import Index
from index.store.generations import current
from index.vectors.embedding import LocalEmbedder
from tests.index.test_build import NEW, OLD, OTHER, counts, files, found, living, numbered
from tests.index.test_embedding import Counting
from tests.index.test_store import ALTERATIONS
from tests.index.told import build

SOUND = {"store": "sound", "papers": "sound", "indexes": "sound", "retrieval": "sound", "records": "sound"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    root = tmp_path_factory.mktemp("built") / "index"
    build(root, [OLD, *numbered(20)], embedder)
    return root


@pytest.fixture
def root(tmp_path: Path, built: Path) -> Path:
    """An index of 21 papers."""
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture
def counting(embedder: LocalEmbedder) -> Counting:
    return Counting(embedder)


def states(root: Path, embedder: Counting) -> dict[str, str]:
    """How each thing that is examined was found; nothing may be embedded for it."""
    before = len(embedder.embedded)
    found = {finding.subject: finding.state for finding in examine(root, embedder)}
    assert len(embedder.embedded) == before
    return found  # type: ignore[return-value]


def alter(root: Path, statement: str) -> None:
    database = sqlite3.connect(root / "store.sqlite")
    database.execute(statement)
    database.commit()
    database.close()


def test_a_good_index_is_sound_and_left_as_it_is(root: Path, counting: Counting) -> None:
    before = files(root)
    assert states(root, counting) == SOUND
    assert files(root) == before


def test_the_findings_are_sentences_with_numbers(root: Path, counting: Counting) -> None:
    sentences = [finding.sentence for finding in examine(root, counting)]
    assert "21 papers, 21 passages" in sentences[0]
    assert "21 of 21 sampled passages" in sentences[3]
    assert all(sentence.endswith(".") for sentence in sentences)


def test_the_papers_that_are_made_of_several_records_are_named(root: Path, counting: Counting) -> None:
    assert [*examine(root, counting)][-1].sentence == "Every paper is told by one record alone."
    build(root, numbered(7), counting, "other.jsonl")
    last = [*examine(root, counting)][-1]
    assert last.sentence.startswith("7 papers are made of several records: 'Title 0' (corpus, other.jsonl); 'Title 1'")
    assert last.sentence.endswith("and 2 more, which --json lists.")
    assert [one.paper_id for one in last.merged] == [f"n{number}" for number in range(7)]


def without_pointer(root: Path) -> None:
    (root / "CURRENT").unlink()


def pointer_to_nothing(root: Path) -> None:
    (root / "CURRENT").write_text("000099\n")


def pointer_of_other_bytes(root: Path) -> None:
    (root / "CURRENT").write_bytes(b"\xff\xfe")


def without_generation(root: Path) -> None:
    shutil.rmtree(current(root)[0])


def without_all_generations(root: Path) -> None:
    shutil.rmtree(root / "generations")


def altered_manifest(root: Path) -> None:
    path = current(root)[0] / "manifest.json"
    path.write_text(path.read_text().replace('"papers": 21', '"papers": 22'))


def truncated_manifest(root: Path) -> None:
    path = current(root)[0] / "manifest.json"
    path.write_text(path.read_text()[:100])


def without_manifest(root: Path) -> None:
    (current(root)[0] / "manifest.json").unlink()


def altered_file(pattern: str) -> Callable[[Path], None]:
    def alter(root: Path) -> None:
        path = sorted(current(root)[0].glob(pattern))[0]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    alter.__name__ = f"altered {pattern}"
    return alter


def without_file(pattern: str) -> Callable[[Path], None]:
    def remove(root: Path) -> None:
        sorted(current(root)[0].glob(pattern))[0].unlink()

    remove.__name__ = f"without {pattern}"
    return remove


def extra_file(root: Path) -> None:
    (current(root)[0] / "lexical" / "extra.idx").write_bytes(b"x")


@pytest.mark.parametrize(
    "damage",
    [
        without_pointer,
        pointer_to_nothing,
        pointer_of_other_bytes,
        without_generation,
        without_all_generations,
        altered_manifest,
        truncated_manifest,
        without_manifest,
        extra_file,
        *map(
            altered_file, ["dense/chroma.sqlite3", "dense/*/data_level0.bin", "lexical/*.idx", "vectors/*", "facets/*"]
        ),
        *map(without_file, ["dense/chroma.sqlite3", "dense/*/*.bin", "lexical/meta.json", "lexical/*.store"]),
    ],
    ids=lambda damage: damage.__name__,
)
def test_derived_indexes_that_are_not_what_was_written_are_mended(
    root: Path, counting: Counting, damage: Callable[[Path], None]
) -> None:
    before = found(root, counting, "abstract sleep")  # type: ignore[arg-type]
    damage(root)
    with pytest.raises((IndexDamaged, IndexMissing)):
        Index.open(root, counting)
    assert states(root, counting) == {**SOUND, "indexes": "mended"}
    assert found(root, counting, "abstract sleep") == before  # type: ignore[arg-type]
    assert states(root, counting) == SOUND


def test_what_was_mended_names_the_files(root: Path, counting: Counting) -> None:
    altered_file("lexical/*.idx")(root)
    extra_file(root)
    (finding,) = [finding for finding in examine(root, counting) if finding.state == "mended"]
    assert "lexical/extra.idx" in finding.sentence
    assert finding.sentence.count(".idx") == 2


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_a_paper_that_is_not_what_was_stored_is_taken_out_and_read_again_by_a_build(
    root: Path, counting: Counting, alteration: str
) -> None:
    # Each paper has one passage: its row is the paper's.
    alter(root, alteration.replace("row = 3", "row = 2").replace("row = 4", "row = 2"))
    findings = [finding for finding in examine(root, counting) if finding.state != "sound"]
    assert [finding.subject for finding in findings] == ["papers", "indexes"]
    assert "1 papers are not what was stored" in findings[0].sentence
    assert "scholiast build CORPUS" in findings[0].sentence
    assert len(found(root, counting, "abstract sleep")) == 20  # type: ignore[arg-type]
    assert states(root, counting) == SOUND
    assert counting.embedded.count("abstract sleep") == len(counting.embedded)
    report = build(root, [OLD, *numbered(20)], counting)
    assert counts(report) == {
        "papers_read": 21,
        "papers_added": 1,
        "papers_unchanged": 20,
        "passages": 21,
        "embedded": 1,
    }
    assert living(root)["n0"] == "Abstract number 0."


def test_a_paper_without_its_passages_is_taken_out(root: Path, counting: Counting) -> None:
    alter(root, "DELETE FROM passages WHERE paper = 5")
    assert states(root, counting) == {**SOUND, "papers": "damaged", "indexes": "mended"}
    assert build(root, [OLD, *numbered(20)], counting).papers_added == 1


def test_papers_that_retired_are_no_concern(root: Path, counting: Counting) -> None:
    build(root, [NEW], counting)
    alter(root, "UPDATE papers SET title = 'x' WHERE retired IS NOT NULL")
    assert states(root, counting) == SOUND


@pytest.mark.parametrize("content", [b"not a database" * 1000, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_store_that_is_not_sqlite_is_refused_with_what_to_do(root: Path, counting: Counting, content: bytes) -> None:
    (root / "store.sqlite").write_bytes(content)
    with pytest.raises(IndexDamaged, match=f"Move the index away .*: mv {root} {root}.damaged, then scholiast build"):
        list(examine(root, counting))
    assert (root / "store.sqlite").read_bytes() == content


def test_a_store_whose_pages_are_overwritten_is_refused_with_what_to_do(root: Path, counting: Counting) -> None:
    path = root / "store.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * 8192 + content[16384:])
    with pytest.raises(IndexDamaged, match="Move the index away"):
        list(examine(root, counting))


def test_what_is_advised_for_a_lost_store_works(root: Path, counting: Counting) -> None:
    (root / "store.sqlite").write_bytes(b"not a database" * 1000)
    root.rename(root.with_name("index.damaged"))
    assert build(root, [OLD, *numbered(20)], counting).papers_added == 21
    assert states(root, counting) == SOUND


def test_a_store_that_was_made_anew_beside_old_indexes_gets_indexes_of_its_own(
    root: Path, counting: Counting, embedder: LocalEmbedder
) -> None:
    (root / "store.sqlite").unlink()
    # The same papers in another order: their rows are others.
    build(root, [*reversed(numbered(20)), OLD], counting)
    for paper in (OLD, *numbered(20)):
        index = Index.open(root, embedder)
        assert index.search(f"{paper.title} {paper.abstract}", 1)[0].passage.paper == paper
        index.close()
    assert states(root, counting) == SOUND


def test_there_is_nothing_to_examine_where_there_is_no_index(tmp_path: Path, counting: Counting) -> None:
    with pytest.raises(IndexMissing, match="Build one: scholiast build CORPUS"):
        list(examine(tmp_path, counting))
    assert list(tmp_path.iterdir()) == []


def test_an_index_that_is_being_built_is_left_alone(root: Path, counting: Counting) -> None:
    with only_writer(root), pytest.raises(IndexLocked, match="Another process is building"):
        list(examine(root, counting))
    assert states(root, counting) == SOUND


def test_an_index_of_another_embedder_is_left_alone(root: Path, embedder: LocalEmbedder) -> None:
    before = files(root)
    with pytest.raises(IndexMismatch):
        list(examine(root, Counting(embedder, weights_sha256="0" * 64)))
    assert files(root) == before


def test_a_build_that_was_stopped_before_its_indexes_were_made_is_finished(root: Path, counting: Counting) -> None:
    with pytest.raises(RuntimeError, match="stopped"):
        build(root, [OTHER, replace(OLD, year=1999)], counting, on_event=stopping)
    assert found(root, counting, "barking", "lexical") == set()  # type: ignore[arg-type]
    assert states(root, counting) == {**SOUND, "indexes": "mended"}
    assert found(root, counting, "barking", "lexical") == {OTHER.abstract}  # type: ignore[arg-type]


def stopping(event: object) -> None:
    if type(event).__name__ == "Deriving":
        raise RuntimeError("stopped")
