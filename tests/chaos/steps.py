"""``python -m tests.chaos.steps``: a worker, or the database, is killed with -9 in each step of a delivery.

The step is held up by the pretend platform before or after its effect; the kill comes in that moment. Then
everything is started again, and the platform must end up with the post exactly once. One line for each case.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

# (platform, name of the step, method, path, before or after its effect)
CASES = [
    ("x", "upload begins", "POST", "/media/upload/initialize", "after"),
    ("x", "upload of bytes", "POST", "/append", "after"),
    ("x", "upload ends", "POST", "/finalize", "before"),
    ("x", "alt text", "POST", "/media/metadata", "after"),
    ("x", "post", "POST", "/2/tweets$", "before"),
    ("x", "post", "POST", "/2/tweets$", "after"),
    ("x", "reading back", "GET", r"/2/tweets/\d+", "before"),
    ("facebook", "picture", "POST", "/photos$", "after"),
    ("facebook", "post", "POST", "/feed$", "before"),
    ("facebook", "post", "POST", "/feed$", "after"),
    ("linkedin", "upload of bytes", "PUT", "", "after"),
    ("linkedin", "post", "POST", "/rest/posts$", "before"),
    ("linkedin", "post", "POST", "/rest/posts$", "after"),
]
DATABASE_CASES = [case for case in CASES if case[1] == "post"]
HELD_UP = 4  # seconds


def main() -> int:
    data = Path(tempfile.mkdtemp(prefix="samspill-steps-"))
    data.chmod(0o711)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SAMSPILL_") and name != "DATABASE_URL"
    } | {
        "SAMSPILL_MODE": "test", "SAMSPILL_DATA": str(data), "SAMSPILL_LEASE_SECONDS": "2",
        "SAMSPILL_SETTLE_SECONDS": "2", "SAMSPILL_REQUEST_SECONDS": "15", "SAMSPILL_LOG_LEVEL": "INFO",
        "DJANGO_SETTINGS_MODULE": "samspill.config.settings",
    }  # fmt: skip
    os.environ.clear()
    os.environ.update(environment)
    bad = run(data, environment)
    if bad:
        print(f"kept for looking: {data}", file=sys.stderr)
    else:
        shutil.rmtree(data, ignore_errors=True)
    print(f"{len(CASES) + len(DATABASE_CASES) - bad} passed, {bad} failed")
    return 1 if bad else 0


def run(data: Path, environment: dict[str, str]) -> int:
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connections

    from samspill.config.postgres import Server
    from tests.chaos.machines import Platforms, Workers
    from tests.chaos.world import make_channel, make_picture

    server = Server(data)
    with server.used():
        call_command("migrate", verbosity=0)
        platforms = Platforms(data)
        for name in ("x", "facebook", "linkedin"):
            platforms.post(
                f"/_sandbox/{name}/settings",
                {"list_lag_s": 0.5, **({} if name == "facebook" else {"processing_s": 0.2})},
            )
        user = get_user_model().objects.create_user("kaos")
        channels = {name: make_channel(name, platforms.url) for name in ("x", "facebook", "linkedin")}
        picture = make_picture(0)
        workers = Workers(2, environment, data / "workers.log")
        bad = 0
        try:
            for victim, cases in (("worker", CASES), ("database", DATABASE_CASES)):
                for case in cases:
                    connections.close_all()
                    good, said = _one(platforms, workers, server, channels[case[0]], user, picture, victim, case)
                    bad += not good
                    print(
                        f"{'ok ' if good else 'BAD'} {victim} killed: {case[0]}, {case[1]}, {case[4]} effect: {said}",
                        flush=True,
                    )
        finally:
            workers.stop()
            platforms.stop()
            connections.close_all()
    return bad


def _one(
    platforms: Any, workers: Any, server: Any, channel: Any, user: Any, picture: Any, victim: str, case: tuple[str, ...]
) -> tuple[bool, str]:
    from django.utils import timezone

    from samspill.channels.contract import Link, Post
    from samspill.delivery import ledger, tasks
    from samspill.delivery.models import Delivery
    from samspill.delivery.states import State
    from tests.chaos.machines import kill_database

    platform, name, method, path, moment = case
    platforms.no_faults(platform)
    platforms.post(
        f"/_sandbox/{platform}/faults",
        {"kind": "delay", "seconds": HELD_UP, "when": moment, "times": 1, "match": {"method": method, "path": path}},
    )
    delivery = ledger.plan(channel, title=f"{victim} {name} {moment}", destination="https://nyheter.example.no/sak")
    link = Link(f"https://nyheter.example.no/l/{delivery.code}", "Sak", "Les saken")
    now = timezone.now()
    ledger.approve(
        delivery, Post(f"Drept: {victim}, {name}, {moment}", "nb", (picture,), link), by=user,
        lapses_at=now + timedelta(days=3), due_at=now,
    )  # fmt: skip
    ledger.release_due()
    tasks.wake(channel.pk)
    deadline = time.monotonic() + 60
    while not any(fault["hits"] for fault in platforms.get(f"/_sandbox/{platform}/faults")):
        if time.monotonic() > deadline:
            return False, "the step was never reached"
        workers.tend()
        time.sleep(0.05)
    if victim == "worker":
        workers.kill_all()
    else:
        kill_database(server)
    from django.db import connections

    connections.close_all()
    deadline = time.monotonic() + 90
    state = ""
    while time.monotonic() < deadline:
        workers.tend()
        state = Delivery.objects.get(pk=delivery.pk).state
        if state in (State.CONFIRMED, State.NEEDS_PERSON, State.REFUSED, State.EXPIRED):
            break
        time.sleep(0.2)
    there = sum(f"/l/{delivery.code}" in str(post) for post in platforms.get(f"/_sandbox/{platform}/posts"))
    return there == 1 and state == State.CONFIRMED, f"{state}, {there} on the platform"


if __name__ == "__main__":
    sys.exit(main())
