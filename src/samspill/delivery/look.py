"""Looks: did an unclear step happen after all (find), and is what is out as it was sent (confirm)?"""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction

from samspill.channels import contract
from samspill.channels.contract import Absent, Action, CannotTell, Done, Found, Reason, Seen
from samspill.channels.credentials import CredentialsUnreadableError
from samspill.channels.http import could_not_look
from samspill.delivery import backoff, fitting, instant, lease, trouble
from samspill.delivery.claim import Kind, Work
from samspill.delivery.keys import KeyNotReadyError
from samspill.delivery.ledger import locked, move, release_answers
from samspill.delivery.models import Attempt, Delivery, Step
from samspill.delivery.reasons import NOT_FOUND, ON_WORD
from samspill.delivery.send import Job, finish_step, job_for, outcome_of
from samspill.delivery.states import State

log = structlog.get_logger(__name__)

FEWEST_LOOKS = 3  # before "not there" is believed
MOST_CONFIRMS = 8
LONGEST_SEARCH = timedelta(hours=6)  # without being able to look at all


def find(work: Work) -> None:
    """Look for what an unclear step may have done, and let what is found decide."""
    started = time.monotonic()
    try:
        with lease.holding(work.delivery.pk, work.number, work.owner):
            finding = _look(work, _find)
    except lease.LeaseLostError:
        return
    _record_finding(work, fitting.finding(finding), time.monotonic() - started)


def confirm(work: Work) -> None:
    """Read the post back. A post that is out but not as sent is said so; it is not sent again."""
    started = time.monotonic()
    try:
        with lease.holding(work.delivery.pk, work.number, work.owner):
            seen = _look(work, _read_back)
    except lease.LeaseLostError:
        return
    _record_confirmation(work, fitting.seen(seen), time.monotonic() - started)


def _look(work: Work, question):  # type: ignore[no-untyped-def]
    try:
        return question(work, job_for(work))
    except lease.LeaseLostError:
        raise
    except CredentialsUnreadableError:
        return CannotTell("credentials cannot be decrypted with the present keys", retry_after=300)
    except KeyNotReadyError as error:
        return could_not_look(error.result)
    except Exception as error:
        log.exception("look_failed", delivery=work.delivery.code)
        return CannotTell(f"{type(error).__name__} in our own code", retry_after=60)


def _find(work: Work, job: Job) -> contract.Finding:
    step = work.step or main_step(work.delivery)
    if step is None:
        return CannotTell("nothing to look for")
    plain = contract.Step(step.name, contract.Nature(step.nature), step.index)
    since = step.first_sent_at or work.delivery.accepted_at or work.started_at
    return job.platform.find(job.action, plain, job.post, job.done, since, work.delivery.hint_id, job.context)


def _read_back(work: Work, job: Job) -> Seen | Absent | CannotTell:
    delivery = work.delivery
    if job.action is Action.DELETE:
        return job.platform.read_back(job.post, job.target_id, job.context)
    post_id = delivery.external_id
    if not post_id:  # done by hand: find it first
        finding = fitting.finding(_find(work, job))
        if not isinstance(finding, Found):
            return finding
        Delivery.objects.filter(pk=delivery.pk).update(external_id=finding.id, external_url=finding.url)
        post_id = finding.id
    return job.platform.read_back(job.post, post_id, job.context)


def main_step(delivery: Delivery) -> Step | None:
    """The step that makes the post: the once step, or the last."""
    steps = list(delivery.steps.order_by("position"))
    return next((step for step in steps if step.is_once), steps[-1] if steps else None)


def settle_time(delivery: Delivery) -> timedelta:
    """How long a post may be missing from the platform's lists before "not there" is believed."""
    seconds = settings.SAMSPILL_SETTLE_SECONDS
    return timedelta(seconds=delivery.channel.capabilities().settle_seconds if seconds is None else seconds)


def _still_mine(delivery: Delivery, work: Work, state: State) -> bool:
    return delivery.state == state and (delivery.attempt_number, delivery.lease_owner) == (work.number, work.owner)


@transaction.atomic
def _record_finding(work: Work, finding: contract.Finding, seconds: float) -> None:
    delivery = locked(work.delivery.pk)
    if not _still_mine(delivery, work, State.UNKNOWN):
        return
    step = Step.objects.select_for_update().get(pk=work.step.pk)  # type: ignore[union-attr]
    delivery.lease_until, delivery.lease_owner = None, ""
    now = instant.now()
    match finding:
        case Found():
            if finish_step(delivery, step, Done(finding.id, finding.url, finding.data)) is not None:
                delivery.next_try_at = now
                move(delivery, State.DUE, reason="found")
        case Absent():
            _not_there(delivery, step, finding)
        case CannotTell(retry_after=None):
            delivery.next_try_at, delivery.detail = None, finding.detail
            move(delivery, State.NEEDS_PERSON, reason=delivery.reason or Reason.UNEXPECTED)
        case CannotTell():
            if finding.account_reason:
                trouble.report(delivery.channel_id, finding.account_reason, finding.detail)
            if now - (delivery.unknown_since or now) > LONGEST_SEARCH:
                delivery.next_try_at, delivery.detail = None, finding.detail
                move(delivery, State.NEEDS_PERSON, reason="cannot_tell")
            else:
                wait = max(finding.retry_after or 0, backoff.before_look(delivery.looks))
                wait = min(wait, LONGEST_SEARCH.total_seconds())
                delivery.next_try_at = now + timedelta(seconds=wait)
                delivery.save()
    _write(work, delivery, step.name, finding, seconds)


