"""``python -m tests.chaos.run``: everything is broken and killed at once; ends with a table (see ``report.py``)."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.chaos.faults import CREATE, SETTINGS, break_things, struck
from tests.chaos.machines import Platforms, Web, Workers, free_port, kill_database
from tests.chaos.report import Report, judge, on_the_platforms

VICTIMS = ("worker", "web", "database", "both workers", "worker", "web", "worker", "database")
# Keys that die on the platform before their time: the first two can be renewed, the third only by connecting again.
EARLY_ENDS = ("x", "linkedin", "facebook")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=300)
    parser.add_argument("--kills", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=180, help="how long deliveries fall due and faults strike")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--write", type=Path, help="put the table into this page, between its marks")
    chosen = parser.parse_args(arguments)
    data = Path(tempfile.mkdtemp(prefix="samspill-chaos-"))
    data.chmod(0o711)
    print(f"seed {chosen.seed}", flush=True)
    try:
        report = run(data, chosen)
    except BaseException:
        print(f"kept for looking: {data}", file=sys.stderr)
        raise
    print(report.table(), flush=True)
    if chosen.write:
        put_into(chosen.write, report.markdown())
    if report.good:
        shutil.rmtree(data, ignore_errors=True)
    else:
        print(f"kept for looking: {data}", file=sys.stderr)
    return 0 if report.good else 1


def put_into(page: Path, table: str) -> None:
    """Replace what stands between the page's marks."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split("<!-- table -->\n", 1)
    after = rest.split("<!-- end -->", 1)[1]
    page.write_text(f"{before}<!-- table -->\n{table}\n<!-- end -->{after}", encoding="utf-8")


def _surroundings(data: Path, sandbox: str) -> dict[str, str]:
    """Short leases and waits, so that much happens in a short time."""
    foreign = {
        name: value for name, value in os.environ.items() if not name.startswith("SAMSPILL_") and name != "DATABASE_URL"
    }
    web = free_port()
    return foreign | {
        "SAMSPILL_MODE": "test", "SAMSPILL_DATA": str(data), "SAMSPILL_LEASE_SECONDS": "4",
        "SAMSPILL_SETTLE_SECONDS": "3", "SAMSPILL_REQUEST_SECONDS": "1", "SAMSPILL_LOG_LEVEL": "INFO",
        "SAMSPILL_SANDBOX_URL": sandbox, "SAMSPILL_WEB_PORT": str(web), "SAMSPILL_BASE_URL": f"http://127.0.0.1:{web}",
        "DJANGO_SETTINGS_MODULE": "samspill.config.settings",
    }  # fmt: skip


def run(data: Path, chosen: argparse.Namespace) -> Report:
    platforms = Platforms(data)
    try:
        environment = _surroundings(data, platforms.url)
        os.environ.clear()
        os.environ.update(environment | {"SAMSPILL_LOG_LEVEL": "ERROR"})  # ours; the workers tell all, in their file
        import django
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment()  # the administrator's browser is Django's test client
        from samspill.config.postgres import Server

        server = Server(data)
        with server.used():
            return _run(data, environment, server, platforms, chosen)
    finally:
        platforms.stop()


def _run(
    data: Path, environment: dict[str, str], server: Any, platforms: Platforms, chosen: argparse.Namespace
) -> Report:
    from django.core.management import call_command
    from django.db import connections

    from samspill.channels.models import Channel
    from tests.chaos import clock
    from tests.chaos.people import Administrator, Readers
    from tests.chaos.world import make_deliveries
    from tests.rooms.desk import world as desk_world

    chance = random.Random(chosen.seed)
    call_command("migrate", verbosity=0)
    clock.install()
    people = desk_world.people()
    administrator = Administrator(people["admin"])
    for name, settings in SETTINGS.items():
        platforms.post(f"/_sandbox/{name}/settings", settings)
        administrator.connect(name)
    channels = list(Channel.objects.order_by("id"))
    if [channel.platform for channel in channels] != list(SETTINGS):
        raise AssertionError(f"not all accounts were connected: {channels}")
    workers, web = Workers(2, environment, data / "workers.log"), Web(data / "web.log")
    readers = None
    try:
        _until_working(2)
        web.wait_until_well(60)
        break_things(platforms, chance)
        began, span = time.monotonic(), timedelta(seconds=chosen.seconds)
        codes = make_deliveries(channels, people["editor"], chosen.deliveries, span, chance)
        readers = Readers(web.url, list(codes.values()))
        kills, moves = _storm(chosen, chance, server, workers, web, data, administrator)
        faults = struck(platforms)
        for name in CREATE:
            platforms.no_faults(name)
        while not clock.move(0):
            time.sleep(0.2)
        _settle(workers, web, administrator, deadline=time.monotonic() + 300)
        seconds = time.monotonic() - began
        answers = web.wait_until_well(30) and all(readers.follow(code) for code in list(codes.values())[:5])
        readers.stop()
        report = Report(len(codes), on_the_platforms(platforms, list(CREATE)), Counter(kills), faults)
        report.facts = {
            "keys renewed": (data / "workers.log").read_text(errors="replace").count("key_renewed"),
            "accounts connected again by a person": administrator.again,
            "times that the ledger's clock was moved": moves,
            "short addresses that led home": readers.led_home,
            "short addresses asked for while web or database was dead": readers.no_answer,
            "short addresses that led elsewhere": readers.wrong,
            "web answers at the end (1: yes)": int(answers),
            "seconds": round(seconds),
        }
        if readers.wrong or not answers:
            report.lost.append("the web did not lead a reader home")
        return judge(report, codes)
    finally:
        if readers is not None:
            readers.stop()
        web.stop()
        workers.stop()
        connections.close_all()


