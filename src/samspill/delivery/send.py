"""Performs one step and writes down what came of it, then the next, until the delivery rests."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import Error, transaction

from samspill.channels import contract, registry
from samspill.channels.contract import (
    Action,
    Done,
    Later,
    NotSent,
    Reason,
    Redo,
    Refusal,
    Refused,
    Result,
    Unknown,
)
from samspill.channels.credentials import CredentialsUnreadableError
from samspill.channels.http import Client
from samspill.delivery import allowances, backoff, circuit, fitting, hold, instant, keys, lease, trace, trouble
from samspill.delivery.claim import Kind, Work, start_step
from samspill.delivery.ledger import is_published, locked, move, release_answers
from samspill.delivery.models import Attempt, Delivery, Step
from samspill.delivery.payload import from_json
from samspill.delivery.states import State
from samspill.library.freeze import FrozenFileError, read

log = structlog.get_logger(__name__)

LONGEST_PROCESSING = timedelta(minutes=15)  # how long a platform may work on a picture
MOST_REDONE = 3
MOST_FAILURES = 12  # of the same repeatable step in a row, with growing pauses between
FIRST_CONFIRM = 1.0  # seconds after acceptance

PLATFORM_FAILURES = {
    Reason.TIMEOUT,
    Reason.CONNECTION_LOST,
    Reason.UNREADABLE_ANSWER,
    Reason.SERVER_ERROR,
    Reason.NO_CONNECTION,
    Reason.PLATFORM_DOWN,
}
ASKS_FOR_TIME = {Reason.RATE_LIMITED, Reason.PLATFORM_DOWN}
OUR_OWN = {Reason.FILE_GONE, Reason.CREDENTIALS_UNREADABLE}  # say nothing about the platform


@dataclass(frozen=True, slots=True)
class Job:
    """What an adapter is called with."""

    platform: contract.Platform
    action: Action
    post: contract.Post
    done: Mapping[str, Done]
    target_id: str
    context: contract.Context


def job_for(work: Work) -> Job:
    """Everything an adapter needs, a key that works included. Raises CredentialsUnreadableError, KeyNotReadyError."""
    delivery = work.delivery
    keys.make_ready(delivery.channel)

    def fence(method: str, address: str) -> None:
        lease.renew(delivery.pk, work.number, work.owner)

    return Job(
        platform=registry.platform(delivery.channel.platform),
        action=Action(delivery.action),
        post=from_json(delivery.payload or {}),
        done={step.name: done_of(step) for step in delivery.steps.filter(state=Step.State.DONE)},
        target_id=delivery.target.external_id if delivery.target else "",
        context=contract.Context(
            account=delivery.channel.account(),
            http=Client(
                before_request=fence,
                after_answer=allowances.listener(delivery.channel),
                read_timeout=settings.SAMSPILL_REQUEST_SECONDS,
            ),
            read=lambda file: read(file.sha256),
            now=instant.now,
            key=delivery.code,
            since=work.step.first_sent_at if work.step else None,
        ),
    )


def done_of(step: Step) -> Done:
    return Done(**(step.result or {}))


def send(work: Work) -> None:
    """Do the step, and the steps after it as long as all goes well."""
    current: Work | None = work
    while current is not None:
        started = time.monotonic()
        try:
            result = _perform(current)
        except lease.LeaseLostError:
            log.warning("stopped_before_sending", delivery=current.delivery.code, attempt=current.number)
            return
        current = record(current, result, time.monotonic() - started)


def _perform(work: Work) -> Result:
    step = work.step
    if step is None:
        raise ValueError("a send needs a step")
    with lease.holding(work.delivery.pk, work.number, work.owner):
        try:
            job = job_for(work)
        except CredentialsUnreadableError:
            return trouble.UNREADABLE
        except keys.KeyNotReadyError as error:
            return error.result
        except Error:
            raise
        except Exception as error:  # nothing has left: a payload or a platform that this release does not know
            log.exception("not_prepared", delivery=work.delivery.code, step=step.name)
            return Refused(Reason.UNEXPECTED, Refusal.PERSON, f"{type(error).__name__} before sending")
        plain = contract.Step(step.name, contract.Nature(step.nature), step.index)
        try:
            result = job.platform.perform(job.action, plain, job.post, job.done, job.target_id, job.context)
            if keys.mended(work.delivery.channel, result):  # refused for its key alone, and there is a new one
                job = job_for(work)
                result = job.platform.perform(job.action, plain, job.post, job.done, job.target_id, job.context)
            return result
        except lease.LeaseLostError:
            raise
        except keys.KeyNotReadyError as error:
            return error.result
        except FrozenFileError as error:
            detail = f"{type(error).__name__}: {error}"
            if step.is_once:
                return Unknown(Reason.FILE_GONE, detail)
            return Refused(Reason.FILE_GONE, Refusal.CHANGE, detail)  # repeating brings no file back
        except Exception as error:
            # A fault of our own in the middle of a step: nobody knows whether it left, so find before repeating.
            log.exception("adapter_failed", delivery=work.delivery.code, step=step.name)
            return Unknown(Reason.UNEXPECTED, f"{type(error).__name__} in our own code")


@transaction.atomic
def record(work: Work, result: Result, seconds: float | None, *, outcome: str = "") -> Work | None:
    """Write down what came of the step. Returns the next step's work when it can follow at once.

    Does nothing but log when the lease has gone to another: what they do decides.
    """
    result = fitting.result(result)
    hold.share()
    delivery = locked(work.delivery.pk)
    if delivery.attempt_number != work.number or delivery.lease_owner != work.owner:
        log.warning("late_result", delivery=delivery.code, attempt=work.number, outcome=type(result).__name__)
        return None
    step = Step.objects.select_for_update().get(pk=work.step.pk)  # type: ignore[union-attr]
    if not outcome:  # the platform has no part in a worker that was lost
        _note_health(delivery, result)
    follow = _apply(delivery, step, result)
    if follow is not None and hold.is_held(delivery):  # stopped in between: what is not made yet is not made
        delivery.next_try_at, follow = instant.now(), None
        move(delivery, State.DUE, reason="held")
    Attempt.objects.create(
        delivery=delivery,
        number=work.number,
        step=step.name,
        kind=work.kind,
        started_at=work.started_at,
        seconds=seconds,
        outcome=outcome or outcome_of(result),
        status=getattr(result, "status", None),
        reason=getattr(result, "reason", ""),
        detail=getattr(result, "detail", ""),
        followed=delivery.state,
        next_try_at=delivery.next_try_at,
        worker=work.owner,
    )
    log.info(
        "attempt",
        delivery=delivery.code,
        step=step.name,
        number=work.number,
        outcome=outcome or outcome_of(result),
        reason=str(getattr(result, "reason", "")),
        followed=delivery.state,
    )
    if not follow:
        return None
    return start_step(delivery, follow, work.owner, instant.now())


def outcome_of(result: object) -> str:
    """``Done`` → done, ``NotSent`` → not_sent: the attempt's word for a result."""
    name = type(result).__name__
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("_")


