"""A run as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from eval.compare import Comparison
from eval.intervals import Figure
from eval.measures import JUDGED
from eval.trust import trust_record

# The figures over all questions of a set, and those of each slice.
Run = tuple[Sequence[Figure], Mapping[str, Sequence[Figure]]]

_SLICED = ("retrieval recall@1", "retrieval recall@5", "citation precision", "citation recall", "gold sentence quoted")


def table(name: str, runs: Mapping[str, Run]) -> str:
    """Runs of one set as a Markdown table, side by side: the figures over all questions, then the main ones by slice."""
    rows = {engine: labelled(run) for engine, run in runs.items()}
    beside = [f"{engine}, " if len(runs) > 1 else "" for engine in runs]
    lines = [
        f"| {name} | {' | '.join(f'{engine}n | % | 95 % interval' for engine in beside)} |",
        f"| --- |{' ---: | ---: | --- |' * len(runs)}",
    ]
    for label in dict.fromkeys(label for each in rows.values() for label in each):
        found = [each.get(label) for each in rows.values()]
        if any(each and each.n and (each.name == label or each.name in _SLICED) for each in found):
            lines.append(f"| {label} | {' | '.join(map(_cells, found))} |")
    return "\n".join(lines)


def leaks_text(engine: str, leaks: Mapping[str, str]) -> str:
    """Which questions an engine answers with retrieval off, and why, in a sentence for the foot of a table."""
    if not leaks:
        return f"With retrieval off, {engine} answers none of the questions: none leaks."
    told = "; ".join(f"{question}: {why}" for question, why in leaks.items())
    return f"With retrieval off, {engine} answers {len(leaks)} of the questions, which so measure no reading: {told}."


def comparison_table(each: Comparison) -> str:
    """The differences of two runs as a Markdown table: the figures of both, and by how much the second is higher."""
    a, b = each.engines
    lines = [
        f"| {each.name} | n | A: {a}, % | B: {b}, % | B − A | 95 % interval |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in each.differences:
        cells = f"{row.n} | {100 * row.a:.1f} | {100 * row.b:.1f} | {100 * row.difference:+.1f}"
        lines.append(f"| {row.name} | {cells} | {100 * row.low:+.1f} to {100 * row.high:+.1f} |")
    return "\n".join(lines)


def changes_text(each: Comparison) -> str:
    """What got better and what worse, each question with both answers word for word."""
    parts = [f"{len(each.better)} questions got better, {len(each.worse)} worse."]
    if each.unpaired:
        parts.append(f"In one run alone: {', '.join(each.unpaired)}.")
    for word, changed in (("worse", each.worse), ("better", each.better)):
        for one in changed:
            parts.append(
                f"\n{word}: {one.id}, {one.a:.2f} to {one.b:.2f}: {one.question}\n  A: {one.said_a}\n  B: {one.said_b}"
            )
            parts += [f"  {lost}" for lost in (one.lost_b if word == "worse" else one.lost_a)]
    return "\n".join(parts)


def record(name: str, engine: str, run: Run, leaks: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A run as JSON; `engine` is what wrote the answers, `leaks` what is answered without abstracts, where that was tried.

    Beside the figures that rest on the scorer stand its own.
    """
    overall, slices = run
    tried = {} if leaks is None else {"leaking": dict(leaks), "scorer": trust_record(JUDGED)}
    return {
        "set": name,
        "engine": engine,
        "figures": [asdict(each) for each in overall],
        "slices": {slice_name: [asdict(each) for each in figures] for slice_name, figures in slices.items()},
        **tried,
    }


def labelled(run: Run) -> dict[str, Figure]:
    """The figures of a run by the names that they have in a table: those of a slice with its name behind a comma."""
    overall, slices = run
    sliced = {f"{each.name}, {name}": each for name, figures in slices.items() for each in figures if each.n}
    return {each.name: each for each in overall} | sliced


def _cells(each: Figure | None) -> str:
    if each is None or each.value is None or each.low is None or each.high is None:
        return "0 | – | –"
    return f"{each.n} | {100 * each.value:.1f} | {100 * each.low:.1f} to {100 * each.high:.1f}"
