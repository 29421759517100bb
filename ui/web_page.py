"""The page of the chat window: the conversation on the left, its evidence in the margin."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from assistant.assistant import Assistant
from assistant.llm.action import Action
from assistant.types import Question
from index.errors import UserError
from ui.render import ASSETS, evidence_panel, notice_panel
from ui.turns import Kept, Turns, cut_short, grow, messages
from ui.web_bodies import Event, Expected

MAX_QUESTION = 2000
EXAMPLES = (
    "What is the curse of depth?",
    "How is FP8 different from INT8 for inference?",
    "Are larger vision models always needed?",
    "Does scaling the datastore help language models?",
)

# Answers whose evidence can still be opened, over all conversations.
_KEPT = 1000

_BEFORE = "The sentences that an answer quotes are shown here, marked in their abstracts."
_FAILED = "This question could not be answered because of a fault in Scholiast. The terminal shows what went wrong."
# Whoever has gone on to a marker or a card by then is left there.
_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at.tagName === 'BUTTON' || at.closest('#question')) document.querySelector('#question textarea').focus();
}"""

_logger = logging.getLogger(__name__)


def chat_page(assistant: Assistant) -> gr.Blocks:
    """Lay out the page and tie its events to `assistant`."""
    talk = _Talk(assistant)
    page = gr.Blocks(title="Scholiast", analytics_enabled=False, delete_cache=(3600, 3600))
    with page:
        turns = gr.State(())
        with gr.Row(elem_id="masthead"):
            gr.HTML(
                "<h1>Scholiast</h1><p>Answers in the words of the abstracts, each with its source.</p>",
                apply_default_css=False,
            )
            anew = gr.Button("New conversation", elem_id="anew", size="sm", min_width=0, scale=0)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk", scale=5, min_width=320):
                chat = _chat(answerable(assistant, EXAMPLES))
                box = _question_box()
            with gr.Column(elem_id="margin", scale=4, min_width=320):
                panel = _panel(talk)
        shown = [turns, chat, panel, box, anew]
        quiet: dict[str, Any] = {"outputs": shown, "show_progress": "hidden", "api_visibility": "private"}
        asked = box.submit(talk.ask, [box, turns], trigger_mode="always_last", **quiet)
        example = chat.example_select(talk.ask_example, [turns], **quiet)
        # It ends by itself: an event that Gradio cancels may still send what it had begun to, into a page gone on.
        box.stop(talk.stop, [turns], None, show_progress="hidden", api_visibility="private")
        cleared = anew.click(talk.begin_anew, None, **quiet)
        for event in (asked, example, cleared):
            event.then(None, js=_FOCUS, api_visibility="private")
    # Gradio answers one question at a time for all visitors unless told otherwise.
    page.queue(default_concurrency_limit=8, max_size=32, api_open=False)
    return page


def expected(page: gr.Blocks) -> Expected:
    """What the page may send: its events, and the function of its panel."""
    panel = next(block for block in page.blocks.values() if getattr(block, "elem_id", None) == "evidence")
    events = {
        number: Event(
            len(event.inputs),
            frozenset(trigger for trigger, _ in event.targets if trigger is not None),
            event.collects_event_data,
        )
        for number, event in page.fns.items()
        if event.fn
    }
    return Expected(events, panel._id, "evidence_of")


def answerable(assistant: Assistant, questions: Sequence[str]) -> list[str]:
    """The `questions` that the open corpus answers, without asking an LLM; this also warms up the assistant."""
    return [question for question in questions if not assistant.ask(Question(question), Action(requests=0)).abstained]


class _Talk:
    """What the events of the page do: they return the turns, the messages, the panel, the question box, the button."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._kept = Kept(_KEPT)
        self._stopped: set[str] = set()

    def ask(self, text: str, before: Turns) -> Iterator[tuple[Any, ...]]:
        """Answer a question as the next turn, word by word."""
        text = _mended(text)
        if len(text) > MAX_QUESTION:
            limit = f"A question may hold {MAX_QUESTION:,} characters; this one holds {len(text):,}. Please shorten it."
            gr.Warning(limit, title="Too long")
        if not text or len(text) > MAX_QUESTION:
            yield (gr.skip(),) * 5
            return
        now = before
        try:
            for now in grow(self._assistant, text, before, self._stopped):
                yield self._look(now)
        except UserError as error:
            # Of an embedder that somebody else runs, which may be down.
            yield self._look(cut_short(now, str(error)))
        except Exception:
            _logger.exception("The question could not be answered.")
            yield self._look(cut_short(now, _FAILED))
        finally:
            self._stopped -= {turn.answer_id for turn in now[-1:]}

    def ask_example(self, before: Turns, chosen: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        """Answer the example that was clicked."""
        yield from self.ask(chosen.value["text"], before)

    def stop(self, now: Turns) -> None:
        """Have no more said of the last answer."""
        if now and not (now[-1].answer or now[-1].note):
            self._stopped.add(now[-1].answer_id)

    def begin_anew(self) -> tuple[Any, ...]:
        """Forget the conversation."""
        return (), [], notice_panel(_BEFORE), *_idle(value="")

    def evidence(self, answer_id: object) -> str:
        """The evidence of an earlier answer; the browser asks, so that the id may be anything."""
        return self._kept.panel(answer_id)

    def _look(self, now: Turns) -> tuple[Any, ...]:
        turn = now[-1]
        if turn.answer:
            self._kept.keep(turn.answer_id, turn.answer)
            return now, messages(now), evidence_panel(turn.answer, turn.answer_id), *_idle()
        if turn.note:
            return now, messages(now), gr.skip(), *_idle()
        return now, messages(now), gr.skip(), *((gr.skip(), gr.skip()) if turn.said or turn.steps else _busy())


def _busy() -> tuple[Any, Any]:
    return gr.update(value="", submit_btn=False, stop_btn="Stop"), gr.update(interactive=False)


def _idle(**box: Any) -> tuple[Any, Any]:
    return gr.update(submit_btn="Ask", stop_btn=False, **box), gr.update(interactive=True)


def _chat(examples: Sequence[str]) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        container=False,
        height="100%",
        layout="panel",
        buttons=[],
        feedback_options=None,
        # The bubbles are HTML with all else escaped; these would only reinterpret it.
        latex_delimiters=[],
        line_breaks=False,
        allow_tags=False,
        group_consecutive_messages=False,
        placeholder="<p>What would you like to know?</p>",
        examples=[{"text": example} for example in examples],
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="question",
        label="Question",
        show_label=False,
        placeholder="Ask the abstracts…",
        container=False,
        autofocus=True,
        max_lines=6,
        submit_btn="Ask",
    )


def _panel(talk: _Talk) -> gr.HTML:
    # The script calls it by its name.
    def evidence_of(answer_id: object) -> str:
        return talk.evidence(answer_id)

    return gr.HTML(
        notice_panel(_BEFORE),
        elem_id="evidence",
        # Never {{value}}: Gradio runs what that form inserts as a JavaScript template.
        html_template="${value}",
        js_on_load=(ASSETS / "evidence.js").read_text(encoding="utf-8"),
        server_functions=[evidence_of],
        apply_default_css=False,
    )


def _mended(text: object) -> str:
    """The question as typed, without what no UTF-8 can carry; a raw request may hold anything."""
    return str(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
