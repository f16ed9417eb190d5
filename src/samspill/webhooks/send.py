"""Sending what waits, at least once, each try with the same id: the receiver keeps the ids that it has seen.

A try is claimed with a lease before anything leaves; a worker that is lost loses its lease, and the notice is sent
again. Order is not promised. Pauses grow over some three days, as the Standard Webhooks specification advises.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from samspill.channels import guarded
from samspill.channels.credentials import CredentialsUnreadableError
from samspill.channels.http import seconds_to_wait
from samspill.delivery import instant
from samspill.mail import post
from samspill.webhooks import signing
from samspill.webhooks.models import Attempt, Endpoint, Event, Sending

log = structlog.get_logger(__name__)
SECONDS = 10.0  # for one try, from connecting to the last byte of the answer
LEASE = timedelta(seconds=60)
ANSWER = 64 * 1024  # bytes of an answer; its content is not used
_S, _M, _H = 1, 60, 3600
PAUSES = (5 * _S, 5 * _M, 30 * _M, 2 * _H, 5 * _H, 10 * _H, 14 * _H, 20 * _H, 24 * _H)  # 75.6 hours in all
GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try; ``after``: seconds that the receiver wants us to wait."""

    word: str
    status: int | None = None
    after: float = 0.0

    @property
    def ok(self) -> bool:
        return self.word == "ok"


def work_off(endpoint_id: int, seconds: float = 20.0) -> bool:
    """Send what is due to one receiver until something fails or the time is up. True when more is due."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        sending = claim(endpoint_id)
        if sending is None:
            return False
        if not attempt(sending).ok:
            return False  # the sweep comes back for the rest: one try at a time to who does not answer
    return True


@transaction.atomic
def claim(endpoint_id: int) -> Sending | None:
    """The receiver's next due notice, with a lease; None when there is none or the receiver is stopped."""
    now = instant.now()
    due = (
        Sending.objects.filter(
            Q(lease_until=None) | Q(lease_until__lt=now),
            endpoint=endpoint_id,
            endpoint__stopped="",
            state=Sending.State.WAITING,
            next_try_at__lte=now,
        )
        .select_related("event", "endpoint")
        .order_by("next_try_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    sending = due.first()
    if sending is not None:
        sending.lease_until = now + LEASE
        sending.save(update_fields=["lease_until"])
    return sending


def attempt(sending: Sending) -> Outcome:
    """Send a claimed notice, and write down what came of it."""
    at, started = instant.now(), time.monotonic()
    outcome = _post(sending.endpoint, sending.event, at)
    record(sending, outcome, at, time.monotonic() - started)
    return outcome


def _post(endpoint: Endpoint, event: Event, at: datetime) -> Outcome:
    body = event.body.encode()
    try:
        signed = signing.headers(str(event.pk), int(at.timestamp()), body, endpoint.keys(at))
    except CredentialsUnreadableError:
        return Outcome("key_unreadable")
    try:
        answer = guarded.request(
            "POST",
            endpoint.address,
            headers={"content-type": "application/json", **signed},
            content=body,
            limit=ANSWER,
            deadline=time.monotonic() + SECONDS,
            private=settings.SAMSPILL_MODE != "production",
        )
    except guarded.NotAllowed:
        return Outcome("not_allowed")
    except guarded.Failed as failed:
        return Outcome(failed.code)
    wait = seconds_to_wait(answer.headers, at, default=0, cap=24 * 3600) if answer.status in (429, 503) else 0.0
    return Outcome("ok" if answer.ok else "status", answer.status, wait)


@transaction.atomic
def record(sending: Sending, outcome: Outcome, at: datetime, seconds: float) -> None:
    """One try is over: done, again after a pause, or given up and the receiver stopped."""
    endpoint = Endpoint.objects.select_for_update().filter(pk=sending.endpoint_id).first()
    now_row = Sending.objects.select_for_update().filter(pk=sending.pk).first()
    if endpoint is None or now_row is None:
        return  # the receiver was deleted meanwhile
    Attempt.objects.create(sending=now_row, at=at, seconds=seconds, outcome=outcome.word, status=outcome.status)
    now_row.lease_until = None
    if outcome.ok:
        now_row.state, now_row.next_try_at = Sending.State.DONE, None
        Endpoint.objects.filter(pk=endpoint.pk).update(last_success_at=at)
    elif now_row.state == Sending.State.WAITING:
        _failed(now_row, endpoint, outcome, at)
    now_row.save()
    kind = sending.event.kind
    log.info("webhook_attempt", endpoint=endpoint.pk, kind=kind, outcome=outcome.word, status=outcome.status)


def _failed(sending: Sending, endpoint: Endpoint, outcome: Outcome, at: datetime) -> None:
    sending.tries += 1
    gone = outcome.status == GONE
    if gone or sending.tries > len(PAUSES):
        sending.state, sending.next_try_at = Sending.State.GIVEN_UP, None
        if not endpoint.stopped:
            _stop(endpoint, Endpoint.Stopped.GONE if gone else Endpoint.Stopped.FAILED, at)
        return
    sending.next_try_at = at + timedelta(seconds=max(PAUSES[sending.tries - 1], outcome.after))


def _stop(endpoint: Endpoint, why: Endpoint.Stopped, at: datetime) -> None:
    """Nothing more is sent there. The front page of the desk says so; e-mail too, where it is set up."""
    endpoint.stopped, endpoint.stopped_at = why, at
    endpoint.save(update_fields=["stopped", "stopped_at"])
    log.warning("webhook_stopped", endpoint=endpoint.pk, why=str(why))
    with override("nb"):
        post.tell(
            get_user_model().objects.with_perm("webhooks.change_endpoint"),  # type: ignore[attr-defined]
            _("Varsler til et annet system er stoppet"),
            _(
                "Et system som skal få varsler fra Samspill, har ikke svart på tre dager, eller sier at adressen er "
                "borte. Varslene venter. Åpne Samspill, og se under Innstillinger, Varsler til andre systemer."
            ),
        )
