"""Scored answers as one page of HTML that needs nothing else."""

from collections.abc import Mapping, Sequence

from eval.intervals import Figure
from eval.told.measures import JUDGED
from eval.told.scoring import Scored, worst_first
from eval.trust import trust
from ui.render import report_style, template


def page(
    name: str, figures: Sequence[Figure], counts: Mapping[str, int], answers: Sequence[Scored], version: str
) -> str:
    """The figures, the counts, and every answer with its sentences, what they cite and what is wrong, worst first."""
    worst = worst_first(answers)
    return template("answers.html").render(
        style=report_style(),
        version=version,
        trust=trust(),
        judged=sorted(JUDGED),
        name=name,
        figures=[each for each in figures if each.value is not None],
        counts=counts,
        answers=[*worst, *(each for each in answers if not each.faults)],
    )
