"""Background work of the ledger. The ledger's own rows decide what is done; a job only wakes somebody up.

So a job that is lost, doubled or late does no harm: the sweep, every five seconds, wakes whatever is due.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from django.db import InterfaceError, OperationalError, transaction
from procrastinate import exceptions, jobs
from procrastinate.contrib.django import app

from samspill.delivery import instant, key_watch, ledger, look, send, sweep, trace, trouble
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
    """Have the channel worked on now, or at ``at`` (UTC), as soon as the caller's transaction is through.

    After it, not in it: two transactions that wake the same channels in different order would wait for each
    other's queueing locks. If the process ends in between, the sweep finds the work.
    """
    if at is not None and at > instant.now():
        job = release.configure(schedule_at=at, queueing_lock=f"release:{at.isoformat()}")
        transaction.on_commit(partial(_defer, job), robust=True)
    else:
        job = work.configure(queueing_lock=f"work:{channel_id}")
        transaction.on_commit(partial(_defer, job, channel_id=channel_id), robust=True)


def _defer(task, **arguments: int) -> None:  # type: ignore[no-untyped-def]
    try:
        with transaction.atomic():  # "already queued" must not spoil a transaction around this one
            task.defer(**arguments)
    except exceptions.AlreadyEnqueued:
        pass  # whoever is queued will find this one too


@app.periodic(cron="* * * * * */5")
@app.task(name="delivery.sweep", queueing_lock="delivery.sweep", queue="sweep")
def sweep_ledger(timestamp: int) -> None:
    """Every five seconds: leases that ran out, times that came or are up, what nobody works on."""
    for part in (
        sweep.lost_leases,
        ledger.release_due,
        sweep.to_hands,
        ledger.lapse_approvals,
        sweep.give_up,
        wake_all,
    ):
        _alone(part)


def wake_all() -> None:
    for channel_id in sweep.channels_with_work():
        wake(channel_id)


def _alone(part: Callable[[], object]) -> None:
    """One part of the sweep that fails must not keep the others from their work."""
    try:
        part()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("sweep_failed", part=part.__name__)


@app.periodic(cron="* * * * * */5")
@app.task(name="delivery.verify", queueing_lock="delivery.verify", queue="sweep")
def verify_accounts(timestamp: int) -> None:
    """Every five seconds: accounts in trouble whose time has come are asked whether they work again."""
    trouble.report_unreadable()
    for channel_id in trouble.verify_troubled():
        wake(channel_id)


@app.periodic(cron="* * * * *")
@app.task(name="delivery.keys", queueing_lock="delivery.keys", queue="sweep")
def watch_keys(timestamp: int) -> None:
    """Every minute: keys that run out soon are renewed, and each is looked at once a day."""
    for part in (key_watch.renew_due, key_watch.check_daily, key_watch.forget_old_attempts):
        _alone(part)


@app.periodic(cron="* * * * * */10")
@app.task(name="delivery.rescue", queueing_lock="delivery.rescue", queue="sweep", pass_context=True)
async def rescue_jobs(context, timestamp: int) -> None:  # type: ignore[no-untyped-def]
    """Jobs of killed workers stay "doing" for ever unless somebody puts them back (the ledger decides what is sent)."""
    for job in await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        try:
            await context.app.job_manager.retry_job(job)
            log.warning("job_rescued", task=job.task_name)
        except exceptions.AlreadyEnqueued:  # another is in its place
            await context.app.job_manager.finish_job(job, jobs.Status.FAILED, delete_job=True)
