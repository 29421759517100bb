"""A conversation as Markdown, and an answer in the formats in which it can be taken away."""

from collections.abc import Callable

from assistant.export.kept import Kept, kept
from assistant.export.markdown import markdown
from assistant.export.text import text
from assistant.types import Answer
from assistant.wire import answer_record
from index.writers import FORMATS, written
from ui.turns import Turn, Turns


def told(turns: Turns) -> str:
    """A conversation as Markdown, each answer with its references; empty where nothing was asked."""
    return markdown(answers(turns)) if turns else ""


def answers(turns: Turns) -> tuple[Kept, ...]:
    """The answers of a conversation, as they are exported; of a question without one, why."""
    return tuple(_kept(turn) for turn in turns)


def taken_away(answer: Answer, format_name: str) -> str:
    """An answer as text or Markdown with its references, or the papers that it cites in a format of reference managers.

    Empty for a format that nobody writes.
    """
    formats: dict[str, Callable[[], str]] = {
        "text": lambda: text([kept(answer_record(answer))]),
        "markdown": lambda: markdown([kept(answer_record(answer))]),
    }
    if write := formats.get(format_name):
        return write()
    return written([paper for _, paper in answer.papers], format_name) if format_name in FORMATS else ""


def _kept(turn: Turn) -> Kept:
    if turn.answer:
        return kept(answer_record(turn.answer))
    return Kept(turn.question, turn.question, turn.note or "Not answered.")
