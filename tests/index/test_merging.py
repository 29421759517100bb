"""Several sources tell of one paper: what makes two records one, and what the paper then is."""

import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from index.build import BuildReport
from index.errors import CorpusError, IndexMissing
from index.index import Index
from index.papers import Paper
from index.readers import Deleted
from index.store.ledger import Merged
from index.store.store import Store
from index.vectors.embedding import LocalEmbedder
from tests.index.test_build import counts, files, found
from tests.index.test_embedding import Counting
from tests.index.told import build

ABSTRACT = "Cats sleep on mats."
FULL: dict[str, Any] = {"doi": "10.1/AbC", "arxiv_id": "2401.00001", "year": 2024}


def paper(abstract: str = ABSTRACT, title: str = "On sleep", **fields: Any) -> Paper:
    return Paper.from_source(title, abstract, **fields)


def living(root: Path) -> list[Paper]:
    store = Store.open(root / "store.sqlite")
    papers = [store.known(paper_id) for (paper_id,) in store.rows("SELECT paper_id FROM papers WHERE retired IS NULL")]
    store.close()
    return [known.paper for known in papers if known]


def did(report: BuildReport) -> dict[str, int]:
    """What a build added, updated, removed, rejected and embedded."""
    named = {"papers_added", "papers_updated", "papers_removed", "rejected", "embedded"}
    return {key.removeprefix("papers_"): value for key, value in counts(report).items() if key in named}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def counting(embedder: LocalEmbedder) -> Counting:
    return Counting(embedder)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"doi": "10.1/AbC"}, {"doi": "https://doi.org/10.1/aBc"}),
        ({"doi": "10.1/abc"}, {"doi": "doi:10.1/ABC"}),
        ({"arxiv_id": "2401.00001"}, {"arxiv_id": "2401.00001v3"}),
        ({"arxiv_id": "2401.00001v1"}, {"doi": "10.48550/arXiv.2401.00001"}),
        ({"arxiv_id": "arXiv:2401.00001"}, {"doi": "https://doi.org/10.48550/arxiv.2401.00001v2"}),
        ({"paper_id": "Own-1"}, {"paper_id": "own-1"}),
        ({"paper_id": "pmid:7"}, {"doi": "10.1/b", "url": "https://pubmed.ncbi.nlm.nih.gov/7/"}),
        ({"paper_id": "10.1/x"}, {"paper_id": "10.1/x", "doi": "10.1/x"}),
    ],
)
def test_records_of_one_id_are_one_paper_whatever_their_titles(
    root: Path, embedder: LocalEmbedder, one: dict[str, Any], other: dict[str, Any]
) -> None:
    build(root, [paper(**one)], embedder, "a")
    report = build(root, [paper("Dogs bark.", "Of dogs", **other)], embedder, "b")
    assert (did(report)["updated"], len(living(root))) == (1, 1)
    assert living(root)[0].paper_id == paper(**one).paper_id
    assert found(root, embedder, "cats dogs", "lexical") == {"Dogs bark."}


@pytest.mark.parametrize(
    ("one", "other", "papers"),
    [
        ({}, {}, 1),
        ({"year": 2024}, {"year": 2024}, 1),
        ({"year": 2024}, {}, 1),
        ({}, {"year": 2024}, 1),
        ({"year": 2024}, {"year": 2023}, 2),
        ({"doi": "10.1/a"}, {"arxiv_id": "2401.00001"}, 1),
        ({"doi": "10.1/a", "year": 2024}, {}, 1),
        ({"doi": "10.1/a"}, {"doi": "10.1/b"}, 2),
        ({"arxiv_id": "2401.00001"}, {"arxiv_id": "2401.00002"}, 2),
        ({"paper_id": "a"}, {"paper_id": "b"}, 2),
        ({"paper_id": "pmid:1"}, {"paper_id": "openalex:W1"}, 1),
    ],
)
def test_records_of_one_title_and_author_are_one_paper_unless_their_years_or_ids_disagree(
    root: Path, embedder: LocalEmbedder, one: dict[str, Any], other: dict[str, Any], papers: int
) -> None:
    build(root, [paper("Cats sleep at night.", authors=("Ada Byron",), **one)], embedder, "a")
    build(root, [paper("Cats sleep at noon.", "on  “SLEEP”", authors=("A. Byron", "Bo Ek"), **other)], embedder, "b")
    assert len(living(root)) == papers


