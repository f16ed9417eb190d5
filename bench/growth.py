"""How figures grow with the number of stories and deliveries."""

from __future__ import annotations

import time

from bench import pages, sending
from bench.figures import Figure, Line, Plot
from bench.place import Place, templates
from bench.seed import grow

GOAL = 200.0  # milliseconds


def measure(here: Place, sizes: tuple[int, ...]) -> tuple[list[Figure], list[Plot]]:
    """Rows for the largest size, and a plot each of pages, of the ledger's own work and of sending."""
    from django.db import connection

    from samspill.api import tokens
    from samspill.api.scopes import Scope

    index, editor = here.story.get_parent(), here.users["editor"]
    _, token = tokens.make(here.users["root"], "Måling", [Scope.READ], 30)
    crew = sending.crew(1, here.environment, here.data / "workers.log")
    sending.warm(here.channels, editor)  # the copies are of what has been sent
    crew.stop()
    copied, filled = templates(here), 0
    found: dict[int, dict[str, pages.Measured]] = {}
    ticks: dict[int, dict[str, float]] = {}
    late, speed = Line("lateness, p95 (s)"), Line("seconds per delivery")
    for size in sizes:
        began = time.monotonic()
        grow(here.story, copied, filled + 1, size)
        filled = size
        print(f"{size} stories and deliveries after {time.monotonic() - began:.0f} s", flush=True)
        connection.close()
        found[size] = pages.measure(here.users["root"], token, index.pk)
        ticks[size] = sending.ticking()
        crew = sending.crew(1, here.environment, here.data / "workers.log")
        sending.warm(here.channels, editor)
        late.values[size] = sending.lateness(here.channels, editor, min(60, size // 10), 6).said("begun", 0.95)
        speed.values[size] = 1 / sending.speed(here.channels, editor, min(100, size // 10)).deliveries
        crew.stop()
    names = [page.name for page in pages.PAGES]
    slowest = sorted(names, key=lambda name: -found[sizes[-1]][name].p95)
    lines = [Line(name, {size: found[size][name].p95 for size in sizes}) for name in slowest]
    work = [Line(name, {size: ticks[size][name] for size in sizes}) for name in ticks[sizes[0]]]
    return _rows(found, sizes), [
        ("pages", "The eight slowest list pages, p95", "milliseconds", lines[:8], GOAL),
        ("ledger", "What the ledger does every five seconds", "milliseconds", work, None),
        ("sending", "Sending", "seconds", [late, speed], None),
    ]


def _rows(found: dict[int, dict[str, pages.Measured]], sizes: tuple[int, ...]) -> list[Figure]:
    first, last = found[sizes[0]], found[sizes[-1]]
    rows = []
    for name, there in last.items():
        counts = {found[size][name].queries for size in sizes}
        queries = f"{there.queries} queries" if len(counts) == 1 else f"queries: {sorted(counts)}"
        beside = f"p95 {first[name].p95:.0f} ms at {sizes[0]:,}".replace(",", " ")
        good = there.p95 < GOAL and len(counts) == 1
        value = f"p50 {there.p50:.0f} ms, p95 {there.p95:.0f} ms, {queries}"
        rows.append(Figure(f"page: {name}", value, beside, "p95 < 200 ms, same queries", good))
    return rows
