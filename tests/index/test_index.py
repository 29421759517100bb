"""Searching."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.filters import Filter
from index.index import By, Index
from index.papers import Paper
from index.passages import Passage, sentences
from index.readers import Record, read_corpus
from index.vectors.embedding import LocalEmbedder
from tests.conftest import SAMPLE
from tests.index.told import PROGRAM, build, in_a_mount_namespace

RANKINGS: tuple[By, ...] = get_args(By)
QUERIES = [
    ("How can large-kernel convolutions be made faster?", "InceptionNeXt: When Inception Meets ConvNeXt"),
    ("Why do deeper layers of LLMs barely contribute to training?", "The Curse of Depth in Large Language Models"),
    ("object-centric 3D detection nuScenes NDS", "OPEN"),
]
OFFLINE = """
import sys
from pathlib import Path
def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
        raise OSError(f"no network: {event} {arguments}")
sys.addaudithook(refuse)
from tests.index.told import build
from index.vectors.embedding import LocalEmbedder
from index.index import Index
from index.papers import Paper
root = Path(sys.argv[1])
build(root, [Paper.from_source("On sleep", "Cats sleep on mats.")], LocalEmbedder())
print(Index.open(root, LocalEmbedder()).search("cats", 1)[0].passage.text)
"""


def sample_papers() -> list[Paper]:
    return [read.paper for read in read_corpus([str(SAMPLE)]) if isinstance(read, Record)]


@pytest.fixture(scope="module")
def index(sample_index: Path, embedder: LocalEmbedder) -> Iterator[Index]:
    opened = Index.open(sample_index, embedder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def rederived(sample_index: Path, embedder: LocalEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The same corpus in a vector index and a lexical index that were built a second time."""
    root = tmp_path_factory.mktemp("rederived")
    shutil.copy(sample_index / "store.sqlite", root)
    build(root, read_corpus([str(SAMPLE)]), embedder)
    opened = Index.open(root, embedder)
    yield opened
    opened.close()


@pytest.mark.parametrize("by", RANKINGS)
@pytest.mark.parametrize(("query", "title"), QUERIES)
def test_each_ranking_finds_the_paper_that_is_asked_for(index: Index, query: str, title: str, by: By) -> None:
    assert any(hit.passage.paper.title.startswith(title) for hit in index.search(query, 3, by))


def test_every_paper_is_found_first_by_its_title(index: Index) -> None:
    for paper in sample_papers():
        assert index.search(paper.title, 1)[0].passage.paper == paper


@pytest.mark.parametrize("by", RANKINGS)
def test_hits_are_verbatim_distinct_and_best_first(index: Index, by: By) -> None:
    hits = index.search("efficient training of language models", 40, by)
    source = SAMPLE.read_text(encoding="utf-8")
    for hit in hits:
        passage = hit.passage
        assert passage.text == passage.paper.abstract[passage.start : passage.end]
        assert passage.text in source
    assert len({hit.passage.passage_id for hit in hits}) == len(hits) == 40
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score > 0 for hit in hits)


def test_hybrid_scores_are_shares_of_the_best(index: Index) -> None:
    scores = [hit.score for hit in index.search("attention", 50)]
    assert scores[0] <= 1
    assert scores[-1] >= 0


@pytest.mark.parametrize("by", RANKINGS)
def test_fewer_hits_are_the_first_of_more(index: Index, by: By) -> None:
    hits = index.search("attention", 50, by)
    assert [index.search("attention", k, by) for k in (0, 1, 7)] == [hits[:0], hits[:1], hits[:7]]


def test_more_hits_than_there_are_passages_are_all_of_them(index: Index) -> None:
    for hits in (index.search("attention", 1000), index.search("attention", 1000, "dense")):
        assert len(hits) == len({hit.passage for hit in hits}) == index.manifest.passages


@pytest.mark.parametrize("by", RANKINGS)
@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "?!",
        "AND (",
        '"open quote',
        "text:attention",
        "a:b:c",
        "[a TO b}",
        "-attention",
        "\\",
        "attention~9^",
        "😀",
        "the",
        "what is this about",
        "to be or not to be",
        "OR OR",
        "\0",
        "a lone \ud800 surrogate",
        "attention " * 5_000,
        "x" * 100_000,
    ],
    ids=lambda value: ascii(value[:20]),
)
def test_no_query_raises(index: Index, query: str, by: By) -> None:
    assert len(index.search(query, 5, by)) <= 5


@settings(max_examples=40)
@given(query=st.text(st.characters(exclude_categories=())), by=st.sampled_from(RANKINGS))
def test_whatever_is_asked_there_are_hits_or_none(index: Index, query: str, by: By) -> None:
    assert len(index.search(query, 5, by)) <= 5


@pytest.mark.parametrize("by", RANKINGS)
def test_the_same_query_has_the_same_hits(index: Index, rederived: Index, by: By) -> None:
    first = index.search("efficient attention", 20, by)
    assert first == index.search("efficient attention", 20, by) == rederived.search("efficient attention", 20, by)


def test_with_all_weight_on_words_hits_are_those_of_bm25(sample_index: Path, embedder: LocalEmbedder) -> None:
    index = Index.open(sample_index, embedder, lexical_weight=1.0)
    fused, alone = (index.search("large-kernel convolutions", 5, by) for by in RANKINGS if by != "dense")
    assert [hit.passage for hit in fused] == [hit.passage for hit in alone]
    index.close()


