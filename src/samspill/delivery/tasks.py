"""Background work of the ledger. The ledger's own rows decide what is done; a job only wakes somebody up.

So a job that is lost, doubled or late does no harm: the sweep, every five seconds, wakes whatever is due.
"""

from __future__ import annotations

import time
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone
from procrastinate import exceptions
from procrastinate.contrib.django import app

from samspill.delivery import ledger, look, send, sweep, trace, trouble
from samspill.delivery.claim import Kind, claim_next

log = structlog.get_logger(__name__)
TURN = 20.0  # seconds of work for one channel before the next gets its turn


@app.task(name="delivery.work", queue="delivery")
def work(channel_id: int) -> None:
    """Do what is due in a channel, piece by piece."""
    ends = time.monotonic() + TURN
    while time.monotonic() < ends:
        piece = claim_next(channel_id)
        if piece is None:
            return
        with trace.followed(piece.delivery.trace):
            {Kind.SEND: send.send, Kind.FIND: look.find, Kind.CONFIRM: look.confirm}[piece.kind](piece)
    wake(channel_id)


@app.task(name="delivery.release", queue="delivery")
def release(timestamp: int | None = None) -> None:
    """What has been approved and has reached its time becomes due."""
    ledger.release_due()


def wake(channel_id: int, at: datetime | None = None) -> None:
    """Have the channel worked on now, or at ``at`` (UTC), in the caller's transaction."""
    if at is not None and at > timezone.now():
        release.configure(schedule_at=at).defer()
        return
    _defer(work.configure(queueing_lock=f"work:{channel_id}"), channel_id=channel_id)


def _defer(task, **arguments: int) -> None:  # type: ignore[no-untyped-def]
    try:
        with transaction.atomic():  # a savepoint: "already queued" must not spoil the caller's transaction
            task.defer(**arguments)
    except exceptions.AlreadyEnqueued:
        pass  # whoever is queued will find this one too


@app.periodic(cron="* * * * * */5")
@app.task(name="delivery.sweep", queueing_lock="delivery.sweep", queue="sweep")
def sweep_ledger(timestamp: int) -> None:
    """Every five seconds: leases that ran out, times that came, what nobody works on."""
    sweep.lost_leases()
    ledger.release_due()
    ledger.lapse_approvals()
    for channel_id in sweep.channels_with_work():
        wake(channel_id)


@app.periodic(cron="* * * * * */5")
@app.task(name="delivery.verify", queueing_lock="delivery.verify", queue="sweep")
def verify_accounts(timestamp: int) -> None:
    """Every five seconds: accounts in trouble whose time has come are asked whether they work again."""
    trouble.report_unreadable()
    for channel_id in trouble.verify_troubled():
        wake(channel_id)


@app.periodic(cron="* * * * * */10")
@app.task(name="delivery.rescue", queueing_lock="delivery.rescue", queue="sweep", pass_context=True)
async def rescue_jobs(context, timestamp: int) -> None:  # type: ignore[no-untyped-def]
    """Jobs of killed workers stay "doing" for ever unless somebody puts them back (the ledger decides what is sent)."""
    for job in await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        log.warning("job_rescued", task=job.task_name)
        await context.app.job_manager.retry_job(job)
