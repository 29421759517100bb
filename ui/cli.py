"""The command line: results on stdout, progress and warnings on stderr."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer

from assistant.embedder_settings import open_embedder
from assistant.opening import open_assistant, require_index
from assistant.settings import GROUPS, Settings, origins, read_settings
from index.build import BATCH, BATCH_AWAY, BuildReport, build
from index.doctor import examine
from index.errors import SettingsError, UserError
from index.readers import FORMATS, Meter, Read, read_corpus
from index.store.generations import is_index
from index.vectors.embedding import Embedder
from index.vectors.ray_embedding import RayEmbedder
from index.vectors.spent import Metered
from ui import terminal
from ui.ending import end_tidily
from ui.progress import Progress
from ui.started import as_typed, program
from ui.verbs.accounts import Auth, user_app
from ui.verbs.asking import ask, search
from ui.verbs.evaluating import eval_app
from ui.verbs.exporting import export
from ui.verbs.feedback import feedback
from ui.verbs.listing import list_app
from ui.verbs.options import AsJson, Where
from ui.verbs.removing import remove_verb

SAMPLE = Path(__file__).parent.parent / "index" / "sample" / "papers_page.txt"
_NAME = "scholiast"

app = typer.Typer(
    name=_NAME,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(eval_app, name="eval")
app.add_typer(list_app)
app.add_typer(user_app, name="user")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - a callback of typer
    if wanted:
        print(f"scholiast {version(_NAME)}")
        raise typer.Exit


def main() -> None:
    """Run the command line; a mistake that the user can mend is one sentence on stderr and exit code 1."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Neither the locale nor a stray byte or surrogate in somebody's text may end the program.
            stream.reconfigure(encoding="utf-8", errors="replace")
    # The scripts that complete a command line have the name that is completed, not the path of a program.
    naming = any(argument.endswith("-completion") for argument in sys.argv)
    end_tidily()
    try:
        app(prog_name=_NAME if naming else program(), complete_var=f"_{_NAME.upper()}_COMPLETE")
    except UserError as error:
        print(terminal.visible(as_typed(str(error))), file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # The reader has gone; what Python flushes at its end must not complain about it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.callback()
def scholiast(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Ask a corpus of paper abstracts a question; every sentence of the answer quotes the paper it stands on."""


@app.command("build")
def build_verb(
    corpus: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CORPUS", help="Files, folders or patterns of papers, plain or gzipped; - is standard input."
        ),
    ] = None,
    index: Where = None,
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="F",
            autocompletion=lambda: [*FORMATS],
            help=f"One of {', '.join(FORMATS)}; told from the content if not given.",
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="E", help="Encoding of the files, such as cp1252; UTF-8 if not given.")
    ] = None,
    workers: Annotated[
        Literal["local", "ray"], typer.Option(help="Embed on this machine, or on a Ray cluster (RAY_ADDRESS).")
    ] = "local",
    *,
    sample: Annotated[bool, typer.Option("--sample", help="Read the sample corpus of 77 papers.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove the papers that CORPUS does not hold.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove more than a fifth of the papers, if so many are gone.")
    ] = False,
    reembed: Annotated[
        bool, typer.Option("--reembed", help="Embed the papers of an index of another embedder anew; no CORPUS.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if a file was skipped or a record rejected.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON, on the last line.")] = False,
) -> None:
    """Read papers; add the new ones and update those that changed."""
    names = [*(corpus or []), *([str(SAMPLE)] if sample else [])]
    if not (names or reembed):
        raise typer.BadParameter("name the files of a corpus, or give --sample", param_hint="CORPUS")
    if reembed and (names or prune):
        raise typer.BadParameter("it reads no papers: build and prune with CORPUS after it", param_hint="--reembed")
    settings = read_settings(index=index)
    records = partial(read_corpus, names, format_name, encoding, longest_abstract=settings.longest_abstract)
    with _embedder(settings, workers) as (embedder, batch):
        report = _build(settings, names, None if reembed else records, embedder, batch, prune=prune, sure=yes)
    print(json.dumps(asdict(report)) if as_json else terminal.report_text(report))
    if strict and (report.files_skipped or report.rejected):
        raise typer.Exit(1)


app.command()(search)
app.command()(ask)
app.command()(export)
app.command()(feedback)
app.command("remove")(remove_verb)


@app.command()
def chat(
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Address to serve on; by default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(metavar="PORT", help="Port to serve on; by default 7860.")] = None,
    auth: Auth = None,
    host_name: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Name or address by which others reach it; may be repeated."),
    ] = None,
    index: Where = None,
) -> None:
    """Open the chat window. The sample corpus is built first if there is no index."""
    from ui.web.serving import serve  # noqa: PLC0415 - no other verb may pay for Gradio

    settings = read_settings(host=host, port=port, auth=auth, host_names=host_name or None, index=index)
    if not is_index(settings.root):
        print(f"There is no index in {settings.root}: building the sample corpus.", file=sys.stderr)
        embedder, sample = open_embedder(settings), [str(SAMPLE)]
        print(terminal.report_text(_build(settings, sample, partial(read_corpus, sample), embedder)), file=sys.stderr)
    serve(settings, open_assistant(settings), open_browser=_has_display())


@app.command()
def doctor(index: Where = None, *, as_json: AsJson = False) -> None:
    """Examine the index and mend it. What cannot be mended without embedding, it names the command for."""
    settings = read_settings(index=index)
    if settings.server:
        require_index(settings)
    state = "sound"
    for finding in examine(settings.root, open_embedder(settings)):
        print(json.dumps(asdict(finding)) if as_json else as_typed(f"{finding.state}: {finding.sentence}"), flush=True)
        state = "damaged" if "damaged" in {state, finding.state} else state
    if state == "damaged":
        raise typer.Exit(1)


@app.command("settings")
def settings_verb(*, as_json: AsJson = False) -> None:
    """Print every setting, its value and where it came from."""
    settings, sources = read_settings(), origins()
    rows = {
        name: {
            "group": group,
            "value": str(getattr(settings, name)),
            "from": sources[name],
            "meaning": Settings.model_fields[name].description,
        }
        for group, names in GROUPS.items()
        for name in names
    }
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print(terminal.settings_text(rows))


def _build(
    settings: Settings,
    names: list[str],
    records: Callable[..., Iterator[Read]] | None,
    embedder: Embedder,
    batch: int = BATCH,
    *,
    prune: bool = False,
    sure: bool = False,
) -> BuildReport:
    meter = Meter()
    metered = embedder if isinstance(embedder, Metered) else None
    try:
        with Progress(meter, metered) as progress:
            return build(
                settings.root,
                records and records(meter=meter, apart_from=settings.root),
                embedder,
                sources=names,
                server=settings.server,
                prune=prune,
                sure=sure,
                batch=batch,
                on_event=progress.show,
            )
    except KeyboardInterrupt:
        spent = f" {terminal.spent_text(metered.spent)}" if metered else ""
        print(f"Stopped. What was embedded is kept; the same command goes on from there.{spent}", file=sys.stderr)
        raise typer.Exit(130) from None


@contextmanager
def _embedder(settings: Settings, workers: str) -> Iterator[tuple[Embedder, int]]:
    """The embedder of a build, and how many papers it is given at once."""
    if workers == "local":
        yield open_embedder(settings), BATCH_AWAY if settings.embed_model else BATCH
        return
    if settings.embed_model or settings.embed_folder:
        raise SettingsError(
            "Ray embeds with the shipped embedder alone: leave out --workers ray, or SCHOLIAST_EMBED_MODEL and "
            "SCHOLIAST_EMBED_FOLDER."
        )
    with RayEmbedder() as embedder:
        # A paper has more than one passage, so that this is at least what a call needs.
        yield embedder, embedder.texts_a_call


def _has_display() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
