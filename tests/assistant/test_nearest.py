"""Which sentence of a paper is told to have come closest to a question that no abstract answers."""

from assistant.reading.nearest import nearest
from assistant.reading.quote import Quote
from index.papers import Paper
from index.passages import Passage
from tests.scripted import Shelf

RAIN = Paper.from_source("Rain", "Is rain wet? Rain falls from clouds. Rain is water.", paper_id="rain")
SNOW = Paper.from_source("Snow", "Is snow cold?", paper_id="snow")


def closest(*papers: Paper, ranked: tuple[Quote, ...] = ()) -> list[str]:
    return [passage.text for passage in nearest("How old is rain?", papers, ranked, Shelf(*papers))]


def test_a_question_that_the_authors_ask_came_closest_only_where_there_is_nothing_else() -> None:
    assert closest(RAIN, SNOW) == ["Rain falls from clouds.", "Is snow cold?"]


def test_the_sentence_that_was_ranked_best_comes_before_the_one_with_the_highest_cosine() -> None:
    start = RAIN.abstract.index("Rain is water.")
    ranked = (Quote(Passage(RAIN, start, len(RAIN.abstract)), 0.9), Quote(Passage(RAIN, 13, 36), 0.8))
    assert closest(SNOW, RAIN, ranked=ranked) == ["Is snow cold?", "Rain is water."]


def test_a_paper_that_was_found_twice_is_quoted_once() -> None:
    assert len(closest(RAIN, SNOW, RAIN)) == 2
