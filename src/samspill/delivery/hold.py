"""«Stopp alt»: from the commit of a hold nothing in its scope leaves, until a person has gone through it.

What is stopped: a post, an edit or a reply that is not made yet. What goes on: the later steps of a post that is out
(captions, alt text), looking for what is unclear, reading back, and withdrawing what is out.

One lock makes it sure: whoever lets something leave holds ``share()`` until the commit; whoever places or ends a hold
is alone. So a worker's claim is either before the hold (and counted as under way) or sees it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value
from wagtail.models import TaskState

from samspill.brands.models import Brand
from samspill.channels.contract import Action, Nature
from samspill.channels.models import Channel
from samspill.delivery import instant
from samspill.delivery.models import Delivery, Hold, HoldAnswer, Step
from samspill.delivery.states import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

log = structlog.get_logger(__name__)
_LOCK = 5_301_201  # any number that nobody else of ours uses for an advisory lock
LONGEST_REASON = 1000  # signs


class HoldError(Exception):
    """No hold was placed, or no answer written; ``code`` says why: reason_missing, held_already, released."""

    def __init__(self, code: str, hold: Hold | None = None) -> None:
        super().__init__(code)
        self.code, self.hold = code, hold


# --- the lock ----------------------------------------------------------------------------


def share() -> None:
    """Taken first in every transaction that lets something leave; many at once. Waits while a hold begins or ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def be_alone() -> None:
    """Taken first in a transaction that begins or ends a hold. Take no lock on a row after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


# --- what is held ------------------------------------------------------------------------


def open_holds() -> list[Hold]:
    """Those in force, oldest first, with brand, channel and who placed them."""
    rows = Hold.objects.filter(released_at=None).select_related("brand", "channel", "channel__brand", "by")
    return list(rows.order_by("id"))


def in_scope(hold: Hold) -> Q:
    """Deliveries in the hold's channels. An account that speaks for all brands belongs to each of them."""
    if hold.scope == Hold.Scope.CHANNEL:
        return Q(channel=hold.channel_id)
    if hold.scope == Hold.Scope.BRAND:
        return Q(channel__brand=hold.brand_id) | Q(channel__brand=None)
    return Q()


def answered(hold: Hold) -> Exists:
    """Deliveries that a person has gone through in this hold, since they were last approved."""
    return Exists(HoldAnswer.objects.filter(hold=hold.pk, delivery=OuterRef("pk"), at__gte=OuterRef("approved_at")))


def story_answered(hold: Hold, revision: Any) -> Exists:
    """Stories' revisions that a person has gone through in this hold, since they were last approved.

    ``revision``: an id, or OuterRef to one. Sent in and approved anew, the same text is held again.
    """
    anew = TaskState.objects.filter(
        revision=OuterRef("revision"), status=TaskState.STATUS_APPROVED, finished_at__gt=OuterRef("at")
    )
    return Exists(HoldAnswer.objects.filter(~Exists(anew), hold=hold.pk, revision=revision))


def stoppable() -> Q:
    """What a hold may stop at all: not a withdrawal, not the rest of what is out."""
    made = Step.objects.filter(delivery=OuterRef("pk"), nature=Nature.ONCE, state=Step.State.DONE)
    return ~Q(action=Action.DELETE) & ~Q(Exists(made))


def held(holds: Iterable[Hold] | None = None) -> Q | None:
    """Deliveries that an open hold stops; None when there is no hold."""
    found = open_holds() if holds is None else list(holds)
    if not found:
        return None
    stopped = Q()
    for number, hold in enumerate(found):
        one = in_scope(hold) & ~Q(answered(hold))
        stopped = one if number == 0 else stopped | one
    return stopped & stoppable()


