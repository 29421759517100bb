"""What is answered by one JSON object, asked through the client of the LLM."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.llm.action import Action, Kind, LLMFailed
from assistant.llm.exchange import Exchange
from assistant.llm.pacing import Pace
from assistant.llm.retrying import BACKGROUND, PATIENCE, Patience, Retries
from index.errors import SettingsError
from tests.faults import Exchange as Served
from tests.faults import Misbehaving, Reply, lists, refuses, sends

KEY = "sk-canary-0123456789abcdef"
FOUND = {"data": [{"index": 0, "embedding": [0.6, 0.8]}]}
PACE = Pace(connect=0.5, first_token=0.5, between_tokens=0.5)
OF_EMBEDDER = Kind("embedder", "SCHOLIAST_EMBED")


def exchange(served: Misbehaving, key: str | None = KEY, pace: Pace = PACE) -> Exchange:
    return Exchange(served.url, "small", key, pace, OF_EMBEDDER)


def failed(served: Misbehaving, action: Action | None = None, **given: int) -> LLMFailed:
    with pytest.raises(LLMFailed) as raised:
        exchange(served).post("/embeddings", {"input": ["x"]}, action or Action(kind=OF_EMBEDDER), **given)
    assert len(raised.value.sentence) <= 300
    assert "LLM" not in raised.value.sentence
    assert "canary" not in raised.value.sentence
    return raised.value


def said(*pieces: bytes | float, length: int | None = None) -> Reply:
    """A reply of 200 whose body comes in pieces, each number a pause in seconds; it may be announced to be longer."""

    def reply(served: Served) -> None:
        named = f"Content-Length: {length}\r\n" if length else ""
        served.send(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{named}Connection: close\r\n\r\n".encode())
        for piece in pieces:
            served.send(piece) if isinstance(piece, bytes) else served.wait(piece)

    return reply


def test_what_is_sent_and_what_comes_back() -> None:
    with Misbehaving(refuses(200, FOUND)) as served:
        assert exchange(served).post("/embeddings", {"model": "small", "input": ["x"]}, Action()) == FOUND
        (request,) = served.requests
    assert (request.method, request.path) == ("POST", "/v1/embeddings")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {"model": "small", "input": ["x"]}


def test_an_address_with_a_query_keeps_it() -> None:
    with Misbehaving(refuses(200, FOUND)) as served:
        asked = Exchange(f"{served.url}?api-version=2", "small", KEY, PACE)
        assert asked.post("/rerank", {}, Action()) == FOUND
        (request,) = served.requests
    assert request.path == "/v1/rerank?api-version=2"
    assert (request.headers["api-key"], "authorization" in request.headers) == (KEY, False)


def test_a_body_may_come_in_any_pieces() -> None:
    body = json.dumps({"é": "ü"}, ensure_ascii=False).encode()
    with Misbehaving(said(b"\xef\xbb\xbf", *(body[at : at + 1] for at in range(len(body))))) as served:
        assert exchange(served).post("/embeddings", {}, Action()) == {"é": "ü"}


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (refuses(401), "key_refused"),
        (refuses(404), "no_model"),
        (refuses(429, retry_after="3"), "rate_limited"),
        (refuses(402), "quota"),
        (refuses(413), "context"),
        (refuses(500), "overloaded"),
        (refuses(307, location="http://127.0.0.1:9/"), "redirect"),
        (refuses(400, {"error": {"message": "no such dimension"}}), "rejected"),
        (refuses(200, {"error": {"message": "out of memory"}}), "overloaded"),
        (refuses(200, "<html>"), "bad_response"),
        (said(b"[1, 2]"), "bad_response"),
        (said(b""), "bad_response"),
        (said(b'{"data": [', length=100), "incomplete"),
        (said(b"[" * 100_000), "bad_response"),
        (sends(b"data: {}\n\n"), "bad_response"),
        (said(b'{"data"', 5.0), "token_timeout"),
        (lambda served: served.wait(5), "first_token_timeout"),
        (lambda served: served.reset(), "unreachable"),
    ],
)
def test_every_fault_is_that_of_the_llm_client_in_words_of_its_own(reply: Reply, fault: str) -> None:
    with Misbehaving(reply, models=lists("other")) as served:
        told = failed(served)
    assert told.fault == fault
    assert told.sentence.startswith(f"The embedder at 127.0.0.1:{served.port} ")


def test_the_settings_that_mend_a_fault_are_its_own() -> None:
    with Misbehaving(refuses(401)) as served:
        assert failed(served).sentence.endswith("set SCHOLIAST_EMBED_API_KEY to one that it takes.")
    with pytest.raises(SettingsError, match="The key of the embedder cannot be sent"):
        Exchange(None, "small", "sk canary", kind=OF_EMBEDDER)


def test_an_array_is_read_where_one_may_come() -> None:
    with Misbehaving(refuses(200, [1, 2]), refuses(200, FOUND), said(b"[1, "), said(b"7")) as served:
        asked = exchange(served)
        assert asked.post_for_any("/rerank", {}, Action()) == [1, 2]
        assert asked.post_for_any("/rerank", {}, Action()) == FOUND
        for fault in ("incomplete", "bad_response"):
            with pytest.raises(LLMFailed) as raised:
                asked.post_for_any("/rerank", {}, Action())
            assert raised.value.fault == fault


def test_more_than_is_wanted_is_not_read() -> None:
    with Misbehaving(said(b'{"data": "' + b"x" * 5000 + b'"}')) as served:
        assert failed(served, most=1000).fault == "bad_response"


def test_a_body_that_drips_has_the_deadline_of_the_action() -> None:
    with Misbehaving(said(b"{", *(0.2, b" ") * 50)) as served:
        told = failed(served, Action(0.6, kind=OF_EMBEDDER))
    assert (told.fault, told.sentence) == (
        "deadline",
        "The embedder did not finish within 0.6 s, and was stopped.",
    )


def test_stopping_closes_the_request() -> None:
    action = Action(kind=OF_EMBEDDER)
    with Misbehaving(lambda served: served.wait(30)) as served, ThreadPoolExecutor() as pool:
        asking = pool.submit(exchange(served, pace=Pace()).post, "/embeddings", {}, action)
        until = time.monotonic() + 5
        while not served.requests and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(0.05)
        action.stop()
        assert isinstance(asking.exception(1), LLMFailed)


def codes(*codes: int) -> Iterator[Reply]:
    yield from (refuses(code) for code in codes)
    yield refuses(200, FOUND)


def whole(served: Misbehaving, patience: Patience = PATIENCE, requests: int = 9) -> object:
    asked, action = exchange(served), Action(requests=requests, sleep=lambda _: None, kind=OF_EMBEDDER)
    return Retries(kind=OF_EMBEDDER).whole(lambda: asked.post("/embeddings", {}, action), action, patience)


def test_it_is_asked_again_as_an_llm_is() -> None:
    with Misbehaving(*codes(503, 503)) as served:
        assert whole(served) == FOUND
        assert len(served.requests) == 3
    with Misbehaving(*codes(503, 503, 503)) as served, pytest.raises(LLMFailed):
        whole(served)
    with Misbehaving(*codes(400)) as served, pytest.raises(LLMFailed):
        whole(served)


def test_what_nobody_waits_for_is_asked_again_more_often_and_after_more_faults() -> None:
    with Misbehaving(refuses(429), said(b'{"d', length=9), refuses(503), refuses(200, FOUND)) as served:
        assert whole(served, BACKGROUND) == FOUND
        assert len(served.requests) == 4
    with Misbehaving(refuses(429), refuses(200, FOUND)) as served, pytest.raises(LLMFailed):
        whole(served)


def test_who_waits_as_long_as_is_asked_for_may_be_asked_to_wait_again_and_again() -> None:
    with Misbehaving(*[refuses(429, retry_after="0")] * 5, refuses(200, FOUND)) as served:
        assert whole(served, BACKGROUND) == FOUND
        assert len(served.requests) == 6


def test_an_address_may_end_as_a_request_does() -> None:
    with Misbehaving(refuses(200, FOUND)) as served:
        Exchange(f"{served.url}/embeddings", "small", KEY, PACE).post("/embeddings", {}, Action())
        assert served.requests[0].path == "/v1/embeddings"


def test_one_that_keeps_failing_is_left_alone() -> None:
    with Misbehaving(refuses(503)) as served, pytest.raises(LLMFailed):
        whole(served, BACKGROUND)
    assert len(served.requests) == 5
