"""Finds what nobody is working on: leases that ran out, times that are up, and channels with something due."""

from __future__ import annotations

from django.db.models import Q

from samspill.channels.models import Channel
from samspill.delivery import claim, hold, instant, send
from samspill.delivery.ledger import each_alone
from samspill.delivery.models import Delivery
from samspill.delivery.states import State


def lost_leases() -> int:
    """Deliveries whose worker is gone: a repeatable step becomes due again, a once step is looked for."""
    gone = Delivery.objects.filter(state=State.SENDING, lease_until__lte=instant.now())
    return each_alone(gone.order_by("lease_until"), lambda delivery: send.lost(delivery.pk))


def give_up() -> int:
    """Deliveries whose time is up, also in a channel that nothing goes through. Returns how many.

    While people have stopped it, the time of what is stopped stands still.
    """
    now = instant.now()
    over = _not_held(Q(state=State.DUE, give_up_at__lte=now)) | Q(
        state=State.UNKNOWN, give_up_at__lte=now - claim.LOOK_ON
    )
    idle = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return each_alone(
        Delivery.objects.filter(over & idle).order_by("give_up_at"), lambda delivery: claim.give_up(delivery, now)
    )


def to_hands() -> int:
    """What became due before its channel was one by hand, also where the account is in trouble. Returns how many."""
    idle = Q(lease_until__isnull=True) | Q(lease_until__lte=instant.now())
    due = _not_held(Q(state=State.DUE)) & Q(channel__mode=Channel.Mode.BY_HAND)
    return each_alone(Delivery.objects.filter(due & idle).order_by("next_try_at"), claim.to_hand)


def channels_with_work() -> list[int]:
    """Channels with something that may be done now and that nobody owns."""
    now = instant.now()
    sending = _not_held(Q(state=State.DUE)) & Q(channel__mode__in=Channel.SENDING)
    return list(
        Delivery.objects.filter(sending | Q(state__in=[State.UNKNOWN, State.ACCEPTED]), next_try_at__lte=now)
        .filter(channel__trouble="")
        .filter(Q(channel__held_until__isnull=True) | Q(channel__held_until__lte=now))
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))
        .order_by()
        .values_list("channel_id", flat=True)
        .distinct()
    )


def _not_held(due: Q) -> Q:
    stopped = hold.held()
    return due if stopped is None else due & ~stopped
