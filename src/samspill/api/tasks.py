"""Background work of this room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from samspill.api import once


@app.periodic(cron="17 * * * *")
@app.task(name="api.forget", queueing_lock="api.forget", queue="sweep")
def forget_answers(timestamp: int) -> None:
    """Each hour: answers older than a day are forgotten."""
    once.forget()
