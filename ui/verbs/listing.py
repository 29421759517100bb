"""The verbs that show the papers of an index: `list`, all or some of them, and `show`, one of them whole."""

import difflib
import json
from typing import Annotated, Literal

import typer

from assistant.embedder_settings import open_embedder
from assistant.opening import open_index
from assistant.settings import read_settings
from assistant.wire import paper_record
from index.errors import UserError
from index.index import Index
from index.records.known_names import require_known
from ui import terminal
from ui.verbs.options import AsJson, Author, Since, Source, Until, Venue, Where, WithoutRetracted, within

list_app = typer.Typer()

_NEAREST = 3


@list_app.command("list")
def list_verb(
    year: Annotated[int | None, typer.Option(metavar="YEAR", help="Only papers of this year.")] = None,
    since: Since = None,
    until: Until = None,
    author: Author = None,
    venue: Venue = None,
    source: Source = None,
    sort: Annotated[Literal["year", "title"], typer.Option(help="The newest first, or by title.")] = "year",
    index: Where = None,
    *,
    without_retracted: WithoutRetracted = False,
    as_json: AsJson = False,
) -> None:
    """Print the papers of the index, and how many they are."""
    span = (year or since, year or until)
    limit, opened = within(*span, venue, author, source, without_retracted=without_retracted), _opened(index)
    require_known(limit, opened.facets)
    papers = opened.papers(limit, "newest")
    papers = tuple(sorted(papers, key=lambda paper: paper.title.casefold())) if sort == "title" else papers
    print(_json([paper_record(paper) for paper in papers]) if as_json else terminal.papers_text(papers))


@list_app.command("show")
def show_verb(
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="Its id, DOI, arXiv id or title.")],
    index: Where = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print one paper whole: its record and its abstract."""
    opened = _opened(index)
    found = opened.called(paper)
    if not found:
        raise UserError(f"No paper of this index is called {paper!r}.{_nearest(paper, opened)}")
    if len(found) > 1:
        ids = " or ".join(f"scholiast show {one.paper_id!r}" for one in found)
        raise UserError(f"{len(found)} papers are called {paper!r}. Name one by its id: {ids}")
    sources = opened.sources().get(found[0].paper_id, ())
    shown = {**paper_record(found[0]), "sources": list(sources)}
    print(_json(shown) if as_json else terminal.paper_text(found[0], sources))


def _opened(index: str | None) -> Index:
    settings = read_settings(index=index)
    return open_index(settings, open_embedder(settings))


def _nearest(name: str, opened: Index) -> str:
    """The ids and titles that are spelt alike, or else the titles of what is found, as a sentence."""
    alike = difflib.get_close_matches(name, opened.names(), _NEAREST)
    found = alike or dict.fromkeys(hit.passage.paper.title for hit in opened.search(name, _NEAREST))
    return f" Nearest are: {'; '.join(found)}." if found else ""


def _json(record: object) -> str:
    return json.dumps(record, ensure_ascii=False)
