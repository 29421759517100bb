"""The conversation on the page: what is asked, stopped, asked again, edited and taken back, and how it is shown."""

import logging
import secrets
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

import gradio as gr

from assistant.assistant import Assistant
from assistant.question.corpus import Corpus
from assistant.types import Question
from index.errors import UserError
from index.filters import Filter
from ui.admission import Full, Room
from ui.bubbles import question_bubble, turn_bubble
from ui.conversations.keeping import Conversations
from ui.limits import choices, chosen
from ui.margin import evidence_panel
from ui.turns import LEFT, Turn, Turns, cut_short, grow
from ui.web.faults import caught
from ui.web.readers import Readers

MAX_QUESTION = 2000
# Sessions of which it is known what they look at.
_SESSIONS = 100_000
# What the sample answers, written by hand: a corpus that does not has examples of its own.
EXAMPLES = (
    "What is the curse of depth?",
    "How is FP8 different from INT8 for inference?",
    "Are larger vision models always needed?",
    "Does scaling the datastore help language models?",
)
_FAILED = "This question could not be answered because of a fault in Scholiast. The terminal shows what went wrong."

_logger = logging.getLogger(__name__)
Shown = dict[Any, Any]
# An event that changes nothing on the page: of an empty object, Gradio makes an error.
_NOTHING: Shown = gr.skip()


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the page that show a conversation: `at` holds its id, `instead` the turn that an edited question replaces, `feed` the evidence of an answer that comes."""

    at: gr.Textbox
    instead: gr.Textbox
    chat: gr.Chatbot
    feed: gr.HTML
    box: gr.Textbox
    limits: gr.Dropdown

    @property
    def all(self) -> list[Any]:
        """All of them, as the outputs of an event."""
        return [self.at, self.instead, self.chat, self.feed, self.box, self.limits]


class Conversation:
    """What the events of a conversation do; each returns what changes on the page, by its part."""

    def __init__(
        self, assistant: Assistant, conversations: Conversations, readers: Readers, room: Room, parts: Parts
    ) -> None:
        self._assistant = assistant
        self._room = room
        self._conversations = conversations
        self._readers = readers
        self._parts = parts
        # The turn that each session waits for.
        self._growing: dict[str, str] = {}
        self._stopped: set[str] = set()
        self._known: tuple[Corpus, tuple[tuple[str, Filter], ...]] | None = None
        # The conversation that each session looks at.
        self._looked_at: OrderedDict[str, str] = OrderedDict()

    def open(self, reader: str | None, at: str, request: gr.Request) -> tuple[Any, ...]:
        """Introduce a browser, and show the conversation that it names, else its latest."""
        reader = self._readers.introduced(request, reader)
        owner = self._readers.owner(request)
        wanted = at.removeprefix("c-")
        turns = self._conversations.turns(owner, wanted)
        if not turns and wanted != "new":
            wanted = next((entry.conversation_id for entry in self._conversations.entries(owner)), "")
            turns = self._conversations.turns(owner, wanted)
        if _session(request) in self._growing:
            # Whoever was quicker than this has gone on.
            return reader, *(gr.skip() for _ in self._parts.all)
        # Where there is nothing to show, a question that was asked meanwhile stays.
        shown = self._whole(wanted, turns, request) if turns else {self._parts.limits: self._limits()}
        shown[self._parts.box] = gr.skip()
        return reader, *(shown.get(part, gr.skip()) for part in self._parts.all)

    def turn_to(self, said: gr.EventData, request: gr.Request) -> Shown:
        """Show another conversation of this reader; a new one where there is none such."""
        turns = self._conversations.turns(self._readers.owner(request), said.id)
        return self._whole(said.id if turns else "", turns, request)

    def ask(
        self, reader: str, text: str, at: str, instead: str, limits: Sequence[str] | None, request: gr.Request
    ) -> Iterator[Shown]:
        """Answer a question within `limits` as the next turn, word by word, in the place of the turn `instead` of which it is an edit."""
        self._readers.introduced(request, reader)
        text = _mended(text)
        if len(text) > MAX_QUESTION:
            limit = f"A question may hold {MAX_QUESTION:,} characters; this one holds {len(text):,}. Please shorten it."
            gr.Warning(limit, title="Too long")
        if not text or len(text) > MAX_QUESTION:
            yield _NOTHING
            return
        within = chosen(limits or (), self._choices())
        yield from self._answered(_turn(text, within), at, instead, request)

    def ask_chosen(
        self, reader: str, at: str, limits: Sequence[str] | None, said: gr.SelectData, request: gr.Request
    ) -> Iterator[Shown]:
        """Answer the question that was clicked."""
        value = said.value["text"] if isinstance(said.value, dict) else said.value
        yield from self.ask(reader, str(value), at, "", limits, request)

    def again(self, at: str, said: gr.EventData, request: gr.Request) -> Iterator[Shown]:
        """Answer the last question anew, in its place."""
        last, _ = self._last(at, said.id, request)
        if not last:
            yield _NOTHING
            return
        waived = (*last.waived, *_told(said, "text").split())
        turn = _turn(last.question, last.within, tuple(dict.fromkeys(waived)))
        yield from self._answered(turn, at, last.turn_id, request)

    def edit(self, at: str, said: gr.EventData, request: gr.Request) -> Shown:
        """Put the last question into the box; what is asked next takes its place."""
        last, _ = self._last(at, said.id, request)
        return {self._parts.box: last.question, self._parts.instead: last.turn_id} if last else _NOTHING

    def undo(self, at: str, said: gr.EventData, request: gr.Request) -> Shown:
        """Take the last question and its answer back; the question stands in the box."""
        last, before = self._last(at, said.id, request)
        if not last:
            return _NOTHING
        self._conversations.undo(self._readers.owner(request), at, last.turn_id)
        box = gr.update(value=last.question, submit_btn="Ask", stop_btn=False)
        return {**self._whole(at, before, request), self._parts.box: box}

    def stop(self, request: gr.Request) -> None:
        """Have no more said of the last answer."""
        if turn_id := self._growing.get(_session(request)):
            self._stopped.add(turn_id)

    def begin_anew(self, request: gr.Request) -> Shown:
        """Turn to a new conversation."""
        return self._whole("", (), request)

    def _answered(self, turn: Turn, at: str, instead: str, request: gr.Request) -> Iterator[Shown]:
        """Answer a turn, if there is room, and write down that it was asked and what came of it."""
        owner, session = self._readers.owner(request), _session(request)
        try:
            place = self._room.enter()
        except Full as full:
            before = self._conversations.turns(owner, at)
            yield {**self._look(before, replace(turn, note=full.sentence)), self._parts.box: turn.question}
            return
        if instead:
            self._conversations.undo(owner, at, instead)
        at = self._begun(owner, at, turn)
        # Read after that: whoever asks on in a conversation that was deleted has it back.
        turns = self._conversations.turns(owner, at)
        before = tuple(takewhile(lambda one: one.turn_id != turn.turn_id, turns))
        self._growing[session] = turn.turn_id
        self._look_at(session, at)
        try:
            # Such as an embedder that somebody else runs, which may be down.
            with caught("The question could not be answered.", _FAILED) as fault:
                yield {**self._look(before, turn), **self._busy(at)}
                for grown in grow(self._assistant, place, turn, before, self._stopped):
                    turn = grown
                    yield self._look(before, turn)
            if fault.sentence:
                turn = cut_short(turn, fault.sentence)
        finally:
            place.withdraw()
            self._growing.pop(session, None)
            self._stopped.discard(turn.turn_id)
            turn = turn if turn.answer or turn.note else cut_short(turn, LEFT)
            self._ended(turn)
        yield {**self._look(before, turn), **self._idle(at)}

    def suggest(self, at: str, request: gr.Request) -> Any:
        """What may be asked next, under the last answer, or, before the first, what this corpus answers; nothing while others wait."""
        turns = self._conversations.turns(self._readers.owner(request), at)
        if not turns:
            return gr.update(examples=[{"text": text} for text in self._assistant.examples(EXAMPLES)])
        last = turns[-1]
        if not last.answer or not self._room.is_free:
            return gr.skip()
        history = tuple(turn.answer for turn in turns[:-1] if turn.answer)
        question = Question(last.question, history, last.within, last.waived)
        try:
            with self._room.enter():
                found = self._assistant.follow_ups(question, last.answer)
        except (Full, UserError):
            return gr.skip()
        # What is suggested may come late, when its reader has gone on to something else.
        is_last = turns == self._conversations.turns(self._readers.owner(request), at)
        session = _session(request)
        has_gone_on = session in self._growing or self._looked_at.get(session) != at
        if not found or not is_last or has_gone_on:
            return gr.skip()
        shown = messages(turns)
        shown[-1]["options"] = [{"value": text} for text in found]
        return shown

    def _begun(self, owner: str, at: str, turn: Turn) -> str:
        """Write down that a turn was asked, and return the id of its conversation; who cannot be kept is answered all the same."""
        try:
            return self._conversations.begin(owner, at, turn)
        except sqlite3.Error as error:
            _logger.warning("What was asked could not be written down: %s.", error)
            return at

    def _ended(self, turn: Turn) -> None:
        try:
            self._conversations.end(turn)
        except sqlite3.Error as error:
            _logger.warning("What was answered could not be written down: %s.", error)

    def _last(self, at: str, turn_id: str, request: gr.Request) -> tuple[Turn | None, Turns]:
        """The turn if it is the last of the conversation and this session waits for nothing, and those before it."""
        *before, last = self._conversations.turns(self._readers.owner(request), at) or (None,)
        free = last and last.turn_id == turn_id and _session(request) not in self._growing
        return (last if free else None), tuple(before)

    def _look(self, before: Turns, turn: Turn) -> Shown:
        is_whole = bool(turn.answer or turn.note)
        shown = turn.answer or turn.so_far
        panel = evidence_panel(shown, turn.turn_id, growing=not is_whole) if shown else ""
        return {
            self._parts.chat: [*messages(before), *_messages(turn, growing=not is_whole)],
            self._parts.feed: panel if panel else gr.skip(),
        }

    def _look_at(self, session: str, at: str) -> None:
        self._looked_at[session] = at
        self._looked_at.move_to_end(session)
        while len(self._looked_at) > _SESSIONS:
            self._looked_at.popitem(last=False)

    def _whole(self, at: str, turns: Turns, request: gr.Request) -> Shown:
        """A conversation as it stands; its last evidence is shown."""
        self._look_at(_session(request), at)
        last = next((turn for turn in reversed(turns) if turn.answer), None)
        panel = evidence_panel(last.answer, last.turn_id) if last and last.answer else ""
        parts = self._parts
        box = gr.update(value="", submit_btn="Ask", stop_btn=False)
        limits = self._limits()
        return {
            parts.limits: limits,
            parts.at: at,
            parts.instead: "",
            parts.chat: messages(turns),
            parts.feed: panel,
            parts.box: box,
        }

    def _limits(self) -> Any:
        """What a question can be limited to, none of it chosen; nothing where the corpus tells papers apart by nothing."""
        words = [words for words, _ in self._choices()]
        return gr.update(choices=words, value=[], visible=bool(words))

    def _choices(self) -> tuple[tuple[str, Filter], ...]:
        """What the newest corpus allows, looked up once."""
        corpus = self._assistant.corpus
        if self._known is None or self._known[0] is not corpus:
            self._known = corpus, choices(corpus)
        return self._known[1]

    def _busy(self, at: str) -> Shown:
        box = gr.update(value="", submit_btn=False, stop_btn="Stop")
        return {self._parts.at: at, self._parts.instead: "", self._parts.box: box}

    def _idle(self, at: str) -> Shown:
        # Told again: what came of opening the page may have said otherwise meanwhile.
        box = gr.update(submit_btn="Ask", stop_btn=False)
        return {self._parts.at: at, self._parts.instead: "", self._parts.box: box}


def messages(turns: Turns) -> list[dict[str, Any]]:
    """A conversation as the chat shows it."""
    return [message for turn in turns for message in _messages(turn)]


def _messages(turn: Turn, *, growing: bool = False) -> Iterator[dict[str, Any]]:
    yield {"role": "user", "content": question_bubble(turn.question)}
    yield {"role": "assistant", "content": turn_bubble(turn, growing=growing)}


def _turn(text: str, within: Filter, waived: tuple[str, ...] = ()) -> Turn:
    return Turn(secrets.token_hex(16), text, within, waived)


def _told(said: gr.EventData, name: str) -> str:
    """What the script told with an event under this name, if anything."""
    try:
        return str(getattr(said, name))
    except AttributeError:
        return ""


def _session(request: gr.Request) -> str:
    return request.session_hash or ""


def _mended(text: object) -> str:
    """The question as typed, without what no UTF-8 can carry; a raw request may hold anything."""
    return str(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
