"""Endpoints as they are met: what they refuse, where they are, and how they reply."""

import gzip
import json
import resource
from collections.abc import Callable

import pytest

from assistant.llm.action import Action, LLMFailed
from assistant.llm.llm import Endpoint
from assistant.llm.messages import LLM, Finished, Message
from assistant.llm.pacing import Pace
from assistant.llm.retrying import Retrying
from assistant.types import Usage
from benchmarks.fault_cases import PACE
from benchmarks.faults import KEY
from tests.faults import COUNTED, Body, Exchange, Misbehaving, Reply, refuses, says, sends, taken

MESSAGES = (Message("system", "Answer."), Message("user", "Why?"))


def endpoint(served: Misbehaving, pace: Pace = PACE) -> Endpoint:
    return Endpoint(served.url, "small", KEY, pace)


def asked(llm: LLM) -> tuple[str, Finished | LLMFailed]:
    return taken(llm.stream(MESSAGES, Action(20)))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, {"error": {"message": "System role not supported"}}),
        (400, {"object": "error", "message": "Conversation roles must alternate user/assistant/user/assistant/..."}),
        (500, {"error": {"code": 500, "message": "Only user and assistant roles are supported!"}}),
    ],
)
def test_a_refused_role_of_the_system_goes_into_the_message_of_the_user(status: int, said: Body) -> None:
    with Misbehaving(refuses(status, said), says("Yes.")) as served:
        llm = Retrying(endpoint(served))
        assert [asked(llm)[0] for _ in range(2)] == ["Yes.", "Yes."]
        roles = [[message["role"] for message in request.body["messages"]] for request in served.requests]
        assert roles == [["system", "user"], ["user"], ["user"]]
        assert served.requests[-1].body["messages"][0]["content"] == "Answer.\n\nWhy?"


def test_a_role_that_is_refused_again_is_told() -> None:
    with Misbehaving(refuses(400, {"error": {"message": "Roles must alternate"}})) as served:
        _, end = asked(Retrying(endpoint(served)))
        assert len(served.requests) == 2
    assert isinstance(end, LLMFailed)
    assert end.fault == "rejected"
    assert "“Roles must alternate”" in end.sentence


WHOLE = {
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": COUNTED[0], "completion_tokens": COUNTED[1]},
}


def test_a_refused_stream_is_asked_for_once_without_it() -> None:
    said = {"error": {"message": "Your organization must be verified to stream this model.", "param": "stream"}}
    with Misbehaving(refuses(400, said), refuses(200, WHOLE)) as served:
        llm = Retrying(endpoint(served))
        for _ in range(2):
            assert asked(llm) == ("Yes.", Finished(Usage(*COUNTED, cost_usd=None)))
        assert [request.body.get("stream") for request in served.requests] == [True, None, None]
        assert "stream_options" not in served.requests[-1].body


@pytest.mark.parametrize("ahead", [b"", b"\xef\xbb\xbf", b"\n\n  \n"])
def test_a_reply_that_is_plain_json_is_taken(ahead: bytes) -> None:
    body = ahead + json.dumps(WHOLE, indent=1).encode()
    with Misbehaving(sends(body[:9], 0.01, body[9:])) as served:
        assert asked(endpoint(served)) == ("Yes.", Finished(Usage(*COUNTED, cost_usd=None)))


@pytest.mark.parametrize("end", ["", "/", "/chat/completions"])
def test_an_address_may_have_a_query_and_the_key_goes_where_azure_wants_it(end: str) -> None:
    with Misbehaving(says("Yes.")) as served:
        url = f"{served.url}/openai/deployments/small{end}?api-version=2024-10-21"
        assert asked(Endpoint(url, "small", KEY))[0] == "Yes."
        (request,) = served.requests
    assert request.path == "/v1/openai/deployments/small/chat/completions?api-version=2024-10-21"
    assert request.headers["api-key"] == KEY
    assert "authorization" not in request.headers


def test_an_address_that_was_copied_too_far_is_understood() -> None:
    with Misbehaving(says("Yes.")) as served:
        assert asked(Endpoint(f"{served.url}/chat/completions", "small", KEY))[0] == "Yes."
        assert served.requests[0].path == "/v1/chat/completions"
        assert served.requests[0].headers["authorization"] == f"Bearer {KEY}"


def _endless(head: bytes, part: bytes) -> Reply:
    def reply(exchange: Exchange) -> None:
        exchange.send(head)
        for _ in range(3000):
            exchange.send(part)

    return reply


_BOMB = gzip.compress(b" " * 300_000_000, 1)
_HEAD = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nConnection: close\r\n%s\r\n"


@pytest.mark.parametrize(
    "reply",
    [
        lambda code: _endless(_HEAD % (code, b"") + b'{"error": {"message": "', b"x" * 1_000_000),
        lambda code: _endless(_HEAD % (code, b"Content-Encoding: gzip\r\n") + _BOMB, b""),
        lambda code: _endless(_HEAD % (code, b""), b"[" * 200_000),
    ],
    ids=["endless", "bomb", "deep"],
)
def test_errors_and_lists_of_models_are_read_to_a_limit(reply: Callable[[int], Reply]) -> None:
    for first, models, fault in ((reply(500), None, "overloaded"), (refuses(404), reply(200), "no_model")):
        with Misbehaving(first, models=models) as served:
            held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            _, end = asked(endpoint(served, pace=Pace()))
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 200_000
        assert isinstance(end, LLMFailed)
        assert end.fault == fault
