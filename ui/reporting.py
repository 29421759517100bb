"""A run of the evals as one page that needs nothing else: figures, curves, and every question with its evidence, worst first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
from markupsafe import Markup

from eval.abstention import risk_coverage, told
from eval.intervals import Figure
from eval.judging import bins_of
from eval.losses import losses
from eval.measures import JUDGED, LESS_IS_BETTER, Kind, kind_of, measured, points
from eval.plot import curves_svg, distribution_svg, reliability_svg
from eval.ran import Ran
from eval.run import Outcome
from eval.trust import trust
from index.errors import UserError
from index.papers import Paper
from ui.margin import Stretch, stretches
from ui.render import badge, report_style, template
from ui.terminal import visible

# What a stretch of an abstract is marked with that is gold; claims are counted from 0.
_GOLD = -1
_SLICED = ("retrieval recall@5", "citation precision", "citation recall", "short answer in the quotes", "nugget recall")
_BINS = 5
_SCORER = "rests on the scorer, which is right in " + ", ".join(
    f"{100 * value:.0f} % of {name}" for name, (first, *_) in trust().items() if (value := first.value) is not None
)


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, and the picture of its distribution."""

    figure: Figure
    picture: Markup

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be known to read it."""
        name = self.figure.name
        return (*(["less is better"] if name in LESS_IS_BETTER else ()), *([_SCORER] if name in JUDGED else ()))


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper that an answer cites, or should have cited, with what is quoted and what is gold marked in its abstract."""

    n: int | None
    paper: Paper
    is_gold: bool
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page shows it: its points of 1, why it lost some, and its papers."""

    outcome: Outcome
    points: float
    lost: tuple[str, ...]
    leak: str
    papers: tuple[Shown, ...]


def report_page(runs: Sequence[Ran], version: str) -> str:
    """The whole page: no script, nothing loaded; every text in it is escaped but the pictures, which hold none that is not."""
    return template("report.html").render(
        style=report_style(),
        version=version,
        trust=trust(),
        judged=sorted(JUDGED),
        sets=[_section(each) for each in runs],
        badge=badge,
        gold=_GOLD,
    )


def write_page(path: Path, page: str) -> None:
    """Write a page to a file; what no file or screen can show of it is shown as its number."""
    try:
        path.write_text(visible(page), encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"Cannot write the report {path}: {error.strerror}. Name another file.") from None


def _section(each: Ran) -> dict[str, object]:
    """What the template reads of one run."""
    overall, slices = each.run
    return {
        "of": each,
        "kinds": {
            kind: [_row(one, each.outcomes) for one in overall if one.n and kind_of(one.name) == kind]
            for kind in get_args(Kind)
        },
        "columns": [name for name in _SLICED if any(one.name == name and one.n for one in overall)],
        "slices": {name: {one.name: one for one in figures if one.n} for name, figures in slices.items()},
        "curves": tuple(_curves(each)),
        "asked": sorted((_asked(each, outcome) for outcome in each.outcomes), key=lambda one: one.points),
    }


def _row(each: Figure, outcomes: Sequence[Outcome]) -> Row:
    values = [value for outcome in outcomes for value in measured(outcome).get(each.name, ())]
    return Row(each, Markup(distribution_svg(each, values)))  # noqa: S704 - it escapes what it is given


def _curves(each: Ran) -> Iterable[tuple[str, Markup]]:
    """The two curves of the chances that were told, each with the sentence under it; none where no chance was told."""
    known = [(chance, right) for chance, right in map(told, each.outcomes) if chance is not None]
    if not known:
        return
    curve = {f"{each.name}, {each.engine}": risk_coverage(each.outcomes)}
    yield (
        "Risk by coverage: questions are taken by the chance that was told of their answers, likeliest first; those that were refused are never covered. Lower is better.",
        Markup(curves_svg("Risk by coverage", curve, each.answer_above)),  # noqa: S704 - it escapes what it is given
    )
    chances, rights = (np.array(column, np.float64) for column in zip(*known, strict=True))
    bins = {f"{each.name}, {each.engine}, {_BINS} bins of {len(known)} answers": bins_of(chances, rights, _BINS)}
    yield (
        "Calibration: how often an answer is right that was given at such a chance; on the slope, a chance is what it says.",
        Markup(reliability_svg("Calibration of the chance", bins)),  # noqa: S704 - it escapes what it is given
    )


def _asked(each: Ran, outcome: Outcome) -> Asked:
    values = measured(outcome)
    leak = each.leaks.get(outcome.question.id, "")
    return Asked(outcome, points(values), losses(outcome, values), leak, tuple(_papers(each, outcome)))


def _papers(each: Ran, outcome: Outcome) -> Iterable[Shown]:
    """The cited papers, then the gold papers that are not cited."""
    answer, gold = outcome.answer, {*outcome.gold}
    for n, paper in answer.papers:
        spans = [
            (citation.passage.start, citation.passage.end, k)
            for k, claim in enumerate(answer.claims)
            for citation in claim.citations
            if citation.n == n
        ]
        yield _shown(n, paper, outcome, spans, is_gold=paper.paper_id in gold)
    cited = {paper.paper_id for _, paper in answer.papers}
    for paper_id in dict.fromkeys(outcome.gold):
        if paper_id not in cited and paper_id in each.papers:
            yield _shown(None, each.papers[paper_id], outcome, [], is_gold=True)


def _shown(n: int | None, paper: Paper, outcome: Outcome, spans: list[tuple[int, int, int]], *, is_gold: bool) -> Shown:
    places = [(paper.abstract.find(gold), len(gold)) for gold in outcome.question.gold_evidence]
    marked = [*spans, *((start, start + length, _GOLD) for start, length in places if start >= 0)]
    return Shown(n, paper, is_gold, stretches(paper.abstract, marked))
