"""Building an index, again and again."""

import json
import shutil
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import BATCH, BuildReport, Deriving, Event, Stored
from index.index import By, Index
from index.papers import Paper
from index.readers import Rejected, Remark, read_corpus
from index.store.generations import current
from index.store.store import Store
from index.vectors.embedding import LocalEmbedder
from tests.conftest import SAMPLE
from tests.index.test_embedding import Counting
from tests.index.told import build

OLD = Paper.from_source("On sleep", "Cats sleep on mats.", paper_id="1")
NEW = Paper.from_source("On sleep", "Volcanoes erupt at night.", paper_id="1")
OTHER = Paper.from_source("On barking", "Dogs bark at postmen.", paper_id="2")
REJECTED = Rejected("x.jsonl", 7, "JSON", "bad")


def numbered(count: int) -> list[Paper]:
    return [Paper.from_source(f"Title {n}", f"Abstract number {n}.", paper_id=f"n{n}") for n in range(count)]


def counts(report: BuildReport) -> dict[str, int]:
    """The counts of a report by the letters that are not zero; they must add up."""
    assert report.papers_read == (
        report.papers_added + report.papers_updated + report.papers_unchanged + report.rejected
    )
    assert report.seconds >= 0
    return {key: value for key, value in asdict(report).items() if value and key != "seconds"}


def found(root: Path, embedder: LocalEmbedder, query: str, by: By = "hybrid") -> set[str]:
    """The texts of all passages that a newly opened index finds."""
    index = Index.open(root, embedder)
    texts = {hit.passage.text for hit in index.search(query, 1000, by)}
    index.close()
    return texts


def living(root: Path) -> dict[str, str]:
    """The abstract of each paper that lives in the store."""
    store = Store.open(root / "store.sqlite")
    papers = {
        passage.paper.paper_id: passage.paper.abstract for _, passages, _ in store.living() for passage in passages
    }
    store.close()
    return papers


def files(root: Path) -> dict[str, tuple[int, str]]:
    """Every file of the derived indexes, with its number on the disk and what is in it."""
    return {
        str(path): (path.stat().st_ino, sha256(path.read_bytes()).hexdigest())
        for path in (root / "generations").rglob("*")
        if path.is_file()
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index"


@pytest.fixture
def counting(embedder: LocalEmbedder) -> Counting:
    return Counting(embedder)


def test_a_first_build_reports_what_it_did(root: Path, embedder: LocalEmbedder) -> None:
    heard: list[Event] = []
    remark = Remark("x.jsonl", 9, "YEAR", "odd")
    report = build(root, [OLD, REJECTED, remark, OTHER], embedder, on_event=heard.append)
    assert report == BuildReport(
        papers_read=3,
        papers_added=2,
        papers_updated=0,
        papers_unchanged=0,
        papers_removed=0,
        passages=2,
        rejected=1,
        remarks=1,
        embedded=2,
        seconds=report.seconds,
    )
    assert [event for event in heard if not isinstance(event, Stored)] == [REJECTED, remark, Deriving(2)]
    assert [event.records for event in heard if isinstance(event, Stored)][-1] == 3


def test_building_again_embeds_nothing_and_leaves_the_derived_index_untouched(root: Path, counting: Counting) -> None:
    build(root, numbered(70), counting)
    before = files(root)
    again = Counting(counting)
    report = build(root, reversed(numbered(70)), again)
    assert counts(report) == {"papers_read": 70, "papers_unchanged": 70, "passages": 70}
    assert (again.embedded, files(root)) == ([], before)


def test_a_part_of_the_corpus_leaves_the_rest_as_it_is(root: Path, counting: Counting) -> None:
    build(root, [OLD, OTHER], counting)
    before = files(root)
    assert counts(build(root, [OTHER], counting)) == {"papers_read": 1, "papers_unchanged": 1, "passages": 2}
    assert files(root) == before


def test_what_is_embedded_is_the_title_and_the_passage(root: Path, counting: Counting) -> None:
    build(root, [OLD, OTHER], counting)
    assert counting.embedded == ["On sleep\nCats sleep on mats.", "On barking\nDogs bark at postmen."]


def test_only_what_is_new_is_embedded(root: Path, counting: Counting) -> None:
    build(root, [OLD], counting)
    report = build(root, [OLD, OTHER], counting)
    assert counts(report) == {
        "papers_read": 2,
        "papers_added": 1,
        "papers_unchanged": 1,
        "passages": 2,
        "embedded": 1,
    }
    assert len(counting.embedded) == 2


@pytest.mark.parametrize("paper_id", ["1", None])
def test_a_changed_abstract_is_found_by_its_new_words_and_never_by_the_old(
    root: Path, embedder: LocalEmbedder, paper_id: str | None
) -> None:
    old = Paper.from_source(OLD.title, OLD.abstract, paper_id=paper_id, authors=("Ada",))
    new = Paper.from_source(NEW.title, NEW.abstract, paper_id=paper_id, authors=("Ada",))
    build(root, [old, OTHER], embedder)
    report = build(root, [new], embedder)
    assert counts(report) == {"papers_read": 1, "papers_updated": 1, "passages": 2, "embedded": 1}
    assert found(root, embedder, "volcanoes", "lexical") == {NEW.abstract}
    assert found(root, embedder, "cats mats", "lexical") == set()
    assert found(root, embedder, OLD.abstract, "dense") == {NEW.abstract, OTHER.abstract}
    assert found(root, embedder, OLD.abstract) == {NEW.abstract, OTHER.abstract}
    assert living(root) == {old.paper_id: NEW.abstract, "2": OTHER.abstract}


def test_a_paper_without_ids_whose_abstract_changed_is_unchanged_the_next_time(root: Path, counting: Counting) -> None:
    old, new = (Paper.from_source(paper.title, paper.abstract, authors=("Ada",)) for paper in (OLD, NEW))
    build(root, [old], counting)
    build(root, [new], counting)
    assert counts(build(root, [new], counting)) == {"papers_read": 1, "papers_unchanged": 1, "passages": 1}
    assert len(counting.embedded) == 2


def test_a_changed_year_updates_the_paper(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [OLD], embedder)
    assert build(root, [replace(OLD, year=2024)], embedder).papers_updated == 1
    index = Index.open(root, embedder)
    assert [hit.passage.paper.year for hit in index.search("cats", 5)] == [2024]
    index.close()


def test_a_correction_that_is_taken_back_is_a_change_like_any_other(root: Path, embedder: LocalEmbedder) -> None:
    for paper in (OLD, NEW, OLD):
        build(root, [paper, OTHER], embedder)
    assert found(root, embedder, "volcanoes", "lexical") == set()
    assert found(root, embedder, "cats", "lexical") == {OLD.abstract}


@pytest.mark.parametrize("between", [0, 1, BATCH - 1, BATCH, BATCH + 3])
def test_a_paper_that_stands_twice_is_there_once(root: Path, counting: Counting, between: int) -> None:
    papers = numbered(1 + between)
    report = build(root, [*papers, papers[0]], counting)
    assert (report.papers_added, report.papers_unchanged, report.passages) == (1 + between, 1, 1 + between)
    assert len(counting.embedded) == 1 + between


@pytest.mark.parametrize("between", [0, BATCH + 3])
@pytest.mark.parametrize(
    "contradiction",
    [
        [{"title": "T", "abstract": "One.", "paper_id": "p"}, {"title": "T", "abstract": "Two.", "paper_id": "p"}],
        [{"title": "T", "abstract": "One."}, {"title": "T", "abstract": "Two."}],
        [{"title": "T", "abstract": "One.", "year": 2023}, {"title": "T", "abstract": "One.", "year": 2024}],
        [{"title": "T", "abstract": "One."}, {"title": "t!", "abstract": "One"}],
    ],
    ids=["same id", "same title", "same words", "other signs"],
)
def test_a_file_that_contradicts_itself_changes_nothing_the_second_time(
    root: Path, tmp_path: Path, counting: Counting, between: int, contradiction: list[dict[str, object]]
) -> None:
    others = [{"paper_id": p.paper_id, "title": p.title, "abstract": p.abstract} for p in numbered(between)]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(f"{json.dumps(record)}\n" for record in (contradiction[0], *others, contradiction[1])))
    first = build(root, read_corpus([str(corpus)]), counting)
    embedded, abstracts = len(counting.embedded), living(root)
    second = build(root, read_corpus([str(corpus)]), counting)
    assert (second.papers_added, second.papers_updated, len(counting.embedded)) == (0, 0, embedded)
    assert (second.papers_read, living(root)) == (first.papers_read, abstracts)


