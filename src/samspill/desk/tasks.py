"""Background work of the desk: warnings about channels."""

from __future__ import annotations

from procrastinate.contrib.django import app

from samspill.desk import warn


@app.periodic(cron="* * * * * */30")
@app.task(name="desk.warn", queueing_lock="desk.warn", queue="sweep")
def warn_of_channels(timestamp: int) -> None:
    """Twice a minute: a key that fails is told at once. Each warning is given once, however often this runs."""
    warn.warn()
