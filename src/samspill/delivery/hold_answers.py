"""What the review of a hold does to one delivery: as planned, now, at another time, not at all.

Each answer is a row of its own. With it the delivery's clocks, which stood still, are put forward by as long as it was
stopped, so that neither the approval nor the day of trying has run out in the meantime.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from samspill.delivery import hold as holds
from samspill.delivery import instant, ledger, tasks
from samspill.delivery.models import Delivery, Hold, HoldAnswer
from samspill.delivery.states import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Kind = HoldAnswer.Kind
ANSWERABLE = (State.APPROVED, State.DUE)


class AnswerError(Exception):
    """Nothing was done with this one; ``code`` says why.

    gone: it is no longer stopped by this hold (answered by another, or it moved on). past: its time is over. too_late:
    its approval does not hold until then. story_not_out: its story must come first.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def answer(
    hold: Hold, delivery: Delivery, kind: Kind, by: AbstractBaseUser, *, moved_to: datetime | None = None
) -> Delivery:
    """Write the answer down and let it take effect. ``moved_to`` (UTC) goes with MOVE. Raises AnswerError.

    What another hold stops as well stays stopped until it has been gone through there, too.
    """
    holds.share()
    delivery = ledger.locked(delivery.pk)
    now = instant.now()
    waits = Delivery.objects.filter(holds.in_scope(hold) & ~Q(holds.answered(hold)) & holds.stoppable(), pk=delivery.pk)
    if delivery.state not in ANSWERABLE or not waits.exists() or not Hold.objects.filter(pk=hold.pk, released_at=None):
        raise AnswerError("gone")
    if kind is Kind.CANCEL:
        note(hold, delivery, kind, by)
        ledger.move(delivery, State.CANCELLED, actor=by, reason="held")
        return delivery
    if kind is Kind.AS_PLANNED and delivery.due_at is not None and delivery.due_at <= now:
        raise AnswerError("past")
    if kind is Kind.NOW and delivery.page is not None and not delivery.page.live:
        raise AnswerError("story_not_out")
    _put_clocks_forward(hold, delivery, now)
    if kind is Kind.MOVE:
        _check_time(delivery, moved_to, now)
    note(hold, delivery, kind, by, moved_to=moved_to)
    if kind is Kind.NOW:
        _now(delivery, by, now)
    elif kind is Kind.MOVE and moved_to is not None:
        _later(delivery, by, moved_to)
    else:
        delivery.save()
    return delivery


def note(hold: Hold, delivery: Delivery, kind: Kind, by: AbstractBaseUser, *, moved_to: datetime | None = None) -> None:
    """The answer as a row, on its own: a post that goes along with its story has no more to it."""
    HoldAnswer.objects.create(hold=hold, delivery=delivery, kind=kind, by_id=by.pk, at=instant.now(), moved_to=moved_to)


def _check_time(delivery: Delivery, at: datetime | None, now: datetime) -> None:
    if at is None or at <= now:
        raise AnswerError("past")
    if delivery.lapses_at is not None and at > delivery.lapses_at:
        raise AnswerError("too_late")


def _now(delivery: Delivery, by: AbstractBaseUser, now: datetime) -> None:
    delivery.due_at, delivery.with_story = now, False
    if delivery.state == State.APPROVED:
        ledger.release(delivery, now)  # by hand, or due, or still held elsewhere
    delivery.next_try_at, delivery.give_up_at = now, now + ledger.GIVE_UP_AFTER
    delivery.save()
    tasks.wake(delivery.channel_id)


def _later(delivery: Delivery, by: AbstractBaseUser, at: datetime) -> None:
    delivery.due_at, delivery.with_story, delivery.next_try_at = at, False, None
    if delivery.state == State.DUE:
        ledger.move(delivery, State.APPROVED, actor=by, reason="held")
    delivery.save()
    tasks.wake(delivery.channel_id, at)


def _put_clocks_forward(hold: Hold, delivery: Delivery, now: datetime) -> None:
    """By how long it has been stopped, once the last hold that stops it is gone through."""
    others = [one for one in holds.open_holds() if one.pk != hold.pk and holds.covers_channel(one, delivery.channel)]
    answers = HoldAnswer.objects.filter(delivery=delivery, at__gte=delivery.approved_at)
    through = set(answers.values_list("hold_id", flat=True))
    if any(one.pk not in through for one in others):
        return
    begun = Hold.objects.filter(pk__in=through | {hold.pk}).order_by("at").values_list("at", flat=True)[0]
    stood: timedelta = now - max(begun, delivery.approved_at or begun)
    if delivery.lapses_at is not None:
        delivery.lapses_at += stood
    if delivery.give_up_at is not None:
        delivery.give_up_at += stood
