"""A turn of a conversation, and how it grows while its answer comes."""

import queue
import time
from collections.abc import Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from assistant.assistant import Assistant, Event
from assistant.llm.action import Action
from assistant.types import Answer, Claim, Evidence, Opening, Question, Step
from index.filters import EVERYTHING, Filter
from ui.admission import Place

# Seconds between two looks of a growing answer: words that come faster would only wait for the browser.
_BEAT = 0.05
# Seconds after which one comes even where nothing has grown: only then is it noticed that nobody looks any more.
_PULSE = 0.3
# Seconds between two sentences on how long one still waits: fifty who wait are each told.
_TOLD = 2.0

STOPPED = "Stopped."
LEFT = "The page was closed before the answer was whole."


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer; or what came of one so far, or a `note` on why none will.

    `within` is what was chosen beside the question, `waived` which limits of its words are not set. A turn with neither answer nor note is being answered, or was when
    the program ended; `waits` says how long it waits for a place.
    """

    turn_id: str
    question: str
    within: Filter = EVERYTHING
    waived: tuple[str, ...] = ()
    answer: Answer | None = None
    note: str = ""
    said: str = ""
    evidence: Evidence | None = None
    claims: tuple[Claim, ...] = ()
    steps: tuple[Step, ...] = ()
    preface: str = ""
    waits: str = ""

    @property
    def so_far(self) -> Answer | None:
        """What was said, found and cited so far, as an answer that is not whole; None before the search ended."""
        if not self.evidence:
            return None
        return Answer(
            self.question,
            self.evidence,
            self.claims,
            self.said,
            preface=self.preface,
            steps=self.steps,
            incomplete=True,
        )


Turns = tuple[Turn, ...]


def grow(assistant: Assistant, place: Place, turn: Turn, before: Turns, stopped: Container[str]) -> Iterator[Turn]:
    """Answer the question of `turn` after the turns `before` it, and yield the turn as the answer grows.

    It is answered once the `place` is free, and ends where it stands, and with it what an LLM was asked, as soon as the id of the turn is among the `stopped`.
    """
    try:
        for told in _waited(place):
            if turn.turn_id in stopped:
                yield cut_short(turn, STOPPED)
                return
            if told != turn.waits:
                turn = replace(turn, waits=told)
                yield turn
        yield from _answered(assistant, place, replace(turn, waits=""), before, stopped)
    finally:
        place.withdraw()


def _answered(assistant: Assistant, place: Place, turn: Turn, before: Turns, stopped: Container[str]) -> Iterator[Turn]:
    history = tuple(earlier.answer for earlier in before if earlier.answer)
    # Its seconds count from here.
    action = Action(away=place.away)
    shown, seen = time.monotonic(), turn
    question = Question(turn.question, history, turn.within, turn.waived)
    try:
        for event in _polled(assistant.stream(question, action), action, place):
            if turn.turn_id in stopped:
                yield cut_short(turn, STOPPED)
                return
            turn = _grown(turn, event)
            if turn.answer:
                yield turn
                return
            is_due = time.monotonic() - shown > (_PULSE if turn is seen else _BEAT)
            if is_due or isinstance(event, Evidence):
                shown, seen = time.monotonic(), turn
                yield turn
    finally:
        # Whoever leaves closes the request at the endpoint as well.
        action.stop()


def _grown(turn: Turn, event: Event | None) -> Turn:
    match event:
        case Evidence():
            return replace(turn, evidence=event)
        case Opening():
            preface = turn.preface if turn.claims else turn.said
            return replace(turn, claims=(*turn.claims, event.claim), preface=preface, said=turn.said + event)
        case str():
            return replace(turn, said=turn.said + event)
        case Step():
            return replace(turn, steps=(*turn.steps, event))
        case Answer():
            return replace(turn, answer=event)
    return turn


def cut_short(turn: Turn, note: str) -> Turn:
    """The turn with what was said of its answer for an answer, if anything was, and a `note` that no more will come."""
    if turn.answer:
        return turn
    partial = turn.so_far if turn.claims else None
    return replace(turn, answer=partial and replace(partial, notice=note), note="" if partial else note)


def _waited(place: Place) -> Iterator[str]:
    """How long one waits still, once a pulse, and a new sentence no more often than can be read; until there is a place."""
    told, since = "", time.monotonic() - _TOLD
    while not place.wait(_PULSE):
        if time.monotonic() - since >= _TOLD:
            told, since = place.told, time.monotonic()
        yield told


def _polled(events: Iterator[Event], action: Action, place: Place) -> Iterator[Event | None]:
    """The events as they come, and None whenever there is none for a beat, so that nobody waits on a slow one.

    They are computed at the `place` without regard to how fast they are looked at: it is free as soon as can be.
    """
    came: queue.SimpleQueue[Event | None] = queue.SimpleQueue()

    def compute() -> None:
        try:
            with place:
                for event in events:
                    came.put(event)
                    if action.is_stopped:
                        return
        finally:
            came.put(None)

    pool = ThreadPoolExecutor(1, thread_name_prefix="answer")
    computing = pool.submit(compute)
    pool.shutdown(wait=False)
    while True:
        try:
            event = came.get(timeout=_BEAT)
        except queue.Empty:
            yield None
            continue
        if event is None:
            computing.result()
            return
        yield event
