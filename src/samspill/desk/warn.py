"""Warnings by e-mail about channels, each once: a key or an API version that ends, a key that failed.

Those who may change channels get them. The same stands on the front page as long as it holds (``needs``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from samspill.channels import ends
from samspill.channels.contract import Reason
from samspill.channels.models import Channel
from samspill.channels.watch_models import ChannelWarning
from samspill.delivery import instant
from samspill.desk import warn_words
from samspill.desk.watch_words import KEY_DAYS, VERSION_DAYS, midnight
from samspill.mail import post

log = structlog.get_logger(__name__)
Kind = ChannelWarning.Kind
# Trouble that ends only when a person connects the account anew or does something at the platform.
KEY_TROUBLE = frozenset(
    {
        Reason.TOKEN_DEAD,
        Reason.KEY_UNCLEAR,
        Reason.KEY_UNUSABLE,
        Reason.APP_REFUSED,
        Reason.CREDENTIALS_UNREADABLE,
        Reason.ROLE_LOST,
        Reason.CHECKPOINT,
        Reason.PERMISSION_MISSING,
        Reason.ACCOUNT_GONE,
        Reason.ACCOUNT_BLOCKED,
        Reason.OUT_OF_CREDIT,
        Reason.VERSION_ENDED,
    }
)
USED = frozenset({Channel.Mode.LIVE, Channel.Mode.SANDBOX, Channel.Mode.PAUSED})
# What a trouble says as well: one row on the front page is enough.
SAME = {
    Kind.KEY: frozenset({Reason.TOKEN_DEAD, Reason.KEY_UNCLEAR}),
    Kind.UNCLEAR: frozenset({Reason.TOKEN_DEAD, Reason.KEY_UNCLEAR}),
    Kind.VERSION: frozenset({Reason.VERSION_ENDED}),
}


@dataclass(frozen=True, slots=True)
class Warning:
    """Something to warn of now. ``about`` and ``days`` are what makes it the same warning (see ChannelWarning)."""

    kind: Kind
    about: str
    days: int


def due(channel: Channel, now: datetime) -> Iterator[Warning]:
    """What holds for the channel at ``now``, warned of or not. No queries."""
    if channel.trouble in KEY_TROUBLE and channel.trouble_since is not None:
        yield Warning(Kind.TROUBLE, f"{channel.trouble} {channel.trouble_since:%Y-%m-%dT%H:%M:%S}", 0)
    found = ends.key_end(channel)
    if found is not None and found.unclear_since is not None:
        yield Warning(Kind.UNCLEAR, f"{found.unclear_since:%Y-%m-%dT%H:%M:%S}", 0)
    elif found is not None and found.at is not None:
        yield from _step(Kind.KEY, found.at, now, KEY_DAYS)
    version = ends.version_of(channel)
    if version is not None:
        yield from _step(Kind.VERSION, midnight(version.ends), now, VERSION_DAYS)


def _step(kind: Kind, end: datetime, now: datetime, steps: tuple[int, ...]) -> Iterator[Warning]:
    """The nearest of the steps that has been reached: who was away is told once, not three times."""
    days = ends.days_left(end, now)
    reached = [step for step in (*steps, 0) if days <= step]
    if reached:
        yield Warning(kind, f"{end:%Y-%m-%d}", min(reached))


def is_watched(channel: Channel) -> bool:
    """A channel with a key that anybody means to use: not one we have decided to wait with, nor one done by hand."""
    return bool(channel.sealed) and (channel.mode in USED)


def watched() -> list[Channel]:
    return [channel for channel in Channel.objects.select_related("brand") if is_watched(channel)]


def warn() -> int:
    """Send what has not been sent. Can be run as often as one likes, by several at once. Returns how many were new."""
    now = instant.now()
    return sum(_once(channel, warning, now) for channel in watched() for warning in due(channel, now))


@transaction.atomic
def _once(channel: Channel, warning: Warning, now: datetime) -> bool:
    values = {"kind": warning.kind, "about": warning.about, "days": warning.days}
    row, made = ChannelWarning.objects.get_or_create(channel=channel, **values, defaults={"at": now})
    if not made:
        return False
    if warning.kind == Kind.VERSION and _told_of_another(channel, values):
        return True  # the version is the platform's, and one letter about it is enough
    with translation.override(settings.LANGUAGE_CODE):
        subject, text = warn_words.letter(channel, warning.kind, now)
        address = f"{settings.SAMSPILL_BASE_URL.rstrip('/')}{reverse('desk_channel', args=[channel.pk])}"
        told = post.tell(administrators(), subject, f"{text}\n\n{address}\n")
    log.info("channel_warning", channel=channel.pk, kind=row.kind, days=row.days, people=told)
    return True


def _told_of_another(channel: Channel, values: dict[str, object]) -> bool:
    others = ChannelWarning.objects.filter(channel__platform=channel.platform, **values)
    return others.exclude(channel=channel).exists()


def administrators() -> list[object]:
    """Those who can do something about it: who may change channels."""
    return list(get_user_model().objects.with_perm("channels.change_channel"))
