"""Instants as people here say them: kl. 14.05, i dag kl. 14.05, 3. mars 2027 kl. 09.05. Oslo's wall clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def clock(at: datetime, *, seconds: bool = False) -> str:
    """The time of day: 14.05, or 14.05.11 with seconds."""
    return timezone.localtime(at).strftime("%H.%M.%S" if seconds else "%H.%M")


def day(at: datetime, now: datetime | None = None) -> str:
    """The day: i dag, i går, i morgen, else 3. mars, with the year when it is not this one."""
    local, today = timezone.localtime(at).date(), timezone.localtime(now or timezone.now()).date()
    near = {today: _("i dag"), today - timedelta(days=1): _("i går"), today + timedelta(days=1): _("i morgen")}
    if local in near:
        return near[local]
    return date_format(local, "j. F" if local.year == today.year else "j. F Y")


def day_and_clock(at: datetime, now: datetime | None = None) -> str:
    """Day and time: i dag kl. 14.05."""
    return _("%(day)s kl. %(clock)s") % {"day": day(at, now), "clock": clock(at)}


def absolute(at: datetime, now: datetime | None = None) -> str:
    """Date and time, never relative: 25. november kl. 14.05, 3. mars 2027 kl. 09.05."""
    local, today = timezone.localtime(at), timezone.localtime(now or timezone.now())
    date = date_format(local, "j. F" if local.year == today.year else "j. F Y")
    return _("%(day)s kl. %(clock)s") % {"day": date, "clock": clock(at)}
