"""Bringing papers in, as the page shows it: what was read, then how far it is, then what was done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from index.build import BuildReport, Deriving, Event, Stored
from index.foreseeing import Standing
from index.readers import Rejected, Remark, Skipped
from index.reembedding import EmbeddedAnew
from ui.importing.files import KINDS, MEGABYTE, PASTED, too_long, wrong_kind
from ui.importing.preview import Preview
from ui.importing.shelf import Shelf
from ui.render import ASSETS, template, verbatim
from ui.web.faults import caught
from ui.web.uploads import MOST_WAITING, Uploads

STANDING: dict[Standing, str] = {
    "new": "new",
    "changed": "there already, and told otherwise",
    "known": "there already",
    "again": "told once more in what you brought",
}
# Of each kind, so many are named.
_NAMED = 50
_GONE = "What you brought is no longer kept here. Please bring it again."


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What else shows the corpus, and is shown anew when papers came: a function, its inputs and its outputs."""

    show: Callable[..., tuple[Any, ...]]
    inputs: Sequence[Any]
    outputs: Sequence[Any]


def import_control(shelf: Shelf, uploads: Uploads, others: Refreshed) -> None:
    """Lay out what takes files and text, shows what was read of them, and adds it."""
    brought = _Brought(shelf, uploads, others)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    told = gr.State(None)
    drop = gr.HTML(
        _drop(uploads.megabytes),
        elem_id="drop",
        html_template="${value}",
        js_on_load=(ASSETS / "drop.js").read_text(encoding="utf-8"),
        apply_default_css=False,
    )
    shown = gr.HTML("", elem_id="preview", html_template="${value}", js_on_load=None, apply_default_css=False)
    with gr.Row(elem_id="preview-acts"):
        add = gr.Button("Add", elem_id="add-papers", size="sm", min_width=0, scale=0, visible=False)
        leave = gr.Button("Leave it", elem_id="leave-papers", size="sm", min_width=0, scale=0, visible=False)
    outputs = [told, shown, add, leave]
    drop.upload(brought.read, None, outputs, trigger_mode="always_last", **quiet)
    leave.click(brought.leave, None, outputs, **quiet)
    add.click(brought.add, [told, *others.inputs], [*outputs, *others.outputs], trigger_mode="once", **quiet)


class _Brought:
    """What the events do: they return what was read, what is shown of it, the button that adds, the one that leaves."""

    def __init__(self, shelf: Shelf, uploads: Uploads, others: Refreshed) -> None:
        self._shelf = shelf
        self._uploads = uploads
        self._others = others

    def read(self, told: gr.EventData) -> tuple[Any, ...]:
        """Show what a build of the files would do whose ids are told; the browser tells, so that they may be any."""
        files = self._uploads.claim(str(told.said).split())
        preview = None
        with caught("What was brought could not be read.") as fault:
            try:
                preview = self._shelf.preview(files) if files else None
            finally:
                _clear(files)
        return _look(preview) if preview else _over(fault.sentence or _GONE)

    def leave(self) -> tuple[Any, ...]:
        """Forget what was read."""
        return None, "", *_acts(None)

    def add(self, told: Preview | None, *inputs: Any) -> Iterator[tuple[Any, ...]]:
        """Add what was shown, say how far it is, and show the corpus anew."""
        as_before = (gr.skip(),) * len(self._others.outputs)
        ended = _over(_GONE)
        with caught("Papers could not be added.") as fault:
            if told:
                yield *_over("Adding…"), *as_before
                for event in self._shelf.add(told):
                    if isinstance(event, BuildReport):
                        ended = _over(_done(event))
                    elif doing := _doing(event, len(told.records)):
                        yield *_over(doing), *as_before
        yield *(_over(fault.sentence) if fault.sentence else ended), *self._others.show(*inputs)


def summed(preview: Preview) -> str:
    """What was read, in a sentence."""
    new, changed, known = preview.count("new"), preview.count("changed"), preview.count("known")
    read = f"{_papers(len(preview.papers))} read"
    of_these = [f"{new} new", f"{changed} to change" if changed else "", f"{known} there already" if known else ""]
    rejected = [_count(len([one for one in preview.rejected if isinstance(one, Rejected)]), "record") + " rejected"]
    skipped = [one for one in preview.rejected if isinstance(one, Skipped)]
    if skipped:
        rejected.append(f"{_count(len(skipped), 'file')} not read, or not to the end")
    if preview.withdrawn:
        rejected.append(f"{_papers(preview.withdrawn)} taken back by their source")
    parts = f": {', '.join(filter(None, of_these))}" if preview.papers else ""
    return f"{', '.join(preview.sources)}. {read}{parts}; {', '.join(rejected)}. Nothing is added yet."


def _look(preview: Preview) -> tuple[Any, ...]:
    shown = template("preview.html").render(
        told=preview, sum=summed(preview), standing=STANDING, where=_where, most=_NAMED
    )
    return (preview if preview.changes else None), shown, *_acts(preview)


def _over(sentence: str) -> tuple[Any, ...]:
    return None, _said(sentence), *_acts(None)


def _said(sentence: str) -> str:
    return f'<p class="said" role="status">{verbatim(sentence)}</p>'


def _acts(preview: Preview | None) -> tuple[Any, Any]:
    """The two buttons, while there is something to add."""
    if not preview:
        return gr.update(visible=False), gr.update(visible=False)
    new, changed = preview.count("new"), preview.count("changed") + preview.count("again")
    label = f"Add {_papers(new)}" if new else f"Update {_papers(changed)}"
    return gr.update(value=label, visible=preview.changes), gr.update(visible=True)


def _where(each: Rejected | Remark | Skipped) -> str:
    """Where a record stands; of a file the reason names it."""
    if isinstance(each, Skipped):
        return ""
    return f"{each.source}, {each.number}{f' ({each.record_id})' if each.record_id else ''}: "


def _doing(event: Event, records: int) -> str | None:
    match event:
        case Stored(stored):
            return f"Adding: {stored} of {_count(records, 'record')} read and embedded…"
        case EmbeddedAnew(papers, of):
            return f"Embedding the papers of before anew: {papers} of {of}…"
        case Deriving(passages):
            return f"Everything is embedded. Making the indexes of {_count(passages, 'passage')}…"
        case _:
            return None


def _done(report: BuildReport) -> str:
    done = [f"{_papers(report.papers_added)} added"]
    done += [f"{report.papers_updated} updated"] if report.papers_updated else []
    done += [f"{report.papers_removed} removed"] if report.papers_removed else []
    are = "It" if report.papers_added + report.papers_updated == 1 else "They"
    return f"{', '.join(done)}. {are} can be asked about now."


def _drop(megabytes: int) -> str:
    return template("drop.html").render(
        most=megabytes * MEGABYTE,
        megabytes=megabytes,
        kinds=KINDS,
        files=MOST_WAITING,
        too_long=too_long(megabytes),
        wrong_kind=wrong_kind(),
        pasted=PASTED,
    )


def _clear(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
        file.parent.rmdir()


def _papers(count: int) -> str:
    return _count(count, "paper")


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
