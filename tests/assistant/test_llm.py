"""An endpoint over HTTP, asked through what stands between it and the user."""

import json
import logging
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.llm.action import Action, LLMFailed
from assistant.llm.llm import Endpoint
from assistant.llm.messages import LLM, Finished, Message
from assistant.llm.pacing import Pace
from assistant.llm.retrying import Retrying
from assistant.types import Usage
from benchmarks.fault_cases import CASES, PACE, Case
from benchmarks.faults import KEY, outcome
from index.errors import SettingsError
from tests.faults import COUNTED, Body, Exchange, Misbehaving, Reply, computes, lists, refuses, says, sends, taken

MESSAGES = (Message("system", "Answer."), Message("user", "Why?"))
WAITS = says("The ", "rest", every=30)


def endpoint(served: Misbehaving, key: str | None = KEY, pace: Pace = PACE) -> Endpoint:
    return Endpoint(served.url, "small", key, pace)


def asked(llm: LLM, seconds: float = 20.0) -> tuple[str, Finished | LLMFailed]:
    return taken(llm.stream(MESSAGES, Action(seconds)))


def wait_until(count: int, served: Misbehaving) -> None:
    """Wait, a second at most, until so many clients have left."""
    until = time.monotonic() + 1
    while len(served.left) < count:
        assert time.monotonic() < until, f"{len(served.left)} of {count} have left"
        time.sleep(0.005)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_fault_is_dealt_with_as_specified(case: Case) -> None:
    # Its deadlines are of tenths of a second, which a machine that does other things may hold up.
    tries = (outcome(case) for _ in range(3))
    one = next((each for each in tries if each.is_as_specified(case)), None) or outcome(case)
    assert one.is_as_specified(case), one
    assert len(one.told) <= 300
    assert one.told.count(".") >= one.told.endswith(".")


def test_the_plan_names_no_more_faults_than_there_are_cases() -> None:
    assert len(CASES) >= 30
    assert len({case.name for case in CASES}) == len(CASES)


