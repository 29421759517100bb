"""The verbs of `scholiast eval`: questions asked of the assistant, and labelled pairs of its scorer."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant.embedder_settings import open_embedder
from assistant.settings import Settings, read_settings
from eval import report
from eval.compare import paired
from eval.gate import read_gate, shortfalls
from eval.intervals import Figure
from eval.kept import keep, read_kept
from eval.measures import JUDGED
from eval.questions import read_questions
from eval.ran import Ran, engines, ran
from eval.shipped import SHIPPED, index_of
from eval.trust import trust_text
from index.readers import Meter
from index.vectors.spent import Metered
from ui.progress import Asking, Progress
from ui.reporting import report_page, write_page
from ui.terminal import visible
from ui.verbs.benchmark import benchmark
from ui.verbs.drafting import draft
from ui.verbs.judging import judge
from ui.verbs.linting import lint
from ui.verbs.options import AsJson, Where
from ui.verbs.told import answers_verb


class _QuestionsFirst(TyperGroup):
    """What is no verb is a question set: `eval FILE` and `eval` run it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        if not args and ctx.resilient_parsing:
            # A verb is being completed.
            return super().parse_args(ctx, args)
        return super().parse_args(ctx, args if named else ["run", *args])


eval_app = typer.Typer(
    cls=_QuestionsFirst,
    help="Measure answers (run, the default; compare) or the judge.",
)
eval_app.command("answers")(answers_verb)


@eval_app.command("run")
def run_verb(
    questions: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="QUESTIONS",
            help="Question sets; by default those that are shipped, of the corpora that are shipped.",
        ),
    ] = None,
    index: Where = None,
    report_file: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.html", help="Write a page with all figures and questions.")
    ] = None,
    gate: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Exit with 1 where a figure falls short of this file.")
    ] = None,
    runs: Annotated[
        Path | None,
        typer.Option(
            "--run", metavar="DIR", help="Write what was found and answered into a folder, for `eval compare`."
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask the questions of a set and report how many answers are right, cited and refused, with intervals.

    Where an LLM is set, its answers are measured beside the extractive ones. Without QUESTIONS and --index, the shipped
    sets are asked of the shipped corpora, which are indexed beside your index.
    """
    bounds, found = read_gate(gate) if gate else (), list[Ran]()
    for path, settings in _sets(read_settings(index=index), questions, anywhere=index is not None):
        asked = read_questions(path)
        with Asking(path.stem, len(asked) * len(engines(settings))) as asking:
            own = tuple(ran(path.stem, asked, settings, asking.answered))
        _print_runs(
            path.stem, {each.engine: each.run for each in own}, as_json, {each.engine: each.leaks for each in own}
        )
        found += own
    if runs:
        for each in found:
            print(f"The run is in {keep(runs, each.made, each.outcomes)}", file=sys.stderr)
    if report_file:
        write_page(report_file, report_page(found, version("scholiast")))
    short = shortfalls(bounds, _by_set(found))
    for line in short:
        print(visible(line), file=sys.stderr)
    if short:
        raise typer.Exit(1)


@eval_app.command("compare")
def compare_verb(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run, or of runs, that `eval --run` wrote.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another; what changed is counted from A to B.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Compare two runs question by question: how far each figure changed, what got better and what worse."""
    for each in paired(read_kept(a), read_kept(b)):
        if as_json:
            print(json.dumps(each.record(), ensure_ascii=False), flush=True)
        else:
            print(report.comparison_table(each))
            print(visible(report.changes_text(each)), flush=True)


eval_app.command("judge")(judge)
eval_app.command("lint")(lint)
eval_app.command("draft")(draft)
eval_app.command("benchmark")(benchmark)


def _sets(settings: Settings, questions: list[Path] | None, *, anywhere: bool) -> Iterator[tuple[Path, Settings]]:
    """The sets that are asked, each with the settings that name the index that it is asked of.

    Where neither sets are named nor an index (`anywhere`), those that are shipped, of their own corpora.
    """
    if questions or anywhere:
        yield from ((path, settings) for path in questions or [SHIPPED[0].questions])
        return
    embedder = open_embedder(settings)
    for each in SHIPPED:
        meter = Meter()
        with Progress(meter, embedder if isinstance(embedder, Metered) else None) as progress:
            root = index_of(each.corpus, settings.root.parent / "evals", embedder, meter, progress.show)
        yield each.questions, settings.model_copy(update={"index": root})


def _by_set(found: Sequence[Ran]) -> dict[str, dict[str, dict[str, Figure]]]:
    sets: dict[str, dict[str, dict[str, Figure]]] = {}
    for each in found:
        sets.setdefault(each.name, {})[each.engine] = report.labelled(each.run)
    return sets


def _print_runs(
    name: str,
    runs: Mapping[str, report.Run],
    as_json: bool,  # noqa: FBT001
    leaks: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Print figures; of answers, also what of their set leaks and how far the scorer can be trusted."""
    if as_json:
        for engine, each in runs.items():
            line = report.record(name, engine, each, None if leaks is None else leaks[engine])
            print(json.dumps(line, ensure_ascii=False), flush=True)
        return
    print(report.table(name, runs))
    for engine, own in (leaks or {}).items():
        print(visible(report.leaks_text(engine, own)))
    if leaks is not None:
        print(trust_text(JUDGED))
    print(flush=True)
