"""Follow-ups, each turned into a question that stands alone, over the real index of the sample corpus."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.opening import open_assistant
from assistant.question.conversation import standalone
from assistant.settings import read_settings
from assistant.types import Answer, Evidence, Question

OPEN = "What mAP does OPEN reach on nuScenes?"
STU_NET = "How large is the largest STU-Net?"
THINKING = "Which papers are about fast versus slow thinking in language models?"
CURSE = "“The Curse of Depth in Large Language Models”"


@pytest.fixture(scope="module")
def assistant(sample_index: Path) -> Assistant:
    return open_assistant(read_settings(index=str(sample_index)))


def told(assistant: Assistant, *questions: str) -> tuple[Answer, ...]:
    history: tuple[Answer, ...] = ()
    for question in questions:
        history = (*history, assistant.ask(Question(question, history)))
    return history


@pytest.mark.parametrize(
    ("before", "text", "query"),
    [
        (OPEN, "And on COCO?", "What mAP does OPEN reach on COCO?"),
        (OPEN, "on KITTI?", "What mAP does OPEN reach on KITTI?"),
        (OPEN, "what about StreamPETR?", "What mAP does StreamPETR reach on nuScenes?"),
        (OPEN, "How large is it?", "How large is OPEN?"),
        (STU_NET, "Which data set was it pre-trained on?", "Which data set was STU-Net pre-trained on?"),
        (STU_NET, "What are its limits?", "What are STU-Net’s limits?"),
        ("What is the curse of depth?", "how do they fix it?", f"how do {CURSE} fix it?"),
        ("What is the curse of depth?", "limitations?", f"limitations of {CURSE}?"),
        ("What is the curse of depth?", "tell me more", f"What else does {CURSE} show?"),
        ("What is the curse of depth?", "What do the authors propose?", f"What do {CURSE} propose?"),
        ("How is FP8 different from INT8 for inference?", "Why?", "Why is FP8 different from INT8 for inference?"),
        (
            "Does scaling the datastore help language models?",
            "What about vision models?",
            "Does scaling the datastore help vision models?",
        ),
    ],
)
def test_a_follow_up_takes_what_it_lacks_from_the_turn_before(
    assistant: Assistant, before: str, text: str, query: str
) -> None:
    (answer,) = told(assistant, before)
    assert standalone(Question(text, (answer,))).query == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("only for vision models", "How do people stop deep layers from being useless for vision models?"),
        ("anything since 2020?", "How do people stop deep layers from being useless, anything since 2020?"),
    ],
)
def test_what_only_narrows_is_asked_of_the_question_before(assistant: Assistant, text: str, query: str) -> None:
    (answer,) = told(assistant, "How do people stop deep layers from being useless?")
    assert standalone(Question(text, (answer,))).query == query


def test_a_short_question_that_may_lean_on_the_last_is_asked_of_that_first(assistant: Assistant) -> None:
    first, second = told(assistant, STU_NET, "which data sets?")
    assert standalone(Question("which data sets?", (first,))).otherwise == "which data sets?"
    assert second.papers[0] == first.papers[0]


@pytest.mark.parametrize("text", ["and the fourth one?", "what did he say about it?"])
def test_what_leans_on_nothing_that_was_said_is_asked_back(assistant: Assistant, text: str) -> None:
    *_, answer = told(assistant, OPEN, text)
    assert answer.abstained
    assert "please name it" in answer.text
    assert not answer.nearest


@pytest.mark.parametrize(
    "text",
    [
        "What is attention?",
        "Is it possible to train deep networks without normalisation?",
        "What is LoRA and how does it save memory?",
        "How many noisy labels does JFT-300M carry?",
        "Which papers are about depth estimation?",
        "What is the first paper to scale multi-layer perceptrons?",
        "In the second stage of training, which loss is used for panoramas?",
        "Pourquoi les couches profondes contribuent-elles si peu ?",
        "深い層はなぜ学習に寄与しないのですか",
    ],
)
def test_a_question_of_its_own_is_a_new_topic(assistant: Assistant, text: str) -> None:
    history = told(assistant, OPEN)
    assert standalone(Question(text, history)).query == text


def test_an_ordinal_counts_the_papers_of_the_last_answer_that_told_of_several(assistant: Assistant) -> None:
    history = told(assistant, THINKING)
    first, second = (f"“{paper.title}”" for _, paper in history[0].papers[:2])
    history = (*history, assistant.ask(Question("What about the second one?", history)))
    assert history[-1].evidence.query == f"What does {second} show?"
    assert {f"“{paper.title}”" for _, paper in history[-1].papers} == {second}
    assert standalone(Question("And the first one?", history)).query == f"What does {first} show?"
    assert (
        standalone(Question("How many layers does [1] look at?", history)).query
        == f"How many layers does {first} look at?"
    )


def test_others_are_papers_that_were_not_told_of(assistant: Assistant) -> None:
    history = told(assistant, THINKING, "What about the second one?", "Who else does that?")
    assert history[-1].evidence.query == THINKING
    before = {paper.paper_id for answer in history[:2] for _, paper in answer.papers}
    assert not before & {hit.passage.paper.paper_id for hit in history[-1].evidence.hits}


def test_after_a_refusal_the_paper_that_came_nearest_is_meant(assistant: Assistant) -> None:
    history = told(assistant, OPEN, "And on COCO?")
    assert history[-1].reason == "not_in_abstracts"
    assert "COCO" in history[-1].text
    assert standalone(Question("How large is it?", history)).query == "How large is OPEN?"


def test_a_second_one_that_is_no_paper_is_part_of_the_topic(assistant: Assistant) -> None:
    history = told(assistant, OPEN)
    assert len(history[0].papers) == 1
    assert standalone(Question("How is the second one dealt with?", history)).query == (
        "How is the second one of OPEN dealt with?"
    )


def test_a_turn_about_nothing_in_the_corpus_is_leant_on_by_none(assistant: Assistant) -> None:
    history = told(assistant, OPEN, "What is the capital of France?")
    assert standalone(Question("How large is it?", history)).query == "How large is OPEN?"


def test_a_follow_up_is_searched_afresh(assistant: Assistant) -> None:
    first, second = told(assistant, OPEN, "What about STU-Net?")
    assert second.evidence.hits != first.evidence.hits
    assert second.is_rewritten
    assert not first.is_rewritten


@settings(deadline=None, max_examples=300)
@given(text=st.text(max_size=80), before=st.text(min_size=1, max_size=80))
def test_any_text_can_follow_any_text(text: str, before: str) -> None:
    answer = Answer(before, Evidence(before, ()), (), "", reason="no_evidence")
    assert isinstance(standalone(Question(text, (answer,))).query, str)


def test_a_paper_that_is_meant_by_its_place_is_no_talk_of_the_program(assistant: Assistant) -> None:
    *_, answer = told(assistant, THINKING, "the second one, how does it work?")
    assert not answer.is_talk
    assert {paper.title for _, paper in answer.papers} <= {told(assistant, THINKING)[0].papers[1][1].title}
