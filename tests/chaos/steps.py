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
    ("bluesky", "picture", "POST", "com.atproto.repo.uploadBlob$", "after"),
    ("bluesky", "post", "POST", "com.atproto.repo.putRecord$", "before"),
    ("bluesky", "post", "POST", "com.atproto.repo.putRecord$", "after"),
    ("bluesky", "reading back", "GET", "com.atproto.repo.getRecord$", "before"),
    ("mastodon", "picture", "POST", "/api/v2/media$", "after"),
    ("mastodon", "post", "POST", "/api/v1/statuses$", "before"),
    ("mastodon", "post", "POST", "/api/v1/statuses$", "after"),
]
# How the pretend platforms lag, where they do.
LAGS: dict[str, dict[str, float]] = {
    "x": {"list_lag_s": 0.5, "processing_s": 0.2},
    "facebook": {"list_lag_s": 0.5},
    "linkedin": {"list_lag_s": 0.5, "processing_s": 0.2},
    "bluesky": {},
    "mastodon": {"list_lag_s": 0.5, "processing_s": 0.2},
}
DATABASE_CASES = [case for case in CASES if case[1] == "post"]
HELD_UP = 8  # seconds: long enough for the cases of one round to be in their steps at the same time


def rounds(cases: list[tuple[str, ...]]) -> list[list[tuple[str, ...]]]:
    """One case of each platform at a time: they share the kill and the waiting, not the channel."""
    waiting = list(cases)
    found = []
    while waiting:
        first = {case[0]: case for case in reversed(waiting)}
        chosen = list(first.values())
        waiting = [case for case in waiting if case not in chosen]
        found.append(chosen)
    return found


def main() -> int:
    data = Path(tempfile.mkdtemp(prefix="samspill-steps-"))
    data.chmod(0o711)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SAMSPILL_") and name != "DATABASE_URL"
    } | {
        "SAMSPILL_MODE": "test", "SAMSPILL_DATA": str(data), "SAMSPILL_LEASE_SECONDS": "2",
        "SAMSPILL_SETTLE_SECONDS": "8", "SAMSPILL_REQUEST_SECONDS": "15", "SAMSPILL_LOG_LEVEL": "INFO",
        "DJANGO_SETTINGS_MODULE": "samspill.config.settings",
    }  # fmt: skip
    os.environ.clear()
    os.environ.update(environment | {"SAMSPILL_LOG_LEVEL": "WARNING"})  # ours; the workers tell all, in their file
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
        for name, lags in LAGS.items():
            platforms.post(f"/_sandbox/{name}/settings", lags)
        user = get_user_model().objects.create_user("kaos")
        channels = {name: make_channel(name, platforms.url) for name in LAGS}
        picture = make_picture(0)
        workers = Workers(2, environment, data / "workers.log")
        bad = 0
        try:
            for victim, cases in (("worker", CASES), ("database", DATABASE_CASES)):
                for chosen in rounds(cases):
                    connections.close_all()
                    for case, good, said in _round(platforms, workers, server, channels, user, picture, victim, chosen):
                        bad += not good
                        what = f"{victim} killed: {case[0]}, {case[1]}, {case[4]} effect"
                        print(f"{'ok ' if good else 'BAD'} {what}: {said}", flush=True)
        finally:
            workers.stop()
            platforms.stop()
            connections.close_all()
    return bad


def _round(
    platforms: Any, workers: Any, server: Any, channels: Any, user: Any, picture: Any, victim: str, cases: Any
) -> list[tuple[tuple[str, ...], bool, str]]:
    """All cases are held up in their steps, then comes the kill. What became of each."""
    from django.db import connections

    from samspill.delivery.models import Delivery
    from samspill.delivery.states import State
    from tests.chaos.machines import kill_database

    under_way = [(case, _start(platforms, channels[case[0]], user, picture, victim, case)) for case in cases]
    missing = {case[0] for case in cases}
    deadline = time.monotonic() + 60
    while missing and time.monotonic() < deadline:
        workers.tend()
        missing = {name for name in missing if not any(f["hits"] for f in platforms.get(f"/_sandbox/{name}/faults"))}
        time.sleep(0.05)
    if victim == "worker":
        workers.kill_all()
    else:
        kill_database(server)
    connections.close_all()
    ended = (State.CONFIRMED, State.NEEDS_PERSON, State.REFUSED, State.EXPIRED)
    deadline = time.monotonic() + 90
    found = []
    for case, delivery in under_way:
        while (state := Delivery.objects.get(pk=delivery.pk).state) not in ended and time.monotonic() < deadline:
            workers.tend()
            time.sleep(0.2)
        posts = platforms.get(f"/_sandbox/{case[0]}/posts")
        there = sum(f"/l/{delivery.code}" in str(post) for post in posts)
        said = "the step was never reached" if case[0] in missing else f"{state}, {there} on the platform"
        found.append((case, case[0] not in missing and there == 1 and state == State.CONFIRMED, said))
    return found


def _start(platforms: Any, channel: Any, user: Any, picture: Any, victim: str, case: tuple[str, ...]) -> Any:
    """An approved delivery that is due, and the fault that will hold it up."""
    from django.utils import timezone

    from samspill.channels.contract import Link, Post
    from samspill.delivery import ledger, tasks

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
    return delivery


if __name__ == "__main__":
    sys.exit(main())