def test_with_no_weight_on_words_a_hit_scores_by_its_passage_and_its_best_sentence(
    sample_index: Path, embedder: LocalEmbedder
) -> None:
    index = Index.open(sample_index, embedder, lexical_weight=0.0)
    query = "large-kernel convolutions"
    cosines = {hit.passage: hit.score for hit in index.search(query, 195, "dense")}
    hits = index.search(query, 5)
    sentences = index.sentences(query, [hit.passage.paper for hit in hits])
    means = [
        (
            cosines[hit.passage]
            + max(
                s.score
                for s in sentences
                if s.passage.paper == hit.passage.paper and hit.passage.start <= s.passage.start < hit.passage.end
            )
        )
        / 2
        for hit in hits
    ]
    np.testing.assert_allclose([hit.score * means[0] for hit in hits], means, atol=1e-5)
    index.close()


def test_every_sentence_of_a_paper_is_scored_in_the_order_of_the_abstract(
    sample_index: Path, embedder: LocalEmbedder
) -> None:
    index = Index.open(sample_index, embedder)
    papers = sample_papers()[:3]
    found = index.sentences("why do deep layers contribute so little?", papers)
    expected = [s for paper in papers for s in sentences(Passage(paper, 0, len(paper.abstract)))]
    assert [hit.passage for hit in found] == expected
    assert all(-1.0 <= hit.score <= 1.0 for hit in found)
    assert index.sentences("x", [Paper.from_source("Not here", "Not in the index.")]) == ()
    index.close()


def test_a_sentence_over_several_passages_is_scored_once(tmp_path: Path, embedder: LocalEmbedder) -> None:
    long = Paper.from_source("Long", "This sentence goes on " + "and on " * 400 + "about cats.")
    build(tmp_path, [long], embedder)
    index = Index.open(tmp_path, embedder)
    (hit,) = index.sentences("cats", [long])
    assert hit.passage == Passage(long, 0, len(long.abstract))
    index.close()


def test_names_are_the_titles_and_ids_of_all_papers(index: Index) -> None:
    assert index.names() == {key: paper.paper_id for paper in sample_papers() for key in (paper.title, paper.paper_id)}


def test_opening_and_searching_leaves_the_index_as_it_was(
    sample_index: Path, embedder: LocalEmbedder, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(sample_index, tmp_path / "copy"))
    before = sorted(str(path) for path in copy.rglob("*"))
    hits = []
    for _ in range(2):
        index = Index.open(copy, embedder)
        hits.append(index.search("attention", 5))
        index.close()
    assert hits[0] == hits[1]
    assert sorted(str(path) for path in copy.rglob("*")) == before


def test_an_index_is_built_and_searched_without_a_network(tmp_path: Path) -> None:
    isolated = ["unshare", "-rn"]
    if not shutil.which("unshare") or subprocess.run([*isolated, "true"], capture_output=True, check=False).returncode:
        isolated = []
    done = subprocess.run(
        [*isolated, sys.executable, "-c", OFFLINE, str(tmp_path / "index")],
        env={**os.environ, "PYTHONPATH": str(SAMPLE.parents[2]), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "Cats sleep on mats.\n"), done.stderr


def test_an_index_on_a_disk_that_cannot_be_written_is_searched(sample_index: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(sample_index, tmp_path / "copy"))
    for leftover in copy.glob("store.sqlite-*"):
        leftover.unlink()
    script = """
        mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77
        touch "$1/x" 2>/dev/null && exit 77
        exec "$2" search "fp8 inference" -k 1 --index "$1"
    """
    done = in_a_mount_namespace(script, copy, PROGRAM)
    assert (done.returncode, done.stderr) == (0, "")
    assert "FP8 versus INT8" in done.stdout


def test_the_only_paper_has_the_full_score(tmp_path: Path, embedder: LocalEmbedder) -> None:
    build(tmp_path, [Paper.from_source("On sleep", "Cats sleep on mats.")], embedder)
    index = Index.open(tmp_path, embedder)
    assert [hit.score for hit in index.search("cats sleep", 5)] == [1.0]
    index.close()


@pytest.mark.parametrize("by", RANKINGS)
def test_retracted_papers_are_found_by_this_word_and_can_be_left_out(
    tmp_path: Path, embedder: LocalEmbedder, by: By
) -> None:
    papers = [
        Paper.from_source("On socks", "Socks of copper lower the pressure.", retracted=True),
        Paper.from_source("On shoes", "Shoes of copper raise the pressure."),
    ]
    build(tmp_path, papers, embedder)
    opened = Index.open(tmp_path, embedder)
    without = Filter(without_retracted=True)
    assert {hit.passage.paper for hit in opened.search("copper pressure", 9, by)} == {*papers}
    assert [hit.passage.paper for hit in opened.search("copper pressure", 9, by, without)] == papers[1:]
    assert (opened.facets.count(Filter()), opened.facets.count(without)) == (2, 1)
    if by != "dense":
        assert opened.search("retracted", 1, by)[0].passage.paper == papers[0]
    opened.close()