def test_what_is_asked_and_what_is_counted() -> None:
    with Misbehaving(says("Be", "cause.")) as served:
        text, end = asked(endpoint(served))
    (request,) = served.requests
    assert (text, end) == ("Because.", Finished(Usage(*COUNTED, cost_usd=None)))
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "small",
        "messages": [{"role": "system", "content": "Answer."}, {"role": "user", "content": "Why?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
    }


def test_text_is_yielded_as_it_comes() -> None:
    with Misbehaving(WAITS) as served:
        stream = endpoint(served).stream(MESSAGES, Action())
        assert next(iter(stream)) == "The "
        stream.close()  # type: ignore[attr-defined]


def test_a_reply_may_depend_on_what_was_asked() -> None:
    def echo(body: Body) -> list[str]:
        return [body["messages"][-1]["content"].upper()]

    with Misbehaving(computes(echo)) as served:
        assert asked(endpoint(served))[0] == "WHY?"


def test_an_endpoint_that_does_not_count_is_taken_at_its_word() -> None:
    with Misbehaving(says("Yes.", counted=None)) as served:
        assert asked(endpoint(served)) == ("Yes.", Finished())


def test_a_field_that_was_refused_is_never_sent_again() -> None:
    said = {"error": {"message": "Unsupported value: 'temperature' does not support 0 with this model."}}
    with Misbehaving(refuses(400, said), says("Yes.")) as served:
        llm = Retrying(endpoint(served))
        assert [asked(llm)[0] for _ in range(2)] == ["Yes.", "Yes."]
        assert ["temperature" in request.body for request in served.requests] == [True, False, False]
        assert all("stream_options" in request.body for request in served.requests)


def test_the_window_that_an_endpoint_names_is_known() -> None:
    message = "This model's maximum context length is 4,096 tokens, however you requested 5000 tokens."
    ours = {"message": "the request exceeds the available context size, try increasing it", "n_ctx": 2048}
    with Misbehaving(
        refuses(400, {"error": {"message": message}}), refuses(400, {"error": ours}), refuses(413)
    ) as served:
        windows = [end.window for _ in range(3) if isinstance(end := asked(endpoint(served))[1], LLMFailed)]
    assert windows == [4096, 2048, None]


@pytest.mark.parametrize("reply", [WAITS, says("late", after=30)], ids=["in the middle", "before the first token"])
def test_stopping_closes_the_request_at_the_endpoint_within_a_second(reply: Reply) -> None:
    action = Action()
    with Misbehaving(reply) as served, ThreadPoolExecutor() as pool:
        taking = pool.submit(taken, endpoint(served, pace=Pace()).stream(MESSAGES, action))
        until = time.monotonic() + 5
        while not served.requests and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(0.05)
        action.stop()
        _, end = taking.result(1)
        wait_until(1, served)
    assert isinstance(end, LLMFailed)
    assert end.fault == "stopped"


def test_whoever_leaves_takes_the_request_along() -> None:
    with Misbehaving(WAITS) as served:
        llm = endpoint(served, pace=Pace())
        streams = [llm.stream(MESSAGES, Action()) for _ in range(100)]
        with ThreadPoolExecutor(20) as pool:
            assert set(pool.map(next, streams)) == {"The "}
        assert served.left == []
        for stream in streams:
            stream.close()  # type: ignore[attr-defined]
        wait_until(100, served)


@pytest.mark.parametrize("seconds", [5.0, 0.3])
def test_a_deadline_closes_the_request_at_the_endpoint(seconds: float) -> None:
    with Misbehaving(says("late", after=30)) as served:
        text, end = asked(endpoint(served), seconds)
        wait_until(1, served)
    assert isinstance(end, LLMFailed)
    assert (text, end.fault) == ("", "first_token_timeout" if seconds > 1 else "deadline")


def test_no_thread_is_left_behind() -> None:
    with Misbehaving(WAITS) as served:
        for _ in range(5):
            stream = endpoint(served).stream(MESSAGES, Action())
            next(iter(stream))
            stream.close()  # type: ignore[attr-defined]
        wait_until(5, served)
    until = time.monotonic() + 1
    while [thread for thread in threading.enumerate() if thread.name == "llm"]:
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_reader_that_takes_its_time_is_not_the_fault_of_the_endpoint() -> None:
    with Misbehaving(says("One. ", "Two. ", "Three.")) as served:
        llm = endpoint(served, pace=Pace(first_token=5, between_tokens=0.2))
        text = ""
        for part in llm.stream(MESSAGES, Action()):
            time.sleep(0.3)
            text += part if isinstance(part, str) else ""
    assert text == "One. Two. Three."


def test_what_the_environment_holds_for_others_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "BASE_URL"):
        monkeypatch.setenv(f"OPENAI_{name}", "http://127.0.0.1:9/canary")
    with Misbehaving(says("Yes.")) as served:
        assert asked(endpoint(served, key=None))[0] == "Yes."
        assert "canary" not in json.dumps(served.requests[0].headers)


def test_there_is_no_proxy_on_the_way_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with Misbehaving(says("Yes.")) as served, Misbehaving(says("No.")) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert asked(endpoint(served))[0] == "Yes."
        assert asked(Endpoint(served.url.replace("127.0.0.1", "localhost"), "small"))[0] == "Yes."
        assert (proxy.requests, proxy.others) == ([], [])


