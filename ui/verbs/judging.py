"""The verb that measures the scorer, and LLMs that judge beside it: `eval judge`."""

import json
import sys
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Annotated

import typer

from assistant.opening import open_judge, open_opinion
from assistant.settings import Settings, read_settings
from assistant.types import Usage
from assistant.writing.judging import SecondOpinion
from eval import report
from eval.judging import ROLES, Heard, heard, judged, judged_as, judging_figures, majority
from eval.pairs import PAIRS, Pair, read_pairs
from index.errors import SettingsError
from ui.terminal import spent, visible
from ui.verbs.options import AsJson


def judge(
    pairs: Annotated[
        list[Path] | None, typer.Argument(metavar="PAIRS", help="Labelled pairs; by default those that are shipped.")
    ] = None,
    roles: Annotated[
        int, typer.Option(min=1, max=len(ROLES), help="How many roles of the LLM vote, each told what to look for.")
    ] = 1,
    *,
    llm: Annotated[bool, typer.Option("--llm", help="Have the LLM that is set judge them, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Score labelled pairs of claim and evidence as answers are scored, and report by data set how often that is right.

    With --llm, the LLM judges the same pairs; what it says of none that can be read counts for nothing, and is counted.
    """
    settings = read_settings()
    scorer, opinions = open_judge(settings), _opinions(settings, roles) if llm else {}
    read = [pair for path in pairs or [PAIRS] for pair in read_pairs(path)]
    for dataset in dict.fromkeys(pair.dataset for pair in read):
        own = [pair for pair in read if pair.dataset == dataset]
        runs: dict[str, report.Run] = {"scorer": (judging_figures(judged(scorer, own)), {})}
        _print(dataset, runs | _voted(opinions, own, str(settings.llm_model)), as_json=as_json)


def _opinions(settings: Settings, roles: int) -> dict[str, SecondOpinion]:
    """The LLM of `settings` in so many roles, by what each is called; one alone has no role."""
    model = settings.llm_model
    told = {f"{model} as {name}": role for name, role in [*ROLES.items()][:roles]} if roles > 1 else {str(model): ""}
    opened = {name: open_opinion(settings, role) for name, role in told.items()}
    found = {name: opinion for name, opinion in opened.items() if opinion}
    if not found:
        raise SettingsError(
            "No LLM is set that could judge: set SCHOLIAST_LLM_MODEL, and SCHOLIAST_LLM_BASE_URL to its address."
        )
    return found


def _voted(opinions: dict[str, SecondOpinion], own: Sequence[Pair], model: str) -> dict[str, report.Run]:
    """What each role says of the pairs, and before them what most of several say."""
    said = {name: heard(opinion, own) for name, opinion in opinions.items()}
    _tell(said, len(own))
    words = {name: each.words for name, each in said.items()}
    if len(said) > 1:
        most = tuple(map(majority, zip(*words.values(), strict=True)))
        words = {f"{model}, vote of {len(said)} roles": most, **words}
    return {name: (judging_figures(judged_as(own, each)), {}) for name, each in words.items()}


def _tell(said: dict[str, Heard], pairs: int) -> None:
    for name, each in said.items():
        if each.unread:
            told = f"{name} said nothing that can be read of {each.unread} of {pairs} pairs. {each.failed}".rstrip()
            print(visible(told), file=sys.stderr)
    if said:
        print(spent(reduce(Usage.plus, (each.usage for each in said.values()))), file=sys.stderr)


def _print(name: str, runs: dict[str, report.Run], *, as_json: bool) -> None:
    if as_json:
        for engine, each in runs.items():
            print(json.dumps(report.record(name, engine, each), ensure_ascii=False), flush=True)
    else:
        print(visible(report.table(name, runs)), flush=True)
