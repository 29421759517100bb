"""Scored answers as one page of HTML that needs nothing else."""

from collections.abc import Mapping, Sequence

from eval.intervals import Figure
from eval.told.scoring import Scored, worst_first
from ui.render import template


def page(name: str, figures: Sequence[Figure], counts: Mapping[str, int], answers: Sequence[Scored]) -> str:
    """The figures, the counts, and every answer with its sentences, what they cite and what is wrong, worst first."""
    worst = worst_first(answers)
    return template("answers.html").render(
        name=name,
        figures=[each for each in figures if each.value is not None],
        counts=counts,
        answers=[*worst, *(each for each in answers if not each.faults)],
    )
