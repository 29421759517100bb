"""What is suggested after an answer: that the corpus answers it, surely, of the paper that is meant, with something new."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.llm.action import Action
from assistant.question.asked import letters
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.suggesting.follow_ups import follow_ups, tried_after
from assistant.suggesting.trying import Source, Trial
from assistant.types import Answer, Question
from assistant.writing.sections import UNSURE
from index.filters import Filter
from index.index import Index
from index.vectors.embedding import LocalEmbedder

# No test depends on how busy the machine is.
LONG = 600.0


@pytest.fixture(scope="module")
def index(sample_index: Path, embedder: LocalEmbedder) -> Iterator[Index]:
    opened = Index.open(sample_index, embedder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def assistant(index: Index, judge: CalibratedJudge, reader: CrossEncoder) -> Assistant:
    return Assistant(lambda: index, judge, reader, 10)


@pytest.fixture(scope="module")
def source(assistant: Assistant, index: Index, reader: CrossEncoder) -> Source:
    return Source(index, reader, lambda question: assistant.ask(question, Action(requests=0)))


def told(answer: Answer) -> set[tuple[str, int]]:
    return {(one.passage.paper.paper_id, one.passage.start) for claim in answer.claims for one in claim.citations}


@pytest.mark.parametrize(
    "text",
    [
        "Which data set were the STU-Net models pre-trained on?",
        "How can over-smoothing be avoided in deep graph neural networks?",
        "Which papers are about fast versus slow thinking in language models?",
        "Pictures synthesised to excite a single unit used to come out as incoherent jumbles. Why was that?",
    ],
)
def test_what_is_suggested_is_answered_surely_by_the_papers_that_are_meant_in_words_not_shown_before(
    text: str, source: Source
) -> None:
    question = Question(text)
    answer = source.ask(question)
    after = replace(question, history=(answer,))
    taken = tried_after(answer, Trial(source, after, LONG), 3)
    assert 1 <= len(taken) <= 3
    for one in taken:
        said = source.ask(replace(after, text=one.text))
        assert not said.abstained
        assert said.chance is None or said.chance >= UNSURE
        assert {*one.papers} <= {paper.paper_id for _, paper in said.papers}
        assert told(said) - told(answer)
        assert len(one.text) <= 110
        assert one.text.endswith("?")


def test_a_question_is_suggested_by_the_name_that_the_paper_coins(source: Source) -> None:
    question = Question("Which data set were the STU-Net models pre-trained on?")
    assert "How does STU-Net work?" in follow_ups(question, source.ask(question), source, seconds=LONG)


def test_nothing_is_suggested_that_the_conversation_has_asked(source: Source) -> None:
    first = Question("Which data set were the STU-Net models pre-trained on?")
    answer = source.ask(first)
    suggested = follow_ups(first, answer, source, seconds=LONG)
    second = Question(suggested[0].upper(), (answer,))
    later = follow_ups(second, source.ask(second), source, seconds=LONG)
    assert letters(suggested[0]) not in {letters(one) for one in later}


def test_a_refusal_is_followed_by_what_the_nearest_papers_do_answer(source: Source) -> None:
    question = Question("How many parameters does TiO-Depth have in total?")
    answer = source.ask(question)
    assert answer.abstained
    suggested = follow_ups(question, answer, source, seconds=LONG)
    assert "How well does TiO-Depth do on KITTI?" in suggested
    assert all(not source.ask(Question(one, (answer,))).abstained for one in suggested)


def test_a_greeting_is_followed_by_nothing(source: Source) -> None:
    question = Question("hello")
    assert follow_ups(question, source.ask(question), source) == ()


def test_the_limits_of_a_question_are_those_of_what_follows_it(source: Source) -> None:
    question = Question("What is the curse of depth?", within=Filter(sources=("nowhere.bib",)))
    allowed = replace(question, within=Filter(sources=source.corpus.facets.sources))
    answer = source.ask(allowed)
    asked = list[Question]()

    def ask(one: Question) -> Answer:
        asked.append(one)
        return source.ask(one)

    follow_ups(allowed, answer, replace(source, ask=ask), seconds=LONG)
    assert asked
    assert {one.within for one in asked} == {allowed.within}


def test_no_more_is_tried_than_the_time_allows(source: Source) -> None:
    question = Question("Which data set were the STU-Net models pre-trained on?")
    ticks = iter(range(100))
    trial = Trial(source, replace(question, history=(source.ask(question),)), 2.0, lambda: float(next(ticks)))
    # The clock begins at 0 and is read at 1, so that the first is asked at 2 and done at 3.
    assert len(tried_after(trial.asked.history[-1], trial, 3)) <= 1
    assert next(ticks) < 20


def test_the_assistant_suggests_without_asking_its_llm(assistant: Assistant) -> None:
    question = Question("Which data set were the STU-Net models pre-trained on?")
    suggested = assistant.follow_ups(question, assistant.ask(question), most=1, seconds=LONG)
    assert suggested == ("How does STU-Net work?",)
