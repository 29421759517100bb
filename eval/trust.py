"""How far the scorer can be trusted on which some figures rest: its own figures on the shipped pairs."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.intervals import Figure

# What `scholiast eval judge --json` prints of the shipped pairs; a test judges them anew and compares.
_TRUST = Path(__file__).parent / "judge.jsonl"


def trust() -> dict[str, tuple[Figure, ...]]:
    """The scorer's figures by data set of the shipped pairs."""
    lines = map(json.loads, _TRUST.read_text(encoding="utf-8").splitlines())
    return {line["set"]: tuple(Figure(**each) for each in line["figures"]) for line in lines}


def trust_text(judged: Iterable[str]) -> str:
    """The scorer's figures in sentences, for the foot of a table in which the `judged` figures rest on it."""
    told = "; ".join(
        f"{name}: " + ", ".join(f"{each.name} {_cell(each)} (n = {each.n})" for each in figures)
        for name, figures in trust().items()
    )
    return f"Rests on the scorer: {', '.join(sorted(judged))}. How often that is right, on labelled pairs: {told}."


def trust_record(judged: Iterable[str]) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "figures": sorted(judged),
        "pairs": {name: [asdict(each) for each in figures] for name, figures in trust().items()},
    }


def _cell(each: Figure) -> str:
    if each.value is None or each.low is None or each.high is None:
        return "–"
    return f"{100 * each.value:.1f} % [{100 * each.low:.1f} to {100 * each.high:.1f}]"
