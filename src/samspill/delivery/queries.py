"""What others ask the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from samspill.channels.models import Channel
from samspill.delivery import answers, hold
from samspill.delivery.models import Delivery
from samspill.delivery.states import FOR_A_PERSON, OUT, State


def overdue_count(older_than: timedelta) -> int:
    """How many deliveries should have moved ``older_than`` ago, with nothing to explain that they have not."""
    return sum(late.count() for late, _since in _overdue(timezone.now() - older_than))


def oldest_overdue() -> timedelta:
    """For how long the delivery that is most overdue has been so; zero when none is."""
    now = timezone.now()
    waits = [late.aggregate(at=Min(since))["at"] for late, since in _overdue(now)]
    return max((now - at for at in waits if at is not None), default=timedelta())


def _overdue(late: datetime) -> list[tuple[QuerySet[Delivery], str]]:
    """Deliveries that should have moved before ``late`` and that nothing explains, and the field that says since when.

    Explained by: trouble, an own retry time, a platform that asks to wait, a person who has stopped it.
    """
    approved = Delivery.objects.filter(~answers.waiting(), state=State.APPROVED, due_at__lt=late)
    ready = (
        Delivery.objects.filter(state__in=[State.DUE, State.UNKNOWN], next_try_at__lt=late)
        .filter(channel__trouble="", channel__mode__in=Channel.SENDING)
        .filter(Q(channel__held_until__isnull=True) | Q(channel__held_until__lt=late))
    )
    return [
        (hold.free(approved), "due_at"),
        (hold.free(ready.filter(state=State.DUE)), "next_try_at"),
        (ready.filter(state=State.UNKNOWN), "next_try_at"),
    ]


def could_leave() -> Greatest:
    """When a delivery could leave at the earliest: its time, its approval, or when the post it belongs to was out."""
    return Greatest("due_at", "approved_at", "target__accepted_at")


def for_a_person() -> QuerySet[Delivery]:
    """What waits for a person: unclear, by hand, refused, given up; and what is out but not as sent."""
    return (
        Delivery.objects.filter(
            Q(state__in=FOR_A_PERSON) | Q(state=State.ACCEPTED, next_try_at=None) & ~Q(differences=[])
        )
        .select_related("channel", "channel__brand", "page")
        .order_by("changed_at")
    )


def published_elsewhere(page_id: int) -> QuerySet[Delivery]:
    """Where else a story is out, with addresses."""
    return (
        Delivery.objects.filter(page_id=page_id, state__in=OUT, action="publish")
        .exclude(external_url="")
        .select_related("channel")
        .order_by("channel__position", "id")
    )


def count_by_state() -> dict[str, int]:
    """How many there are in each state. Counts rows, not ids: then the index on states is enough."""
    return dict(Delivery.objects.order_by().values_list("state").annotate(rows=Count("*")))
