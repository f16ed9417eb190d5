"""When a channel's key ends by itself, and when its API version does. No queries.

A key that we renew ends for people when what renews it ends; one that we cannot renew, when it runs out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from samspill.channels import registry
from samspill.channels.connect_contract import Connection
from samspill.channels.credentials import CredentialsUnreadableError
from samspill.channels.models import Channel
from samspill.channels.terms import ApiVersion, Versioned


@dataclass(frozen=True, slots=True)
class KeyEnd:
    """``at``: until when a person need do nothing (UTC; None = no end, or none that we know of).

    ``renews``: the key is renewed by us on the way. ``unclear_since``: a renewal was begun and we do not know whether
    it happened, so nobody renews by itself: the present key works until ``at``.
    """

    at: datetime | None
    renews: bool
    unclear_since: datetime | None = None


def key_end(channel: Channel) -> KeyEnd | None:
    """The end of the channel's key; None when it has none that we could read."""
    if not channel.sealed:
        return None
    try:
        renews = _renews(channel)
    except CredentialsUnreadableError:
        return None  # told as trouble
    if channel.renewal_unclear_at is not None:
        return KeyEnd(channel.key_expires_at, False, channel.renewal_unclear_at)
    return KeyEnd(channel.refresh_expires_at if renews else channel.key_expires_at, renews)


def _renews(channel: Channel) -> bool:
    connection: Connection | None = getattr(registry.platform(channel.platform), "connection", None)
    return connection is not None and bool(channel.key_place) and connection.can_refresh(channel.key_account())


def version_of(channel: Channel) -> ApiVersion | None:
    """The API version that the channel's calls name, where the platform ends versions."""
    found: Versioned | None = registry.platform(channel.platform)  # type: ignore[assignment]
    if not hasattr(found, "api_version"):
        return None
    return found.api_version(channel.account(with_credentials=False))  # type: ignore[union-attr]


def days_left(end: datetime, now: datetime) -> int:
    """Whole days until ``end``, rounded up; 0 when it has passed."""
    left = (end - now).total_seconds()
    return max(0, -int(-left // 86_400))
