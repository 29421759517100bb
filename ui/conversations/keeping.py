"""The file of conversations: written as each turn ends, read back after whatever happened in between."""

import hashlib
import os
import secrets
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from assistant.types import Answer
from index.errors import UserError
from index.filters import EVERYTHING, Filter
from index.papers import normalise
from ui.conversations.schema import migrate
from ui.turns import Turn, Turns

Verdict = Literal["good", "bad", "wrong citation"]

UNREADABLE = "What was answered cannot be read any more."
_TITLE = 80
# Milliseconds that a write waits for another process.
_PATIENCE = 10_000
_ROWS = (
    "SELECT turns.id, question, within, waived, answer, note, said FROM turns JOIN conversations "
    "ON conversations.id = conversation"
)
_ANSWER, _FILTER = TypeAdapter(Answer), TypeAdapter(Filter)


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list of them; `touched` is in seconds since 1970."""

    conversation_id: str
    title: str
    touched: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reader thinks of the answer of a turn: of its citation `n`, or, where that is 0, of the whole."""

    turn: Turn
    verdict: Verdict
    n: int
    comment: str
    given: float


def secret_beside(root: Path) -> str:
    """What the browsers keep their ids under, from a file that is made where there is none and that nobody else can read."""
    path = root.with_name(f"{root.name}.conversations.secret")
    with suppress(FileExistsError), open(path, "x", opener=partial(os.open, mode=0o600), encoding="ascii") as file:
        file.write(secrets.token_hex(16))
    return path.read_text(encoding="ascii")


def beside(root: Path) -> Path:
    """The file of the conversations over the index in folder `root`."""
    return root.with_name(f"{root.name}.conversations.sqlite")


