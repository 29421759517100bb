"""The margin of the page: the evidence of the answer that comes, or of an earlier one, and what can be taken away from an answer."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

import gradio as gr
from pydantic import Field, TypeAdapter, ValidationError

from assistant.types import Answer
from ui.conversations.keeping import Conversations, Verdict
from ui.conversations.telling import taken_away, told
from ui.margin import evidence_panel, notice_panel
from ui.render import ASSETS
from ui.web.readers import Readers

BEFORE = "The sentences that an answer quotes are shown here, marked in their abstracts."
_GONE = "This evidence is no longer kept."
# One after the other in one function.
_SCRIPTS = ("evidence.js", "reading.js", "actions.js", "keys.js")


@dataclass(frozen=True, slots=True)
class _Opinion:
    """What the script tells of what a reader thinks."""

    turn: str
    verdict: Verdict
    n: int
    comment: Annotated[str, Field(max_length=500)]


_OPINION = TypeAdapter(_Opinion)


def lay_out_evidence(conversations: Conversations, readers: Readers) -> gr.HTML:
    """Lay out the panel, whose script asks for the evidence of an answer and for its words to take away."""

    # The script calls these by their names.
    def evidence_of(turn_id: object, request: gr.Request) -> str:
        answer = _answer(turn_id, request)
        return evidence_panel(answer, str(turn_id)) if answer else notice_panel(_GONE)

    def words_of(asked: object, request: gr.Request) -> str:
        """An answer in a format, asked for as `format:turn`, or a conversation; nothing where there is none such."""
        format_name, _, turn_id = str(asked).partition(":")
        if format_name == "conversation":
            return told(conversations.turns(readers.owner(request), turn_id))
        answer = _answer(turn_id, request)
        return taken_away(answer, format_name) if answer else ""

    def judge(said: object, request: gr.Request) -> str:
        """Keep what a reader thinks of an answer; nothing where that is not what the script tells."""
        with suppress(ValidationError):
            one = _OPINION.validate_json(str(said))
            conversations.judge(readers.owner(request), one.turn, one.verdict, one.n, one.comment)
        return ""

    def _answer(turn_id: object, request: gr.Request) -> Answer | None:
        turn = conversations.turn(readers.owner(request), turn_id) if isinstance(turn_id, str) else None
        return turn.answer if turn else None

    return gr.HTML(
        notice_panel(BEFORE),
        elem_id="evidence",
        # Never {{value}}: Gradio runs what that form inserts as a JavaScript template.
        html_template='<div class="leaf">${value}</div>',
        js_on_load="\n".join((ASSETS / name).read_text(encoding="utf-8") for name in _SCRIPTS),
        server_functions=[evidence_of, words_of, judge],
        apply_default_css=False,
    )
