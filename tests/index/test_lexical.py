"""BM25."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper
from index.passages import Passage
from index.words.lexical import LexicalIndex, write

ABSTRACTS = {
    7: ("Cats", "The cats were sleeping on the mat."),
    8: ("Dogs", "A dog and another dog bark at AND-gates."),
    9: ("Poincaré", "Hyperbolic embeddings of naïve trees, 64.4% better."),
    20: ("Gates", "or not, text:foo [a TO b] AND gates"),
}


def whole(title: str, abstract: str) -> Passage:
    return Passage(Paper("p", title, abstract), 0, len(abstract))


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical") / "index"
    passages = {row: whole(*words) for row, words in ABSTRACTS.items()}
    rows = list(passages)
    parts = [(rows[:1], [passages[7]]), (rows[1:], [passages[row] for row in rows[1:]])]
    write(folder, parts, {})
    return LexicalIndex(folder)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("cat", {7}),
        ("SLEEPS", {7}),
        ("poincare", {9}),
        ("Poincaré", {9}),
        ("naive tree", {9}),
        ("64.4%", {9}),
        ("dogs", {8}),
        ("gate", {8, 20}),
        ("cat dog", {7, 8}),
        ("text", {20}),
        ("nothing of this kind", set()),
    ],
)
def test_words_are_found_by_their_stems_in_titles_and_abstracts(
    lexical: LexicalIndex, query: str, rows: set[int]
) -> None:
    assert lexical.search(query, 10).keys() == rows


def test_a_word_may_score_the_more_the_rarer_it_is_and_most_where_no_passage_holds_it(lexical: LexicalIndex) -> None:
    common, rare, absent = (lexical.attainable(word) for word in ("gates", "cats", "zebra"))
    assert 0 < common < rare < absent
    assert lexical.attainable("gate and gates") == common
    assert lexical.attainable("cats zebra") == pytest.approx(rare + absent)
    assert lexical.attainable("of the") == 0.0


@pytest.mark.parametrize("query", ["", "  ", "?!", '"', "(", "+-&|", "…", "😀"])
def test_a_query_without_words_finds_nothing(lexical: LexicalIndex, query: str) -> None:
    assert lexical.search(query, 10) == {}


@pytest.mark.parametrize("query", ["the", "and", "NOT", "OR OR", "what is it and who are they", "to be or not to be"])
def test_a_query_of_stop_words_finds_nothing(lexical: LexicalIndex, query: str) -> None:
    assert lexical.search(query, 10) == {}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("cat AND dog", "cat dog"),
        ("cat NOT dog", "cat dog"),
        ("+cat -dog", "cat dog"),
        ('"dog cat"', "dog cat"),
        ("dog^100 cat", "dog 100 cat"),
        ("text:cat", "text cat"),
        ("[cat TO dog]", "cat dog"),
        ("ca*", "ca"),
        ("cat~2 (dog", "cat 2 dog"),
        ("/cat|dog/", "cat dog"),
    ],
)
def test_there_is_no_query_syntax(lexical: LexicalIndex, query: str, words: str) -> None:
    assert lexical.search(query, 10) == lexical.search(words, 10)


def test_the_best_come_first_and_no_more_than_asked_for(lexical: LexicalIndex) -> None:
    scores = list(lexical.search("dog cat gate embeddings", 10).values())
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 4
    assert len(lexical.search("dog cat gate embeddings", 2)) == 2


def test_a_word_that_stands_twice_weighs_more(lexical: LexicalIndex) -> None:
    assert list(lexical.search("dog cat", 10)) == [8, 7]


@given(st.text())
def test_no_query_raises(lexical: LexicalIndex, query: str) -> None:
    assert lexical.search(query, 10).keys() <= ABSTRACTS.keys()


def test_every_passage_is_counted(lexical: LexicalIndex) -> None:
    assert lexical.count() == 4


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    write(tmp_path / "empty", [], {})
    assert LexicalIndex(tmp_path / "empty").search("cat", 5) == {}


def test_opening_and_searching_leaves_no_file_behind(tmp_path: Path) -> None:
    write(tmp_path / "index", [([1], [whole("Cats", "The cats were sleeping.")])], {})
    before = sorted(tmp_path.rglob("*"))
    assert list(LexicalIndex(tmp_path / "index").search("cat", 5)) == [1]
    assert sorted(tmp_path.rglob("*")) == before
