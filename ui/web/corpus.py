"""The room of the corpus on the page: what it is called, its papers, and what adds and removes them."""

from typing import Any

import gradio as gr

from ui.importing.listing import SORTS, Listing
from ui.importing.shelf import Shelf
from ui.render import ASSETS, template
from ui.web.faults import caught
from ui.web.importing import Refreshed, import_control
from ui.web.uploads import Uploads


def corpus_room(shelf: Shelf, uploads: Uploads | None) -> None:
    """Lay the room out in the open `gr.Blocks`, closed at first; papers are added and removed only with `uploads`."""
    held = _Held(shelf, removable=uploads is not None)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    with gr.Accordion(held.called(), open=False, elem_id="corpus") as room:
        with gr.Row(elem_id="corpus-seek"):
            words = gr.Textbox(
                "",
                elem_id="corpus-words",
                label="Search the papers",
                show_label=False,
                container=False,
                placeholder="Title, author, year…",
                max_length=200,
            )
            sort = gr.Radio(
                [*SORTS], value=SORTS[0], elem_id="corpus-sort", label="Order", show_label=False, container=False
            )
        papers = gr.HTML(
            held.papers("", SORTS[0]),
            elem_id="corpus-list",
            # Never {{value}}: Gradio runs what that form inserts as a JavaScript template.
            html_template="${value}",
            js_on_load=(ASSETS / "corpus.js").read_text(encoding="utf-8"),
            apply_default_css=False,
        )
        seen = [words, sort]
        room.expand(held.refreshed, seen, [room, papers], **quiet)
        # `input` comes with keys that write a letter, and neither with what is pasted nor with what is rubbed out.
        gr.on([words.change, words.submit, sort.input], held.papers, seen, papers, trigger_mode="always_last", **quiet)
        if uploads:
            papers.delete(held.remove, seen, [room, papers], **quiet)
            import_control(shelf, uploads, Refreshed(held.refreshed, seen, [room, papers]))


class _Held:
    """What the events of the room do: they return what the corpus is called, and its papers."""

    def __init__(self, shelf: Shelf, *, removable: bool) -> None:
        self._shelf = shelf
        self._listing = Listing(shelf.newest)
        self._removable = removable

    def called(self) -> str:
        """What the corpus is called."""
        return self._listing.called()

    def papers(self, words: str, sort: str, said: str = "") -> str:
        """The papers that hold `words`, over what is `said` of the last that was done."""
        listed = self._listing.listed(words or "", sort)
        return template("corpus.html").render(listed=listed, removable=self._removable, said=said)

    def refreshed(self, words: str, sort: str, said: str = "") -> tuple[Any, str]:
        """The whole room, as the newest corpus is."""
        return gr.update(label=self.called()), self.papers(words, sort, said)

    def remove(self, words: str, sort: str, told: gr.EventData) -> tuple[Any, str]:
        """Remove the paper that was told; the browser asks, so that it may be any."""
        said = ""
        with caught("A paper could not be removed.") as fault:
            if self._shelf.remove(str(told.said)).papers_removed:
                said = "Removed. It comes back when a file that tells of it is added again."
        return self.refreshed(words, sort, fault.sentence or said)
