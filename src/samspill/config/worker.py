"""``samspill worker``: does the background work until told to stop."""

from __future__ import annotations

import asyncio
import os

import django
from django.db import connection
from psycopg_pool import PoolTimeout

from samspill.config.environment import Environment

# A job that was queued for later makes no sound when its time comes: this is how late it may be seen (default: 5).
POLL_SECONDS = 0.25
GRACE_SECONDS = 7  # for jobs that run when we are told to stop; a cut one is taken over by its lease


def work(env: Environment) -> int:
    """Run jobs from every queue, ``worker_concurrency`` at a time. Gives 0, also when the database went away."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samspill.config.settings")
    django.setup()
    try:
        asyncio.run(_work(env.worker_concurrency))
    except PoolTimeout:
        connection.ensure_connection()  # raises what the pool keeps to itself: why there is no connection
        raise
    return 0


async def _work(concurrency: int) -> None:
    from procrastinate.contrib.django import app

    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's own is not async
    with app.replace_connector(connector):
        async with app.open_async():
            print(f"Arbeideren er i gang, med {concurrency} jobber om gangen.", flush=True)
            # Done jobs tell nothing that the ledger does not; the sweeps alone would leave 40,000 a day.
            await app.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=POLL_SECONDS,
                shutdown_graceful_timeout=GRACE_SECONDS,
                delete_jobs="successful",
            )
