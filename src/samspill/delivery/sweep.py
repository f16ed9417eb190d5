"""Finds what nobody is working on: leases that ran out, and channels with something due."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from samspill.delivery import send
from samspill.delivery.models import Delivery
from samspill.delivery.states import State


def lost_leases() -> int:
    """Deliveries whose worker is gone: a repeatable step becomes due again, a once step is looked for."""
    gone = Delivery.objects.filter(state=State.SENDING, lease_until__lte=timezone.now())
    count = 0
    for pk in list(gone.values_list("pk", flat=True)[:500]):
        send.lost(pk)
        count += 1
    return count


def channels_with_work() -> list[int]:
    """Channels with something that may be done now and that nobody owns."""
    now = timezone.now()
    return list(
        Delivery.objects.filter(state__in=[State.DUE, State.UNKNOWN, State.ACCEPTED], next_try_at__lte=now)
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))
        .order_by()
        .values_list("channel_id", flat=True)
        .distinct()
    )