class Conversations:
    """The conversations of all readers in the file `path`, or in memory; what is of one `owner` is of no other.

    Raises `UserError` where the file cannot be opened, or is of a newer form.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = RLock()
        try:
            if path:
                # What was asked and answered is nobody else's.
                path.touch(mode=0o600)
            self._connection = sqlite3.connect(
                path or ":memory:", check_same_thread=False, isolation_level=None, timeout=_PATIENCE / 1000
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            migrate(self._connection, str(path))
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                f"The conversations in {path} cannot be opened: {error}. Move that file away, or keep none: "
                "SCHOLIAST_KEEP_CONVERSATIONS=false scholiast chat"
            ) from None

    def begin(self, owner: str, conversation_id: str, turn: Turn) -> str:
        """Write down that `turn` was asked, in a conversation of `owner`; a new one, titled by it, where there is none such.

        Returns the id of the conversation.
        """
        with self._writing() as write:
            now = time.time()
            if not self._is_of(owner, conversation_id):
                conversation_id = secrets.token_hex(16)
                values = (conversation_id, _named(owner), _short(turn.question), now, now)
                write.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, NULL)", values)
            limits = _FILTER.dump_json(turn.within).decode(), " ".join(turn.waived)
            asked = turn.turn_id, conversation_id, turn.question, now, *limits
            write.execute(
                "INSERT INTO turns (id, conversation, place, question, asked, within, waived) SELECT ?, ?, "
                "coalesce(max(place), 0) + 1, ?, ?, ?, ? FROM turns WHERE conversation = ?",
                (*asked, conversation_id),
            )
            write.execute("UPDATE conversations SET touched = ?, deleted = NULL WHERE id = ?", (now, conversation_id))
        return conversation_id

    def end(self, turn: Turn) -> None:
        """Write down what came of a turn."""
        answer = turn.answer and zlib.compress(_ANSWER.dump_json(turn.answer))
        said = turn.answer.text if turn.answer else turn.said
        with self._writing() as write:
            write.execute(
                "UPDATE turns SET answer = ?, said = ?, note = ? WHERE id = ?", (answer, said, turn.note, turn.turn_id)
            )

    def turns(self, owner: str, conversation_id: str) -> Turns:
        """The turns of a conversation of `owner`, but for those that were undone; none of anybody else's."""
        with self._lock:
            rows = self._connection.execute(
                f"{_ROWS} WHERE conversation = ? AND owner = ? AND deleted IS NULL AND undone IS NULL ORDER BY place",
                (conversation_id, _named(owner)),
            ).fetchall()
        return tuple(_turn(*row) for row in rows)

    def turn(self, owner: str, turn_id: str) -> Turn | None:
        """A turn of a conversation of `owner`."""
        with self._lock:
            row = self._connection.execute(
                f"{_ROWS} WHERE turns.id = ? AND owner = ?", (turn_id, _named(owner))
            ).fetchone()
        return row and _turn(*row)

    def whole(self, conversation_id: str) -> Turns:
        """The turns of a conversation, whoever's it is: for who may read the file itself."""
        with self._lock:
            rows = self._connection.execute(
                f"{_ROWS} WHERE conversation = ? AND undone IS NULL ORDER BY place", (conversation_id,)
            ).fetchall()
        return tuple(_turn(*row) for row in rows)

    def undo(self, owner: str, conversation_id: str, turn_id: str) -> None:
        """Take a turn out of a conversation; it stays in the file."""
        with self._writing() as write:
            if self._is_of(owner, conversation_id):
                where = "WHERE id = ? AND conversation = ?"
                write.execute(f"UPDATE turns SET undone = ? {where}", (time.time(), turn_id, conversation_id))  # noqa: S608

    def entries(self, owner: str, sought: str = "") -> tuple[Entry, ...]:
        """The conversations of `owner`, the newest first; those in whose title, questions or answers `sought` stands."""
        like = f"%{sought.replace('|', '||').replace('%', '|%').replace('_', '|_')}%"
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, title, touched FROM conversations WHERE owner = ?1 AND deleted IS NULL AND "
                "(title LIKE ?2 ESCAPE '|' OR EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.id AND "
                "undone IS NULL AND (question LIKE ?2 ESCAPE '|' OR said LIKE ?2 ESCAPE '|'))) ORDER BY touched DESC",
                (_named(owner), like),
            ).fetchall()
        return tuple(Entry(*row) for row in rows)

    def rename(self, owner: str, conversation_id: str, title: str) -> None:
        """Give a conversation of `owner` another title; an empty one changes nothing."""
        if title := _short(title):
            self._change("title = ?", title, owner, conversation_id)

    def delete(self, owner: str, conversation_id: str) -> None:
        """Have a conversation of `owner` listed and read no more, until it is restored."""
        self._change("deleted = ?", time.time(), owner, conversation_id)

    def restore(self, owner: str, conversation_id: str) -> None:
        """Undo a deletion."""
        self._change("deleted = ?", None, owner, conversation_id)

    def judge(self, owner: str, turn_id: str, verdict: Verdict, n: int = 0, comment: str = "") -> None:
        """Write down what `owner` thinks of an answer, or of its citation `n`; the last word counts."""
        if self.turn(owner, turn_id):
            with self._writing() as write:
                write.execute(
                    "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?)",
                    (turn_id, time.time(), verdict, n, comment),
                )

    def opinions(self) -> tuple[Opinion, ...]:
        """All that was thought of the answers in this file, the oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT turns.id, question, within, waived, answer, note, said, verdict, n, comment, given FROM feedback "
                "JOIN turns ON turns.id = turn ORDER BY given"
            ).fetchall()
        return tuple(Opinion(_turn(*row[:7]), *row[7:]) for row in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _is_of(self, owner: str, conversation_id: str) -> bool:
        sought = (conversation_id, _named(owner))
        return bool(
            self._connection.execute("SELECT 1 FROM conversations WHERE id = ? AND owner = ?", sought).fetchone()
        )

    def _change(self, what: str, value: object, owner: str, conversation_id: str) -> None:
        with self._writing() as write:
            values = (value, conversation_id, _named(owner))
            write.execute(f"UPDATE conversations SET {what} WHERE id = ? AND owner = ?", values)  # noqa: S608 - two constants

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise


def _turn(  # noqa: PLR0917 - a row has so many fields
    turn_id: str, question: str, within: str, waived: str, answer: bytes | None, note: str, said: str
) -> Turn:
    """A turn as it was written down; of an answer that cannot be read, its words."""
    turn = Turn(turn_id, question, EVERYTHING, tuple(waived.split()), note=note, said=said)
    try:
        turn = replace(turn, within=_FILTER.validate_json(within))
        if answer is None:
            return turn
        return replace(turn, answer=_ANSWER.validate_json(zlib.decompress(answer)), said="")
    except (ValidationError, zlib.error):
        return replace(turn, note=UNREADABLE)


def _named(owner: str) -> str:
    """What stands in the file for an owner: whoever reads the file learns no id by which to open a conversation."""
    return hashlib.sha256(owner.encode()).hexdigest()


def _short(title: str) -> str:
    words = normalise(title)
    return words if len(words) <= _TITLE else f"{words[: _TITLE - 1].rstrip()}…"
