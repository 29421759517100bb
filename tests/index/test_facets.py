"""Papers by their years, venues and authors, counted and in order."""

import pytest

from index.filters import Filter
from index.index import Index
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Index:
    root = tmp_path_factory.mktemp("facets")
    papers = [
        Paper.from_source("Old", "Old words. " * 80, authors=("Zoë Quill", "Al Reed"), year=1999, venue="Letters"),
        Paper.from_source("None", "Words.", authors=("Al Reed",)),
        Paper.from_source("New", "New words.", authors=("Reed, Al",), year=2020, venue="LETTERS"),
    ]
    build(root, papers, embedder)
    return Index.open(root, embedder)


def test_papers_come_by_year_and_those_of_an_unknown_year_last(index: Index) -> None:
    assert [paper.title for paper in index.papers()] == ["Old", "None", "New"]
    assert [paper.title for paper in index.papers(order="newest")] == ["New", "Old", "None"]
    assert [paper.title for paper in index.papers(order="oldest", most=2)] == ["Old", "New"]


def test_papers_are_counted_by_year_venue_and_author(index: Index) -> None:
    assert index.tally("year") == (("1999", 1), ("2020", 1))
    assert index.tally("venue") == (("Letters", 2),)
    assert index.tally("author", most=1) == (("Al Reed", 2),)
    assert dict(index.tally("author", Filter(until=2000))) == {"Zoë Quill": 1, "Al Reed": 1}


def test_of_coauthors_none_may_lack(index: Index) -> None:
    assert [paper.title for paper in index.papers(Filter(coauthors=("quill", "reed")))] == ["Old"]
    assert index.search("words", 5, within=Filter(coauthors=("quill", "smith"))) == ()


def test_an_author_is_called_by_any_of_their_names(index: Index) -> None:
    assert index.facets.called("zoe") == ("zoe quill",)
    assert index.facets.called("Nobody") == ()
