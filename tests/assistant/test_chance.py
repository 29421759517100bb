"""Whether the abstracts answer: the probability, and the words for why not."""

from assistant.reading.abstention import chance_of_answer, signs, unanswered
from assistant.reading.extractive import quotes
from assistant.reading.quote import Quote
from assistant.reading.reader import Read, read_closely
from index.papers import Paper
from tests.scripted import ScriptedReader, Shelf

BEES = Paper.from_source("Bees in winter", "Bees fly far. Clover feeds them in summer.")


def ranked(query: str, answers: float) -> tuple[tuple[Read, ...], tuple[Quote, ...]]:
    shelf = Shelf(BEES)
    read = read_closely(query, shelf.search(query, 9), ScriptedReader({"Clover": answers}))
    return read, quotes(query, [one.hit for one in read], shelf, read)


def test_the_surer_the_reader_the_likelier_is_an_answer() -> None:
    query = "What feeds bees in summer?"
    chances = [chance_of_answer(*ranked(query, odds)) for odds in (-6.0, 0.0, 6.0)]
    assert chances == sorted(chances)
    assert 0 < chances[0] < 0.5 < chances[-1] < 1


def test_nothing_found_answers_nothing() -> None:
    assert chance_of_answer((), ()) == 0
    refused = unanswered("What feeds bees?", (), (), 0.0, 0.0)
    assert refused is not None
    assert refused.reason == "out_of_scope"


def test_a_name_that_is_missing_is_no_veto() -> None:
    query = "What does Xyzzy-9 feed bees in summer?"
    read, said = ranked(query, 6.0)
    assert unanswered(query, [one.hit for one in read], said, 0.9, 0.5) is None


def test_a_name_that_is_missing_says_why_a_question_is_refused() -> None:
    query = "What does Xyzzy-9 feed bees in summer?"
    read, said = ranked(query, -6.0)
    refused = unanswered(query, [one.hit for one in read], said, 0.1, 0.5)
    assert refused is not None
    assert "Xyzzy-9" in refused.sentence


def test_a_paper_that_is_not_quoted_from_vouches_for_no_answer() -> None:
    query = "What feeds bees in summer?"
    read, said = ranked(query, 6.0)
    wasps = Paper.from_source("Wasps", "Wasps sting.")
    others = [
        Quote(passage, 0.9, -6.0, 0.9)
        for passage in (quote.passage for quote in quotes(query, Shelf(wasps).search(query, 1), Shelf(wasps)))
    ]
    assert signs(read, said).passage == 6.0
    assert signs(read, others).passage < 0