def _apply(delivery: Delivery, step: Step, result: Result) -> Step | None:
    """Change delivery, step and channel by the result. Returns the step that follows at once."""
    if isinstance(result, Refused) and result.reason is Reason.TARGET_GONE and delivery.action == Action.DELETE:
        result = Done()  # what was to be deleted is not there: that is what was wanted
    match result:
        case Done():
            return finish_step(delivery, step, result)
        case Unknown() if step.is_once:
            _step(step, Step.State.UNKNOWN)
            to_unknown(delivery, result)
        case Later(waiting=True):
            _wait_for_platform(delivery, step, result)
        case Later():
            _step(step, Step.State.WAITING)
            _put_off(delivery, result)
        case NotSent() | Unknown():
            _step(step, Step.State.WAITING)
            delivery.failures += 1
            if isinstance(result, Unknown) and delivery.failures > MOST_FAILURES:
                _give_to_person(delivery, result.reason, result.detail)
            else:
                _again(delivery, result.reason, result.detail, backoff.after_failure(delivery.failures))
        case Redo():
            _redo(delivery, step, result)
        case Refused():
            _step(step, Step.State.WAITING)
            _refused(delivery, result)
    return None


def finish_step(delivery: Delivery, step: Step, result: Done) -> Step | None:
    """The step is done. Returns the next one, or accepts the delivery after the last. Delivery is locked."""
    step.result = {"id": result.id, "url": result.url, "data": dict(result.data)}
    step.waiting_since = None
    _step(step, Step.State.DONE)
    delivery.failures = delivery.looks = delivery.unclear = 0
    delivery.unknown_since, delivery.hint_id = None, ""
    following = delivery.steps.exclude(state=Step.State.DONE).order_by("position").first()
    if following is not None:
        return following
    accept(delivery, result)
    return None


def accept(delivery: Delivery, result: Done, *, actor: object = None, note: str = "") -> None:
    """The platform has it. Its id is the main step's: the once step, or the last."""
    now = instant.now()
    steps = list(delivery.steps.order_by("position"))
    main = next((step for step in steps if step.is_once), steps[-1] if steps else None)
    told = done_of(main) if main and main.result else result
    delivery.external_id, delivery.external_url = told.id, told.url
    delivery.accepted_at, delivery.detail = now, ""
    delivery.next_try_at = now + timedelta(seconds=FIRST_CONFIRM)
    delivery.looks = 0
    move(delivery, State.ACCEPTED, actor=actor, note=note)  # type: ignore[arg-type]
    release_answers(delivery, now)
    if delivery.action == Action.DELETE and delivery.target_id:
        target = locked(delivery.target_id)
        if target.is_out:
            move(target, State.WITHDRAWN, actor=actor)  # type: ignore[arg-type]


def to_unknown(delivery: Delivery, result: Unknown) -> None:
    """It may be out. Look before anything is repeated."""
    now = instant.now()
    delivery.unclear += 1
    delivery.looks = 0
    delivery.unknown_since, delivery.hint_id, delivery.detail = now, result.hint_id, result.detail
    delivery.next_try_at = now + timedelta(seconds=backoff.before_look(0))
    move(delivery, State.UNKNOWN, reason=result.reason)


