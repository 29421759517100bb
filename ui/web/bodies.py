"""What the page may send in the body of a request: a question, a click, the id of an answer; all else is refused."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

# Bytes: a question of 2,000 characters of four bytes each, and the rest of what stands around it.
MOST = 16_384
# What the scripts of the page tell with an event: of what, and what was typed.
_TOLD = {"id", "text", "said"}
SESSION = re.compile(r"[0-9A-Za-z-]{1,64}")


class BodyRefused(Exception):
    """A body is none that the page sends; the sentence says why, in no word of the body itself."""


@dataclass(frozen=True, slots=True)
class Event:
    """What an event of the page takes: so many inputs, of which these are lists, from these components, and whether it tells which was chosen.

    Where it `says` something instead, a script of ours tells it a word; where a text `changes`, Gradio tells the new one.
    """

    inputs: int
    triggers: frozenset[int]
    chooses: bool
    says: bool = False
    lists: frozenset[int] = frozenset()
    changes: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """The events of the page by their numbers, and the component whose functions it calls."""

    events: Mapping[int, Event]
    component: int
    functions: frozenset[str]


def joined(body: bytes, expected: Expected) -> str:
    """The session that `body` joins to the queue. Raises `BodyRefused` unless it is an event of the page."""
    said = _object(body, {"data", "fn_index", "trigger_id", "session_hash", "event_data"})
    event = expected.events.get(_number(said.get("fn_index")))
    if not event:
        raise BodyRefused("it names no event of the page")
    data = said.get("data")
    if not isinstance(data, list) or len(data) != event.inputs or not _are_inputs(data, event.lists):
        raise BodyRefused("its data is not what the event takes")
    if said.get("trigger_id") is not None and _number(said["trigger_id"]) not in event.triggers:
        raise BodyRefused("it names no component of the event")
    told = _told(said.get("event_data"))
    # A text that changed tells what it is now, which no event of ours reads.
    is_change = event.changes and told == "text"
    if not is_change and told != ("word" if event.says else "choice" if event.chooses else None):
        raise BodyRefused("its choice is not what the event takes")
    return _session(said)


def called(body: bytes, expected: Expected) -> str:
    """The session that `body` calls the component's function for. Raises `BodyRefused` if it calls anything else."""
    said = _object(body, {"data", "component_id", "fn_name", "session_hash"})
    if _number(said.get("component_id")) != expected.component or str(said.get("fn_name")) not in expected.functions:
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


def _are_inputs(data: list[object], lists: frozenset[int]) -> bool:
    """Whether all is what was typed or, in its places, the words that were chosen."""
    return all(
        all(isinstance(one, str) for one in value)
        if isinstance(value, list) and place in lists
        else isinstance(value, str | None)
        for place, value in enumerate(data)
    )


def _told(data: object) -> Literal["choice", "word", "text", None]:
    match data:
        case {"index": int(), "value": {"text": str()} | str()}:
            return "choice"
        case dict() if data and data.keys() <= _TOLD and all(isinstance(each, str) for each in data.values()):
            return "word"
        case str():
            return "text"
        case None:
            return None
        case _:
            raise BodyRefused("its choice is none")


def _session(said: dict[str, Any]) -> str:
    session = said.get("session_hash")
    if not isinstance(session, str) or not SESSION.fullmatch(session):
        raise BodyRefused("it names no session")
    return session
