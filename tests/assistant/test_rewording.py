"""What an LLM would search besides: asked for once, where the first search is unsure, and searched with the question."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.llm.action import LLMFailed
from assistant.llm.messages import Finished
from assistant.types import Answer, Question, Usage
from assistant.writing.abstractive import Writer
from assistant.writing.rewording import Rewording, When
from index.index import Index
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.assistant.test_abstractive import TERMS
from tests.index.told import build
from tests.scripted import Reply, ScriptedLLM, ScriptedReader, WordedJudge

NILE = Paper.from_source(
    "Inundation", "Inundation deposits alluvium on the plots of Egypt.", year=2019, paper_id="nile"
)
OTHERS = tuple(
    Paper.from_source(
        f"Soup {n}", f"Cooks make soup from what the garden brings in week {n}.", year=2000 + n, paper_id=f"s{n}"
    )
    for n in range(12)
)
Asked = Callable[..., tuple[Answer, ScriptedLLM]]
TYPED = "why does stuff grow so well when the river comes over the garden"
OBJECT = {
    "standalone": TYPED,
    "rewordings": ["How does inundation deposit alluvium?"],
    "passage": "Inundation deposits alluvium.",
    "names": ["Egypt"],
    "since": None,
    "until": None,
}
WRITTEN = "Inundation deposits alluvium on the plots of Egypt [1]."


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    folder = tmp_path_factory.mktemp("gardens")
    build(folder, [*OTHERS, NILE], embedder)
    return folder


@pytest.fixture
def asked(root: Path, embedder: LocalEmbedder) -> Asked:
    def ask(
        *replies: Reply | list[Reply], text: str = TYPED, when: When = "auto", history: tuple[Answer, ...] = ()
    ) -> tuple[Answer, ScriptedLLM]:
        llm, judge, index = ScriptedLLM(*replies), WordedJudge(), Index.open(root, embedder)
        reader = ScriptedReader({"soup": 6.0 if "soup" in text else -6.0})
        writer, rewording = Writer(llm, judge, TERMS), Rewording(llm, TERMS, when)
        return Assistant(lambda: index, judge, reader, 3, writer=writer, rewording=rewording).ask(
            Question(text, history)
        ), llm

    return ask


def test_where_the_first_search_is_unsure_what_an_llm_would_search_finds_the_paper(asked: Asked) -> None:
    answer, llm = asked(json.dumps(OBJECT), WRITTEN)
    assert "nile" in {hit.passage.paper.paper_id for hit in answer.evidence.hits}
    assert answer.text.endswith(WRITTEN)
    assert (answer.usage.requests, len(llm.asked)) == (2, 2)
    assert answer.evidence.query == TYPED
    assert [(step.name, step.told) for step in answer.steps[:3]] == [
        ("Also searched for", "How does inundation deposit alluvium?"),
        ("Searched as an abstract might say it", "Inundation deposits alluvium."),
        ("Searched for the names", "Egypt"),
    ]


def test_a_question_of_which_the_reader_is_sure_costs_one_request(asked: Asked) -> None:
    answer, llm = asked("Cooks make soup from what the garden brings in week 3.", text="What do cooks make soup from?")
    assert (answer.usage.requests, len(llm.asked)) == (1, 1)
    assert asked(WRITTEN, when="never")[0].usage.requests == 1
    always, _ = asked(json.dumps(OBJECT), WRITTEN, text="What do cooks make soup from?", when="always")
    assert always.usage.requests == 2


@pytest.mark.parametrize(
    "reply",
    [
        "I would search for alluvium.",
        "{}",
        "[1, 2]",
        '{"standalone": "", "rewordings": []}',
        '{"standalone": 7, "rewordings": "alluvium"}',
        '{"standalone": "alluvium", "rewordings": ["allu',
        "{" * 5000,
    ],
)
def test_a_reply_that_is_no_such_object_changes_nothing(reply: str, asked: Asked) -> None:
    plain, _ = asked(WRITTEN, when="never")
    answer, _ = asked(reply, WRITTEN)
    assert answer.evidence == plain.evidence
    assert answer.text == plain.text
    assert answer.steps[0].name == "Asked how else to search"


def test_no_request_is_spent_on_it_that_a_part_of_the_question_needs(root: Path, embedder: LocalEmbedder) -> None:
    llm, judge, index = ScriptedLLM(*[WRITTEN] * 3), WordedJudge(), Index.open(root, embedder)
    writer, rewording = Writer(llm, judge, TERMS), Rewording(llm, TERMS)
    deep = Assistant(lambda: index, judge, ScriptedReader(), 3, writer=writer, rewording=rewording, mode="deep")
    answer = deep.ask(
        Question(
            "What makes soup taste better and which gardens bring alluvium to Egypt and why do cooks work in week 3?"
        )
    )
    assert answer.usage.requests == 3
    assert "Asked how else to search" not in {step.name for step in answer.steps}


def test_an_object_in_a_fence_or_behind_a_thought_is_read(asked: Asked) -> None:
    for around in ("Here it is:\n```json\n{}\n```", "The user wants {alluvium}, it seems.</think>\n{}"):
        answer, _ = asked(around.replace("{}", json.dumps(OBJECT), 1), WRITTEN)
        assert answer.steps[0].told == "How does inundation deposit alluvium?"


def test_where_that_request_fails_the_question_is_searched_as_it_is(asked: Asked) -> None:
    answer, llm = asked(LLMFailed("overloaded", "It is busy."), WRITTEN)
    assert (answer.steps[0].told, len(llm.asked)) == ("It is busy.", 2)


def test_what_both_requests_cost_is_told(asked: Asked) -> None:
    answer, _ = asked([json.dumps(OBJECT), Finished(Usage(100, 10))], [WRITTEN, Finished(Usage(1000, 20))])
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (1100, 30)


def test_no_llm_limits_a_question_to_years_that_it_does_not_hold(asked: Asked) -> None:
    answer, _ = asked(json.dumps(OBJECT | {"since": 2020, "until": 2021}), WRITTEN)
    assert not answer.evidence.within
    answer, _ = asked(json.dumps(OBJECT | {"since": 2019}), WRITTEN, text=f"{TYPED}, 2019 or newer?")
    assert answer.evidence.within.since == 2019


def test_a_follow_up_is_searched_in_the_words_by_which_it_stands_alone(asked: Asked) -> None:
    first, _ = asked("Cooks make soup from what the garden brings in week 3.", text="What do cooks make soup from?")
    alone = "Why is a garden fertile after inundation with alluvium?"
    answer, llm = asked(
        json.dumps(OBJECT | {"standalone": alone}), WRITTEN, text="and the wet one, why so good?", history=(first,)
    )
    assert answer.evidence.query == alone
    assert "Asked before: What do cooks make soup from?" in llm.asked[0][1].content


def test_a_list_is_of_papers_on_its_topic_in_any_of_the_words(asked: Asked) -> None:
    object_ = OBJECT | {"rewordings": ["papers on inundation and alluvium"]}
    answer, llm = asked(json.dumps(object_), text="papers on wet soup gardens")
    assert "nile" in {paper.paper_id for _, paper in answer.papers}
    assert (answer.usage.requests, len(llm.asked)) == (1, 1)
