"""Background work of this room. The outbox's rows decide what is sent; a job only wakes somebody up."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app

from samspill.delivery import instant
from samspill.webhooks import send
from samspill.webhooks.models import Event, Sending

KEPT = timedelta(days=30)


@app.task(name="webhooks.work", queue="webhooks")
def work(endpoint_id: int) -> None:
    """Send what is due to one receiver."""
    if send.work_off(endpoint_id):
        wake(endpoint_id)


def wake(endpoint_id: int) -> None:
    """As soon as the caller's transaction is through. If the process ends in between, the sweep finds the work."""
    transaction.on_commit(partial(_defer, endpoint_id), robust=True)


def _defer(endpoint_id: int) -> None:
    try:
        with transaction.atomic():  # "already queued" must not spoil a transaction around this one
            work.configure(queueing_lock=f"webhooks:{endpoint_id}").defer(endpoint_id=endpoint_id)
    except exceptions.AlreadyEnqueued:
        pass  # whoever is queued will find this one too


@app.periodic(cron="* * * * * */10")
@app.task(name="webhooks.sweep", queueing_lock="webhooks.sweep", queue="sweep")
def sweep(timestamp: int) -> None:
    """Every ten seconds: receivers that have something due."""
    due = Sending.objects.filter(
        state=Sending.State.WAITING, next_try_at__lte=instant.now(), endpoint__stopped=""
    ).order_by()
    for endpoint_id in due.values_list("endpoint_id", flat=True).distinct():
        wake(endpoint_id)


@app.periodic(cron="17 3 * * *")
@app.task(name="webhooks.forget", queueing_lock="webhooks.forget", queue="sweep")
def forget(timestamp: int) -> None:
    """Each night: what was told more than thirty days ago, and waits for nobody, is deleted with its tries."""
    waits = Sending.objects.filter(state=Sending.State.WAITING).values("event_id")
    Event.objects.filter(created_at__lt=instant.now() - KEPT).exclude(pk__in=waits).delete()
