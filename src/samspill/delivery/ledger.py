"""The verbs of the ledger for people: plan, approve, release, cancel. All changes of state go through ``move``.

Every function that changes a delivery locks its row first, so that a person and a worker never
act on the same state at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from django.db import InterfaceError, OperationalError, transaction

from samspill.channels import registry
from samspill.channels.contract import Action, Nature, Post, Way
from samspill.channels.models import Channel
from samspill.delivery import answers, hold, instant, trace
from samspill.delivery import payload as payloads
from samspill.delivery.models import Delivery, Step, Transition
from samspill.delivery.states import IllegalMoveError, State, check_move

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import QuerySet
    from wagtail.models import Page

log = structlog.get_logger(__name__)
GIVE_UP_AFTER = timedelta(hours=24)
# Nobody was at work when its time came. Later than this a post says something that may no longer hold: ask a person.
TOO_LATE = timedelta(hours=6)


def locked(delivery_id: int) -> Delivery:
    """The delivery under a row lock, with its channel. Only within a transaction."""
    return Delivery.objects.select_for_update(of=("self",)).select_related("channel").get(pk=delivery_id)


def move(
    delivery: Delivery, after: State, *, actor: AbstractBaseUser | None = None, reason: str = "", note: str = ""
) -> None:
    """Change the state of a locked delivery and write it down. Raises IllegalMoveError.

    Leaving ``sending`` drops the lease. Saves the whole row: set other fields before.
    """
    before = State(delivery.state)
    check_move(before, after)
    now = instant.now()
    delivery.state, delivery.reason, delivery.changed_at = after, reason, now
    if after is not State.SENDING:
        delivery.lease_until, delivery.lease_owner = None, ""
    delivery.save()
    Transition.objects.create(
        delivery=delivery,
        at=now,
        before=before,
        after=after,
        actor_id=actor.pk if actor else None,
        reason=reason,
        note=note,
    )
    # When it is true for others too. The delivery's own id: a sweep moves many, and has none.
    told = partial(log.info, "moved", delivery=delivery.code, trace=delivery.trace, before=before, after=after)
    transaction.on_commit(partial(told, reason=reason))


def is_published(delivery: Delivery) -> bool:
    """True when the step that makes the post is done, whatever became of the steps after it."""
    return delivery.steps.filter(nature=Nature.ONCE, state=Step.State.DONE).exists()


def public_of(channel: Channel) -> str:
    """For whom a channel speaks: training is one public wherever it runs, each account in use is its own."""
    place = channel.api_address if channel.speaks_in_public else "training"
    return f"{place} {channel.external_id}"


def plan(
    channel: Channel,
    *,
    title: str,
    page: Page | None = None,
    destination: str = "",
    action: Action = Action.PUBLISH,
    target: Delivery | None = None,
) -> Delivery:
    """A new delivery that means to publish in ``channel``; it has its short address from the start.

    ``target``: the own post that it answers, or the one to edit. Raises IntegrityError while another edit of the same
    post is under way.
    """
    return Delivery.objects.create(
        channel=channel,
        title=title[:255],
        page=page,
        destination=destination,
        action=action,
        target=target,
        trace=trace.of_click(),
    )


@transaction.atomic
def approve(
    delivery: Delivery,
    post: Post,
    *,
    by: AbstractBaseUser,
    lapses_at: datetime,
    due_at: datetime | None = None,
    with_story: bool = False,
    destination: str | None = None,
    alone: str = "",
) -> Delivery:
    """Freeze ``post`` as what goes out, in the same transaction as the caller's approval.

    Goes out at ``due_at`` (UTC), or when its story is published (``with_story``). A channel where
    publishing is by hand waits for a person from that time on. ``destination``: where the short address
    leads when not to the page; None leaves it as it is. ``alone``: why it goes without a second person.
    Raises IllegalMoveError.
    """
    hold.share()  # so that who ends a hold either sees it, or it comes after
    delivery = locked(delivery.pk)
    payload = payloads.to_json(post)
    delivery.payload, delivery.payload_hash = payload, payloads.fingerprint(payload)
    delivery.approved_at, delivery.approved_by_id, delivery.lapses_at = instant.now(), by.pk, lapses_at
    delivery.due_at, delivery.with_story = due_at, with_story
    delivery.trace = trace.of_click()
    delivery.approved_for = public_of(delivery.channel)
    if destination is not None:
        delivery.destination = destination
    _write_steps(delivery, post)
    move(delivery, State.APPROVED, actor=by, reason="alone" if alone else "", note=alone)
    if due_at:
        _wake_at(delivery, due_at)
    return delivery


def _write_steps(delivery: Delivery, post: Post) -> None:
    steps = registry.platform(delivery.channel.platform).plan(Action(delivery.action), post)
    delivery.steps.all().delete()
    Step.objects.bulk_create(
        Step(delivery=delivery, position=position, name=step.name, nature=step.nature, index=step.index)
        for position, step in enumerate(steps)
    )


def _wake_at(delivery: Delivery, at: datetime) -> None:
    from samspill.delivery import tasks  # tasks import this module

    tasks.wake(delivery.channel_id, at)


def release_due(now: datetime | None = None) -> int:
    """Everything approved whose time has come becomes due, each by itself. Returns how many.

    What waits for its target is not among it: it follows when the target is out.
    """
    now = now or instant.now()
    ready = hold.free(Delivery.objects.filter(~answers.waiting(), state=State.APPROVED, due_at__lte=now))
    return each_alone(ready.order_by("due_at", "id"), lambda delivery: release(delivery, now))


def each_alone(chosen: QuerySet[Delivery], act: Callable[[Delivery], object], most: int = 500) -> int:
    """``act`` on each delivery, locked, in a transaction of its own, if it is still among the chosen. Returns how many.

    One that fails is logged and does not stop the others; a database that is away stops all.
    """
    count = 0
    for pk in list(chosen.values_list("pk", flat=True)[:most]):
        try:
            with transaction.atomic():
                locking = chosen.filter(pk=pk).select_for_update(skip_locked=True, of=("self",))
                delivery = locking.select_related("channel", "page").first()
                if delivery is not None:
                    act(delivery)
                    count += 1
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("delivery_failed", delivery=pk)
    return count


@transaction.atomic
def release_with_story(page_id: int, later: Mapping[int, datetime] | None = None) -> int:
    """The story is out: the deliveries that wait for it become due, in the publishing's own transaction.

    ``later``: delivery id → instant (UTC), for those that follow some time after; they get it as their time.
    Returns how many became due or got their time.
    """
    now = instant.now()
    waiting = Delivery.objects.filter(page_id=page_id, with_story=True, state=State.APPROVED, due_at=None)
    count = 0
    for delivery in waiting.select_for_update(of=("self",)).select_related("channel", "page"):
        delivery.due_at = (later or {}).get(delivery.pk, now)
        if delivery.due_at > now:
            delivery.save(update_fields=["due_at"])
            _wake_at(delivery, delivery.due_at)
        else:
            release(delivery, now)
        count += 1
    return count


@transaction.atomic
def reschedule(delivery: Delivery, due_at: datetime | None) -> Delivery:
    """An approved delivery gets another time (UTC), or goes out with its story (None). What goes out stays as it was.

    Until when the approval holds stays, too: the caller asks for a new one when ``due_at`` lies after that.
    Raises IllegalMoveError when it is no longer waiting for its time.
    """
    delivery = locked(delivery.pk)
    if delivery.state != State.APPROVED:
        raise IllegalMoveError(delivery.state, State.APPROVED)
    delivery.due_at, delivery.with_story = due_at, due_at is None
    delivery.save(update_fields=["due_at", "with_story"])
    for answer in delivery.changes.filter(action=Action.PUBLISH, state=State.APPROVED):
        reschedule(answer, due_at)  # a thread moves as one
    if due_at is not None:
        _wake_at(delivery, due_at)
    return delivery


def release_answers(target: Delivery, now: datetime) -> None:
    """The target is out, in the caller's transaction: what waited for it becomes due."""
    waited = Delivery.objects.filter(target=target, state=State.APPROVED, due_at__lte=now).exclude(action=Action.DELETE)
    for delivery in waited.select_for_update(of=("self",)).select_related("channel", "page").order_by("id"):
        delivery.target = target
        release(delivery, now)


