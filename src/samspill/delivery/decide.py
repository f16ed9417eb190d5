"""What a person decides when the ledger cannot: it is out, send it again, leave it; done by hand; withdraw."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from samspill.channels import registry
from samspill.channels.contract import Action, Done, Way
from samspill.delivery import answers, instant, tasks, trace
from samspill.delivery import payload as payloads
from samspill.delivery.ledger import GIVE_UP_AFTER, is_published, locked, move, public_of, release_answers
from samspill.delivery.models import Delivery, Step
from samspill.delivery.reasons import NOT_FOUND, ON_WORD
from samspill.delivery.states import OUT, IllegalMoveError, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


STOPPABLE = (State.PLANNED, State.APPROVED, State.DUE, State.BY_HAND, State.REFUSED, State.EXPIRED)


@transaction.atomic
def it_is_out(delivery: Delivery, *, by: AbstractBaseUser, url: str = "") -> None:
    """A person has seen the post, or has done it by hand. Raises IllegalMoveError.

    It is looked for and read back where we can look; else it rests on the person's word.
    """
    delivery = locked(delivery.pk)
    if delivery.state not in (State.NEEDS_PERSON, State.BY_HAND) or delivery.action == Action.DELETE:
        raise IllegalMoveError(delivery.state, State.ACCEPTED)
    now = instant.now()
    for step in delivery.steps.exclude(state=Step.State.DONE):
        step.state, step.result = Step.State.DONE, {"id": "", "url": url, "data": {}}
        step.first_sent_at = step.first_sent_at or delivery.due_at or now
        step.save()
    delivery.external_url = url or delivery.external_url
    delivery.accepted_at, delivery.looks = now, 0
    delivery.trace = trace.of_click()
    delivery.next_try_at = now + timedelta(seconds=1) if delivery.channel.can_look else None
    move(delivery, State.ACCEPTED, actor=by, reason=ON_WORD, note=url)
    if delivery.next_try_at is None:
        release_answers(delivery, now)
    tasks.wake(delivery.channel_id)


@transaction.atomic
def look_again(delivery: Delivery, *, by: AbstractBaseUser, url: str = "") -> None:
    """What a person said is out was not found; look once more. Raises IllegalMoveError when there is no need to."""
    delivery = locked(delivery.pk)
    if not is_not_found(delivery):
        raise IllegalMoveError(delivery.state, State.ACCEPTED)
    delivery.external_url = url or delivery.external_url
    delivery.looks, delivery.differences, delivery.next_try_at = 0, [], instant.now()
    delivery.save(update_fields=["external_url", "looks", "differences", "next_try_at"])
    tasks.wake(delivery.channel_id)


def is_not_found(delivery: Delivery) -> bool:
    """A person says that it is out, and we have looked for it in vain."""
    rests = delivery.state == State.ACCEPTED and delivery.next_try_at is None
    return rests and NOT_FOUND in delivery.differences


@transaction.atomic
def send_again(delivery: Delivery, *, by: AbstractBaseUser, note: str = "") -> None:
    """A person has looked and says it is not out. Raises IllegalMoveError, also while its story or target is not."""
    delivery = locked(delivery.pk)
    hidden = delivery.page is not None and not delivery.page.live
    if delivery.state not in (State.NEEDS_PERSON, State.BY_HAND) or hidden or not answers.may_go(delivery):
        raise IllegalMoveError(delivery.state, State.DUE)
    now = instant.now()
    delivery.steps.exclude(state=Step.State.DONE).update(state=Step.State.WAITING, waiting_since=None, redone=0)
    delivery.failures = delivery.unclear = delivery.looks = 0
    delivery.unknown_since, delivery.hint_id = None, ""
    delivery.due_at = delivery.due_at or now
    delivery.approved_for = public_of(delivery.channel)  # who sends it again has seen where it goes
    delivery.trace = trace.of_click()
    delivery.next_try_at, delivery.give_up_at = now, now + GIVE_UP_AFTER
    move(delivery, State.DUE, actor=by, note=note)
    tasks.wake(delivery.channel_id)


@transaction.atomic
def leave_it(delivery: Delivery, *, by: AbstractBaseUser, note: str = "") -> None:
    """A person decides that it shall not go out. Raises IllegalMoveError."""
    delivery = locked(delivery.pk)
    delivery.next_try_at = None
    move(delivery, State.CANCELLED, actor=by, note=note)


@transaction.atomic
def withdraw(delivery: Delivery, *, by: AbstractBaseUser) -> Delivery:
    """Take back what is out: a delivery of its own that deletes the post. Returns it.

    What answers the post goes with it, the last first; what was to follow it is stopped. Where the API cannot delete,
    it waits for a hand. Raises IllegalMoveError when the post is not out, is a change of another, is already being
    withdrawn, or cannot be deleted on the platform at all.
    """
    delivery = locked(delivery.pk)
    how = delivery.channel.capabilities().way(Action.DELETE)
    possible = delivery.action == Action.PUBLISH and how.way is not Way.NOT_AT_ALL
    if not possible or not delivery.is_out or _being_withdrawn(delivery):
        raise IllegalMoveError(delivery.state, State.WITHDRAWN)
    now = instant.now()
    for answer in list(delivery.changes.exclude(action=Action.DELETE).order_by("-id")):
        _withdraw_below(answer, by)
    change = Delivery.objects.create(
        channel=delivery.channel,
        title=delivery.title,
        page=None,  # a withdrawal does not wait for its story to be live
        action=Action.DELETE,
        target=delivery,
        trace=trace.of_click(),
        payload=delivery.payload,
        payload_hash=delivery.payload_hash,
        approved_at=now,
        approved_by_id=by.pk,
        due_at=now,
        next_try_at=now,
        give_up_at=now + GIVE_UP_AFTER,
    )
    plan = registry.platform(change.channel.platform).plan(Action.DELETE, payloads.from_json(change.payload or {}))
    Step.objects.bulk_create(
        Step(delivery=change, position=position, name=step.name, nature=step.nature, index=step.index)
        for position, step in enumerate(plan)
    )
    move(change, State.APPROVED, actor=by)
    if how.way is Way.API and delivery.external_id:
        move(change, State.DUE, actor=by)
        tasks.wake(change.channel_id)
    else:
        move(change, State.BY_HAND, actor=by, reason=how.reason)
    return change


def _being_withdrawn(delivery: Delivery) -> bool:
    over = [State.CANCELLED, State.REFUSED, State.EXPIRED]
    return delivery.changes.filter(action=Action.DELETE).exclude(state__in=over).exists()


def _withdraw_below(answer: Delivery, by: AbstractBaseUser) -> None:
    """What belongs to a post that is being withdrawn: an answer that is out is withdrawn, what waits is stopped.

    One that is being sent at this moment, or is unclear, is left to a person: it is not known yet what it becomes.
    """
    answer = locked(answer.pk)
    if answer.state in OUT and answer.action == Action.PUBLISH:
        if not _being_withdrawn(answer):
            withdraw(answer, by=by)
    elif answer.state in STOPPABLE and not is_published(answer):
        answer.next_try_at = None
        move(answer, State.CANCELLED, actor=by, reason="target_withdrawn")


def removed_by_hand(change: Delivery, *, by: AbstractBaseUser) -> None:
    """A person has deleted the post on the platform. Where we cannot look, it rests on the person's word."""
    from samspill.delivery.send import accept

    with transaction.atomic():
        change = locked(change.pk)
        if change.state not in (State.BY_HAND, State.NEEDS_PERSON) or change.action != Action.DELETE:
            raise IllegalMoveError(change.state, State.ACCEPTED)
        change.steps.update(state=Step.State.DONE)
        accept(change, Done(), actor=by)
        if not (change.channel.can_look and change.target and change.target.external_id):
            change.next_try_at, change.reason = None, ON_WORD
            change.save(update_fields=["next_try_at", "reason"])
        tasks.wake(change.channel_id)