def _not_there(delivery: Delivery, step: Step, finding: Absent) -> None:
    """Believed when read by its own key, or after several looks over the time that lists may lag."""
    now = instant.now()
    delivery.looks += 1
    settled = now - (delivery.unknown_since or now) >= settle_time(delivery)
    if finding.final or (settled and delivery.looks >= FEWEST_LOOKS):
        step.state = Step.State.WAITING
        step.save()
        delivery.next_try_at, delivery.detail = now, finding.detail
        move(delivery, State.DUE, reason="absent")
    else:
        delivery.next_try_at = now + min(
            timedelta(seconds=backoff.before_look(delivery.looks)),
            max(settle_time(delivery) / 3, timedelta(seconds=0.3)),
        )
        delivery.save()


@transaction.atomic
def _record_confirmation(work: Work, seen: Seen | Absent | CannotTell, seconds: float) -> None:
    delivery = locked(work.delivery.pk)
    if not _still_mine(delivery, work, State.ACCEPTED):
        return
    delivery.lease_until, delivery.lease_owner = None, ""
    delivery.looks += 1
    gone_as_wanted = delivery.action == Action.DELETE and isinstance(seen, Absent)
    if gone_as_wanted or (isinstance(seen, Seen) and not seen.differences and delivery.action != Action.DELETE):
        _confirmed(delivery, seen)
    elif delivery.looks >= MOST_CONFIRMS:
        # It was accepted and is never sent again; what we saw instead is told to a person.
        delivery.differences = _seen_instead(delivery, seen)
        delivery.next_try_at, delivery.detail = None, seen.detail
        delivery.save()
    else:
        if isinstance(seen, Seen):
            delivery.differences = list(seen.differences)
        asked = seen.retry_after if isinstance(seen, CannotTell) else 0
        wait = max(asked or 0, backoff.before_look(delivery.looks))
        delivery.next_try_at = instant.now() + timedelta(seconds=wait)
        delivery.save()
    _write(work, delivery, "confirm", seen, seconds)


def _seen_instead(delivery: Delivery, seen: Seen | Absent | CannotTell) -> list[str]:
    """Codes for what did not come as it should. A person's word holds where we were not let in to look."""
    if isinstance(seen, Seen) and seen.differences:
        return list(seen.differences)
    if delivery.reason != ON_WORD or delivery.external_id or delivery.action == Action.DELETE:
        return ["not_seen"]
    could_not_look = isinstance(seen, CannotTell) and seen.retry_after is not None
    return [] if could_not_look else [NOT_FOUND]


def _confirmed(delivery: Delivery, seen: Seen | Absent | CannotTell) -> None:
    now = instant.now()
    delivery.confirmed_at, delivery.next_try_at, delivery.differences = now, None, []
    if isinstance(seen, Seen):
        delivery.external_id = delivery.external_id or seen.id
        delivery.external_url = seen.url or delivery.external_url
    move(delivery, State.CONFIRMED)
    release_answers(delivery, now)
    if delivery.action == Action.EDIT and delivery.target_id:
        _put_right(locked(delivery.target_id))


def _put_right(target: Delivery) -> None:
    """A post that was out but not as sent has been changed, and seen: nobody needs to look at it any more."""
    if target.state == State.ACCEPTED and target.next_try_at is None:
        target.differences = []
        move(target, State.CONFIRMED, reason="corrected")


def _write(work: Work, delivery: Delivery, step: str, found: object, seconds: float) -> None:
    outcome = outcome_of(found) if work.kind is not Kind.CONFIRM or isinstance(found, Seen) else "not_seen"
    if isinstance(found, CannotTell):
        outcome = "cannot_tell"
    Attempt.objects.create(
        delivery=delivery,
        number=work.number,
        step=step,
        kind=work.kind,
        started_at=work.started_at,
        seconds=seconds,
        outcome=outcome,
        reason=",".join(getattr(found, "differences", ()))[:40],
        detail=getattr(found, "detail", ""),
        followed=delivery.state,
        next_try_at=delivery.next_try_at,
        worker=work.owner,
    )
    log.info("look", delivery=delivery.code, kind=str(work.kind), outcome=outcome, followed=delivery.state)
