"""``python -m bench``: measures everything in one run and writes docs/bench.md with its plots. About six minutes."""

from __future__ import annotations

import argparse
import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import cached_page, counting, memory
from bench.figures import Figure, Line, Plot
from bench.place import Place, place
from bench.plot import svg

DOCS = Path(__file__).resolve().parents[1] / "docs"
PLANNED, OVER = 500, 60.0  # deliveries, and the seconds over which their times lie


SIZES = (1_000, 10_000, 100_000)
PARTS = ("counting", "memory", "sending", "growth", "page")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of everything, to try the bench itself")
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts alone")
    chosen = parser.parse_args()
    parts = set(chosen.only or PARTS)
    began, load = time.monotonic(), os.getloadavg()[0]
    figures: list[Figure] = []
    plots: list[Plot] = []
    if "counting" in parts:
        _keep(figures, counting.measure())
    if "memory" in parts:
        _keep(figures, memory.measure())
    if parts & {"sending", "growth", "page"}:
        with place() as here:
            from bench.growth import measure as measure_growth  # Django's settings are read now, and not before

            if "sending" in parts:
                _keep(figures, _sending(here, 10 if chosen.small else 1))
            if "growth" in parts:
                rows, plots = measure_growth(here, tuple(size // 10 for size in SIZES[:2]) if chosen.small else SIZES)
                _keep(figures, rows)
            if "page" in parts:
                _keep(figures, _page(here))
    for name, title, unit, lines, goal in plots:
        _show(title, lines)
        if not chosen.small:
            (DOCS / "bench").mkdir(exist_ok=True)
            (DOCS / "bench" / f"{name}.svg").write_text(svg(title, unit, lines, goal), encoding="utf-8")
    minutes = (time.monotonic() - began) / 60
    if parts == set(PARTS) and not chosen.small:
        _write(figures, load, minutes)
    print(f"{minutes:.1f} minutes, load {load:.1f} at the beginning", flush=True)


def _sending(here: Place, tenth: int) -> list[Figure]:
    from bench import sending

    log, user = here.data / "workers.log", here.users["editor"]
    crew = sending.crew(1, here.environment, log)
    sending.warm(here.channels, user)
    late = sending.lateness(here.channels, user, PLANNED // tenth, OVER / tenth)
    one, idle_one = sending.speed(here.channels, user, 300 // tenth), sending.engine_alone()
    crew.stop()
    crew = sending.crew(2, here.environment, log)
    sending.warm(here.channels, user)
    two, idle_two = sending.speed(here.channels, user, 300 // tenth), sending.engine_alone()
    crew.stop()
    p99 = late.said("begun", 0.99)
    return [
        Figure(
            f"lateness of {len(late.begun)} planned deliveries: the first request leaves",
            f"p50 {late.said('begun', 0.5):.2f} s, p99 {p99:.2f} s", "one worker", "p99 < 1 s", p99 < 1,
        ),
        Figure(
            "- the platform has said yes", f"p50 {late.said('out', 0.5):.2f} s, p99 {late.said('out', 0.99):.2f} s"
        ),
        *[
            Figure(
                f"deliveries per second, {workers}, all due at once",
                f"{done.deliveries:.1f} ({done.requests:.1f} requests)",
                f"the queue engine's empty jobs: {idle:.0f} ({done.requests / idle:.2f} × per request)",
                "≥ ⅓", done.requests / idle >= 1 / 3,
            )
            for workers, done, idle in (("one worker", one, idle_one), ("two workers", two, idle_two))
        ],
    ]  # fmt: skip


def _page(here: Place) -> list[Figure]:
    from tests.chaos.machines import Web

    web = Web(here.data / "web.log")
    try:
        return cached_page.measure(web, here.story.url, here.data / "nginx")
    finally:
        web.stop()


def _keep(figures: list[Figure], more: list[Figure]) -> None:
    figures += more
    for figure in more:
        print(figure.row(), flush=True)


def _show(title: str, lines: list[Line]) -> None:
    print(title, flush=True)
    for line in lines:
        print(f"  {line.name}: " + ", ".join(f"{size}: {value:.3g}" for size, value in line.values.items()), flush=True)


def _write(figures: list[Figure], load: float, minutes: float) -> None:
    page = DOCS / "bench.md"
    before, rest = page.read_text(encoding="utf-8").split("<!-- table -->\n", 1)
    after = rest.split("<!-- end -->", 1)[1]
    table = "\n".join(
        [
            "| what | figure | beside | goal | met |",
            "|---|---|---|---|---|",
            *[figure.row() for figure in figures],
            "",
            f"Measured {datetime.now(UTC):%Y-%m-%d} on {platform.machine()} with {os.cpu_count()} cores, Python "
            f"{platform.python_version()}, load {load:.1f} when it began, in {minutes:.0f} minutes.",
        ]
    )
    page.write_text(f"{before}<!-- table -->\n{table}\n<!-- end -->{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
