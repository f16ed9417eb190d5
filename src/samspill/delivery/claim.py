"""Takes the next piece of work in a channel. Written down and committed before anything leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from samspill.channels.contract import Action, Way
from samspill.channels.models import Channel
from samspill.delivery import answers, circuit, hold, instant, lease
from samspill.delivery.ledger import is_published, move, public_of
from samspill.delivery.models import Delivery, Step
from samspill.delivery.payload import fingerprint
from samspill.delivery.states import State

PER_CHANNEL = 2  # pieces of work at a time: a platform that hangs cannot take all workers
# A once step may have left no trace although it happened late; a person looks after this many unclear ends.
MOST_UNCLEAR = 3
LOOK_ON = timedelta(hours=1)  # after the time to give up: how long an unclear post may still be looked for


class Kind(StrEnum):
    SEND = "send"
    FIND = "find"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Work:
    """One try, owned by ``owner`` under attempt ``number``. ``since``: before the step's first request."""

    delivery: Delivery
    kind: Kind
    step: Step | None
    number: int
    owner: str
    started_at: datetime


def claim_next(channel_id: int) -> Work | None:
    """The next piece of work in the channel, or None when there is none that may be done now."""
    while True:
        with transaction.atomic():
            hold.share()
            # The channel's row serialises claims in one channel; it is held for milliseconds.
            channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel_id)
            now = instant.now()
            if not _open_for_work(channel, now):
                return None
            delivery = _next(channel, now)
            if delivery is None:
                return None
            work = _take(delivery, now)
            if work is not None:
                return work
        # That one was put aside (given up, for a person); look for another.


def _open_for_work(channel: Channel, now: datetime) -> bool:
    if channel.trouble or (channel.held_until and channel.held_until > now):
        return False
    if circuit.open_until(channel, now):
        return False
    busy = Delivery.objects.filter(channel=channel, lease_until__gt=now).count()
    return busy < (1 if circuit.half_open(channel) else PER_CHANNEL)


def _next(channel: Channel, now: datetime) -> Delivery | None:
    # A pause stops what would leave; what may be out is looked for all the same.
    states = [State.UNKNOWN, State.ACCEPTED, *([State.DUE] if channel.sends else [])]
    stopped = hold.held()
    leaves = Q() if stopped is None else ~(Q(state=State.DUE) & stopped)
    # Its own columns alone: target and page are seldom needed, and joining all of theirs took a quarter of a claim.
    found = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(leaves, channel=channel, state__in=states, next_try_at__lte=now)
        .filter(~(Q(action=Action.DELETE, state=State.DUE) & answers.withdrawn_first()))
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))
        .order_by("next_try_at", "id")
        .first()
    )
    if found is not None:
        found.channel = channel
    return found


def _take(delivery: Delivery, now: datetime) -> Work | None:
    state = State(delivery.state)
    if give_up(delivery, now):
        return None
    if delivery.payload is None or fingerprint(delivery.payload) != delivery.payload_hash:
        if state is State.ACCEPTED:
            delivery.next_try_at = None
            delivery.save(update_fields=["next_try_at"])
        else:
            move(delivery, State.NEEDS_PERSON, reason="payload_changed")
        return None
    if state is State.ACCEPTED:
        return _lease(delivery, Kind.CONFIRM, None, now)
    if reason := _may_not(delivery):
        move(delivery, State.NEEDS_PERSON, reason=reason)
        return None
    if state is State.DUE and to_hand(delivery):
        return None
    if state is State.UNKNOWN:
        step = delivery.steps.filter(state=Step.State.UNKNOWN).first()
        return _lease(delivery, Kind.FIND, step, now)
    if delivery.unclear >= MOST_UNCLEAR:
        move(delivery, State.NEEDS_PERSON, reason="unclear_too_often")
        return None
    step = delivery.steps.exclude(state=Step.State.DONE).order_by("position").first()
    if step is None:
        move(delivery, State.NEEDS_PERSON, reason="nothing_left_to_do")
        return None
    return start_step(delivery, step, lease.worker_name(), now)


def give_up(delivery: Delivery, now: datetime) -> bool:
    """Whether the time is up for a locked delivery; then it is put where a person sees it."""
    if delivery.give_up_at is None:
        return False
    if delivery.state == State.DUE and delivery.give_up_at <= now:
        # A post that is out and only lacks a later step is not "expired".
        move(delivery, State.NEEDS_PERSON if is_published(delivery) else State.EXPIRED, reason="gave_up")
        return True
    if delivery.state == State.UNKNOWN and delivery.give_up_at + LOOK_ON <= now:
        move(delivery, State.NEEDS_PERSON, reason="cannot_tell")
        return True
    return False


def to_hand(delivery: Delivery) -> bool:
    """Give a locked delivery that is due to a person when its channel became one by hand meanwhile."""
    way = answers.way(delivery)
    if way.way is not Way.BY_HAND or delivery.state != State.DUE or is_published(delivery):
        return False
    delivery.next_try_at = None
    if reason := _may_not(delivery):
        move(delivery, State.NEEDS_PERSON, reason=reason)
    else:
        move(delivery, State.BY_HAND, reason=way.reason)
    return True


def place(channel: Channel) -> str:
    """Which account, and where: an id or a list of posts means nothing in another place."""
    return f"{channel.api_address} {channel.external_id}"


def _may_not(delivery: Delivery) -> str:
    """Why a delivery that is due or unclear may not go on by itself; "" when it may."""
    here = place(delivery.channel)
    if delivery.action == Action.DELETE and delivery.target is not None:
        return "account_changed" if delivery.target.sent_to not in ("", here) else ""
    if delivery.state == State.DUE and delivery.target is not None and not is_published(delivery):
        if not answers.may_go(delivery):  # withdrawn since it became due
            return answers.lost(delivery) or "target_not_out"
        if delivery.target.sent_to not in ("", here):
            return "account_changed"
    # What was approved for training, or for another account, does not go to the public of this one by itself.
    for_others = delivery.approved_for not in ("", public_of(delivery.channel))
    if for_others and delivery.state == State.DUE and not is_published(delivery):
        return "approved_for_others"
    moved = delivery.sent_to not in ("", here)
    if moved and (delivery.state == State.UNKNOWN or is_published(delivery)):
        return "account_changed"
    if delivery.state == State.DUE and delivery.page is not None and not delivery.page.live:
        return "" if is_published(delivery) else "story_not_out"
    if moved:  # surely not out there; what was uploaded there is of no use here
        delivery.steps.filter(state=Step.State.DONE).update(state=Step.State.WAITING, result=None, waiting_since=None)
    return ""


def start_step(delivery: Delivery, step: Step, owner: str, now: datetime) -> Work:
    """``sending`` is committed with lease and attempt number before the request leaves."""
    step.state = Step.State.SENDING
    step.first_sent_at = step.first_sent_at or now
    step.save(update_fields=["state", "first_sent_at"])
    delivery.sent_to = place(delivery.channel)
    return _lease(delivery, Kind.SEND, step, now, owner)


def _lease(delivery: Delivery, kind: Kind, step: Step | None, now: datetime, owner: str = "") -> Work:
    owner = owner or lease.worker_name()
    delivery.attempt_number += 1
    delivery.lease_owner, delivery.lease_until = owner, now + lease.length()
    if kind is Kind.SEND and delivery.state != State.SENDING:
        move(delivery, State.SENDING)
    else:
        delivery.save()
    return Work(delivery, kind, step, delivery.attempt_number, owner, now)
