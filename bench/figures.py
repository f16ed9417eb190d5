"""What a measurement gives: rows of a table, and lines of plots."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, the figure, what it stands beside, the goal and whether it is met (None: no goal)."""

    what: str
    value: str
    beside: str = ""
    goal: str = ""
    met: bool | None = None

    def row(self) -> str:
        verdict = {True: "yes", False: "**no**", None: ""}[self.met]
        return f"| {self.what} | {self.value} | {self.beside} | {self.goal} | {verdict} |"


@dataclass
class Line:
    """One line of a plot: a value for each size."""

    name: str
    values: dict[int, float] = field(default_factory=dict)


# File name, title, unit, lines, and a goal to be drawn.
Plot = tuple[str, str, str, list[Line], float | None]


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least ``share`` of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * int(share * 1000) // 1000) - 1))]
