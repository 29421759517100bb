"""A run as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from eval.intervals import Figure

_SLICED = ("retrieval recall@1", "retrieval recall@5", "citation precision", "citation recall", "gold sentence quoted")


def table(name: str, overall: Sequence[Figure], slices: Mapping[str, Sequence[Figure]]) -> str:
    """A run as a Markdown table: the figures over all questions, then the main ones by slice."""
    sliced = [
        (f"{each.name}, {slice_name}", each)
        for slice_name, figures in slices.items()
        for each in figures
        if each.name in _SLICED
    ]
    lines = [f"| {name} | n | % | 95 % interval |", "| --- | ---: | ---: | --- |"]
    lines += [_row(each.name, each) for each in overall if each.n]
    lines += [_row(label, each) for label, each in sliced if each.n]
    return "\n".join(lines)


def record(name: str, overall: Sequence[Figure], slices: Mapping[str, Sequence[Figure]]) -> dict[str, Any]:
    """A run as JSON."""
    return {
        "set": name,
        "figures": [asdict(each) for each in overall],
        "slices": {slice_name: [asdict(each) for each in figures] for slice_name, figures in slices.items()},
    }


def _row(label: str, each: Figure) -> str:
    assert each.value is not None
    assert each.low is not None
    assert each.high is not None
    return f"| {label} | {each.n} | {100 * each.value:.1f} | {100 * each.low:.1f} to {100 * each.high:.1f} |"
