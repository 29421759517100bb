"""The passages found best in the order of a ranker: what that changes of an answer, and what it leaves as it was."""

from collections.abc import Callable, Iterator

import pytest

from assistant.assistant import Assistant, Event
from assistant.llm.action import Action
from assistant.llm.endpoint_ranker import OF_RERANKER, EndpointRanker
from assistant.llm.exchange import Exchange
from assistant.ranking import Ranker, Ranks
from assistant.reading.reader import MOST_READ, Read, read_closely
from assistant.types import Answer, Evidence, Question, Step
from index.index import Hit, Index
from index.papers import Paper
from index.passages import Passage, cut
from index.vectors.embedding import LocalEmbedder
from tests.faults import Misbehaving, refuses
from tests.index.told import build
from tests.ranking import ScriptedRanker, ranks
from tests.scripted import ScriptedReader, WordedJudge

PAPERS = tuple(
    Paper.from_source(f"Soup {n}", f"Cooks make soup from what the garden brings in week {n}.", paper_id=f"s{n}")
    for n in range(12)
)
ASKED = "What do cooks make soup from?"
TWO = "What do cooks make soup from? What does the garden bring?"
Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("soups")
    build(folder, PAPERS, embedder)
    opened = Index.open(folder, embedder)
    yield opened
    opened.close()


@pytest.fixture
def events(index: Index) -> Callable[..., list[Event]]:
    def stream(ranker: Ranker | None, text: str = ASKED, action: Action | None = None) -> list[Event]:
        assistant = Assistant(lambda: index, WordedJudge(), ScriptedReader({"soup": 6.0}), 5, ranker=ranker)
        return [*assistant.stream(Question(text), action)]

    return stream


@pytest.fixture
def asked(events: Callable[..., list[Event]]) -> Ask:
    def ask(ranker: Ranker | None, text: str = ASKED, action: Action | None = None) -> Answer:
        *_, answer = events(ranker, text, action)
        assert isinstance(answer, Answer)
        return answer

    return ask


def papers_of(answer: Answer) -> list[str]:
    return [hit.passage.paper.paper_id for hit in answer.evidence.hits]


def scores(answer: Answer) -> list[float]:
    return [hit.score for hit in answer.evidence.hits]


def test_a_passage_that_was_found_late_is_put_first_with_the_score_of_its_place(asked: Ask) -> None:
    plain = asked(None)
    last = next(paper.paper_id for paper in PAPERS if paper.paper_id not in papers_of(plain))
    ranker = ScriptedRanker(f"week {last[1:]}.")
    answer = asked(ranker)
    assert papers_of(answer) == [last, *papers_of(plain)[:4]]
    assert scores(answer) == scores(plain)
    assert answer.steps == (Step("Ranked by scripted", "12 passages"),)
    assert len(ranker.asked[0]) == 12
    assert f"Soup {last[1:]}\nCooks make" in "".join(ranker.asked[0])
    assert (answer.chance, answer.usage) == (plain.chance, plain.usage)


def test_a_ranker_that_gives_no_ranking_changes_nothing_and_is_told(asked: Ask) -> None:
    plain, answer = asked(None), asked(ScriptedRanker(""))
    assert (answer.evidence, answer.claims, answer.text) == (plain.evidence, plain.claims, plain.text)
    assert (plain.steps, answer.steps) == ((), (Step("Asked scripted for a ranking", "It is busy."),))


def test_what_was_ranked_is_told_before_the_evidence(events: Callable[..., list[Event]]) -> None:
    for text in (ASKED, TWO):
        first, second, *_ = events(ScriptedRanker("week 3."), text)
        assert isinstance(first, Step)
        assert isinstance(second, Evidence)


def test_once_it_failed_it_is_asked_no_more_for_the_same_answer(asked: Ask) -> None:
    failing, ranking = ScriptedRanker(""), ScriptedRanker("week 3.")
    for one in (failing, ranking):
        assert sum("scripted" in step.name for step in asked(one, TWO).steps) == 1
    assert [len(one.asked) for one in (failing, ranking)] == [1, 2]


def test_an_endpoint_ranks_or_is_done_without(asked: Ask) -> None:
    plain = asked(None)
    last = next(paper.paper_id for paper in PAPERS if paper.paper_id not in papers_of(plain))
    with Misbehaving(ranks(lambda text: float(f"week {last[1:]}." in text))) as served:
        ranker = EndpointRanker(Exchange(served.url, "small", None, kind=OF_RERANKER), 5.0)
        assert papers_of(asked(ranker))[0] == last
        assert len(served.requests) == 1
        served.script(refuses(500))
        answer = asked(ranker)
    assert answer.evidence == plain.evidence
    assert "failed with status 500" in answer.steps[0].told


def test_what_is_asked_of_the_record_or_lists_papers_is_not_ranked(asked: Ask) -> None:
    ranker = ScriptedRanker("week 3.")
    for text in ("How many papers are there?", "papers on soup"):
        assert asked(ranker, text).steps == ()
    assert ranker.asked == []


def found(count: int, spread: float) -> tuple[Hit, ...]:
    passages = [
        passage
        for n in range(count)
        for passage in cut(Paper.from_source(f"T{n}", f"Bees fly far in week {n}.", paper_id=str(n)))
    ]
    return tuple(Hit(passage, 1 - spread * n) for n, passage in enumerate(passages))


def read_by(reader: ScriptedReader, hits: tuple[Hit, ...], words: str) -> tuple[tuple[Read, ...], tuple[Read, ...]]:
    read = read_closely("How far do bees fly?", hits, reader)
    return read, Ranks(ScriptedRanker(words), reader, Action()).in_order("How far do bees fly?", read)


def passages(read: tuple[Read, ...]) -> list[Passage]:
    return [one.hit.passage for one in read]


def test_what_is_put_first_is_read_if_it_had_not_been() -> None:
    reader = ScriptedReader({"week 9": 4.0})
    read, ranked = read_by(reader, found(10, 0.2), "week 9.")
    assert [one.odds is not None for one in read] == [True] * 4 + [False] * 6
    assert ranked[0].hit.passage == read[9].hit.passage
    assert ranked[0].odds
    assert ranked[0].odds.answers == 4.0
    assert [one.odds is not None for one in ranked] == [True] * 5 + [False] * 5
    assert len(reader.read_of) == 5


def test_no_more_than_the_twenty_best_are_ranked_and_no_passage_is_lost() -> None:
    read, ranked = read_by(ScriptedReader(), found(30, 0.001), "week 25.")
    assert passages(ranked) == passages(read)
    assert {*map(str, passages(ranked))} == {*map(str, passages(read))}
    read, ranked = read_by(ScriptedReader(), found(30, 0.001), "week 19.")
    assert passages(ranked)[0] == passages(read)[19]
    assert passages(ranked)[MOST_READ:] == passages(read)[MOST_READ:]
    assert [one.hit.score for one in ranked] == [one.hit.score for one in read]


def test_of_a_single_passage_nobody_is_asked() -> None:
    for count in (0, 1):
        ranker, read = ScriptedRanker("Bees"), read_closely("Bees?", found(count, 0.1), ScriptedReader())
        assert Ranks(ranker, ScriptedReader(), Action()).in_order("Bees?", read) == read
        assert ranker.asked == []
