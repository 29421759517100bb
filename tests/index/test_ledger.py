"""Who said what: the accounting of any sequence of records, and the papers that are gone from a corpus."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.build
from index.errors import CorpusError, PruneRefused
from index.papers import Paper
from index.readers import Deleted, Read, Record, Rejected, Remark
from index.store.generations import current
from index.store.ledger import Ledger
from index.store.store import Store
from index.vectors.embedding import LocalEmbedder
from tests.index.test_build import REJECTED, counts, files, living, numbered
from tests.index.test_embedding import Counting
from tests.index.told import build, told


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def counting(embedder: LocalEmbedder) -> Counting:
    return Counting(embedder)


class Model:
    """What an index must do and hold, of papers that have an id of their own and a title of their own."""

    def __init__(self) -> None:
        self.living: dict[str, str] = {}
        self.told: dict[tuple[str, str], str] = {}

    def outcomes(self, reads: list[Read]) -> Counter[str]:
        done: Counter[str] = Counter()
        seen: dict[tuple[str, str], str] = {}
        withdrawn: set[tuple[str, str]] = set()
        for read in reads:
            match read:
                case Record(paper, source):
                    done[self._outcome((source, paper.paper_id), paper.abstract, seen)] += 1
                case Deleted(name):
                    of_paper = {key for key in self.told if key[1] == name}
                    withdrawn |= of_paper
                    seen = {key: text for key, text in seen.items() if key not in of_paper}
                case Rejected():
                    done["rejected"] += 1
                case Remark():
                    done["remarks"] += 1
        for key in withdrawn - seen.keys():
            del self.told[key]
        left = {name: text for (_, name), text in self.told.items()}
        done["papers_removed"] = len(self.living) - len(left)
        for _, name in withdrawn - seen.keys():
            self.living = {**self.living, name: left[name]} if name in left else self._without(name)
        return done

    def _without(self, name: str) -> dict[str, str]:
        return {each: text for each, text in self.living.items() if each != name}

    def _outcome(self, key: tuple[str, str], abstract: str, seen: dict[tuple[str, str], str]) -> str:
        if key in seen:
            return "papers_unchanged" if seen[key] == abstract else "rejected"
        seen[key] = abstract
        if self.told.get(key) == abstract:
            return "papers_unchanged"
        before = self.living.get(key[1])
        # What was said last stands last.
        self.told.pop(key, None)
        self.told[key] = self.living[key[1]] = abstract
        return "papers_added" if before is None else "papers_unchanged" if before == abstract else "papers_updated"


IDS = st.sampled_from("abcd")
RECORDS = st.builds(
    lambda name, text, source: Record(Paper.from_source(f"Title of {name}", text, paper_id=name), source, 1),
    IDS,
    st.sampled_from(["one", "two words", "three. Three."]),
    st.sampled_from(["x.jsonl", "y.jsonl"]),
)
READS = (
    RECORDS | IDS.map(lambda name: Deleted(name, "x.jsonl", 1)) | st.sampled_from([REJECTED, Remark("x", 1, "Y", "r")])
)


@settings(max_examples=12)
@given(st.lists(st.lists(RECORDS | READS, min_size=1, max_size=9), min_size=1, max_size=3), st.integers(1, 3))
def test_any_records_are_accounted_for_and_the_store_holds_what_they_say(
    tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder, builds: list[list[Read]], batch: int
) -> None:
    root, model = tmp_path_factory.mktemp("any") / "index", Model()
    for reads in builds:
        expected = model.outcomes(reads)
        try:
            report = index.build.build(root, reads, embedder, batch=batch, sure=True)
        except CorpusError:
            assert not any(isinstance(read, Record) for read in reads)
            continue
        told_of = counts(report)
        assert {key: told_of.get(key, 0) for key in expected} == expected
        assert report.papers_read == sum(isinstance(read, Record | Rejected) for read in reads)
        assert living(root) == model.living


@settings(max_examples=8)
@given(st.lists(RECORDS, min_size=1, max_size=9))
def test_the_second_build_of_any_records_embeds_and_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder, reads: list[Read]
) -> None:
    root = tmp_path_factory.mktemp("twice") / "index"
    first = index.build.build(root, reads, embedder, batch=2)
    manifest, texts, before = current(root)[1], living(root), files(root)
    again = index.build.build(root, reads, embedder, batch=2)
    expected = {"papers_read": len(reads), "papers_unchanged": len(reads) - first.rejected, "passages": first.passages}
    assert counts(again) == {key: n for key, n in {**expected, "rejected": first.rejected}.items() if n}
    assert (current(root)[1], living(root), files(root)) == (manifest, texts, before)


def test_a_record_is_news_once_and_a_contradiction_of_its_source_is_rejected(tmp_path: Path) -> None:
    ledger = Ledger(Store.create_or_open(tmp_path / "store.sqlite"))
    paper = numbered(1)[0]
    first = ledger.heard(Record(paper, "a", 1))
    assert first
    assert not isinstance(first, Rejected)
    assert (first.source, first.paper) == ("a", paper)
    assert ledger.heard(Record(paper, "a", 2)) is None
    contradiction = ledger.heard(Record(replace(paper, year=1999), "a", 3))
    assert isinstance(contradiction, Rejected)
    assert (contradiction.number, contradiction.code, contradiction.record_id) == (3, "CONFLICT", "n0")
    assert ledger.heard(Record(replace(paper, year=1999), "b", 3)) is not None


def test_prune_removes_what_is_gone_from_the_corpus(root: Path, counting: Counting) -> None:
    papers = numbered(10)
    build(root, papers, counting)
    report = build(root, papers[2:], counting, prune=True)
    assert counts(report) == {"papers_read": 8, "papers_unchanged": 8, "papers_removed": 2, "passages": 8}
    assert living(root).keys() == {paper.paper_id for paper in papers[2:]}
    assert counts(build(root, papers[2:], counting, prune=True)) == {
        "papers_read": 8,
        "papers_unchanged": 8,
        "passages": 8,
    }
    assert build(root, papers, counting).papers_added == 2


def test_without_prune_nothing_is_removed(root: Path, counting: Counting) -> None:
    build(root, numbered(10), counting)
    assert build(root, numbered(1), counting).papers_removed == 0
    assert len(living(root)) == 10


def test_prune_refuses_to_remove_more_than_a_fifth_and_builds_the_rest(root: Path, counting: Counting) -> None:
    papers = numbered(10)
    build(root, papers, counting)
    changed = replace(papers[9], abstract="Other words.")
    with pytest.raises(PruneRefused, match=r"3 of 10 papers are gone .* Add --yes to remove them. The rest was built."):
        build(root, [*papers[3:9], changed], counting, prune=True)
    assert len(living(root)) == 10
    assert living(root)["n9"] == "Other words."
    assert current(root)[1].papers == 10
    assert build(root, [*papers[3:9], changed], counting, prune=True, sure=True).papers_removed == 3
    assert len(living(root)) == 7


@pytest.mark.parametrize(("sure", "left"), [(False, 10), (True, 9)])
def test_prune_removes_nothing_unasked_where_a_record_was_rejected(
    root: Path, counting: Counting, *, sure: bool, left: int
) -> None:
    build(root, numbered(10), counting)
    records = [*numbered(9), REJECTED]
    if sure:
        assert build(root, records, counting, prune=True, sure=True).papers_removed == 1  # type: ignore[arg-type]
    else:
        with pytest.raises(PruneRefused, match=r"1 records were rejected.*--yes to remove 1 papers"):
            build(root, records, counting, prune=True)  # type: ignore[arg-type]
    assert len(living(root)) == left


def test_a_rejected_record_does_not_stop_a_prune_that_has_nothing_to_remove(root: Path, counting: Counting) -> None:
    build(root, numbered(3), counting)
    assert build(root, [*numbered(3), REJECTED], counting, prune=True).papers_removed == 0


def test_a_paper_that_one_of_two_sources_no_longer_tells_of_lives_on_with_what_the_other_says(
    root: Path, counting: Counting
) -> None:
    mine = Paper.from_source("On sleep", "By a.", doi="10.1/a", venue="A")
    yours = Paper.from_source("On sleep", "By b.", doi="10.1/a", authors=("Bo",))
    rest = numbered(5)
    build(root, [mine, *rest], counting, "a")
    build(root, [yours], counting, "b")
    assert living(root)["10.1/a"] == "By b."
    report = index.build.build(root, told([mine, *rest], "a"), counting, prune=True)
    assert (report.papers_removed, len(living(root))) == (0, 6)
    store = Store.open(root / "store.sqlite")
    known = store.known("10.1/a")
    store.close()
    assert known
    assert known.paper == mine
    assert counts(index.build.build(root, told([mine, *rest], "a"), counting, prune=True)) == {
        "papers_read": 6,
        "papers_unchanged": 6,
        "passages": 6,
    }


def test_prune_after_a_file_was_renamed_removes_nothing_and_embeds_nothing(root: Path, counting: Counting) -> None:
    build(root, numbered(10), counting, "old.jsonl")
    report = build(root, numbered(10), counting, "new.jsonl", prune=True)
    assert (report.papers_removed, report.embedded, len(living(root))) == (0, 0, 10)
    store = Store.open(root / "store.sqlite")
    assert store.rows("SELECT DISTINCT source FROM records") == [("new.jsonl",)]
    store.close()