def test_records_that_share_a_title_and_a_year_alone_stay_apart_in_one_source_and_in_two(
    root: Path, embedder: LocalEmbedder
) -> None:
    sleep = [paper(text, year=2024) for text in ("Cats sleep at night.", "Trees sleep in winter.")]
    books = [
        paper(text, "Introduction", authors=("Ada",)) for text in ("This book is on cats.", "This book is on trees.")
    ]
    for _ in range(2):
        report = build(root, [sleep[0], *books], embedder, "a")
        other = build(root, [sleep[1], books[0]], embedder, "b")
    assert (report.rejected, other.rejected, len(living(root))) == (0, 0, 4)
    assert {each.abstract for each in living(root)} == {each.abstract for each in (*sleep, *books)}


def test_what_was_merged_is_listed_by_the_build_that_did_it(root: Path, embedder: LocalEmbedder) -> None:
    records = [paper(doi="10.1/a"), paper("Dogs bark.", "Of dogs")]
    assert build(root, records, embedder, "a").merged == ()
    report = build(root, [paper("Cats doze.", doi="10.1/A")], embedder, "b")
    assert report.merged == (Merged("10.1/a", "On sleep", (("a", "doi:10.1/a"), ("b", "doi:10.1/a"))),)
    assert build(root, [paper("Cats doze.", doi="10.1/A")], embedder, "b").merged == ()


def test_a_paper_is_retracted_if_any_source_says_so_and_a_source_may_take_it_back(
    root: Path, embedder: LocalEmbedder
) -> None:
    build(root, [paper(doi="10.1/a", retracted=True)], embedder, "a")
    build(root, [paper(doi="10.1/a", venue="V")], embedder, "b")
    assert [each.retracted for each in living(root)] == [True]
    build(root, [paper(doi="10.1/a")], embedder, "a")
    assert [each.retracted for each in living(root)] == [False]


def test_records_that_share_a_title_or_an_id_within_one_batch_are_one_paper(root: Path, counting: Counting) -> None:
    report = build(root, [paper(doi="10.1/a"), paper(doi="10.1/a", arxiv_id="2401.00001v1")], counting)
    assert did(report) == {"added": 1, "embedded": 1, "rejected": 1}
    report = build(root, [paper(arxiv_id="2401.00001"), paper(doi="10.1/b", arxiv_id="2401.00001")], counting, "b")
    assert (did(report), len(living(root))) == ({"updated": 2}, 1)


def test_what_the_newest_record_says_counts_and_what_it_leaves_out_is_taken_from_the_older(
    root: Path, embedder: LocalEmbedder
) -> None:
    first = paper("Old words.", "Old title", venue="V", authors=("Ada",), url="https://x.org", **FULL)
    build(root, [first], embedder, "a")
    build(root, [paper("New words.", "New title", doi="10.1/abc", year=2025, authors=("Ada", "Bo"))], embedder, "b")
    assert living(root) == [
        replace(first, title="New title", abstract="New words.", year=2025, authors=("Ada", "Bo"), doi="10.1/abc")
    ]


def test_three_sources_fill_each_others_gaps_from_the_newest_to_the_oldest(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [paper(doi="10.1/a", venue="Oldest", url="https://oldest.org", authors=("Oldest",))], embedder, "a")
    build(root, [paper(doi="10.1/a", venue="Middle", url="https://middle.org")], embedder, "b")
    build(root, [paper(doi="10.1/a", venue="Newest")], embedder, "c")
    merged = asdict(living(root)[0])
    assert [merged[name] for name in ("venue", "url", "authors")] == ["Newest", "https://middle.org", ("Oldest",)]


def test_a_record_that_links_two_papers_makes_them_one(root: Path, embedder: LocalEmbedder) -> None:
    one = paper("Cats sleep.", "One title", doi="10.1/a", venue="V")
    other = paper("Dogs bark.", "Another", arxiv_id="2401.00001", authors=("Ada",))
    build(root, [one, other], embedder, "a")
    assert len(living(root)) == 2
    linking = paper("Both are mine.", "One title", doi="10.1/A", arxiv_id="2401.00001v2")
    report = build(root, [linking], embedder, "b")
    assert (did(report), report.passages) == ({"updated": 1, "embedded": 1}, 1)
    assert living(root) == [replace(linking, paper_id=one.paper_id, venue="V", authors=("Ada",))]
    assert found(root, embedder, "cats dogs mine", "lexical") == {"Both are mine."}
    for source, records in (("a", [one, other]), ("b", [linking])):
        assert did(build(root, records, embedder, source)) == {}


