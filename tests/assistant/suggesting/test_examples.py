"""Examples of a corpus: a plain question, a list, a comparison, and one that the corpus refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.llm.action import Action
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.suggesting.examples import examples
from assistant.suggesting.trying import Source
from assistant.types import Answer, Question
from index.index import Index
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build

LONG = 600.0
OWN = ("What is the curse of depth?", "How is FP8 different from INT8 for inference?")


@pytest.fixture(scope="module")
def index(sample_index: Path, embedder: LocalEmbedder) -> Iterator[Index]:
    opened = Index.open(sample_index, embedder)
    yield opened
    opened.close()


def source_of(index: Index, judge: CalibratedJudge, reader: CrossEncoder) -> Source:
    assistant = Assistant(lambda: index, judge, reader, 10)
    return Source(index, reader, lambda question: assistant.ask(question, Action(requests=0)))


@pytest.fixture(scope="module")
def source(index: Index, judge: CalibratedJudge, reader: CrossEncoder) -> Source:
    return source_of(index, judge, reader)


@pytest.fixture(scope="module")
def found(source: Source) -> tuple[str, ...]:
    return examples(source, seconds=LONG)


def test_three_are_answered_and_the_last_is_refused(found: tuple[str, ...], source: Source) -> None:
    plain, listed, compared, refused = (source.ask(Question(text)) for text in found)
    assert not plain.abstained
    assert listed.evidence.papers > 1
    assert len(compared.papers) > 1
    assert not compared.missing
    assert refused.abstained
    assert refused.nearest


def test_they_are_the_same_each_time(found: tuple[str, ...], source: Source) -> None:
    assert examples(source, seconds=LONG) == found


def test_those_written_by_hand_are_kept_where_the_corpus_answers_all_of_them(source: Source) -> None:
    assert examples(source, OWN) == OWN


def test_those_written_by_hand_are_none_of_a_corpus_that_refuses_one(found: tuple[str, ...], source: Source) -> None:
    assert examples(source, (*OWN, "How deep is the Mariana Trench?"), seconds=LONG) == found


def test_an_assistant_finds_them_once_for_each_build(
    index: Index, judge: CalibratedJudge, reader: CrossEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = Assistant(lambda: index, judge, reader, 10)
    asked = list[str]()
    ask = assistant.ask

    def counted(question: Question, action: Action | None = None) -> Answer:
        asked.append(question.text)
        return ask(question, action)

    monkeypatch.setattr(assistant, "ask", counted)
    assert assistant.examples(OWN) == OWN
    assert assistant.examples(OWN) == OWN
    assert asked == [*OWN]


def test_a_corpus_without_names_or_topics_has_fewer(
    tmp_path: Path, embedder: LocalEmbedder, judge: CalibratedJudge, reader: CrossEncoder
) -> None:
    build(tmp_path, [Paper.from_source("Rain", "Rain falls from clouds. Rain is water.", paper_id="rain")], embedder)
    index = Index.open(tmp_path, embedder)
    assert len(examples(source_of(index, judge, reader), seconds=LONG)) < 4
    index.close()
