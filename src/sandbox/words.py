"""Times and names in the words of the public pages: bokmål, Oslo time."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MONTHS = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
]
try:
    OSLO: ZoneInfo | timezone = ZoneInfo("Europe/Oslo")
except ZoneInfoNotFoundError:  # a machine without time zone data: better an hour wrong in summer than no page
    OSLO = timezone(timedelta(hours=1))


def _local(iso: str) -> datetime:
    return datetime.fromisoformat(iso.replace("Z", "+00:00")).astimezone(OSLO)


def full(iso: str) -> str:
    """`25. november 2026 kl. 14.05`."""
    t = _local(iso)
    return f"{t.day}. {MONTHS[t.month - 1]} {t.year} kl. {t:%H.%M}"


def short(iso: str, now: str = "akkurat nå") -> str:
    """As feeds say it: akkurat nå, 5 min, 3 t, 2 d, then the date."""
    t = _local(iso)
    seconds = time.time() - t.timestamp()
    if seconds < 60:
        return now
    for size, unit, until in ((60, "min", 3600), (3600, "t", 86400), (86400, "d", 7 * 86400)):
        if seconds < until:
            return f"{int(seconds // size)} {unit}"
    year = "" if t.year == datetime.now(OSLO).year else f" {t.year}"
    return f"{t.day}. {MONTHS[t.month - 1][:3]}{'.' if len(MONTHS[t.month - 1]) > 3 else ''}{year}"


def initials(name: str) -> str:
    """One or two letters for a drawn avatar."""
    words = [w for w in name.replace("-", " ").split() if len(w) > 2] or [name or "?"]
    return "".join(w[0] for w in words[:2]).upper()


def hue(id: str) -> int:
    """A colour angle (degrees) that stays the same for an id."""
    return sum(id.encode()) * 37 % 360


def size(bytes: int) -> str:
    """`340 kB`, `2,1 MB`."""
    return f"{bytes / 1e6:.1f} MB".replace(".", ",") if bytes >= 1e6 else f"{max(1, round(bytes / 1e3))} kB"
