"""The verb that writes papers or answers for other programs: `export`."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import typer

from assistant.embedder_settings import open_embedder
from assistant.export.kept import Kept, read_answers
from assistant.export.markdown import markdown
from assistant.export.text import text
from assistant.opening import open_index
from assistant.settings import read_settings
from index.errors import CorpusError, IndexMissing, UserError
from index.index import Index
from index.papers import Paper
from index.writers import written
from ui.conversations.keeping import Conversations, beside
from ui.conversations.telling import answers as told_answers
from ui.terminal import visible
from ui.verbs.options import Where

Format = Literal["bibtex", "ris", "csl-json", "csl", "markdown", "text"]

_OF_ANSWERS: MappingProxyType[str, Callable[[Iterable[Kept]], str]] = MappingProxyType(
    {"markdown": markdown, "text": text}
)


def export(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="PAPER", help="Ids, DOIs, arXiv ids or titles of papers; all papers without any."),
    ] = None,
    format_name: Annotated[
        Format, typer.Option("--format", help="Of papers, or of answers; markdown and text of answers alone.")
    ] = "bibtex",
    answers: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Answers that ask --json or --jsonl printed, or - for standard input: these, or what they cite.",
        ),
    ] = None,
    conversation: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A conversation of the chat window, by the id that its address ends with."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to this file, in place of what it holds.")
    ] = None,
    index: Where = None,
) -> None:
    """Write papers as BibTeX, RIS or CSL-JSON. Or answers or a conversation, as Markdown or text with their references."""
    if sum((bool(ids), answers is not None, conversation is not None)) > 1:
        raise typer.BadParameter("give papers, answers or a conversation, one of them", param_hint="--answers")
    if answers is None and conversation is None and format_name in _OF_ANSWERS:
        raise typer.BadParameter(
            f"{format_name} is of answers: --answers FILE, or --conversation ID", param_hint="--format"
        )
    if answers is None and conversation is None:
        opened = _opened(index)
        papers, unknown = _called(ids, opened) if ids else (opened.papers(order="newest"), ())
        if papers or not unknown:
            _put(written(papers, format_name), out)
        _refuse(unknown)
        return
    told = read_answers(_content(answers), answers) if answers is not None else _conversation(conversation or "", index)
    if format_name in _OF_ANSWERS:
        _put(_OF_ANSWERS[format_name](told), out)
    else:
        _put(written(_cited(told, index), format_name), out)


def _conversation(conversation_id: str, index: str | None) -> tuple[Kept, ...]:
    """The answers of a conversation over the index."""
    path = beside(read_settings(index=index).root)
    turns = Conversations(path).whole(conversation_id.removeprefix("#").removeprefix("c-")) if path.exists() else ()
    if not turns:
        raise UserError(
            f"There is no conversation {conversation_id!r} beside this index. The address of the chat window ends with its id; "
            "name the index with --index if it is another."
        )
    return told_answers(turns)


def _called(names: Sequence[str], opened: Index) -> tuple[tuple[Paper, ...], tuple[str, ...]]:
    """The papers that are called so, each once, and the names of none."""
    found = {name: opened.called(name) for name in names}
    papers = {paper.paper_id: paper for each in found.values() for paper in each}
    return tuple(papers.values()), tuple(name for name, each in found.items() if not each)


def _refuse(unknown: Sequence[str]) -> None:
    if unknown:
        named = ", ".join(map(repr, unknown))
        raise UserError(f"No paper of this index is called {named}. What it holds, this prints: scholiast list")


def _cited(answers: Iterable[Kept], index: str | None) -> tuple[Paper, ...]:
    """What the answers cite, each paper once: as the index has it, else as the answers tell of it."""
    cited = {each.paper_id: each for answer in answers for each in answer.papers}
    try:
        opened = _opened(index) if cited else None
    except IndexMissing as error:
        print(
            visible(f"The papers are written without their abstracts, as the answers tell of them. {error}"),
            file=sys.stderr,
        )
        opened = None
    whole = {paper_id: opened.called(paper_id) for paper_id in cited} if opened else {}
    return tuple(
        next((paper for paper in whole.get(paper_id, ()) if paper.paper_id == paper_id), each.paper)
        for paper_id, each in cited.items()
    )


def _opened(index: str | None) -> Index:
    settings = read_settings(index=index)
    return open_index(settings, open_embedder(settings))


def _content(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CorpusError(
            f"{name} cannot be read: {error.strerror}. Write answers to a file: scholiast ask --json QUESTION > FILE"
        ) from None
    except UnicodeDecodeError:
        raise CorpusError(
            f"{name} is not text in UTF-8. Write answers to a file: scholiast ask --json QUESTION > FILE"
        ) from None


def _put(content: str, out: Path | None) -> None:
    """Write to a file or to stdout; what nobody can see in a text goes no further."""
    if out is None:
        sys.stdout.write(visible(content))
        return
    try:
        out.write_text(visible(content), encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}. Name another file: --out FILE") from None
