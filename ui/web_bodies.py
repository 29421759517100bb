"""What the page may send in the body of a request: a question, a click, the id of an answer; all else is refused."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Bytes: a question of 2,000 characters of four bytes each, and the rest of what stands around it.
MOST = 16_384
SESSION = re.compile(r"[0-9A-Za-z-]{1,64}")


class BodyRefused(Exception):
    """A body is none that the page sends; the sentence says why, in no word of the body itself."""


@dataclass(frozen=True, slots=True)
class Event:
    """What an event of the page takes: so many inputs, from these components, and whether it tells which was chosen."""

    inputs: int
    triggers: frozenset[int]
    chooses: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """The events of the page by their numbers, and the component whose one function it calls."""

    events: Mapping[int, Event]
    component: int
    function: str


def joined(body: bytes, expected: Expected) -> str:
    """The session that `body` joins to the queue. Raises `BodyRefused` unless it is an event of the page."""
    said = _object(body, {"data", "fn_index", "trigger_id", "session_hash", "event_data"})
    event = expected.events.get(_number(said.get("fn_index")))
    if not event:
        raise BodyRefused("it names no event of the page")
    data = said.get("data")
    if not isinstance(data, list) or len(data) != event.inputs or not all(isinstance(i, str | None) for i in data):
        raise BodyRefused("its data is not what the event takes")
    if said.get("trigger_id") is not None and _number(said["trigger_id"]) not in event.triggers:
        raise BodyRefused("it names no component of the event")
    if event.chooses != _is_choice(said.get("event_data")):
        raise BodyRefused("its choice is not what the event takes")
    return _session(said)


def called(body: bytes, expected: Expected) -> str:
    """The session that `body` calls the component's function for. Raises `BodyRefused` if it calls anything else."""
    said = _object(body, {"data", "component_id", "fn_name", "session_hash"})
    if _number(said.get("component_id")) != expected.component or said.get("fn_name") != expected.function:
        raise BodyRefused("it names no function of the page")
    if not isinstance(said.get("data"), str):
        raise BodyRefused("its data is not what the function takes")
    return _session(said)


def _object(body: bytes, fields: set[str]) -> dict[str, Any]:
    try:
        said = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BodyRefused("it is not JSON") from None
    if not isinstance(said, dict) or said.keys() - fields:
        raise BodyRefused("it is not an object of the fields that the page sends")
    return said


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _number(value: object) -> int:
    # To Python, true is a number too.
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _is_choice(value: object) -> bool:
    match value:
        case {"index": int(), "value": {"text": str()}}:
            return True
        case None:
            return False
        case _:
            raise BodyRefused("its choice is none")


def _session(said: dict[str, Any]) -> str:
    session = said.get("session_hash")
    if not isinstance(session, str) or not SESSION.fullmatch(session):
        raise BodyRefused("it names no session")
    return session
