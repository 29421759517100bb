"""A run as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from eval.intervals import Figure

# The figures over all questions of a set, and those of each slice.
Run = tuple[Sequence[Figure], Mapping[str, Sequence[Figure]]]

_SLICED = ("retrieval recall@1", "retrieval recall@5", "citation precision", "citation recall", "gold sentence quoted")


def table(name: str, runs: Mapping[str, Run]) -> str:
    """Runs of one set as a Markdown table, side by side: the figures over all questions, then the main ones by slice."""
    rows = {engine: _labelled(run) for engine, run in runs.items()}
    beside = [f"{engine}, " if len(runs) > 1 else "" for engine in runs]
    lines = [
        f"| {name} | {' | '.join(f'{engine}n | % | 95 % interval' for engine in beside)} |",
        f"| --- |{' ---: | ---: | --- |' * len(runs)}",
    ]
    for label in dict.fromkeys(label for each in rows.values() for label in each):
        found = [each.get(label) for each in rows.values()]
        if any(each and each.n for each in found):
            lines.append(f"| {label} | {' | '.join(map(_cells, found))} |")
    return "\n".join(lines)


def record(name: str, engine: str, run: Run) -> dict[str, Any]:
    """A run as JSON; `engine` is what wrote the answers."""
    overall, slices = run
    return {
        "set": name,
        "engine": engine,
        "figures": [asdict(each) for each in overall],
        "slices": {slice_name: [asdict(each) for each in figures] for slice_name, figures in slices.items()},
    }


def _labelled(run: Run) -> dict[str, Figure]:
    overall, slices = run
    sliced = {
        f"{each.name}, {name}": each for name, figures in slices.items() for each in figures if each.name in _SLICED
    }
    return {each.name: each for each in overall} | sliced


def _cells(each: Figure | None) -> str:
    if each is None or each.value is None or each.low is None or each.high is None:
        return "0 | – | –"
    return f"{each.n} | {100 * each.value:.1f} | {100 * each.low:.1f} to {100 * each.high:.1f}"
