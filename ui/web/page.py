"""The page of the chat window: the conversation on the left, its evidence in the margin, what was asked before on a shelf."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.assistant import Assistant
from ui.admission import Room
from ui.conversations.keeping import Conversations
from ui.importing.shelf import Shelf
from ui.web.bodies import Event, Expected
from ui.web.conversation import Conversation, Parts
from ui.web.corpus import corpus_room
from ui.web.evidence import lay_out_evidence
from ui.web.history import History, lay_out_history
from ui.web.readers import Readers
from ui.web.uploads import Uploads

# Where the browser keeps the id of its reader.
_STORAGE = "scholiast-reader"
# The script hands on which conversation the address names; and the address names the one that is shown.
_NAMED = "(reader, at) => [reader, location.hash.slice(1)]"
_NAME = "(at) => { history.replaceState(null, '', at ? `#c-${at}` : '#new'); }"
# Questions that may be answered, or wait, at once; a full room is told to who asks, so that Gradio need never refuse.
MOST_AT_ONCE = 128
# Events that Gradio runs at once, each on a thread, and lets wait: beyond the questions, those who begin anew or are refused.
_MOST_EVENTS, _MOST_WAITING = 2 * MOST_AT_ONCE, 10_000
# Whoever has gone on to a marker or a card by then is left there.
_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at.closest('#question')) document.querySelector('#question textarea').focus();
}"""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the page is laid out for: what answers, what is kept, who asks, under which secret browsers keep who they are, and what papers are taken in and how, who waits, and whether one logs in."""

    assistant: Assistant
    conversations: Conversations
    readers: Readers
    secret: str
    shelf: Shelf
    uploads: Uploads | None
    room: Room
    accounts: bool


def chat_page(rooms: Rooms) -> gr.Blocks:
    """Lay out the page and tie its events to what they do."""
    page = gr.Blocks(title="Scholiast", analytics_enabled=False, delete_cache=(3600, 3600))
    with page:
        reader = gr.BrowserState("", storage_key=_STORAGE, secret=rooms.secret)
        with gr.Sidebar(open=False, elem_id="shelf", width=300):
            sought = gr.Textbox(
                elem_id="sought", label="Search", show_label=False, placeholder="Search…", container=False
            )
            listed = lay_out_history()
        with gr.Row(elem_id="masthead") as masthead:
            gr.HTML(
                "<h1>Scholiast</h1><p>Answers in the words of the abstracts, each with its source.</p>"
                + ('<a id="leave" href="logout">Log out</a>' if rooms.accounts else ""),
                apply_default_css=False,
            )
            anew = gr.Button("New conversation", elem_id="anew", size="sm", min_width=0, scale=0)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk", scale=5, min_width=320):
                chat = _chat()
                limits = gr.Dropdown(
                    [],
                    multiselect=True,
                    elem_id="limits",
                    label="Limit to",
                    show_label=False,
                    container=False,
                    visible=False,
                )
                box = _question_box()
            with gr.Column(elem_id="margin", scale=4, min_width=320):
                panel = lay_out_evidence(rooms.conversations, rooms.readers)
        parts = Parts(_hidden("at"), _hidden("instead"), chat, _feed(), box, limits)
        _tie(page, rooms, parts, reader, panel, anew, listed, sought)
        with masthead:
            corpus_room(rooms.shelf, rooms.uploads)
    # Who is answered when is decided in `ui.admission`, where it can be told.
    page.max_threads = _MOST_EVENTS
    page.queue(default_concurrency_limit=None, max_size=_MOST_WAITING, api_open=False)
    return page


def _tie(  # noqa: PLR0917 - the parts of the page
    page: gr.Blocks,
    rooms: Rooms,
    parts: Parts,
    reader: gr.BrowserState,
    panel: gr.HTML,
    anew: gr.Button,
    listed: gr.HTML,
    sought: gr.Textbox,
) -> None:
    """Tie the events of the page to what they do."""
    talk = Conversation(rooms.assistant, rooms.conversations, rooms.readers, rooms.room, parts)
    history = History(rooms.conversations, rooms.readers)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    shown = {"outputs": parts.all, **quiet}
    asked = [
        parts.box.submit(
            talk.ask, [reader, parts.box, parts.at, parts.instead, parts.limits], trigger_mode="always_last", **shown
        ),
        parts.chat.example_select(talk.ask_chosen, [reader, parts.at, parts.limits], **shown),
        parts.chat.option_select(talk.ask_chosen, [reader, parts.at, parts.limits], **shown),
        panel.again(talk.again, [parts.at], **shown),
    ]
    # It ends by itself: an event that Gradio cancels may still send what it had begun to, into a page gone on.
    parts.box.stop(talk.stop, None, None, **quiet)
    begun = anew.click(talk.begin_anew, None, **shown)
    turned = [
        begun,
        panel.edit(talk.edit, [parts.at], **shown),
        panel.undo(talk.undo, [parts.at], **shown),
        listed.open(talk.turn_to, None, **shown),
    ]
    opened = page.load(talk.open, [reader, parts.at], [reader, *parts.all], js=_NAMED, **quiet)
    listed.rename(history.rename, [parts.at, sought], listed, **quiet)
    listed.delete(history.delete, [parts.at, sought], listed, **quiet)
    listed.restore(history.restore, [parts.at, sought], listed, **quiet)
    # `input` comes with keys that write a letter, and neither with what is pasted nor with what is rubbed out.
    sought.change(history.refresh, [parts.at, sought], listed, trigger_mode="always_last", **quiet)
    for event in [*asked, *turned, opened]:
        event.then(history.refresh, [parts.at, sought], listed, **quiet)
        event.then(None, js=_FOCUS, api_visibility="private")
    for event in [*asked, opened, begun]:
        event.then(talk.suggest, [parts.at], parts.chat, **quiet)
    parts.at.change(None, [parts.at], js=_NAME, api_visibility="private")


def expected(page: gr.Blocks) -> Expected:
    """What the page may send: its events, and the functions of its panel."""
    panel = next(block for block in page.blocks.values() if getattr(block, "elem_id", None) == "evidence")
    assert isinstance(panel, gr.HTML)
    triggers = {
        number: frozenset(one for one, _ in event.targets if one is not None) for number, event in page.fns.items()
    }
    # What comes after another event is told with the trigger of that one.
    of_any = frozenset[int]().union(*triggers.values())
    events = {
        number: Event(
            len(event.inputs),
            triggers[number] or of_any,
            event.collects_event_data,
            event.collects_event_data and any(isinstance(page.blocks[one], gr.HTML) for one in triggers[number]),
            frozenset(place for place, one in enumerate(event.inputs) if isinstance(one, gr.Dropdown)),
            any(name == "change" for _, name in event.targets),
        )
        for number, event in page.fns.items()
        if event.fn
    }
    return Expected(events, panel._id, frozenset(function.__name__ for function in panel.server_fns))


def _chat() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        container=False,
        height="100%",
        layout="panel",
        # The script of the page scrolls: Gradio's own pulls back whoever has scrolled up.
        autoscroll=False,
        buttons=[],
        feedback_options=None,
        # The bubbles are HTML with all else escaped; these would only reinterpret it.
        latex_delimiters=[],
        line_breaks=False,
        allow_tags=False,
        group_consecutive_messages=False,
        placeholder="<p>What would you like to know?</p>",
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


def _hidden(elem_id: str) -> gr.Textbox:
    return gr.Textbox(elem_id=elem_id, visible="hidden")


def _feed() -> gr.HTML:
    """What the script takes the evidence of a growing answer from, into the panel."""
    return gr.HTML("", elem_id="feed", html_template="${value}", visible="hidden", apply_default_css=False)