def _step(step: Step, state: str) -> None:
    step.state = state
    step.save()


def _again(delivery: Delivery, reason: str, detail: str, wait: float) -> None:
    delivery.detail = detail
    delivery.next_try_at = instant.now() + timedelta(seconds=wait)
    move(delivery, State.DUE, reason=reason)


def _put_off(delivery: Delivery, result: Later) -> None:
    """As long as the platform asks, and longer each time; what is not about time or load ends with a person."""
    delivery.failures += 1
    if result.reason not in ASKS_FOR_TIME and delivery.failures > MOST_FAILURES:
        _give_to_person(delivery, result.reason, result.detail)
        return
    wait = backoff.as_asked(result.retry_after, delivery.failures)
    if delivery.failures > 1:
        wait = max(wait, backoff.after_failure(delivery.failures - 1))
    _again(delivery, result.reason, result.detail, wait)


def _give_to_person(delivery: Delivery, reason: str, detail: str) -> None:
    if is_published(delivery):
        _accept_without_the_rest(delivery, reason, detail)
        return
    delivery.detail, delivery.next_try_at = detail, None
    move(delivery, State.NEEDS_PERSON, reason=reason)


def _accept_without_the_rest(delivery: Delivery, reason: str, detail: str) -> None:
    """The post is out; a later step (caption, album) will not succeed. Never send the post again for that."""
    accept(delivery, Done())
    Delivery.objects.filter(pk=delivery.pk).update(
        differences=[f"later_step:{reason}"], detail=detail, next_try_at=None
    )


def _wait_for_platform(delivery: Delivery, step: Step, result: Later) -> None:
    """Progress, not failure; but waiting has an end, and the end says which step it was."""
    now = instant.now()
    step.waiting_since = step.waiting_since or now
    _step(step, Step.State.WAITING)
    if now - step.waiting_since > LONGEST_PROCESSING:
        _give_to_person(delivery, Reason.MEDIA_PROCESSING, f"{step.name}: {result.detail}")
    else:
        _again(delivery, result.reason, result.detail, min(max(result.retry_after, 0.2), 60))


def _redo(delivery: Delivery, step: Step, result: Redo) -> None:
    step.redone += 1
    _step(step, Step.State.WAITING)
    if step.redone > MOST_REDONE:
        _give_to_person(delivery, result.reason, result.detail)
        return
    # Never a once step: what is out is not put out again because a picture expired.
    earlier = delivery.steps.filter(name__in=result.steps).exclude(nature=contract.Nature.ONCE)
    earlier.update(state=Step.State.WAITING, result=None, waiting_since=None)
    _again(delivery, result.reason, result.detail, 0.2)


def _refused(delivery: Delivery, result: Refused) -> None:
    delivery.detail = result.detail
    if is_published(delivery) and result.kind is not Refusal.ACCOUNT:
        _accept_without_the_rest(delivery, result.reason, result.detail)
        return
    match result.kind:
        case Refusal.CHANGE:
            delivery.next_try_at = None
            move(delivery, State.REFUSED, reason=result.reason)
        case Refusal.BY_HAND:
            delivery.next_try_at = None
            move(delivery, State.BY_HAND, reason=result.reason)
        case Refusal.ACCOUNT:
            # The post waits, it does not fail; the channel says what is wrong with the account.
            trouble.report(delivery.channel_id, result.reason, result.detail)
            _again(delivery, result.reason, result.detail, 1.0)
        case Refusal.PERSON:
            _give_to_person(delivery, result.reason, result.detail)


def _note_health(delivery: Delivery, result: Result) -> None:
    channel = delivery.channel
    reason = getattr(result, "reason", None)
    if reason in OUR_OWN:
        return
    if reason in PLATFORM_FAILURES and not isinstance(result, Refused):
        circuit.failed(channel)
    elif reason is not Reason.UNEXPECTED:
        circuit.answered(channel)
    if isinstance(result, Done):
        trouble.well(channel.pk)
    elif not (isinstance(result, Later) and result.waiting):
        trouble.note(channel.pk, str(reason or ""), getattr(result, "detail", ""))
    if isinstance(result, Later) and result.whole_channel:
        wait = backoff.as_asked(result.retry_after, 0)
        trouble.hold(channel.pk, instant.now() + timedelta(seconds=wait))


def lost(delivery_id: int) -> None:
    """A lease ran out while sending: the worker is gone. What it did is unclear."""
    with transaction.atomic():
        delivery = locked(delivery_id)
        now = instant.now()
        if delivery.state != State.SENDING or delivery.lease_until is None or delivery.lease_until > now:
            return
        step = delivery.steps.filter(state=Step.State.SENDING).order_by("position").first()
        if step is None:
            _give_to_person(delivery, Reason.UNEXPECTED, "sending without a step")
            return
        began = max(step.first_sent_at or now, min(delivery.changed_at, now))
        work = Work(delivery, Kind.SEND, step, delivery.attempt_number, delivery.lease_owner, began)
        with trace.followed(delivery.trace):
            record(work, Unknown(Reason.CONNECTION_LOST, "the worker was lost"), None, outcome="worker_lost")
