"""How late planned deliveries are, and how many go out in a second, against pretend platforms that are well."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Max, Min
from procrastinate.contrib.django import app

from bench import noop
from bench.figures import percentile
from samspill.channels.contract import Link, Post
from samspill.channels.models import Channel
from samspill.delivery import instant, ledger
from samspill.delivery.models import Attempt, Delivery
from samspill.delivery.states import State
from tests.chaos.machines import Workers

JOBS = 2000


class Crew(Workers):
    """Workers that also know the engine's empty job; each works as ``samspill worker`` does."""

    program = "import bench.noop; bench.noop.work()"


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds from the planned time to the first request (``begun``) and to the platform's yes (``out``)."""

    begun: list[float]
    out: list[float]

    def said(self, which: str, share: float) -> float:
        return percentile(getattr(self, which), share)


def plan(channels: list[Channel], user: Any, count: int, over: float, ahead: float = 3.0) -> list[int]:
    """Approved deliveries by turns to the channels, evenly over so many seconds (0: all at once)."""
    start = instant.now() + timedelta(seconds=ahead + count / 120)  # not before all are planned
    made = []
    for number in range(count):
        channel = channels[number % len(channels)]
        delivery = ledger.plan(channel, title=f"Prøve {number}", destination="https://nyheter.example.no/sak")
        link = Link(f"https://nyheter.example.no/l/{delivery.code}", "Prøve", "Les saken")
        due_at = start + timedelta(seconds=over * number / count)
        post = Post(f"Prøve {delivery.code}: fristen er 1. september", "nb", (), link)
        ledger.approve(delivery, post, by=user, lapses_at=due_at + timedelta(days=3), due_at=due_at)
        made.append(delivery.pk)
    return made


def wait_for(ids: list[int], seconds: float = 120) -> None:
    """Until all are read back. Raises RuntimeError when some are not so many seconds after the last one's time."""
    last = Delivery.objects.filter(pk__in=ids).aggregate(last=Max("due_at"))["last"]
    while left := Delivery.objects.filter(pk__in=ids).exclude(state=State.CONFIRMED).count():
        if instant.now() > last + timedelta(seconds=seconds):
            raise RuntimeError(f"{left} of {len(ids)} deliveries did not come through")
        time.sleep(0.2)


def lateness(channels: list[Channel], user: Any, count: int, over: float) -> Lateness:
    ids = plan(channels, user, count, over)
    wait_for(ids)
    rows = Delivery.objects.filter(pk__in=ids).annotate(first=Min("attempts__started_at"))
    times = rows.values_list("due_at", "first", "accepted_at")
    return Lateness(
        [(first - due).total_seconds() for due, first, _ in times],
        [(out - due).total_seconds() for due, _, out in times],
    )


@dataclass(frozen=True, slots=True)
class Speed:
    """Per second: deliveries accepted, and requests made for them (sending and reading back)."""

    deliveries: float
    requests: float


def speed(channels: list[Channel], user: Any, count: int) -> Speed:
    """All due at the same moment."""
    ids = plan(channels, user, count, 0)
    wait_for(ids)
    seen = Delivery.objects.filter(pk__in=ids).aggregate(out=Max("accepted_at"), over=Max("confirmed_at"))
    tries = Attempt.objects.filter(delivery__in=ids)
    began = tries.aggregate(began=Min("started_at"))["began"]
    return Speed(count / (seen["out"] - began).total_seconds(), tries.count() / (seen["over"] - began).total_seconds())


def engine_alone() -> float:
    """Empty jobs per second, from the moment that all are queued."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    mine = ProcrastinateJob.objects.filter(task_name=noop.NAME)
    app.configure_task(noop.NAME, queue="bench").batch_defer(*[{} for _ in range(JOBS)])
    began, left = time.perf_counter(), mine.count()
    first = left
    while mine.exists():
        time.sleep(0.02)
    return first / (time.perf_counter() - began)


def ticking() -> dict[str, float]:
    """Milliseconds of what the ledger does every five seconds, and of one look for work; the middle of five."""
    from samspill.delivery import claim, sweep

    channel = Channel.objects.order_by("pk").values_list("pk", flat=True)[0]
    parts = {
        "find what is due": ledger.release_due, "find lost leases": sweep.lost_leases,
        "find channels with work": sweep.channels_with_work, "give up": sweep.give_up,
        "look for work in a channel": lambda: claim.claim_next(channel),
    }  # fmt: skip
    found = {}
    for name, part in parts.items():
        spent = []
        for _ in range(5):
            began = time.perf_counter()
            part()  # type: ignore[operator]
            spent.append((time.perf_counter() - began) * 1000)
        found[name] = percentile(spent, 0.5)
    return found


def crew(count: int, environment: dict[str, str], log: Path) -> Crew:
    """Workers that are started and have found their places when this returns."""
    from procrastinate.contrib.django.models import ProcrastinateWorker

    before = ProcrastinateWorker.objects.count()
    started = Crew(count, environment, log)
    deadline = time.monotonic() + 60
    while ProcrastinateWorker.objects.count() < before + count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"the workers did not start; see {log}")
        time.sleep(0.1)
    return started


def warm(channels: list[Channel], user: Any) -> None:
    """The first deliveries of a process load what the later ones find loaded."""
    wait_for(plan(channels, user, 4 * len(channels), 0))
