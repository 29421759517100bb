"""A risk–coverage curve as an SVG picture, without anything that draws."""

from collections.abc import Mapping, Sequence
from html import escape

from eval.abstention import Point

_WIDTH, _HEIGHT, _LEFT, _TOP = 480, 300, 56, 20
# Told apart by colour and by dashes.
_STROKES = (("#1f6f8b", ""), ("#b3541e", "7 4"), ("#5b4b8a", "2 4"), ("#3f7d20", "9 3 2 3"))


def curves_svg(title: str, curves: Mapping[str, Sequence[Point]], shipped: float) -> str:
    """Draw curves by name; on each, a dot where `shipped` is the least chance that is answered."""
    right, bottom = _LEFT + _WIDTH, _TOP + _HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right + 20} {bottom + 60 + 18 * len(curves)}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        *_axes(right, bottom),
    ]
    for number, (name, points) in enumerate(curves.items()):
        colour, dashes = _STROKES[number % len(_STROKES)]
        line = " ".join(f"{_x(point):.1f},{_y(point):.1f}" for point in points)
        stroke = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        parts.append(f'<polyline points="{line}" {stroke}/>')
        if covered := [point for point in points if point.chance >= shipped]:
            parts.append(f'<circle cx="{_x(covered[-1]):.1f}" cy="{_y(covered[-1]):.1f}" r="5" fill="{colour}"/>')
        height = bottom + 62 + 18 * number
        parts.append(f'<line x1="{_LEFT}" y1="{height - 4}" x2="{_LEFT + 30}" y2="{height - 4}" {stroke}/>')
        parts.append(f'<text x="{_LEFT + 38}" y="{height}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _axes(right: int, bottom: int) -> list[str]:
    parts = [f'<path d="M{_LEFT} {_TOP}V{bottom}H{right}" fill="none" stroke="#333"/>']
    for tenth in range(0, 11, 2):
        across, up = _LEFT + _WIDTH * tenth / 10, bottom - _HEIGHT * tenth / 10
        parts.append(f'<text x="{across:.0f}" y="{bottom + 18}" text-anchor="middle">{10 * tenth}</text>')
        parts.append(f'<text x="{_LEFT - 8}" y="{up + 4:.0f}" text-anchor="end">{10 * tenth}</text>')
        parts.append(f'<path d="M{_LEFT} {up:.0f}H{right}" stroke="#ddd"/>')
    middle = _LEFT + _WIDTH // 2
    parts.append(f'<text x="{middle}" y="{bottom + 38}" text-anchor="middle">questions answered, %</text>')
    side = _TOP + _HEIGHT // 2
    parts.append(
        f'<text x="16" y="{side}" text-anchor="middle" transform="rotate(-90 16 {side})">answers that are wrong, %</text>'
    )
    return parts


def _x(point: Point) -> float:
    return _LEFT + _WIDTH * point.coverage


def _y(point: Point) -> float:
    return _TOP + _HEIGHT * (1 - point.risk)
