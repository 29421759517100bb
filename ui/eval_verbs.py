"""The verbs of `scholiast eval`: questions asked of the assistant, and labelled pairs of its scorer."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant.embedder_settings import open_embedder
from assistant.opening import open_assistant, open_index, open_judge, open_opinion
from assistant.settings import read_settings
from eval import report
from eval.judging import judged, judged_by, judging_figures
from eval.pairs import PAIRS, read_pairs
from eval.questions import SETS, read_questions
from eval.run import by_slice, figures, run
from index.errors import SettingsError
from ui.options import AsJson, Where


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
    help="Measure the answers (run, the default) or the scorer (judge).",
)


@eval_app.command("run")
def run_verb(
    questions: Annotated[
        list[Path] | None, typer.Argument(metavar="QUESTIONS", help="Question sets; by default the sample's.")
    ] = None,
    index: Where = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask the questions of a set and report how many answers are right, cited and refused, with intervals.

    Where an LLM is set, its answers are measured beside the extractive ones.
    """
    settings = read_settings(index=index)
    papers = open_index(settings, open_embedder(settings)).names()
    assistants = {"extractive": open_assistant(settings.model_copy(update={"llm_model": None}))}
    if settings.llm_model:
        assistants[settings.llm_model] = open_assistant(settings)
    for path in questions or [SETS / "sample-test.jsonl"]:
        asked = read_questions(path)
        outcomes = {engine: run(assistant, asked, papers) for engine, assistant in assistants.items()}
        _print_runs(path.stem, {engine: (figures(each), by_slice(each)) for engine, each in outcomes.items()}, as_json)


@eval_app.command("judge")
def judge_verb(
    pairs: Annotated[
        list[Path] | None, typer.Argument(metavar="PAIRS", help="Labelled pairs; by default those that are shipped.")
    ] = None,
    *,
    llm: Annotated[bool, typer.Option("--llm", help="Have the LLM that is set judge them, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Score labelled pairs of claim and evidence as answers are scored, and report by data set how often that is right.

    With --llm, the LLM judges the same pairs; what it says of none that can be read counts for nothing, and is counted.
    """
    settings = read_settings()
    judge, opinion = open_judge(settings), open_opinion(settings) if llm else None
    if llm and not opinion:
        raise SettingsError(
            "No LLM is set that could judge: set SCHOLIAST_LLM_MODEL, and SCHOLIAST_LLM_BASE_URL to its address."
        )
    read = [pair for path in pairs or [PAIRS] for pair in read_pairs(path)]
    for dataset in dict.fromkeys(pair.dataset for pair in read):
        own = [pair for pair in read if pair.dataset == dataset]
        runs: dict[str, report.Run] = {"scorer": (judging_figures(judged(judge, own)), {})}
        if opinion:
            found, unread = judged_by(opinion, own)
            runs[opinion.model] = (judging_figures(found), {})
            if unread:
                print(
                    f"{opinion.model} said nothing that can be read of {unread} of {len(own)} pairs.", file=sys.stderr
                )
        _print_runs(dataset, runs, as_json)


def _print_runs(name: str, runs: Mapping[str, report.Run], as_json: bool) -> None:  # noqa: FBT001
    if as_json:
        for engine, each in runs.items():
            print(json.dumps(report.record(name, engine, each), ensure_ascii=False), flush=True)
    else:
        print(report.table(name, runs), flush=True)
