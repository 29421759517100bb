"""Tables in Markdown."""

from collections.abc import Iterable, Sequence

from eval.intervals import Figure


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; all columns but the first are figures."""
    print(f"| {' | '.join(head)} |\n| --- |{' ---: |' * (len(head) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def cells(each: Figure | None) -> tuple[str, str]:
    """A figure in percent and its interval; dashes where there was nothing to measure."""
    if each is None or each.value is None or each.low is None or each.high is None:
        return "–", "–"
    return f"{100 * each.value:.1f}", f"{100 * each.low:.1f} to {100 * each.high:.1f}"