def test_a_proxy_is_used_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    with Misbehaving(says("Yes.")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert asked(Endpoint("http://llm.example/v1", "small"))[0] == "Yes."


def _says_it_everywhere(exchange: Exchange) -> None:
    exchange.send(f"HTTP/1.1 500 {KEY}\r\nX-Key: {KEY}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())


def _echoes(exchange: Exchange) -> None:
    """An endpoint that tells everybody what it was given."""
    exchange.status(400, {"error": {"message": f"Bad request: {json.dumps(exchange.request.headers)}"}})


def _echoes_in_stream(exchange: Exchange) -> None:
    exchange.begin()
    exchange.event({"error": {"message": f"{KEY} is no key; nor are {KEY[:20]} and {KEY[8:]}"}})


@pytest.mark.parametrize(
    "reply",
    [
        _echoes,
        _says_it_everywhere,
        _echoes_in_stream,
        refuses(401, {"error": {"message": f"Incorrect API key provided: {KEY}."}}),
        refuses(500, {"error": {"message": f"{KEY[3:]} {KEY}{KEY}"}}),
        refuses(404, {"error": {"message": KEY}}),
        sends(f"data: {KEY}\n\n".encode()),
    ],
)
def test_the_key_is_in_no_message_log_or_traceback(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Misbehaving(reply, models=lists(KEY, "m" + KEY)) as served:
        llm = endpoint(served)
        taken(llm.stream(MESSAGES, Action()))
        with pytest.raises(LLMFailed) as raised:
            list(llm.stream(MESSAGES, Action()))
    failed = raised.value
    assert not failed.__cause__
    assert not failed.__context__
    told = "".join(traceback.format_exception(failed))
    for text in (str(failed), failed.sentence, repr(failed), told, repr(llm), caplog.text):
        assert KEY[3:11] not in text
        assert KEY[-8:] not in text


@pytest.mark.parametrize("key", ["sk-canary-é", "sk-canary\nx: y", "sk-canary\0", "sk canary"])
def test_a_key_that_cannot_be_sent_is_told_without_it(key: str) -> None:
    with pytest.raises(SettingsError, match="The key of the LLM cannot be sent") as raised:
        Endpoint(None, "small", key)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize("url", ["http://\0/v1", "http://a..b/v1", f"http://{'a' * 70}.example/v1", "http://[::1/v1"])
def test_an_address_that_cannot_be_asked_is_told_at_once(url: str) -> None:
    with pytest.raises(SettingsError, match="The address of the LLM is none"):
        Endpoint(url, "small")


@pytest.mark.parametrize(
    ("models", "told"),
    [
        (lists(*(f"other-{n}" for n in range(30)), "smaller"), "it has smaller, other-"),
        (lists(), "see SCHOLIAST_LLM_MODEL"),
        (refuses(404), "see SCHOLIAST_LLM_MODEL"),
        (refuses(200, "<html>"), "see SCHOLIAST_LLM_MODEL"),
        (refuses(200, {"data": None}), "see SCHOLIAST_LLM_MODEL"),
        (refuses(200, {"data": [{"id": 3}, 4, {"id": "one"}]}), "it has one."),
        (lambda exchange: exchange.reset(), "see SCHOLIAST_LLM_MODEL"),
    ],
)
def test_the_models_that_an_endpoint_has_are_named_as_far_as_it_names_them(models: Reply, told: str) -> None:
    with Misbehaving(refuses(404), models=models) as served:
        _, end = asked(endpoint(served))
    assert isinstance(end, LLMFailed)
    assert end.fault == "no_model"
    assert told in end.sentence
    assert len(end.sentence) <= 300


def test_a_user_in_the_address_is_not_told() -> None:
    _, end = asked(Endpoint("http://me:canary@127.0.0.1:9/v1", "small", pace=PACE))
    assert str(end) == "The LLM at 127.0.0.1:9 is not reachable: nothing listens there."


def test_one_request_alone_is_sent_by_an_endpoint_whatever_comes_back() -> None:
    def statuses() -> Iterator[int]:
        yield from (408, 409, 425, 429, 500, 502, 503, 504, 529)

    with Misbehaving(says("Yes.")) as served:
        for code in statuses():
            served.script(refuses(code, x_should_retry="true", retry_after="0"))
            assert isinstance(asked(endpoint(served))[1], LLMFailed)
            assert len(served.requests) == 1


def test_a_storm_of_questions_is_not_passed_on() -> None:
    with Misbehaving(refuses(429, retry_after="3600")) as served, ThreadPoolExecutor(8) as pool:
        llm = Retrying(endpoint(served))
        ends = [end for _, end in pool.map(lambda _: asked(llm), range(50))]
    assert all(isinstance(end, LLMFailed) for end in ends)
    assert len(served.requests) <= 5 + 8
