"""What must hold before Samspill is ready: a list of named checks, each saying in bokmål what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

WORKER_SECONDS = 30  # a worker that has not been heard from for this long counts as gone
OVERDUE_SECONDS = 120


def database() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


def migrations() -> str | None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migreringer er ikke kjørt. Kjør «samspill manage migrate»." if waiting else None


def worker() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [WORKER_SECONDS],
        )
        (alive,) = cursor.fetchone()
    return None if alive else f"Ingen arbeider har meldt seg på {WORKER_SECONDS} sekunder. Start «samspill worker»."


def overdue() -> str | None:
    from samspill.delivery.queries import overdue_count  # its models need Django to be set up

    late = overdue_count(timedelta(seconds=OVERDUE_SECONDS))
    return f"{late} utsendelser er mer enn to minutter forsinket. Se «Utsendelser»." if late else None


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": database,
    "migrations": migrations,
    "worker": worker,
    "overdue": overdue,
}


def failures() -> dict[str, str]:
    """Names of the checks that fail, with the reason. A database that is gone fails alone: the rest can't be asked."""
    failing: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            reason = check()
        except DatabaseError as error:
            if name == "database":
                return {name: f"Databasen svarer ikke ({type(error).__name__})."}
            reason = f"Kan ikke undersøkes ({type(error).__name__})."
        if reason:
            failing[name] = reason
    return failing
