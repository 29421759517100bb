"""The command line: results on stdout, progress and warnings on stderr."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.conversation import Conversations
from assistant.settings import Settings, open_assistant, open_index, origins, read_settings
from assistant.types import Question
from assistant.wire import answer_record, hit_records
from index.build import BATCH, BuildReport, Prune, build
from index.doctor import examine
from index.embedding import Embedder, LocalEmbedder
from index.errors import UserError
from index.filters import Filter
from index.generations import is_index
from index.index import By
from index.ray_embedding import RayEmbedder
from index.readers import FORMATS, Meter, Read, read_corpus
from ui import terminal
from ui.ending import end_tidily
from ui.eval_verbs import eval_app
from ui.options import AsJson, Where
from ui.progress import Progress

SAMPLE = Path(__file__).parent.parent / "index" / "sample" / "papers_page.txt"

app = typer.Typer(
    name="scholiast",
    help="Ask a corpus of paper abstracts a question; every sentence of the answer quotes the paper it stands on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)

app.add_typer(eval_app, name="eval")

AsJsonLines = Annotated[bool, typer.Option("--jsonl", help="Read JSON lines on stdin, print a JSON line for each.")]


def main() -> None:
    """Run the command line; a mistake that the user can mend is one sentence on stderr and exit code 1."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Neither the locale nor a stray byte or surrogate in somebody's text may end the program.
            stream.reconfigure(encoding="utf-8", errors="replace")
    end_tidily()
    try:
        app()
    except UserError as error:
        print(terminal.visible(str(error)), file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # The reader has gone; what Python flushes at its end must not complain about it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command("build")
def build_verb(
    corpus: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CORPUS...", help="Files, folders or patterns of papers, plain or gzipped; - is standard input."
        ),
    ] = None,
    index: Where = None,
    format_name: Annotated[
        str | None,
        typer.Option("--format", metavar="F", help=f"One of {', '.join(FORMATS)}; told from the content if not given."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="E", help="Encoding of the files, such as cp1252; UTF-8 if not given.")
    ] = None,
    workers: Annotated[
        str, typer.Option(metavar="local|ray", help="Embed on this machine, or on a Ray cluster (RAY_ADDRESS).")
    ] = "local",
    *,
    sample: Annotated[bool, typer.Option("--sample", help="Read the sample corpus of 77 papers.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove the papers that CORPUS does not hold.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Let --prune remove more than a fifth of the papers.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON, on the last line.")] = False,
) -> None:
    """Read papers; add the new ones to the index and update those that changed."""
    names = [*(corpus or []), *([str(SAMPLE)] if sample else [])]
    if not names:
        raise typer.BadParameter("name the files of a corpus, or give --sample", param_hint="CORPUS")
    pruning: Prune = "sure" if yes else "guarded"
    if workers not in {"local", "ray"}:
        raise typer.BadParameter("say local or ray", param_hint="--workers")
    settings, records = read_settings(index=index), partial(read_corpus, names, format_name, encoding)
    with _embedder(settings, workers) as (embedder, batch):
        report = _build(settings, names, records, embedder, batch, pruning if prune else None)
    print(json.dumps(asdict(report)) if as_json else terminal.report_text(report))


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    by: Annotated[str, typer.Option(help="Ranking: hybrid, dense or lexical.")] = "hybrid",
    since: Annotated[int | None, typer.Option(metavar="YEAR", help="Only papers of this year or later.")] = None,
    until: Annotated[int | None, typer.Option(metavar="YEAR", help="Only papers of this year or earlier.")] = None,
    venue: Annotated[list[str] | None, typer.Option(help="Only papers of this venue; may be repeated.")] = None,
    author: Annotated[list[str] | None, typer.Option(help="Only papers by this author; may be repeated.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only papers of this file; may be repeated.")] = None,
    index: Where = None,
    *,
    as_json: AsJson = False,
    jsonl: AsJsonLines = False,
) -> None:
    """Print the passages that fit a query best."""
    queries, ranking = _asked(query, "query", jsonl=jsonl), _ranking(by)
    within = Filter(since, until, tuple(venue or ()), tuple(author or ()), tuple(source or ()))
    settings = read_settings(index=index)
    opened = open_index(settings, LocalEmbedder(threads=settings.threads))
    for asked, record in queries:
        hits = opened.search(asked, k, ranking, within)
        if jsonl or as_json:
            _print_line({"id": record.get("id"), "hits": hit_records(hits)} if jsonl else hit_records(hits))
        else:
            print(terminal.hits_text(hits) or "Nothing was found.")


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    index: Where = None,
    *,
    as_json: AsJson = False,
    jsonl: AsJsonLines = False,
) -> None:
    """Answer a question with sentences of the abstracts, each cited, or say that they do not answer it."""
    questions = _asked(question, "question", jsonl=jsonl)
    assistant = open_assistant(read_settings(index=index))
    conversations = Conversations()
    for asked, record in questions:
        name = record.get("conversation")
        answer = assistant.ask(conversations.question(asked, name) if jsonl else Question(asked))
        conversations.remember(answer, name)
        if jsonl or as_json:
            _print_line(answer_record(answer, record.get("id")))
        else:
            print(terminal.answer_text(answer))