def test_two_records_of_one_build_that_name_a_stored_paper_by_different_ids_are_one(
    root: Path, embedder: LocalEmbedder
) -> None:
    build(root, [paper("First.", "First title", doi="10.1/a", arxiv_id="2401.00001")], embedder, "a")
    later = [
        paper("Second.", "Second title", doi="10.1/b", arxiv_id="2401.00001"),
        paper("Third.", "Third title", doi="10.1/a"),
    ]
    build(root, later, embedder, "b")
    assert [each.abstract for each in living(root)] == ["Third."]
    assert did(build(root, later, embedder, "b")) == {}


def test_building_all_sources_again_changes_nothing_in_whatever_order(root: Path, counting: Counting) -> None:
    sources = {
        "a": [paper("Cats sleep.", doi="10.1/a", venue="V"), paper("More cats.", "Of cats")],
        "b": [paper("Cats doze.", arxiv_id="2401.00001", doi="10.1/a"), paper("Many cats.", "Of cats", year=2020)],
        "c": [paper("Cats nap.", arxiv_id="2401.00001v2")],
    }
    for source, records in sources.items():
        build(root, records, counting, source)
    before, text, embedded = files(root), living(root), len(counting.embedded)
    for order in ("abc", "cba", "bac"):
        for source in order:
            assert did(build(root, sources[source], counting, source)) == {}
    assert (files(root), living(root), len(counting.embedded)) == (before, text, embedded)


def test_a_record_that_changes_in_one_source_updates_the_paper(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [paper("By a.", doi="10.1/a", venue="A")], embedder, "a")
    build(root, [paper("By b.", doi="10.1/a")], embedder, "b")
    report = build(root, [paper("By a, corrected.", doi="10.1/a")], embedder, "a")
    assert did(report) == {"updated": 1, "embedded": 1}
    # The corrected record no longer names a venue, and no other does.
    assert living(root) == [paper("By a, corrected.", doi="10.1/a")]


def test_an_old_source_that_is_read_again_does_not_take_back_a_newer_ones_correction(
    root: Path, counting: Counting
) -> None:
    old = paper("Cats sleep on mats.", doi="10.1/a", venue="V")
    build(root, [old], counting, "a")
    build(root, [paper("Cats sleep on sofas.", doi="10.1/a")], counting, "b")
    assert did(build(root, [old], counting, "a")) == {}
    assert [each.abstract for each in living(root)] == ["Cats sleep on sofas."]


def test_a_change_that_leaves_the_text_alone_embeds_nothing_and_keeps_the_vectors(
    root: Path, counting: Counting
) -> None:
    long = " ".join(f"Sentence number {number} has some words in it." for number in range(60))
    build(root, [paper(long, doi="10.1/a")], counting, "a")
    vectors = stored_vectors(root)
    for number, fields in enumerate([{"year": 2020}, {"year": 2021, "venue": "V"}, {"authors": ("Ada",)}]):
        report = build(root, [paper(long, doi="10.1/a", **fields)], counting, f"b{number}")  # type: ignore[arg-type]
        assert did(report) == {"updated": 1}
        assert stored_vectors(root) == vectors
    assert len(vectors) > 1
    assert len(found(root, counting, "sentence words")) == len(vectors)  # type: ignore[arg-type]


def stored_vectors(root: Path) -> list[bytes]:
    store = Store.open(root / "store.sqlite")
    vectors = [vector.tobytes() for _, _, part in store.living() for vector in part]
    store.close()
    return vectors


def test_a_record_that_comes_back_under_another_name_of_its_source_is_still_the_same_paper(
    root: Path, embedder: LocalEmbedder
) -> None:
    for source in ("papers.jsonl", "./papers.jsonl", "/corpus/papers.jsonl"):
        build(root, [paper(), paper("Dogs bark.", "Of dogs", doi="10.1/d")], embedder, source)
    assert len(living(root)) == 2


