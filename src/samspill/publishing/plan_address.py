"""The plan of the next two weeks for a person's own calendar program, behind a secret address.

The key is 256 random bits, shown once; only its SHA-256 is kept, and it is looked up by that, so that neither the
database nor the time of an answer tells a key. It stands in the query, which the logs leave out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from samspill.delivery.display import FACES, Word
from samspill.publishing import calendar_items, calendar_words, icalendar
from samspill.publishing.calendar_items import Item
from samspill.publishing.models import PlanAddress

AHEAD = timedelta(days=14)
BEHIND = timedelta(days=1)  # what went out since yesterday stays, so that a reader sees it come
PARAMETER = "nokkel"
LONGEST_KEY = 200
_STATUS = {
    Word.DRAFT: icalendar.Status.TENTATIVE,
    Word.IN_REVIEW: icalendar.Status.TENTATIVE,
    Word.STOPPED: icalendar.Status.CANCELLED,
    Word.WITHDRAWN: icalendar.Status.CANCELLED,
    Word.REFUSED: icalendar.Status.CANCELLED,
}


@transaction.atomic
def make(user: Any) -> str:
    """A new secret address; an earlier one ends."""
    key = secrets.token_urlsafe(32)
    PlanAddress.objects.update_or_create(user=user, defaults={"key_hash": _hash(key), "made_at": timezone.now()})
    return f"{settings.SAMSPILL_BASE_URL.rstrip('/')}{reverse('plan_feed')}?{PARAMETER}={key}"


def end(user: Any) -> None:
    PlanAddress.objects.filter(user=user).delete()


def of(user: Any) -> PlanAddress | None:
    return PlanAddress.objects.filter(user=user).first()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def reader(key: str) -> Any:
    """Whose key it is, if it is one and the person may still see the plan; else None."""
    if not key or len(key) > LONGEST_KEY:
        return None
    wanted = _hash(key)
    row = PlanAddress.objects.select_related("user").filter(key_hash=wanted).first()
    if row is None or not hmac.compare_digest(row.key_hash, wanted):
        return None
    user = row.user
    may = user.is_active and user.has_perm("wagtailadmin.access_admin") and user.has_perm("delivery.view_delivery")
    return user if may else None


def write(user: Any, now: datetime) -> bytes:
    """The plan as iCalendar: titles, channels, times and states; no texts, no names of people."""
    items = calendar_items.between(now - BEHIND, now + AHEAD, user, now)
    return icalendar.write(
        _events(items, now), name=_("Planen i Samspill"), product="-//Samspill//Plan//NO", now=now,
        refresh=timedelta(hours=1),
    )  # fmt: skip


def _events(items: list[Item], now: datetime) -> Iterator[icalendar.Event]:
    base = settings.SAMSPILL_BASE_URL.rstrip("/")
    host = urlsplit(base).hostname or "samspill"
    for item in items:
        yield icalendar.Event(
            f"{item.key}@{host}",
            item.at,
            f"{calendar_words.where(item)}: {item.title}",
            _STATUS.get(item.word, icalendar.Status.CONFIRMED),
            item.changed_at or now,
            item.edit_number,
            str(FACES[item.word].label),
            f"{base}{item.url}" if item.url else "",
        )
