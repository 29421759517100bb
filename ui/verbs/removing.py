"""The verb that takes papers out of the index: `remove`."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from assistant.embedder_settings import open_embedder
from assistant.opening import open_index
from assistant.settings import read_settings
from index.errors import UserError
from index.index import Index
from index.papers import Paper
from index.removing import remove
from ui.terminal import visible
from ui.verbs.options import AsJson, Where


def remove_verb(
    names: Annotated[list[str], typer.Argument(metavar="PAPER...", help="Ids, DOIs, arXiv ids or titles of papers.")],
    index: Where = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove papers from the index.

    They come back when a file that tells of them is built again.
    """
    settings = read_settings(index=index)
    embedder = open_embedder(settings)
    opened = open_index(settings, embedder)
    papers = tuple({paper.paper_id: paper for name in names for paper in _called(name, opened)}.values())
    opened.close()
    if not (yes or _agreed(papers)):
        raise typer.Exit(1)
    removal = remove(settings.root, [paper.paper_id for paper in papers], embedder)
    if as_json:
        print(json.dumps(asdict(removal)))
    else:
        print(f"{_count(len(papers))} removed; the index holds {_count(removal.papers)}.")


def _called(name: str, opened: Index) -> tuple[Paper, ...]:
    """The paper that is called so: what removes more than is meant cannot be guessed."""
    found = opened.called(name)
    if not found:
        raise UserError(
            f"Nothing was removed: no paper of this index is called {name!r}. What it holds, this prints: scholiast list"
        )
    if len(found) > 1:
        ids = " or ".join(repr(one.paper_id) for one in found)
        raise UserError(f"Nothing was removed: {len(found)} papers are called {name!r}. Name one by its id: {ids}")
    return found


def _agreed(papers: Sequence[Paper]) -> bool:
    """Whether whoever sits at the terminal wants this; where nobody can be asked, only `--yes` says so."""
    for paper in papers:
        print(visible(f"{paper.title} ({paper.paper_id})"), file=sys.stderr)
    if not sys.stdin or not sys.stdin.isatty():
        raise UserError("Nothing was removed: to remove papers without being asked, add --yes.")
    return typer.confirm(f"Remove {_count(len(papers))}?", err=True)


def _count(papers: int) -> str:
    return f"{papers:,} paper{'' if papers == 1 else 's'}"