@app.command()
def chat(
    host: Annotated[str | None, typer.Option(help="Address to serve on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to serve on.", show_default="7860")] = None,
    index: Where = None,
) -> None:
    """Open the chat window; build the sample corpus first if there is no index."""
    from ui.web import serve  # noqa: PLC0415 - no other verb may pay for Gradio

    settings = read_settings(host=host, port=port, index=index)
    if not is_index(settings.root):
        print(f"There is no index in {settings.root}: building the sample corpus.", file=sys.stderr)
        embedder, sample = LocalEmbedder(threads=settings.threads), [str(SAMPLE)]
        print(terminal.report_text(_build(settings, sample, partial(read_corpus, sample), embedder)), file=sys.stderr)
    serve(settings, open_assistant(settings), open_browser=_has_display())


@app.command()
def doctor(index: Where = None, *, as_json: AsJson = False) -> None:
    """Examine the index, mend what can be mended without embedding, and say what is left to do."""
    settings = read_settings(index=index)
    state = "sound"
    for finding in examine(settings.root, LocalEmbedder(threads=settings.threads)):
        print(json.dumps(asdict(finding)) if as_json else f"{finding.state}: {finding.sentence}", flush=True)
        state = "damaged" if "damaged" in {state, finding.state} else state
    if state == "damaged":
        raise typer.Exit(1)


@app.command("settings")
def settings_verb(*, as_json: AsJson = False) -> None:
    """Print every setting, its value and where it came from."""
    settings, sources = read_settings(), origins()
    rows = {
        name: {"value": str(getattr(settings, name)), "from": sources[name], "meaning": field.description}
        for name, field in Settings.model_fields.items()
    }
    if as_json:
        _print_line(rows)
    else:
        for name, row in rows.items():
            print(f"{name} = {row['value']}\n    {row['meaning']}; from: {row['from']}")


def _build(
    settings: Settings,
    names: list[str],
    records: Callable[..., Iterator[Read]],
    embedder: Embedder,
    batch: int = BATCH,
    prune: Prune | None = None,
) -> BuildReport:
    meter = Meter()
    try:
        with Progress(meter) as progress:
            return build(
                settings.root,
                records(meter=meter, apart_from=settings.root),
                embedder,
                sources=names,
                server=settings.server,
                prune=prune,
                batch=batch,
                on_event=progress.show,
            )
    except KeyboardInterrupt:
        print("Stopped. What was embedded is kept; the same command goes on from there.", file=sys.stderr)
        raise typer.Exit(130) from None


@contextmanager
def _embedder(settings: Settings, workers: str) -> Iterator[tuple[Embedder, int]]:
    """The embedder of a build, and how many papers it is given at once."""
    if workers == "local":
        yield LocalEmbedder(threads=settings.threads), BATCH
        return
    with RayEmbedder() as embedder:
        # A paper has more than one passage, so that this is at least what a call needs.
        yield embedder, embedder.texts_a_call


def _asked(given: str | None, key: str, *, jsonl: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The text given on the command line, or the `key` of each JSON line on stdin with its whole record."""
    if jsonl == (given is not None):
        raise typer.BadParameter(f"give a {key}, or --jsonl and lines on stdin", param_hint=key.upper())
    if given is not None:
        return iter([(given, {})])
    return (_parsed(line, number, key) for number, line in enumerate(sys.stdin, start=1) if line.strip())


def _parsed(line: str, number: int, key: str) -> tuple[str, dict[str, Any]]:
    try:
        record = json.loads(line)
        asked, name = record[key], record.get("conversation")
    except (ValueError, TypeError, KeyError):
        raise UserError(f'Line {number} on stdin is not an object like {{"id": "1", "{key}": "…"}}.') from None
    if not isinstance(asked, str) or not isinstance(name, str | None):
        raise UserError(f"Line {number} on stdin: {key} and conversation must be strings.")
    return asked, record


def _ranking(by: str) -> By:
    if by not in {"hybrid", "dense", "lexical"}:
        raise typer.BadParameter("say hybrid, dense or lexical", param_hint="--by")
    return by  # type: ignore[return-value]


def _print_line(record: object) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


def _has_display() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
