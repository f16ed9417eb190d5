"""Keys that run out: renewed early, once at a time, and stored before anybody uses them.

A platform may end the whole family of keys when a rotating one is used twice (RFC 9700 §4.14). So who renews is
decided under the channel's row lock and written down (``renewing_until``) before the request leaves; others wait for
the new key. The lock is not held over the net, so nobody else waits for a slow platform; and a worker that dies in
the middle is noticed. After an unclear answer nobody tries again by itself while the old key may still live: the
channel is in trouble at once, and posts wait. When the old key is dead anyway, one more try can harm nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from samspill.channels import credentials, registry
from samspill.channels.connect_apps import app_for
from samspill.channels.connect_contract import App, Connection, Grant, NotGranted, Standing
from samspill.channels.contract import Account, Later, NotSent, Reason, Refusal, Refused, Unknown
from samspill.channels.http import Client
from samspill.channels.models import Channel

log = structlog.get_logger(__name__)
RENEWING = timedelta(seconds=60)  # longer than any request of ours takes
LONGEST_WAIT = 40.0  # seconds that one worker waits for another's renewal
CHECK_EVERY = timedelta(days=1)
EARLIEST = timedelta(days=7)  # no platform wants its keys renewed earlier than this before they run out
MENDED = (Reason.KEY_UNCLEAR, Reason.TOKEN_DEAD)

NotReady = Refused | Later | NotSent


@dataclass(frozen=True, slots=True)
class _Turn:
    """It is ours to renew; ``sealed`` is what we renew from."""

    connection: Connection
    account: Account
    app: App
    sealed: str = field(repr=False)
    alive: bool


@dataclass(frozen=True, slots=True)
class _Wait:
    """Somebody else is renewing."""


def ready(channel_id: int, http: Client, clock: Callable[[], datetime], *, dead_key: str = "") -> NotReady | None:
    """Have a key that can be used: None when there is one (or none that we could renew), else why not.

    ``dead_key``: an access key that the platform has just refused; it is renewed unless somebody has done so already.
    Raises credentials.CredentialsUnreadableError.
    """
    ends = time.monotonic() + LONGEST_WAIT
    while True:
        move = _begin(channel_id, clock(), dead_key)
        if isinstance(move, _Turn):
            answer = move.connection.refresh(move.account, move.app, http, clock())
            return _store(channel_id, move, answer, clock())
        if not isinstance(move, _Wait):
            return move
        if time.monotonic() > ends:
            return Later(5.0, Reason.KEY_UNCLEAR, "another worker is still renewing the key")
        time.sleep(0.1)


@transaction.atomic
def _begin(channel_id: int, now: datetime, dead_key: str) -> _Turn | _Wait | Refused | None:
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel_id)
    connection: Connection | None = getattr(registry.platform(channel.platform), "connection", None)
    if connection is None or not channel.key_place or not channel.sealed:
        return None
    if channel.renewing_until is not None and channel.renewing_until > now:
        return _Wait()
    if channel.renewing_until is not None:  # whoever renewed has died in the middle
        _unclear(channel, now)
        return Refused(Reason.KEY_UNCLEAR, Refusal.ACCOUNT, "a renewal was broken off")
    account = channel.key_account()
    alive = channel.key_expires_at is None or channel.key_expires_at > now
    refused = bool(dead_key) and account.credentials.get("access_token") == dead_key
    if not connection.can_refresh(account) or not _is_time(channel, connection, now, alive, refused):
        return None
    app = app_for(channel.platform, channel.key_place)
    if app is None:
        return None if alive and not refused else Refused(Reason.APP_REFUSED, Refusal.ACCOUNT, "our app is gone")
    channel.renewing_until = now + RENEWING
    channel.save(update_fields=["renewing_until"])
    return _Turn(connection, account, app, channel.sealed, alive and not refused)


def _is_time(channel: Channel, connection: Connection, now: datetime, alive: bool, refused: bool) -> bool:
    if refused or not alive:
        return True
    if channel.renewal_unclear_at is not None or channel.key_expires_at is None:
        return False
    return channel.key_expires_at - connection.refresh_before <= now


def _unclear(channel: Channel, now: datetime) -> None:
    channel.renewing_until, channel.renewal_unclear_at = None, channel.renewal_unclear_at or now
    channel.save(update_fields=["renewing_until", "renewal_unclear_at"])


@transaction.atomic
def _store(channel_id: int, turn: _Turn, answer: Grant | NotGranted, now: datetime) -> NotReady | None:
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel_id)
    if channel.sealed != turn.sealed:  # connected anew, or disconnected, meanwhile: that key counts
        Channel.objects.filter(pk=channel_id).update(renewing_until=None)
        return None
    if isinstance(answer, Unknown):
        _unclear(channel, now)
        log.warning("key_renewal_unclear", channel=channel_id, reason=str(answer.reason))
        return Refused(Reason.KEY_UNCLEAR, Refusal.ACCOUNT, f"{answer.reason}: {answer.detail}", answer.status)
    channel.renewing_until = None
    if not isinstance(answer, Grant):
        channel.save(update_fields=["renewing_until"])
        log.warning("key_not_renewed", channel=channel_id, reason=str(answer.reason))
        return None if turn.alive and not isinstance(answer, Refused) else answer
    channel.sealed = credentials.seal({**turn.account.credentials, **answer.credentials})
    channel.key_expires_at = answer.expires_at
    channel.refresh_expires_at = answer.refresh_expires_at or channel.refresh_expires_at
    channel.scopes = channel.scopes if answer.scopes is None else list(answer.scopes)
    channel.renewal_unclear_at = None
    if channel.trouble in MENDED:
        channel.trouble = channel.trouble_detail = ""
        channel.verify_at = None
    channel.save(
        update_fields=[
            "sealed", "key_expires_at", "refresh_expires_at", "scopes", "renewing_until", "renewal_unclear_at",
            "trouble", "trouble_detail", "verify_at",
        ]
    )  # fmt: skip
    log.info("key_renewed", channel=channel_id)
    return None


def due(now: datetime) -> list[int]:
    """Channels whose key may have to be renewed, or whose renewal was broken off."""
    soon = Q(key_expires_at__lte=now + EARLIEST) | Q(renewing_until__lte=now)
    return list(Channel.objects.filter(soon).exclude(key_place="").order_by("pk").values_list("pk", flat=True))


def unchecked(now: datetime) -> list[int]:
    """Connected channels whose key nobody has looked at for a day."""
    long_ago = Q(key_checked_at__isnull=True) | Q(key_checked_at__lte=now - CHECK_EVERY)
    return list(Channel.objects.filter(long_ago).exclude(key_place="").order_by("pk").values_list("pk", flat=True))


def check(channel_id: int, http: Client, now: datetime) -> NotGranted | None:
    """Ask the platform how long the key lives and what it may, and write that down. Returns why it could not tell.

    Raises credentials.CredentialsUnreadableError.
    """
    channel = Channel.objects.get(pk=channel_id)
    Channel.objects.filter(pk=channel_id).update(key_checked_at=now)
    connection: Connection | None = getattr(registry.platform(channel.platform), "connection", None)
    app = app_for(channel.platform, channel.key_place)
    account = channel.key_account()
    if connection is None or app is None or not account.credentials:
        return None
    told = connection.standing(account, app, http, now)
    if not isinstance(told, Standing):
        return told
    told_of = {
        "key_expires_at": told.expires_at,
        "refresh_expires_at": told.refresh_expires_at,
        "scopes": None if told.scopes is None else list(told.scopes),
    }
    known = {name: value for name, value in told_of.items() if value is not None}
    if known:
        Channel.objects.filter(pk=channel_id, sealed=channel.sealed).update(**known)
    return None
