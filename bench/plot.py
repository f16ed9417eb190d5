"""A plot as SVG: sizes on a logarithmic axis, values from zero up. Readable in light and dark, and without colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from bench.figures import Line

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 230, 40, 48
# Colours with contrast on white and on black, and dashes for those who do not tell them apart.
STYLES = (
    ("#1f77b4", ""), ("#c2571a", "6 3"), ("#2a8a2a", "2 3"), ("#9467bd", "8 3 2 3"),
    ("#8c564b", "1 2"), ("#d0417e", "10 4"), ("#6b7280", "4 2"), ("#0e8a8a", "3 6"),
)  # fmt: skip


def svg(title: str, unit: str, lines: Sequence[Line], goal: float | None = None) -> str:
    """``goal``: a value to be drawn as a line across."""
    sizes = sorted({size for line in lines for size in line.values})
    top = _round_up(max([goal or 0, *(value for line in lines for value in line.values.values())]) * 1.05 or 1)
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: float) -> float:
        return LEFT + (math.log10(size) - low) / ((high - low) or 1) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="12" fill="#59636e">',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for number in range(5):
        value = top * number / 4
        parts.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="#8b949e" stroke-opacity=".35"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
    for size in sizes:
        label = f"{size:,}".replace(",", " ")
        parts.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{label}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">stories and deliveries; {escape(unit)}</text>')
    if goal is not None:
        parts.append(f'<path d="M{LEFT} {y(goal):.1f}H{WIDTH - RIGHT}" stroke="#c62828" stroke-width="1.5"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{y(goal) + 4:.1f}" fill="#c62828">goal: {goal:g}</text>')
    for number, line in enumerate(lines):
        colour, dash = STYLES[number % len(STYLES)]
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in sorted(line.values.items()))
        stroke = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
        parts.append(f'<polyline points="{points}" fill="none" {stroke}/>')
        height = TOP + 24 + number * 20
        parts.append(f'<path d="M{WIDTH - RIGHT + 8} {height - 4}h28" {stroke}/>')
        last = line.values[max(line.values)]
        parts.append(f'<text x="{WIDTH - RIGHT + 42}" y="{height}">{escape(line.name)}: {last:.3g}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _round_up(value: float) -> float:
    step = 10 ** math.floor(math.log10(value))
    return next(step * factor for factor in (1, 2, 4, 5, 8, 10) if step * factor >= value)
