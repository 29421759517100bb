"""Two runs of one set, question by question: what got better, what worse, and by how much each figure changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.abstention import Told
from eval.intervals import RESAMPLES, SEED, Values
from eval.kept import Kept
from eval.measures import AREA, KINDS, MISCALIBRATED, area_of, miscalibration
from index.errors import QuestionSetError

Json = Mapping[str, Any]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of two runs over the `n` questions that both measured it on, and their difference with its 95 % interval."""

    name: str
    n: int
    a: float
    b: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Changed:
    """A question whose points changed: what it earned in each run, what was said to it, and why it lost points."""

    id: str
    question: str
    a: float
    b: float
    said_a: str
    said_b: str
    lost_a: tuple[str, ...]
    lost_b: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of one set: the differences, the questions that got better and worse, most first, and those asked once alone."""

    name: str
    engines: tuple[str, str]
    differences: tuple[Difference, ...]
    better: tuple[Changed, ...]
    worse: tuple[Changed, ...]
    unpaired: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return {"set": self.name, **{name: each for name, each in asdict(self).items() if name != "name"}}


def compared(a: Kept, b: Kept) -> Comparison:
    """Pair two runs by the ids of their questions. Raises `QuestionSetError` where one id is of two questions, or none is in both."""
    both = [name for name in a.questions if name in b.questions]
    if not both:
        raise QuestionSetError(f"The two runs of {a.name} share no question.")
    for name in both:
        if a.questions[name]["question"] != b.questions[name]["question"]:
            raise QuestionSetError(f"The question {name} is not the same in the two runs: they are of different sets.")
    pairs = [(a.questions[name], b.questions[name]) for name in both]
    changed = sorted((_changed(*pair) for pair in pairs), key=lambda each: each.b - each.a)
    return Comparison(
        a.name,
        (a.engine, b.engine),
        tuple(_differences(pairs)),
        tuple(each for each in reversed(changed) if each.b > each.a),
        tuple(each for each in changed if each.b < each.a),
        tuple(name for name in [*a.questions, *b.questions] if name not in {*both}),
    )


def paired(runs_a: Sequence[Kept], runs_b: Sequence[Kept]) -> tuple[Comparison, ...]:
    """Compare the runs of two folders set by set; of several engines, each with its like. Raises `QuestionSetError` where none fits."""
    found = []
    for a in runs_a:
        alike = [b for b in runs_b if b.name == a.name]
        fitting = (
            alike
            if len(alike) == 1 and len([each for each in runs_a if each.name == a.name]) == 1
            else [b for b in alike if b.engine == a.engine]
        )
        if len(fitting) > 1:
            raise QuestionSetError(
                f"There are {len(fitting)} runs of {a.name} by {a.engine}: name the folder of one of them."
            )
        found += [compared(a, b) for b in fitting]
    if not found:
        raise QuestionSetError(
            f"The runs have no set in common: {', '.join(each.name for each in runs_a)}; and {', '.join(each.name for each in runs_b)}."
        )
    return tuple(found)


def _differences(pairs: Sequence[tuple[Json, Json]]) -> Iterator[Difference]:
    """Each difference with the paired bootstrap (Efron and Tibshirani 1993): questions are drawn, both runs' values with them."""
    for name in dict.fromkeys([*KINDS, *(name for pair in pairs for each in pair for name in each["values"])]):
        own = [(a["values"][name], b["values"][name]) for a, b in pairs if name in a["values"] and name in b["values"]]
        if own:
            sums = np.array([[sum(a), len(a), sum(b), len(b)] for a, b in own], np.float64)
            yield _difference(name, len(own), partial(_pooled, sums))
    told = [tuple((each["chance"], each["right"]) for each in pair) for pair in pairs]
    if all(any(chance is not None for chance, _ in side) for side in zip(*told, strict=True)):
        for name, statistic in ((AREA, area_of), (MISCALIBRATED, miscalibration)):
            yield _difference(name, len(told), partial(_of_both, told, statistic))


def _of_both(
    told: Sequence[tuple[Told, ...]], statistic: Callable[[Sequence[Told]], float], drawn: Places
) -> tuple[float, float]:
    """A statistic of what each run told of the questions that were drawn."""
    of_a, of_b = (statistic([told[k][side] for k in drawn]) for side in (0, 1))
    return of_a, of_b


def _pooled(sums: Values, drawn: Places) -> tuple[float, float]:
    """The means of both runs over the questions that were drawn, of each of which `sums` holds the sum and number of values."""
    of_a, n_a, of_b, n_b = sums[drawn].sum(axis=0)
    return float(of_a / n_a), float(of_b / n_b)


def _difference(name: str, n: int, both: Callable[[Places], tuple[float, float]]) -> Difference:
    rng = np.random.default_rng(SEED)
    a, b = both(np.arange(n))
    drawn = [both(rng.integers(n, size=n)) for _ in range(RESAMPLES)]
    low, high = np.percentile([of_b - of_a for of_a, of_b in drawn], [2.5, 97.5])
    return Difference(name, n, *(round(float(each), 4) for each in (a, b, b - a, low, high)))


def _changed(a: Json, b: Json) -> Changed:
    return Changed(
        a["id"],
        a["question"],
        a["points"],
        b["points"],
        a["answer"]["text"],
        b["answer"]["text"],
        tuple(a["lost"]),
        tuple(b["lost"]),
    )