def free(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Without those that are held."""
    stopped = held()
    return deliveries if stopped is None else deliveries.filter(~stopped)


def is_held(delivery: Delivery) -> bool:
    """Whether it is held now. Surely so only under ``share()``."""
    stopped = held()
    return stopped is not None and Delivery.objects.filter(stopped, pk=delivery.pk).exists()


def is_gone_through(delivery: Delivery) -> bool:
    """Whether a person has said in an open hold what is to become of it; when it goes is no longer open then."""
    through = [answered(hold) for hold in open_holds()]
    return any(Delivery.objects.filter(one, pk=delivery.pk).exists() for one in through)


def with_held(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Each with ``held`` (bool), in the same query."""
    stopped = held()
    mark: Any = Value(False) if stopped is None else ExpressionWrapper(stopped, output_field=BooleanField())
    return deliveries.annotate(held=mark)


def story_is_held(brand_id: int | None, revision_id: int | None) -> bool:
    """Whether a story of the brand (None: of all) must not become public now. A channel's hold stops no story."""
    return any(covers_story(hold, brand_id) and not _story_through(hold, revision_id) for hold in open_holds())


def story_is_gone_through(revision_id: int) -> bool:
    """Whether a person has said in an open hold what is to become of a story; when it goes is no longer open then."""
    return any(_story_through(hold, revision_id) for hold in open_holds())


def _story_through(hold: Hold, revision_id: int | None) -> bool:
    return Hold.objects.filter(story_answered(hold, revision_id), pk=hold.pk).exists()


def covers_story(hold: Hold, brand_id: int | None) -> bool:
    if hold.scope == Hold.Scope.BRAND:
        return brand_id is None or brand_id == hold.brand_id
    return hold.scope == Hold.Scope.ALL


def covers_channel(hold: Hold, channel: Channel) -> bool:
    if hold.scope == Hold.Scope.BRAND:
        return channel.brand_id is None or channel.brand_id == hold.brand_id
    return hold.scope == Hold.Scope.ALL or hold.channel_id == channel.pk


# --- beginning ---------------------------------------------------------------------------


@transaction.atomic
def place(by: AbstractBaseUser, reason: str, *, brand: Brand | None = None, channel: Channel | None = None) -> Hold:
    """Stop everything, or what one brand or channel sends. From the commit on nothing of it leaves.

    Raises PermissionDenied; HoldError("reason_missing"); HoldError("held_already", the hold) for the same scope twice.
    """
    if not by.is_active or not by.has_perm("delivery.place_hold"):  # type: ignore[attr-defined]
        raise PermissionDenied
    reason = " ".join(reason.replace("\x00", "").split())[:LONGEST_REASON]
    if not reason:
        raise HoldError("reason_missing")
    scope = Hold.Scope.BRAND if brand else Hold.Scope.CHANNEL if channel else Hold.Scope.ALL
    be_alone()
    same = Hold.objects.filter(released_at=None, scope=scope, brand=brand, channel=channel).first()
    if same is not None:
        raise HoldError("held_already", same)
    hold = Hold(scope=scope, brand=brand, channel=channel, reason=reason, by_id=by.pk, at=instant.now())
    hold.under_way = under_way(hold)
    hold.save()
    log.warning("hold_placed", hold=hold.pk, scope=scope, by=by.pk, under_way=hold.under_way)
    return hold


def under_way(hold: Hold) -> int:
    """Posts in its scope that are being made at this moment: the step that makes them is committed."""
    rows = Delivery.objects.filter(in_scope(hold) & stoppable(), state=State.SENDING).prefetch_related("steps")
    return sum(
        any(step.state == Step.State.SENDING and makes(step, delivery) for step in delivery.steps.all())
        for delivery in rows
    )


def makes(step: Step, delivery: Delivery) -> bool:
    """Whether this is the step by which the public sees something: the once step, or the last where there is none."""
    steps = sorted(delivery.steps.all(), key=lambda one: one.position)
    once = [one for one in steps if one.is_once]
    return step.is_once if once else step.pk == steps[-1].pk


# --- ending ------------------------------------------------------------------------------


def release(hold: Hold, by: AbstractBaseUser) -> None:
    """Write the end of a hold, once all of it is gone through (``publishing.hold_review``), under ``be_alone()``.

    Raises HoldError("released") when somebody else has ended it.
    """
    ended = Hold.objects.filter(pk=hold.pk, released_at=None).update(released_at=instant.now(), released_by=by.pk)
    if not ended:
        raise HoldError("released")
    log.warning("hold_released", hold=hold.pk, by=by.pk)