def release(delivery: Delivery, now: datetime) -> None:
    """A locked, approved delivery becomes due, or waits for a hand, or for a person when it may not go.

    One that is held stays approved: what its time means is for the person who goes through it. One whose target is not
    out stays so too, with its time.
    """
    meant_for = answers.since(delivery)
    if hold.is_held(delivery):
        delivery.save(update_fields=["due_at"])
    elif delivery.lapses_at and delivery.lapses_at < now:
        move(delivery, State.EXPIRED, reason="approval_lapsed")
    elif delivery.page is not None and not delivery.page.live:
        move(delivery, State.NEEDS_PERSON, reason="story_not_out")
    elif answers.waits(delivery):
        delivery.save(update_fields=["due_at"])
    elif reason := answers.lost(delivery):
        move(delivery, State.NEEDS_PERSON, reason=reason)
    elif (way := answers.way(delivery)).way is Way.BY_HAND:
        for_others = delivery.approved_for not in ("", public_of(delivery.channel))
        if for_others:  # approved for training, or for another account: whoever puts it out must have seen where
            move(delivery, State.NEEDS_PERSON, reason="approved_for_others")
        else:
            move(delivery, State.BY_HAND, reason=way.reason)
    elif meant_for and now - meant_for > TOO_LATE:
        move(delivery, State.NEEDS_PERSON, reason="too_late")
    else:
        delivery.next_try_at = now
        delivery.give_up_at = now + GIVE_UP_AFTER
        move(delivery, State.DUE)
        _wake_at(delivery, now)


