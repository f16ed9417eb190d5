"""``python -m tests.chaos.run``: ends with a table, counted from the platforms' side.

lost     the ledger says it is out, or nobody is told that it is not, and the platform does not have it
doubled  the platform has it more than once
stuck    still on its way when all faults are over and the time is up
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

CREATE = {
    "x": {"method": "POST", "path": "/2/tweets$"},
    "facebook": {"method": "POST", "path": "/feed$"},
    "linkedin": {"method": "POST", "path": "/rest/posts$"},
}


@dataclass
class Report:
    deliveries: int
    kills: int
    faults: int
    lost: list[str]
    doubled: list[str]
    stuck: list[str]
    person: Counter[str]
    states: Counter[str]
    seconds: float

    def table(self) -> str:
        rows = [
            ("deliveries", self.deliveries), ("faults that struck", self.faults), ("kill -9", self.kills),
            ("lost", len(self.lost)), ("doubled", len(self.doubled)), ("stuck", len(self.stuck)),
            ("needing a person", sum(self.person.values())), ("seconds", round(self.seconds)),
        ]  # fmt: skip
        lines = [f"{name:<22}{value:>7}" for name, value in rows]
        for state, count in sorted(self.states.items()):
            lines.append(f"  ended {state:<14}{count:>7}")
        for why, count in self.person.most_common():
            lines.append(f"  for a person: {why} ({count})")
        for name in ("lost", "doubled", "stuck"):
            for what in getattr(self, name):
                lines.append(f"  {name}: {what}")
        return "\n".join(lines)

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.stuck)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=100)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=60, help="how long deliveries fall due and faults strike")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--verbose", action="store_true")
    chosen = parser.parse_args(arguments)
    data = Path(tempfile.mkdtemp(prefix="samspill-chaos-"))
    data.chmod(0o711)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SAMSPILL_") and name != "DATABASE_URL"
    }
    environment |= {
        "SAMSPILL_MODE": "test", "SAMSPILL_DATA": str(data), "SAMSPILL_LEASE_SECONDS": "4",
        "SAMSPILL_SETTLE_SECONDS": "3", "SAMSPILL_REQUEST_SECONDS": "1", "SAMSPILL_LOG_LEVEL": "INFO",
        "DJANGO_SETTINGS_MODULE": "samspill.config.settings",
    }  # fmt: skip
    os.environ.clear()
    os.environ.update(environment | {"SAMSPILL_LOG_LEVEL": "WARNING"})  # ours; the workers tell all, in their file
    print(f"seed {chosen.seed}", flush=True)
    try:
        report = run(data, environment, chosen)
    except BaseException:
        print(f"kept for looking: {data}", file=sys.stderr)
        raise
    print(report.table(), flush=True)
    if report.good:
        shutil.rmtree(data, ignore_errors=True)
    else:
        print(f"kept for looking: {data}", file=sys.stderr)
    return 0 if report.good else 1


def run(data: Path, environment: dict[str, str], chosen: argparse.Namespace) -> Report:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from samspill.config.postgres import Server
    from tests.chaos.machines import Platforms, Workers, kill_database
    from tests.chaos.world import break_things, make_deliveries

    chance = random.Random(chosen.seed)
    began = time.monotonic()
    server = Server(data)
    with server.used():
        call_command("migrate", verbosity=0)
        platforms = Platforms(data)
        workers = Workers(2, environment, data / "workers.log")
        kills = 0
        try:
            _until_working(2)
            break_things(platforms, chance)
            codes = make_deliveries(platforms.url, chosen.deliveries, timedelta(seconds=chosen.seconds), chance)
            ends = time.monotonic() + chosen.seconds
            pause = chosen.seconds / (chosen.kills + 1)
            next_kill = time.monotonic() + pause
            # Faults and kills go on until everything has met them, however slow the machine is.
            while time.monotonic() < ends or kills < chosen.kills or _untried():
                workers.tend()
                if time.monotonic() >= next_kill and kills < chosen.kills:
                    kills += 1
                    next_kill = time.monotonic() + pause * chance.uniform(0.6, 1.4)
                    connections.close_all()
                    if kills % 4 == 0:
                        kill_database(server)
                    elif kills % 4 == 2:
                        workers.kill_all()
                    else:
                        workers.kill_one(chance)
                time.sleep(0.1)
            found = [(name, fault) for name in CREATE for fault in _faults(platforms, name)]
            struck = sum(fault["hits"] for _, fault in found)
            if chosen.verbose:
                for name, fault in found:
                    print(name, {key: fault[key] for key in ("kind", "probability", "seen", "hits")}, flush=True)
            for name in CREATE:
                platforms.no_faults(name)
            _settle(workers, deadline=time.monotonic() + 150)
            return _count(platforms, codes, kills, struck, time.monotonic() - began)
        finally:
            workers.stop()
            platforms.stop()
            connections.close_all()


def _until_working(count: int) -> None:
    from procrastinate.contrib.django.models import ProcrastinateWorker

    deadline = time.monotonic() + 60
    while ProcrastinateWorker.objects.count() < count and time.monotonic() < deadline:
        time.sleep(0.1)


def _untried() -> bool:
    from samspill.delivery.models import Delivery

    return Delivery.objects.filter(attempts=None).exists()


def _faults(platforms: Any, name: str) -> list[dict[str, Any]]:
    found = platforms.get(f"/_sandbox/{name}/faults")
    return found if isinstance(found, list) else found["faults"]


def _settle(workers: Any, deadline: float) -> None:
    """Wait until nothing is on its way any more. Held or broken channels mend by themselves."""
    from samspill.delivery.models import Delivery
    from samspill.delivery.states import State

    moving = [State.APPROVED, State.DUE, State.SENDING, State.UNKNOWN]
    while time.monotonic() < deadline:
        workers.tend()
        busy = Delivery.objects.filter(state__in=moving).exists()
        unconfirmed = Delivery.objects.filter(state=State.ACCEPTED, next_try_at__isnull=False).exists()
        if not busy and not unconfirmed:
            return
        time.sleep(0.3)


def _count(platforms: Any, codes: list[str], kills: int, struck: int, seconds: float) -> Report:
    from samspill.delivery.models import Delivery
    from samspill.delivery.states import FOR_A_PERSON, OUT, State

    there: Counter[str] = Counter()
    for name in CREATE:
        for post in platforms.get(f"/_sandbox/{name}/posts"):
            there.update({code for code in codes if f"/l/{code}" in str(post)})
    report = Report(len(codes), kills, struck, [], [], [], Counter(), Counter(), seconds)
    for delivery in Delivery.objects.select_related("channel").order_by("id"):
        state, seen = State(delivery.state), there[delivery.code]
        report.states[state] += 1
        what = f"{delivery.code} on {delivery.channel.platform}: {state} {delivery.reason} {delivery.detail}"
        if seen > 1:
            report.doubled.append(what)
        if state in OUT and seen == 0:
            report.lost.append(what)
        if state in FOR_A_PERSON:
            report.person[f"{delivery.channel.platform}: {state} {delivery.reason}"] += 1
        elif state not in OUT:
            report.stuck.append(what)
        elif state is State.ACCEPTED:
            report.person[f"{delivery.channel.platform}: out, but {delivery.differences}"] += 1
    return report


if __name__ == "__main__":
    sys.exit(main())
