"""The queue of background work in numbers, and whether anybody works on it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from procrastinate.contrib.django import app
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from samspill.config.readiness import WORKER_SECONDS

STATES = ("waiting", "later", "doing", "failed")
_JOBS = """
    SELECT queue_name,
           count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
           count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
           count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE status = 'failed')
    FROM procrastinate_jobs GROUP BY queue_name ORDER BY queue_name
"""
_WORKERS = """
    SELECT count(*) FILTER (WHERE last_heartbeat > now() - make_interval(secs => %s)),
           extract(epoch FROM now() - max(last_heartbeat))
    FROM procrastinate_workers
"""


def collect() -> Iterator[Metric]:
    """Every family of the queue. Jobs that are done are deleted, so that counting them all is cheap."""
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        queues = {name: numbers for name, *numbers in cursor.fetchall()}
        cursor.execute(_WORKERS, [WORKER_SECONDS])
        alive, age = cursor.fetchone()
    jobs = GaugeMetricFamily(
        "samspill_jobs",
        "Jobs by queue: waiting, later (has a time of its own), doing, failed.",
        labels=["queue", "state"],
    )
    for queue in sorted({*known_queues(), *queues}):
        for state, number in zip(STATES, queues.get(queue, [0] * len(STATES)), strict=True):
            jobs.add_metric([queue, state], number)
    yield jobs
    yield GaugeMetricFamily(
        "samspill_workers", f"Workers heard from in the last {WORKER_SECONDS} seconds.", value=alive
    )
    seconds = GaugeMetricFamily(
        "samspill_worker_age_seconds", "Seconds since any worker was heard from; none without one."
    )
    if age is not None:
        seconds.add_metric([], float(age))
    yield seconds


def known_queues() -> set[str]:
    """Queues that our own tasks stand in, so that an empty one is told as empty."""
    return {task.queue for task in app.tasks.values()}
