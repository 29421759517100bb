"""The turns of a conversation on the page, as they grow; a conversation belongs to one session."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Container, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from assistant.assistant import Assistant, Event
from assistant.llm.action import Action
from assistant.types import Answer, Question, Step
from ui.render import answer_bubble, draft_bubble, evidence_panel, notice_panel, question_bubble

# Seconds between two looks of a growing answer: words that come faster would only wait for the browser.
_BEAT = 0.05
# Seconds after which one comes even where nothing has grown: only then is it noticed that nobody looks any more.
_PULSE = 0.3

_STOPPED = "Stopped."
_GONE = "This evidence is no longer kept."


@dataclass(frozen=True, slots=True)
class Turn:
    """One question, what was done and said so far, and the answer once it is whole, or a `note` on why it never will be."""

    question: str
    answer_id: str
    said: str = ""
    answer: Answer | None = None
    note: str = ""
    steps: tuple[Step, ...] = ()


Turns = tuple[Turn, ...]


class Kept:
    """The latest answers of all conversations, each under an id that cannot be guessed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[str, Answer] = OrderedDict()

    def keep(self, answer_id: str, answer: Answer) -> None:
        """Keep `answer`, and let go of the oldest where there are too many."""
        self._answers[answer_id] = answer
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)

    def panel(self, answer_id: object) -> str:
        """The evidence of an answer, or a sentence that says it is gone."""
        answer = self._answers.get(answer_id) if isinstance(answer_id, str) else None
        return evidence_panel(answer, str(answer_id)) if answer else notice_panel(_GONE)


def grow(assistant: Assistant, text: str, before: Turns, stopped: Container[str]) -> Iterator[Turns]:
    """Answer `text` as the next turn of a conversation, and yield the conversation as the answer grows.

    It ends where it stands, and with it what an LLM was asked, as soon as the id of the answer is among the `stopped`.
    """
    turn = Turn(text, secrets.token_hex(16))
    yield (*before, turn)
    history = tuple(earlier.answer for earlier in before if earlier.answer)
    action, shown, seen = Action(), time.monotonic(), turn
    try:
        for event in _polled(assistant.stream(Question(text, history), action)):
            if turn.answer_id in stopped:
                yield cut_short((*before, turn), _STOPPED)
                return
            match event:
                case str():
                    turn = replace(turn, said=turn.said + event)
                case Step():
                    turn = replace(turn, steps=(*turn.steps, event))
                case Answer():
                    yield (*before, replace(turn, answer=event))
                    return
            if (turn.said or turn.steps) and time.monotonic() - shown > (_PULSE if turn is seen else _BEAT):
                shown, seen = time.monotonic(), turn
                yield (*before, turn)
    finally:
        # Whoever leaves closes the request at the endpoint as well.
        action.stop()


def _polled(events: Iterator[Event]) -> Iterator[Event | None]:
    """The events as they come, and None whenever there is none for a beat, so that nobody waits on a slow one."""
    pool = ThreadPoolExecutor(1)
    try:
        while True:
            step = pool.submit(next, events, None)
            while not wait([step], _BEAT).done:
                yield None
            if (event := step.result()) is None:
                return
            yield event
    finally:
        pool.shutdown(wait=False)


def cut_short(turns: Turns, note: str) -> Turns:
    """The conversation with a `note` on its last turn, if that has no answer."""
    return (*turns[:-1], replace(turns[-1], note=note)) if turns and not turns[-1].answer else turns


def messages(turns: Turns) -> list[dict[str, str]]:
    """The conversation as the chat shows it."""
    return [message for turn in turns for message in _messages(turn)]


def _messages(turn: Turn) -> Iterator[dict[str, str]]:
    answer = turn.answer
    yield {"role": "user", "content": question_bubble(turn.question)}
    said = answer_bubble(answer, turn.answer_id) if answer else draft_bubble(turn.said, turn.note, turn.steps)
    yield {"role": "assistant", "content": said}
