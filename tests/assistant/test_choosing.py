"""Which sentences make an answer: of how many papers, with which neighbours, and which part of a long one tells."""

import numpy as np

from assistant.reading.choosing import chosen
from assistant.reading.clauses import with_telling_part
from assistant.reading.cross_encoder import CrossEncoder, Odds
from assistant.reading.quote import Quote, with_antecedent
from assistant.reading.reader import Read
from index.index import Hit
from index.papers import Paper
from index.passages import Passage, sentences

NEUTRAL = np.zeros(3, dtype=np.float32)


def paper(name: str, abstract: str) -> Paper:
    return Paper.from_source(name, abstract)


def first_sentences(papers: list[Paper], answers: list[float]) -> tuple[list[Quote], list[Read]]:
    """The first sentence of each paper, as good as the paper answers."""
    whole = [Passage(one, 0, len(one.abstract)) for one in papers]
    quotes = [Quote(sentences(each)[0], 1.0, odds, 0.5) for each, odds in zip(whole, answers, strict=True)]
    read = [Read(Hit(each, 1.0), Odds(NEUTRAL, odds, ())) for each, odds in zip(whole, answers, strict=True)]
    return quotes, read


def test_an_open_question_is_answered_from_each_paper_that_surely_answers() -> None:
    papers = [
        paper(f"Study {n}", f"Finding number {n} is that {word} helps.")
        for n, word in enumerate(["rain", "sun", "wind", "snow"])
    ]
    quotes, read = first_sentences(papers, [3.0, 2.5, 2.0, -3.0])
    told = chosen("what helps?", quotes, read)
    assert [quote.passage.paper for quote in told] == papers[:3]


def test_a_question_that_one_paper_answers_is_answered_from_that() -> None:
    papers = [
        paper(f"Study {n}", f"Finding number {n} is that {word} helps.") for n, word in enumerate(["rain", "sun"])
    ]
    quotes, read = first_sentences(papers, [3.0, -2.0])
    assert [quote.passage.paper for quote in chosen("what helps?", quotes, read)] == papers[:1]


def test_what_two_papers_say_in_the_same_words_is_told_once_of_both() -> None:
    papers = [
        paper("Study one", "Rain helps the fields of the valley."),
        paper("Study two", "Rain helps the fields of the valley."),
    ]
    quotes, read = first_sentences(papers, [3.0, 3.0])
    (quote,) = chosen("what helps?", quotes, read)
    assert (quote.passage.paper, [one.paper for one in quote.also]) == (papers[0], papers[1:])


def test_a_quote_that_goes_on_from_what_was_said_brings_that() -> None:
    abstract = paper("Rain", "Rain helped in spring. However, it did harm in autumn.").abstract
    whole = Passage(paper("Rain", abstract), 0, len(abstract))
    _, second = sentences(whole)
    assert with_antecedent(Quote(second, 1.0)).passage == whole


def test_of_a_long_quote_the_clause_that_answers_is_marked(reader: CrossEncoder) -> None:
    padding = "which was recorded by many helpers over a number of long and rainy years in several distant valleys of the north"
    sentence = (
        f"We report on the otters of the river, {padding}, we found that otters sleep nine hours a day, "
        f"and we describe the weather, {padding}, and the roads that lead to the place, {padding}."
    )
    one = paper("Otters", sentence)
    quote = with_telling_part("How long do otters sleep?", Quote(Passage(one, 0, len(sentence)), 1.0), reader)
    assert quote.part
    assert "nine hours a day" in quote.part.text
    assert quote.part.text == sentence[quote.part.start : quote.part.end]