@pytest.mark.parametrize(
    ("told", "deleted"),
    [
        ({"arxiv_id": "2401.00001v2"}, "2401.00001"),
        ({"doi": "10.48550/arXiv.2401.00001"}, "2401.00001"),
        ({"paper_id": "pmid:7"}, "pmid:7"),
        ({"doi": "10.1/a", "url": "https://pubmed.ncbi.nlm.nih.gov/7/"}, "pmid:7"),
    ],
)
def test_a_deleted_record_removes_its_paper(root: Path, counting: Counting, told: dict[str, Any], deleted: str) -> None:
    other = paper("Dogs bark.", "Of dogs")
    build(root, [paper(**told), other], counting, "a")
    report = build(root, [Deleted(deleted, "updates", 1)], counting, "updates", sure=True)
    assert (did(report), report.papers_read, report.passages) == ({"removed": 1}, 0, 1)
    assert living(root) == [other]
    assert found(root, counting, "cats", "lexical") == set()  # type: ignore[arg-type]
    again = build(root, [Deleted(deleted, "updates", 1)], counting, "updates", sure=True)
    assert did(again) == {}


def test_a_record_and_its_deletion_in_one_file_leave_nothing(root: Path, embedder: LocalEmbedder) -> None:
    other = paper("Dogs bark.", "Of dogs")
    records = [paper(paper_id="pmid:7"), other, Deleted("pmid:7", "corpus", 3)]
    for _ in range(2):
        report = build(root, records, embedder, sure=True)  # type: ignore[arg-type]
        assert (report.papers_removed, living(root)) == (1, [other])


def test_a_paper_is_deleted_by_the_id_that_only_one_of_its_records_has(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [paper(doi="10.1/a")], embedder, "a")
    build(root, [paper(paper_id="pmid:7")], embedder, "b")
    build(root, [paper(doi="10.1/a", venue="V")], embedder, "c")
    build(root, [paper("Dogs bark.", "Of dogs")], embedder, "d")
    assert len(living(root)) == 2
    assert build(root, [Deleted("pmid:7", "updates", 1)], embedder, sure=True).papers_removed == 1
    assert [each.title for each in living(root)] == ["Of dogs"]


def test_the_deletion_of_a_paper_that_is_not_there_changes_nothing(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [paper(paper_id="pmid:7")], embedder)
    before = files(root)
    deletions = [Deleted(name, "updates", 1) for name in ("pmid:8", "7", "2401.00001", "", ":", "openalex:7")]
    assert did(build(root, deletions, embedder, "updates")) == {}
    assert (files(root), len(living(root))) == (before, 1)


def test_deletions_alone_are_no_index(root: Path, embedder: LocalEmbedder) -> None:
    with pytest.raises(CorpusError, match="nothing to index"):
        build(root, [Deleted("pmid:8", "updates", 1)], embedder, sure=True)
    with pytest.raises(IndexMissing):
        Index.open(root, embedder)


def test_an_index_of_which_every_paper_was_deleted_finds_nothing(root: Path, embedder: LocalEmbedder) -> None:
    build(root, [paper(paper_id="pmid:7")], embedder)
    assert build(root, [Deleted("pmid:7", "updates", 1)], embedder, sure=True).papers_removed == 1
    for by in ("hybrid", "dense", "lexical"):
        assert found(root, embedder, "cats", by) == set()
    assert build(root, [paper(paper_id="pmid:9")], embedder).papers_added == 1
    assert found(root, embedder, "cats") == {ABSTRACT}


def test_many_papers_of_one_title_and_abstract_are_indexed_in_a_time_that_grows_with_their_number(
    root: Path, embedder: LocalEmbedder
) -> None:
    build(root, [paper(paper_id=f"n{number}") for number in range(600)], Fixed(embedder), "a")
    took = []
    for source, count in (("b", 150), ("c", 600)):
        began = time.process_time()
        records = [paper(paper_id=f"{source}{number}") for number in range(count)]
        assert build(root, records, Fixed(embedder), source).papers_added == count
        took.append((time.process_time() - began) / count)
    # Without a bound, each record would be compared with all before it: five times as many in the last build.
    assert took[1] < 3 * took[0]
    assert len(living(root)) == 1350


class Fixed(Counting):
    """The real embedder, asked once for each text."""

    def embed(self, texts: Any) -> Any:
        different = list(dict.fromkeys(texts))
        vectors = super().embed(different)
        return vectors[[different.index(text) for text in texts]]

    def embed_with_parts(self, texts: Any, parts: Any) -> Any:
        return self.embed(texts), self.embed(
            [text[begin:end] for text, own in zip(texts, parts, strict=True) for begin, end in own]
        )
