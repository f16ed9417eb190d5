"""How long after its story a post goes out. Hours are hours; days are days on Oslo's wall clock.

"Two hours after" is 7,200 seconds also in the night when clocks change; "three days after" a story at 10.00 is
10.00 three days later. Source: docs/adr/0015.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from samspill.publishing import walltime

if TYPE_CHECKING:
    from samspill.publishing.models import Version

MOST_HOURS, MOST_DAYS = 72, 30


class AfterUnit(models.TextChoices):
    HOURS = "hours", _("timer")
    DAYS = "days", _("dager")


MOST = {AfterUnit.HOURS: MOST_HOURS, AfterUnit.DAYS: MOST_DAYS}


def after(out_at: datetime, amount: int, unit: str) -> datetime:
    """The instant ``amount`` hours or days after ``out_at``."""
    if not amount:
        return out_at
    if unit == AfterUnit.DAYS:
        return walltime.days_after(out_at, amount)
    return out_at + timedelta(hours=amount)


def after_story(version: Version, out_at: datetime) -> datetime:
    """When a post that follows its story goes out, the story being out at ``out_at``."""
    return after(out_at, version.after_amount, version.after_unit)


def words(amount: int, unit: str) -> str:
    """«2 timer etter saken», «1 dag etter saken»; empty when it goes out with the story."""
    if not amount:
        return ""
    if unit == AfterUnit.DAYS:
        return ngettext("%(n)s dag etter saken", "%(n)s dager etter saken", amount) % {"n": amount}
    return ngettext("%(n)s time etter saken", "%(n)s timer etter saken", amount) % {"n": amount}