def _storm(
    chosen: argparse.Namespace, chance: random.Random, server: Any, workers: Workers, web: Web, data: Path, person: Any
) -> tuple[Counter[str], int]:
    """Kill, move the clock and end keys until everything has met it, however slow the machine is."""
    from django.db import connections

    from tests.chaos import clock

    kills: Counter[str] = Counter()
    moves = ended = 0

    def kill() -> None:
        victim = VICTIMS[sum(kills.values()) % len(VICTIMS)]
        connections.close_all()
        {
            "worker": lambda: workers.kill_one(chance),
            "both workers": workers.kill_all,
            "web": web.kill,
            "database": lambda: kill_database(server),
        }[victim]()
        kills[victim] += 1

    def move_clock() -> None:
        nonlocal moves
        wanted = clock.STEPS[moves % len(clock.STEPS)]
        if not clock.move(wanted):
            return
        if moves == 0 and abs(clock.off_by() - wanted) > 5:
            raise AssertionError("the ledger does not ask the clock that we move")
        moves += 1

    def end_keys() -> None:
        nonlocal ended
        with closing(sqlite3.connect(data / "sandbox.db", timeout=20)) as theirs:
            ending = "update keys set revoked=1 where platform=? and kind='access'"
            theirs.execute(ending, [EARLY_ENDS[ended % len(EARLY_ENDS)]])
            theirs.commit()
        ended += 1

    # In a short round nothing is sent after the last key's end, and a look alone does not yet report a dead account.
    ends = len(EARLY_ENDS) if chosen.seconds >= 60 else len(EARLY_ENDS) - 1
    plan: list[tuple[float, Callable[[], None]]] = []
    for times, act in ((chosen.kills, kill), (max(4, chosen.kills // 4), move_clock), (ends, end_keys)):
        plan += [((number + chance.uniform(0.3, 0.9)) / times * chosen.seconds * 0.95, act) for number in range(times)]
    plan.sort(key=lambda item: item[0])
    began = next_look = time.monotonic()
    while plan or time.monotonic() < began + chosen.seconds or _untried():
        workers.tend()
        web.tend()
        if plan and time.monotonic() - began >= plan[0][0]:
            plan.pop(0)[1]()
        if time.monotonic() > next_look:
            next_look = time.monotonic() + 5
            person.mend()
        time.sleep(0.1)
    return kills, moves


def _until_working(count: int) -> None:
    from procrastinate.contrib.django.models import ProcrastinateWorker

    deadline = time.monotonic() + 60
    while ProcrastinateWorker.objects.count() < count and time.monotonic() < deadline:
        time.sleep(0.1)


def _untried() -> bool:
    from samspill.delivery.models import Delivery

    return Delivery.objects.filter(attempts=None).exists()


def _settle(workers: Workers, web: Web, person: Any, deadline: float) -> None:
    """Wait until nothing is on its way any more. Held or broken channels mend by themselves, or a person mends them."""
    from samspill.delivery.models import Delivery
    from samspill.delivery.states import State

    moving = [State.APPROVED, State.DUE, State.SENDING, State.UNKNOWN]
    next_look = time.monotonic()
    while time.monotonic() < deadline:
        workers.tend()
        web.tend()
        if time.monotonic() > next_look:
            next_look = time.monotonic() + 5
            person.mend()
        busy = Delivery.objects.filter(state__in=moving).exists()
        unconfirmed = Delivery.objects.filter(state=State.ACCEPTED, next_try_at__isnull=False).exists()
        if not busy and not unconfirmed:
            return
        time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(main())
