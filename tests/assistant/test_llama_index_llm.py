"""An LLM of LlamaIndex behind the plug-point."""

import threading
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatMessage, ChatResponse
from llama_index.core.llms import MockLLM

from assistant.llm.action import Action, LLMFailed
from assistant.llm.llama_index_llm import LlamaIndexLLM
from assistant.llm.messages import Finished, Message
from assistant.llm.pacing import PACE, Pace
from assistant.types import Usage
from tests.faults import taken

MESSAGES = (Message("system", "Answer."), Message("user", "Why so?"))


class Chats:
    """Says what it is told to, as LlamaIndex's own models do."""

    def __init__(self, *said: ChatResponse | Exception, waits: float = 0.0) -> None:
        self.asked: list[Sequence[ChatMessage]] = []
        self.over = threading.Event()
        self._said = said
        self._waits = waits

    def stream_chat(self, messages: Sequence[ChatMessage]) -> Iterator[ChatResponse]:
        self.asked.append(messages)
        for one in self._said:
            if isinstance(one, Exception):
                raise one
            yield one
            self.over.wait(self._waits)


def delta(text: str | None, raw: Any = None, **counted: int) -> ChatResponse:
    return ChatResponse(message=ChatMessage(role="assistant"), delta=text, raw=raw, additional_kwargs=counted)


def ended(reason: str, **usage: int) -> Any:
    """The last event of an endpoint, as the object that LlamaIndex hands on."""
    counted = SimpleNamespace(**usage) if usage else None
    return SimpleNamespace(choices=[SimpleNamespace(finish_reason=reason)], usage=counted)


def asked(llm: Chats, pace: Pace = PACE) -> tuple[str, Finished | LLMFailed]:
    return taken(LlamaIndexLLM(llm, pace).stream(MESSAGES, Action(5)))


def test_one_of_its_own_models_is_asked() -> None:
    text, end = taken(LlamaIndexLLM(MockLLM(max_tokens=3, is_chat_model=True)).stream(MESSAGES, Action()))
    assert isinstance(end, Finished)
    assert text


def test_the_messages_and_the_text_are_handed_on() -> None:
    llm = Chats(delta("Be"), delta(None), delta(""), delta("cause."))
    action = Action()
    assert taken(LlamaIndexLLM(llm).stream(MESSAGES, action)) == ("Because.", Finished())
    ((system, user),) = llm.asked
    assert (system.role.value, system.content, user.role.value, user.content) == (
        "system",
        "Answer.",
        "user",
        "Why so?",
    )
    assert action.requests_left == 2


def test_what_it_counts_and_why_it_ended_is_read_where_it_says_so() -> None:
    counted = Usage(5, 2, cost_usd=None)
    assert asked(Chats(delta("Yes.", prompt_tokens=5, completion_tokens=2)))[1] == Finished(counted)
    last = delta("", ended("length", prompt_tokens=5, completion_tokens=2))
    assert asked(Chats(delta("Half", ended("")), last))[1] == Finished(counted, cut_off=True)
    assert asked(Chats(delta("Half", {"choices": [{"finish_reason": "length"}]}))) == ("Half", Finished(cut_off=True))


@pytest.mark.parametrize(
    ("said", "text", "fault"),
    [
        ((ValueError("canary"),), "", "plugged"),
        ((delta("Half"), ConnectionError("canary")), "Half", "plugged"),
        ((), "", "no_answer"),
        ((delta("<think>hm</think> "),), "", "no_answer"),
        ((delta("a" * 70_000),), "a" * 64_000, "too_long"),
        ((delta("", ended("content_filter")),), "", "filtered"),
    ],
)
def test_its_faults_are_ours(said: tuple[Any, ...], text: str, fault: str) -> None:
    yielded, end = asked(Chats(*said))
    assert isinstance(end, LLMFailed)
    assert (yielded, end.fault) == (text, fault)
    assert "canary" not in end.sentence


def test_so_are_its_deadlines() -> None:
    llm = Chats(delta("Half"), delta(" more"), waits=30)
    text, end = asked(llm, Pace(between_tokens=0.05))
    llm.over.set()
    assert isinstance(end, LLMFailed)
    assert (text, str(end)) == (
        "Half",
        "The LLM Chats of LlamaIndex stopped writing for 0.05 s before its answer was whole.",
    )


def test_one_that_was_stopped_is_not_read_on() -> None:
    llm = Chats(delta("Half"), delta(" more"), delta(" still"), waits=30)
    action = Action()
    stream = LlamaIndexLLM(llm).stream(MESSAGES, action)
    assert next(iter(stream)) == "Half"
    action.stop()
    _, end = taken(stream)
    llm.over.set()
    assert isinstance(end, LLMFailed)
    assert end.fault == "stopped"
