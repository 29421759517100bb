"""What anybody may send to the page: how much, in what form, and what the terminal shows of it."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ui.browser import Served
from tests.ui.visitor import CALL, DATA, JOIN, QUESTION, Visitor, visiting


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", ""]
)
def test_only_json_is_read(visitor: Visitor, kind: str) -> None:
    for path in (JOIN, CALL):
        answer = visitor.http.post(path, content=json.dumps(visitor.asking()), headers={"Content-Type": kind})
        assert answer.status_code == 415


CHOICE = {"index": 0, "value": {"text": QUESTION}}
ANYTHING: tuple[Any, ...] = (
    None, True, False, -1, 10**400, 1.5, 1e999, "", "a word", "\ud800", "../a", "a" * 65, [], [[]], {}, {"a": 1}, [None] * 99,
)  # fmt: skip
NO_JSON = (
    b"", b"{", b"null", b"[]", b"1", b'"a"', b"\xff\xfe", b"\xef\xbb\xbf{}", b"[" * 8000, b'{"a":' * 2500, b"NaN", b"9" * 6000,
    b'{"data":NaN}', b"\x00", b"\xe4", "{}".encode("utf-16"), b"data=1", b"\x1b[2J\x1b]0;title\x07",
)  # fmt: skip
ODD_EVENTS: tuple[dict[str, Any], ...] = (
    {"fn_index": 1}, {"fn_index": 99}, {"data": [QUESTION]}, {"data": ["", QUESTION, "", "", [], ""]},
    {"data": ["", {"text": "a"}, "", "", []]}, {"data": ["", ["a"], "", "", []]}, {"data": ["", QUESTION, "", {"a": 1}, []]},
    {"data": ["", QUESTION, "", "", [1]]}, {"trigger_id": 1},
    {"event_data": CHOICE}, {"event_data": {}}, {"event_data": {"id": "a"}},
    {"event_data": "a"}, {"event_id": "a"}, {"batched": True}, {"simple_format": True}, {"oauth_token": "a"}, {"request": {}},
    {"event_data": {"said": "a"}},
)  # fmt: skip
ODD_CHOICES = (
    *ANYTHING,
    {"index": 0},
    {"index": 0, "value": None},
    {"index": 0, "value": {"text": 1}},
    {"id": 1},
    {"id": "a", "more": "b"},
    {"said": ["a"]},
)


def altered(base: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body `base` with a field left out, and with anything at all in its place."""
    calls = "component_id" in base
    for field in base:
        if field != "trigger_id":
            yield {name: value for name, value in base.items() if name != field}
        # A call may name any answer, and an event need not say what triggered it.
        yield from (
            {**base, field: one}
            for one in ANYTHING
            if not (calls and field == "data" and isinstance(one, str)) and not (field == "trigger_id" and one is None)
        )


def bodies(visitor: Visitor) -> Iterator[tuple[str, Any]]:
    """Where to, and what, nobody may send who is a visitor of this page."""
    asking, calling = visitor.asking(), visitor.calling("evidence_of", "0" * 32)
    yield from ((path, body) for path in (JOIN, CALL) for body in NO_JSON)
    yield from ((JOIN, body) for body in altered(asking))
    yield from ((CALL, body) for body in altered(calling))
    yield from ((JOIN, asking | odd) for odd in ODD_EVENTS)
    for elem_id, trigger in (("chat", "example_select"), ("evidence", "again")):
        yield from ((JOIN, visitor.telling(elem_id, trigger, event_data=odd)) for odd in ODD_CHOICES)


def test_a_malformed_body_is_refused_in_one_line_that_repeats_nothing_of_it(overheard: Served, said: Path) -> None:
    before = len(said.read_text().splitlines())
    with visiting(overheard.url) as visitor:
        sent = tuple(bodies(visitor))
        for path, body in sent:
            content = body if isinstance(body, bytes) else json.dumps(body)
            answer = visitor.http.post(path, content=content, headers={"Content-Type": "application/json"})
            assert answer.status_code == 400, (path, body, answer.text)
    lines = said.read_text().splitlines()[before:]
    assert len(lines) == len(sent) > 84
    assert all(line.startswith("A request was refused (400): the body is not the page's: it") for line in lines)


def test_a_stream_of_nothing_and_hostile_addresses_leave_no_traceback_and_no_escape(
    overheard: Served, said: Path
) -> None:
    before = len(said.read_bytes())
    with visiting(overheard.url) as visitor:
        stream = visitor.http.get(DATA, params={"session_hash": visitor.session})
        assert "session_not_found" in stream.text
        for query in (
            "",
            "session_hash=",
            "session_hash=a&session_hash=b",
            "session_hash=%1b%5b2J",
            "session_hash=" + "a" * 99,
        ):
            assert visitor.http.get(f"{DATA}?{query}").status_code == 400
        for path in ("custom_component/%1b%5b2J%1b%5d0;PWNED%07/client/x/y.js", "file/%1b%5b2J", "heartbeat/%1b%5b2J"):
            assert visitor.http.get(f"/gradio_api/{path}").status_code == 404
    more = said.read_bytes()[before:]
    assert b"Traceback" not in more
    assert b"\x1b" not in more
    assert b"PWNED" not in more


def test_an_odd_question_is_a_question(visitor: Visitor) -> None:
    for question in ("\ud800", "\x1b[2J", "\x00", "<b>" * 600):
        content = json.dumps(visitor.asking(question))
        assert visitor.http.post(JOIN, content=content, headers={"Content-Type": "application/json"}).status_code == 200


def test_a_body_beyond_what_a_question_needs_is_refused_and_not_held(overheard: Served) -> None:
    huge = json.dumps({"data": [["x"] * 10_000_000, None]}).encode()
    pieces = [huge[begin : begin + 65_536] for begin in range(0, len(huge), 65_536)]
    refused: list[int] = []

    def send(content: Any) -> None:
        headers = {"Content-Type": "application/json"}
        refused.append(httpx.post(overheard.url + JOIN, content=content, headers=headers, timeout=60).status_code)

    before = resident(overheard.process.pid)
    for content in (lambda: huge, lambda: iter(pieces)):
        threads = [threading.Thread(target=send, args=(content(),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        with visiting(overheard.url) as visitor:
            assert "close_stream" in visitor.ask()
        for thread in threads:
            thread.join()
    assert refused == [413] * 8
    assert resident(overheard.process.pid) - before < 60
    assert httpx.request("GET", overheard.url, content=b"a").status_code == 413


def test_headers_without_end_are_not_held(overheard: Served) -> None:
    address = ("127.0.0.1", int(overheard.url.rpartition(":")[2]))
    before = resident(overheard.process.pid)
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            connection.sendall(b"X: a\r\n" * 5_000_000)
    assert resident(overheard.process.pid) - before < 60


def resident(pid: int | None) -> int:
    """Megabytes of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024
