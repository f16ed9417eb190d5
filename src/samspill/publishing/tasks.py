"""Background work of this room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from samspill.publishing import plans


@app.periodic(cron="* * * * *")
@app.task(name="publishing.plans", queueing_lock="publishing.plans", queue="sweep")
def keep_plans(timestamp: int) -> None:
    """Each minute: planned stories go out, approvals that are too old lapse."""
    plans.run()
