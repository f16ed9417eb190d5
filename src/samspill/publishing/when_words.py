"""Times in words for a person: «i dag kl. 11.00», «om 1 t 19 min»."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samspill.publishing.walltime import local


def moment(instant: datetime) -> str:
    """«i dag kl. 11.00», «i morgen kl. 09.00», «3. mars 2026 kl. 14.05»; Oslo's wall time."""
    at, today = local(instant), local(timezone.now()).date()
    clock = formats.date_format(at, "H.i")
    near = {0: _("i dag"), 1: _("i morgen"), -1: _("i går")}.get((at.date() - today).days)
    return _("%(day)s kl. %(time)s") % {"day": near or formats.date_format(at, "j. F Y"), "time": clock}


def until(instant: datetime) -> str:
    """«Om 1 t 19 min», «Om 2 dager»; empty when it has passed."""
    left = instant - timezone.now()
    if left <= timedelta(0):
        return ""
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    if hours >= 48:
        days = (local(instant).date() - local(timezone.now()).date()).days
        return ngettext("Om %(n)s dag", "Om %(n)s dager", days) % {"n": days}
    if hours:
        return _("Om %(hours)s t %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return _("Om %(minutes)s min") % {"minutes": max(minutes, 1)}