def lapse_approvals(now: datetime | None = None) -> int:
    """Approvals older than their set time lapse; what has not gone out needs a new one. Returns how many.

    For what is held the time stands still (``hold_answers.py`` adds it).
    """
    now = now or instant.now()
    old = hold.free(Delivery.objects.filter(state=State.APPROVED, lapses_at__lt=now))
    return each_alone(old.order_by("id"), lambda delivery: move(delivery, State.EXPIRED, reason="approval_lapsed"))


@transaction.atomic
def withdraw_approval(delivery: Delivery, *, actor: AbstractBaseUser | None, reason: str = "changed") -> Delivery:
    """Back to planned: the text is being changed and needs a new approval. Raises IllegalMoveError."""
    delivery = locked(delivery.pk)
    delivery.payload, delivery.payload_hash = None, ""
    delivery.approved_at = delivery.approved_by_id = delivery.lapses_at = delivery.due_at = None
    delivery.next_try_at = delivery.give_up_at = None
    delivery.failures = delivery.unclear = delivery.looks = 0
    delivery.unknown_since, delivery.hint_id, delivery.sent_to = None, "", ""
    delivery.steps.all().delete()
    move(delivery, State.PLANNED, actor=actor, reason=reason)
    return delivery


@transaction.atomic
def cancel(delivery: Delivery, *, actor: AbstractBaseUser, note: str = "") -> Delivery:
    """Stop what has not left. Raises IllegalMoveError once it is being sent, is out, or is unclear."""
    delivery = locked(delivery.pk)
    if is_published(delivery):
        raise IllegalMoveError(delivery.state, State.CANCELLED)
    move(delivery, State.CANCELLED, actor=actor, note=note)
    return delivery
