"""How much a platform lets us do, as its answers tell: kept per channel, coarsely."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import Error
from django.db.models import Q

from samspill.channels import registry
from samspill.channels.http import Response
from samspill.channels.models import Channel
from samspill.channels.terms import Allowance
from samspill.channels.watch_models import ChannelAllowance
from samspill.delivery import instant

log = structlog.get_logger(__name__)
COARSE = timedelta(seconds=15)  # how often it is written down while much is left
LITTLE = 10  # per cent; from here on every answer is


def listener(channel: Channel) -> Callable[[str, str, Response], None] | None:
    """What hears a channel's answers; None when its platform tells nothing of limits."""
    platform = registry.platform(channel.platform)
    if not hasattr(platform, "allowance"):
        return None

    def heard(method: str, address: str, answer: Response) -> None:
        try:
            told = platform.allowance(method, address, answer, instant.now())
            if told is not None:
                keep(channel.pk, told)
        except Error:
            # What the answer means for the post is not written down yet, and counts for more than a number on a page.
            log.warning("allowance_not_kept", channel=channel.pk, exc_info=True)

    return heard


def keep(channel_id: int, told: Allowance) -> None:
    """Write down what is left, unless that was done a moment ago and much is left."""
    now = instant.now()
    values = {
        "measure": told.measure,
        "left": told.left,
        "of": told.of,
        "resets_at": told.resets_at,
        "told_at": now,
    }
    rows = ChannelAllowance.objects.filter(channel=channel_id)
    stale = Q(told_at__lte=now - COARSE) | ~Q(measure=told.measure)
    little = told.left * 100 <= told.of * LITTLE
    if (rows if little else rows.filter(stale)).update(**values) or rows.exists():
        return
    ChannelAllowance.objects.bulk_create([ChannelAllowance(channel_id=channel_id, **values)], ignore_conflicts=True)
