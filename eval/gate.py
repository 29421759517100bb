"""A gate: floors and ceilings of figures, by question set, that a run must keep."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.intervals import Figure
from eval.measures import LESS_IS_BETTER
from index.errors import GateError

# What today's figures meet with room for noise, over the shipped sets.
GATE = Path(__file__).parent / "gate.toml"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure of a set must reach, or, where less is better, must not exceed."""

    set: str
    figure: str
    value: float

    @property
    def is_ceiling(self) -> bool:
        """Whether the figure may be at most this."""
        return self.figure in LESS_IS_BETTER


def read_gate(path: Path) -> tuple[Bound, ...]:
    """Read a gate in TOML: a table for each set, in it the names of figures and shares of 1. Raises `GateError` naming the fault."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GateError(f"Cannot read the gate {path}: {error}.") from None
    bounds = tuple(_bounds(path, tables))
    if not bounds:
        raise GateError(
            f'The gate {path} holds no figure. It wants lines such as: [sample-test] "citation recall" = 0.6'
        )
    return bounds


def shortfalls(bounds: Sequence[Bound], runs: Mapping[str, Mapping[str, Mapping[str, Figure]]]) -> tuple[str, ...]:
    """A line for each bound that a run does not keep; `runs` are figures by set, engine and name.

    Raises `GateError` where a bound is of a set that was not run or of a figure that is not measured.
    """
    return tuple(line for bound in bounds for line in _short(bound, runs))


def _bounds(path: Path, tables: Mapping[str, object]) -> Iterator[Bound]:
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise GateError(f"{path}: {name!r} stands in no set: put it under a line such as [sample-test].")
        for figure, value in table.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise GateError(f"{path}: [{name}] {figure!r} must be a number from 0 to 1, not {value!r}.")
            yield Bound(name, figure, float(value))


def _short(bound: Bound, runs: Mapping[str, Mapping[str, Mapping[str, Figure]]]) -> Iterator[str]:
    if bound.set not in runs:
        raise GateError(f"The gate names the set {bound.set!r}, which was not run.{_nearest(bound.set, [*runs])}")
    for engine, figures in runs[bound.set].items():
        each = figures.get(bound.figure)
        if each is None:
            raise GateError(
                f"The gate names {bound.figure!r} of {bound.set}, which is not measured.{_nearest(bound.figure, [*figures])}"
            )
        where = f"{bound.set}, {engine}: {bound.figure}"
        if each.value is None:
            yield f"{where} was measured of no question; the gate wants {_wanted(bound)}."
        elif each.value > bound.value if bound.is_ceiling else each.value < bound.value:
            yield f"{where} is {each.value:.4f} (n = {each.n}, {each.low:.4f} to {each.high:.4f}); the gate wants {_wanted(bound)}."


def _wanted(bound: Bound) -> str:
    return f"at {'most' if bound.is_ceiling else 'least'} {bound.value:g}"


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.0)
    return f" Did you mean {near[0]!r}?" if near else ""
