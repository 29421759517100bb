"""Passages that were found, read closely."""

from assistant.reading.extractive import LEAST, quotes
from assistant.reading.reader import MOST_READ, read_closely
from index.index import Hit
from index.papers import Paper
from index.passages import cut
from tests.scripted import ScriptedReader, Shelf

QUERY = "What feeds the bees?"


def hit(text: str, score: float) -> Hit:
    (passage,) = cut(Paper.from_source(f"On {text}", text))
    return Hit(passage, score)


def titles(hits: object) -> list[str]:
    return [one.hit.passage.paper.title for one in hits]  # type: ignore[attr-defined]


def test_nothing_found_is_nothing_read() -> None:
    assert read_closely(QUERY, (), ScriptedReader()) == ()


def test_a_passage_that_answers_comes_before_one_that_was_found_a_little_better() -> None:
    found = hit("Bees are kept here.", 1.0), hit("Clover feeds the bees.", 0.9)
    read = read_closely(QUERY, found, ScriptedReader({"Clover feeds": 6.0}))
    assert titles(read) == ["On Clover feeds the bees.", "On Bees are kept here."]
    assert read[0].hit.score > read[1].hit.score


def test_what_was_found_far_worse_is_kept_behind_and_not_read_but_four_always_are() -> None:
    reader = ScriptedReader()
    found = [hit(f"Fact {number}.", 1.0 if number < 3 else 0.2) for number in range(6)]
    read = read_closely(QUERY, found, reader)
    assert len(reader.read_of) == 4
    assert [one.odds is not None for one in read] == [True] * 4 + [False] * 2
    assert titles(read) == [one.passage.paper.title for one in found]


def test_twenty_passages_are_read_at_most() -> None:
    reader = ScriptedReader()
    found = [hit(f"Fact {number}.", 1.0) for number in range(30)]
    assert len(read_closely(QUERY, found, reader)) == 30
    assert len(reader.read_of) == MOST_READ == 20


def test_the_title_is_read_with_the_passage_and_each_sentence_where_it_stands() -> None:
    reader = ScriptedReader({"Clover feeds": 5.0})
    (read,) = read_closely(QUERY, [hit("Bees fly far. Clover feeds them.", 1.0)], reader)
    (pair,) = reader.read_of
    assert pair.second.startswith("On Bees fly far.")
    assert [pair.second[begin:end] for begin, end in pair.sentences] == ["Bees fly far.", "Clover feeds them."]
    assert {one.text: odds for one, odds in read.sentences.items()} == {
        "Bees fly far.": -6.0,
        "Clover feeds them.": 5.0,
    }


def test_of_sentences_alike_the_one_that_answers_is_quoted_first_and_one_that_was_not_read_is_least_likely() -> None:
    papers = [Paper.from_source("Bees", "Bees fly far. Clover feeds them."), Paper.from_source("Wasps", "Wasps sting.")]
    shelf = Shelf(*papers)
    found = shelf.search(QUERY, 9)
    read = [*read_closely(QUERY, found[:1], ScriptedReader({"Clover feeds": 5.0}))]
    ranked = quotes(QUERY, found, shelf, read)
    assert next((one.passage.text, one.answers) for one in ranked) == ("Clover feeds them.", 5.0)
    assert {one.passage.text: one.answers for one in ranked}["Wasps sting."] == LEAST
    assert [one.answers for one in quotes(QUERY, found, shelf)] == [None] * 3
