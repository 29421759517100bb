"""The list of conversations: searched, opened, renamed, deleted and restored."""

from datetime import UTC, datetime

import gradio as gr

from ui.conversations.keeping import Conversations
from ui.render import ASSETS, template
from ui.web.readers import Readers


class History:
    """What the events of the list do; each returns the list as it then is."""

    def __init__(self, conversations: Conversations, readers: Readers) -> None:
        self._conversations = conversations
        self._readers = readers

    def listed(self, request: gr.Request, at: str, sought: str = "", deleted: str = "") -> str:
        """The list, with the conversation `at` marked; of one just `deleted`, that it can be restored."""
        entries = self._conversations.entries(self._readers.owner(request), sought)
        return template("history.html").render(
            entries=entries, at=at.removeprefix("c-"), sought=sought, deleted=deleted, day=_day
        )

    def refresh(self, at: str, sought: str, request: gr.Request) -> str:
        """The list after something was asked, opened or begun."""
        return self.listed(request, at, sought)

    def rename(self, at: str, sought: str, said: gr.EventData, request: gr.Request) -> str:
        """Give a conversation the title that was typed."""
        self._conversations.rename(self._readers.owner(request), said.id, said.text)
        return self.listed(request, at, sought)

    def delete(self, at: str, sought: str, said: gr.EventData, request: gr.Request) -> str:
        """Delete a conversation, which can be restored."""
        self._conversations.delete(self._readers.owner(request), said.id)
        return self.listed(request, at, sought, deleted=said.id)

    def restore(self, at: str, sought: str, said: gr.EventData, request: gr.Request) -> str:
        """Restore a conversation that was deleted."""
        self._conversations.restore(self._readers.owner(request), said.id)
        return self.listed(request, at, sought)


def lay_out_history() -> gr.HTML:
    """Lay out the list, whose script triggers the events `open`, `rename`, `delete` and `restore`."""
    return gr.HTML(
        "",
        elem_id="history",
        html_template="${value}",
        js_on_load=(ASSETS / "history.js").read_text(encoding="utf-8"),
        apply_default_css=False,
    )


def _day(touched: float) -> str:
    return datetime.fromtimestamp(touched, UTC).astimezone().strftime("%-d %b %Y, %H:%M")