def test_an_index_that_is_open_is_left_untouched_by_a_build_without_news(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [OLD, OTHER], embedder)
    index = Index.open(root, embedder)
    before = index.search("cats", 5)
    build(root, [OLD, OTHER], embedder)
    assert [path.name for path in (root / "generations").iterdir()] == ["000001"]
    assert index.search("cats", 5) == before
    index.close()


def test_papers_whose_titles_differ_in_their_signs_alone_are_both_kept(root: Path, embedder: LocalEmbedder) -> None:
    build(
        root,
        [Paper.from_source("A survey of C", OLD.abstract), Paper.from_source("A survey of C++", NEW.abstract)],
        embedder,
    )
    assert set(living(root).values()) == {OLD.abstract, NEW.abstract}


def test_a_paper_of_which_many_copies_exist_can_be_indexed(root: Path, embedder: LocalEmbedder) -> None:
    papers = [replace(OLD, paper_id=str(number)) for number in range(15)]
    assert build(root, papers, embedder).passages == 15


def test_an_abstract_that_repeats_itself_can_be_indexed(root: Path, embedder: LocalEmbedder) -> None:
    paper = Paper.from_source("On sleep", "Cats sleep on mats. " * 500)
    assert build(root, [paper], embedder).passages > 15


OPERATIONS = st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["one", "two words", "three. Three."])))


@settings(max_examples=4)
@given(OPERATIONS.filter(lambda builds: 2 <= len([b for b in builds if b]) <= 5))
def test_after_any_builds_the_index_holds_the_last_word_on_every_paper(
    tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder, builds: list[dict[str, str]]
) -> None:
    root = tmp_path_factory.mktemp("any") / "index"
    expected: dict[str, str] = {}
    for corpus in filter(None, builds):
        report = build(root, [Paper.from_source("T", text, paper_id=key) for key, text in corpus.items()], embedder)
        changed = {key for key, text in corpus.items() if expected.get(key, text) != text}
        assert (report.papers_updated, report.papers_added) == (len(changed), len(corpus.keys() - expected.keys()))
        expected |= corpus
        index = Index.open(root, embedder)
        hits = index.search("one two three", 100)
        index.close()
        # Papers that are told in the same words are found once.
        assert sorted(hit.passage.paper.abstract for hit in hits) == sorted({*expected.values()})
        assert living(root) == expected
        assert len(expected) == report.passages


def test_the_sample_again_is_unchanged(sample_index: Path, tmp_path: Path, embedder: LocalEmbedder) -> None:
    copy = Path(shutil.copytree(sample_index, tmp_path / "copy"))
    assert counts(build(copy, read_corpus([str(SAMPLE)]), embedder)) == {
        "papers_read": 77,
        "papers_unchanged": 77,
        "passages": current(copy)[1].passages,
    }
