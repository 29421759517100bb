"""Every fault of an endpoint, and what is specified for it."""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import repeat
from typing import NoReturn

from assistant.llm.action import Fault
from assistant.llm.pacing import Pace
from assistant.llm.reply import CAP
from benchmarks.fault_replies import (
    HALF,
    aborted_chunk,
    byte_by_byte,
    drips,
    event,
    floods,
    half_an_error,
    head_without_end,
    holds_on,
    no_gzip,
    odd,
    reset,
)
from benchmarks.misbehaving import (
    Misbehaving,
    Reply,
    Request,
    black_hole,
    free_port,
    lists,
    refuses,
    says,
    self_signed,
    sends,
)

# Seconds: shorter than those in force, so that all faults together take some ten.
PACE = Pace(connect=0.5, first_token=0.5, between_tokens=0.4, tail=0.2)
TOTAL = 1.5
# The pause before a request is so many times as long in force, unless the endpoint says how long it is to be.
PAUSES = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where to ask; how many requests came there, where somebody counts; and what nobody must have sent."""

    url: str
    came: Callable[[], int] | None = None
    leaks: Callable[[], Sequence[Request]] = tuple


@dataclass(frozen=True, slots=True)
class Case:
    """A fault; what is yielded of the answer, and what is raised then, or None where the answer is whole.

    `requests` is how many it takes, and `seconds` the most, with the deadlines of `PACE`.
    """

    name: str
    at: Callable[[], AbstractContextManager[Place]]
    fault: Fault | None
    text: str = ""
    requests: int = 1
    seconds: float = 1.0
    cut_off: bool = False


def _served(*replies: Reply, models: Reply | None = None) -> Callable[[], AbstractContextManager[Place]]:
    @contextmanager
    def at() -> Iterator[Place]:
        with Misbehaving(*replies, models=models) as endpoint:
            yield Place(endpoint.url, lambda: len(endpoint.requests) + len(endpoint.others))

    return at


@contextmanager
def _refused() -> Iterator[Place]:
    yield Place(f"http://127.0.0.1:{free_port()}/v1")


@contextmanager
def _names_after(seconds: float) -> Iterator[Place]:
    over = threading.Event()

    def unknown(*_: object, **__: object) -> NoReturn:
        over.wait(seconds)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    known = socket.getaddrinfo
    socket.getaddrinfo = unknown
    try:
        yield Place("http://llm.example/v1")
    finally:
        over.set()
        socket.getaddrinfo = known


@contextmanager
def _black_hole() -> Iterator[Place]:
    with black_hole() as url:
        yield Place(url)


@contextmanager
def _untrusted() -> Iterator[Place]:
    with Misbehaving(says("no"), tls=self_signed()) as endpoint:
        yield Place(endpoint.url, leaks=lambda: endpoint.requests)


@contextmanager
def _with(variable: str, value: str) -> Iterator[None]:
    before = os.environ.get(variable)
    os.environ[variable] = value
    try:
        yield
    finally:
        del os.environ[variable]
        if before:
            os.environ[variable] = before


@contextmanager
def _behind_proxy() -> Iterator[Place]:
    with Misbehaving(says("no")) as proxy, _with("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}"):
        yield Place(
            "https://llm.example/v1", leaks=lambda: [one for one in proxy.others if "authorization" in one.headers]
        )


@contextmanager
def _behind_none() -> Iterator[Place]:
    with _with("HTTPS_PROXY", "gopher://127.0.0.1:9"):
        yield Place("https://llm.example/v1")


@contextmanager
def _without_certificates() -> Iterator[Place]:
    with _with("SSL_CERT_FILE", "/nowhere"):
        yield Place("https://llm.example/v1")


@contextmanager
def _redirected() -> Iterator[Place]:
    with Misbehaving(says("no")) as other:
        away = refuses(302, location=f"{other.url}/chat/completions")
        with Misbehaving(away) as endpoint:
            yield Place(endpoint.url, lambda: len(endpoint.requests), lambda: other.requests)


_KEY = refuses(401, {"error": {"message": "Incorrect API key provided: sk-canary-0123456789abcdef."}})
_WINDOW = "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens."
_UNKNOWN = refuses(404, {"error": {"message": "No such model"}})
_SLOW, _BUSY = refuses(429, {"error": {"message": "Slow down."}}, retry_after="1"), refuses(503, "<h1>Busy</h1>")
_QUOTA = refuses(429, {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}})
_FILTER = refuses(400, {"error": {"message": "Refused by the content management policy.", "code": "content_filter"}})
_OPTION = refuses(400, {"error": {"message": "Unrecognized request argument supplied: stream_options"}})
_LOOP = "What the paper finds is that the paper finds what the paper finds, as was to be found. "

CASES = (
    Case("connection refused", _refused, "unreachable", requests=3, seconds=2),
    Case("name not known", lambda: _names_after(0), "unreachable", requests=3, seconds=2),
    Case("name server silent", lambda: _names_after(5), "connect_timeout", seconds=1.0),
    Case("connect black hole", _black_hole, "connect_timeout", seconds=1.0),
    Case("reset before the reply", _served(reset()), "unreachable", requests=3),
    Case("no HTTP", _served(lambda exchange: exchange.send(b"SSH-2.0-OpenSSH_9.2\r\n")), "unreachable", requests=3),
    Case("401", _served(_KEY), "key_refused"),
    Case("403", _served(refuses(403, "Go away")), "key_refused"),
    Case("404 model", _served(_UNKNOWN, models=lists("small-8b", "large-70b")), "no_model", requests=2),
    Case("404, no API", _served(_UNKNOWN, models=refuses(404)), "no_model", requests=2),
    Case("429, Retry-After 1", _served(_SLOW, says("After all.")), None, "After all.", requests=2, seconds=1.4),
    Case("429, Retry-After 3600", _served(refuses(429, retry_after="3600")), "rate_limited"),
    Case("429 insufficient_quota", _served(_QUOTA), "quota"),
    Case("500 HTML", _served(refuses(500, "<h1>Oops</h1>")), "overloaded", requests=3),
    Case("500, body cut off", _served(half_an_error), "unreachable", requests=3),
    Case("503 HTML, twice", _served(_BUSY, _BUSY, says("At last.")), None, "At last.", requests=3),
    Case("400 context overflow", _served(refuses(400, {"error": {"message": _WINDOW}})), "context"),
    Case("400 unknown field", _served(_OPTION, says("Without it.")), None, "Without it.", requests=2),
    Case("200 malformed JSON", _served(refuses(200, '{"choices": [')), "bad_response"),
    Case("200 HTML login page", _served(refuses(200, "<html><h1>Log in</h1></html>")), "bad_response"),
    Case("200 choices: []", _served(refuses(200, {"choices": []})), "bad_response"),
    Case("200 gzip that is none", _served(no_gzip), "bad_response"),
    Case("SSE choices: [] alone", _served(sends(b'data: {"choices": []}\n\ndata: [DONE]\n\n')), "bad_response"),
    Case(
        "content null",
        _served(sends(b'data: {"choices": [{"delta": {"content": null}}]}\n\n', finish=True)),
        "no_answer",
    ),
    Case("content empty", _served(says("")), "no_answer"),
    Case("content white space", _served(says(" ", "\n")), "no_answer"),
    Case("only <think>", _served(says("<th", "ink>Let me", " see</think>")), "no_answer"),
    Case("finish_reason length", _served(says(*HALF, reason="length")), None, "".join(HALF), cut_off=True),
    Case("content_filter, 400", _served(_FILTER), "filtered"),
    Case("content_filter, finish_reason", _served(says(reason="content_filter")), "filtered"),
    Case("hang, no byte", _served(lambda exchange: exchange.wait(5)), "first_token_timeout", seconds=1.0),
    Case("head without end", _served(head_without_end), "first_token_timeout", seconds=1.0),
    Case("SSE closed without finish", _served(sends(*map(event, HALF))), "incomplete", "".join(HALF)),
    Case("SSE cut mid-JSON", _served(sends(event("The "), event("rest")[:-9])), "incomplete", "The "),
    Case("chunked abort", _served(aborted_chunk), "incomplete", "".join(HALF)),
    Case("RST", _served(reset(*HALF)), "incomplete", "".join(HALF)),
    Case("SSE bad JSON line", _served(sends(event("The "), b"data: {oops\n\n", event("rest"))), "incomplete", "The "),
    Case(
        "SSE stall after two tokens",
        _served(sends(*map(event, HALF), 5.0)),
        "token_timeout",
        "".join(HALF),
        seconds=0.7,
    ),
    Case("SSE keep-alive drip", _served(drips(b": still here\n\n")), "first_token_timeout", seconds=1.0),
    Case(
        "SSE keep-alive drip after a token",
        _served(drips(b": still here\n\n", "The ")),
        "token_timeout",
        "The ",
        seconds=0.7,
    ),
    Case(
        "SSE drip of thoughts",
        _served(drips(b'data: {"choices": [{"delta": {"reasoning_content": "hm"}}]}\n\n')),
        "deadline",
        seconds=1.7,
    ),
    Case(
        "SSE error event",
        _served(sends(event("The "), b'data: {"error": {"message": "out of memory"}}\n\n')),
        "overloaded",
        "The ",
    ),
    Case("SSE one byte at a time", _served(byte_by_byte), None, "naïve 日本語 🧬 ", seconds=1),
    Case("SSE odd but right", _served(odd), None, "two events on linesé"),
    Case("finish, then silence", _served(holds_on), None, "All of it.", seconds=0.9),
    Case(
        "5 MB in one delta",
        _served(sends(event("abcdefghij" * 500_000))),
        "too_long",
        ("abcdefghij" * CAP)[:CAP],
        seconds=1,
    ),
    Case("a million deltas", _served(floods), "too_long", "".join(f"{n:x} " for n in range(CAP))[:CAP], seconds=1.5),
    Case("repeat loop", _served(says(*repeat(_LOOP, 100))), "repeats", _LOOP * 10),
    Case("certificate not trusted", _untrusted, "tls"),
    Case("SSL_CERT_FILE names no file", _without_certificates, "tls"),
    Case("proxy 407", _behind_proxy, "proxy"),
    Case("proxy that is none", _behind_none, "proxy"),
    Case("redirect to another host", _redirected, "redirect"),
)
