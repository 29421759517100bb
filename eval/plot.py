"""Curves as SVG pictures, without anything that draws: risk by coverage, and how far probabilities can be believed."""

from collections.abc import Mapping, Sequence
from html import escape

from eval.abstention import Point
from eval.intervals import Figure
from eval.judging import Bin

_WIDTH, _HEIGHT, _LEFT, _TOP = 480, 300, 56, 20
_BARS = 11
# Told apart by colour and by dashes.
_STROKES = (("#1f6f8b", ""), ("#b3541e", "7 4"), ("#5b4b8a", "2 4"), ("#3f7d20", "9 3 2 3"))

# Shares, 0 to 1: across, and up.
_Place = tuple[float, float]


def curves_svg(title: str, curves: Mapping[str, Sequence[Point]], shipped: float) -> str:
    """Draw risk–coverage curves by name; on each, a dot where `shipped` is the least chance that is answered."""
    dots = {
        name: (covered[-1].coverage, covered[-1].risk)
        for name, points in curves.items()
        if (covered := [point for point in points if point.chance >= shipped])
    }
    lines = {name: [(point.coverage, point.risk) for point in points] for name, points in curves.items()}
    return _drawn(title, ("questions answered, %", "answers that are wrong, %"), lines, dots)


def reliability_svg(title: str, curves: Mapping[str, Sequence[Bin]]) -> str:
    """Draw reliability diagrams by name (DeGroot and Fienberg 1983), with the line on which probabilities are frequencies."""
    lines = {name: [(each.told, each.found) for each in bins] for name, bins in curves.items()}
    level = f'<path d="M{_LEFT} {_TOP + _HEIGHT}L{_LEFT + _WIDTH} {_TOP}" stroke="#999"/>'
    return _drawn(title, ("probability that is told, %", "how often it is so, %"), lines, {}, level)


def distribution_svg(each: Figure, values: Sequence[float]) -> str:
    """Draw how often each tenth of 0 to 1 is among `values`, and below it the figure with its interval; colours are those of the page.

    A figure that is no mean has no values, and the interval alone is drawn.
    """
    counts = [0] * _BARS
    for value in values:
        counts[round(value * (_BARS - 1))] += 1
    most = max(counts, default=0) or 1
    wide, high, step = 176, 40, 16
    parts = [
        f'<svg class="distribution" viewBox="0 0 {wide} {high}" role="img">',
        f"<title>{escape(_said(each))}</title>",
    ]
    for place, count in enumerate(counts):
        tall = 26 * count / most
        parts.append(f'<rect x="{place * step + 2}" y="{27 - tall:.1f}" width="12" height="{tall:.1f}"/>')
    parts.append(f'<path class="line" d="M0 27.5H{wide}"/>')
    if each.value is not None and each.low is not None and each.high is not None:
        low, value, up = (8 + (wide - step) * share for share in (each.low, each.value, each.high))
        parts.append(
            f'<path class="interval" d="M{low:.1f} 34.5H{up:.1f}"/><circle cx="{value:.1f}" cy="34.5" r="3.5"/>'
        )
    return "".join([*parts, "</svg>"])


def _said(each: Figure) -> str:
    if each.value is None or each.low is None or each.high is None:
        return f"{each.name}: nothing to measure"
    return f"{each.name}: mean {100 * each.value:.1f} %, {100 * each.low:.1f} to {100 * each.high:.1f} %, n = {each.n}"


def _drawn(
    title: str,
    axes: tuple[str, str],
    lines: Mapping[str, Sequence[_Place]],
    dots: Mapping[str, _Place],
    behind: str = "",
) -> str:
    right, bottom = _LEFT + _WIDTH, _TOP + _HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right + 20} {bottom + 60 + 18 * len(lines)}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        *_axes(right, bottom, axes),
        behind,
    ]
    for number, (name, places) in enumerate(lines.items()):
        colour, dashes = _STROKES[number % len(_STROKES)]
        line = " ".join(f"{_x(place):.1f},{_y(place):.1f}" for place in places)
        stroke = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        parts.append(f'<polyline points="{line}" {stroke}/>')
        if dot := dots.get(name):
            parts.append(f'<circle cx="{_x(dot):.1f}" cy="{_y(dot):.1f}" r="5" fill="{colour}"/>')
        height = bottom + 62 + 18 * number
        parts.append(f'<line x1="{_LEFT}" y1="{height - 4}" x2="{_LEFT + 30}" y2="{height - 4}" {stroke}/>')
        parts.append(f'<text x="{_LEFT + 38}" y="{height}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _axes(right: int, bottom: int, names: tuple[str, str]) -> list[str]:
    parts = [f'<path d="M{_LEFT} {_TOP}V{bottom}H{right}" fill="none" stroke="#333"/>']
    for tenth in range(0, 11, 2):
        across, up = _LEFT + _WIDTH * tenth / 10, bottom - _HEIGHT * tenth / 10
        parts.append(f'<text x="{across:.0f}" y="{bottom + 18}" text-anchor="middle">{10 * tenth}</text>')
        parts.append(f'<text x="{_LEFT - 8}" y="{up + 4:.0f}" text-anchor="end">{10 * tenth}</text>')
        parts.append(f'<path d="M{_LEFT} {up:.0f}H{right}" stroke="#ddd"/>')
    middle = _LEFT + _WIDTH // 2
    parts.append(f'<text x="{middle}" y="{bottom + 38}" text-anchor="middle">{escape(names[0])}</text>')
    side = _TOP + _HEIGHT // 2
    parts.append(
        f'<text x="16" y="{side}" text-anchor="middle" transform="rotate(-90 16 {side})">{escape(names[1])}</text>'
    )
    return parts


def _x(place: _Place) -> float:
    return _LEFT + _WIDTH * place[0]


def _y(place: _Place) -> float:
    return _TOP + _HEIGHT * (1 - place[1])
