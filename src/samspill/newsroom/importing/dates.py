"""Dates as feeds, exports and people write them. What cannot be read surely is unknown, never guessed. No Django.

Sources: RFC 822 §5 with the zones it names, RFC 2822 §4.3 (a zone of another name is unknown), RFC 3339, ISO 8601,
and what feeds do in spite of them: ``2016/6/29 15:07:41`` (kurtmckee/feedparser#75), Norwegian names of months.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
_MONTHS = (
    ("januar", "january"), ("februar", "february"), ("mars", "march"), ("april", "april"), ("mai", "may"),
    ("juni", "june"), ("juli", "july"), ("august", "august"), ("september", "september"), ("oktober", "october"),
    ("november", "november"), ("desember", "december"),
)  # fmt: skip
# RFC 822 §5.1. Military letters are not among them: they were published with the wrong sign (RFC 2822 §4.3).
_ZONES = {
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "cet": 1,
    "cest": 2,
}  # noqa: E501
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
_ZONE = r"(?P<zone>z|[+-]\d{2}:?\d{2}|[a-zæøå]{1,5})?"
_NUMERIC = re.compile(
    rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})"
    rf"(?:(?:t|\s+)(?:kl\.?\s*)?{_CLOCK}\s*{_ZONE})?"
)
_NAMED = re.compile(
    rf"(?:[a-zæøå]+\.?,?\s+)?(?P<day>\d{{1,2}})\.?[\s-]+(?P<name>[a-zæøå]+)\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}})"
    rf"(?:,?\s+(?:kl\.?\s*)?{_CLOCK}\s*{_ZONE})?(?:\s*\([^)]*\))?"
)
_NORWEGIAN = re.compile(
    rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})(?:,?\s+(?:kl\.?\s*)?{_CLOCK}\s*{_ZONE})?"
)


@dataclass(frozen=True, slots=True)
class Read:
    """``at`` in UTC, or None: unknown. ``zone_assumed``: the text has a time but no zone, and Oslo's was taken."""

    at: datetime | None
    zone_assumed: bool = False


UNKNOWN = Read(None)


def read(text: str) -> Read:
    """The instant that ``text`` names. A day without a time is the day's beginning in Oslo."""
    plain = " ".join(text.lower().split())[:100]
    for pattern in (_NUMERIC, _NORWEGIAN, _NAMED):
        found = pattern.fullmatch(plain)
        if found:
            return _of(found.groupdict())
    return UNKNOWN


def _of(parts: dict[str, str | None]) -> Read:
    month = int(parts["month"] or 0) if parts.get("month") else _month(parts.get("name") or "")
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:  # RFC 2822 §4.3
        year += 2000 if year < 50 else 1900
    offset = _offset(parts["zone"] or "")
    if not month or offset is None:
        return UNKNOWN
    zone = timezone(offset) if isinstance(offset, timedelta) else OSLO
    clock = [int(parts[name] or 0) for name in ("hour", "minute", "second")]
    try:
        at = datetime(year, month, int(parts["day"] or 0), clock[0], clock[1], min(clock[2], 59), tzinfo=zone)
        return Read(at.astimezone(UTC), zone_assumed=offset == "" and bool(parts["hour"]))
    except (ValueError, OverflowError):
        return UNKNOWN


def _month(name: str) -> int:
    """A name in Norwegian or English, whole or cut to three letters or more; 0 for another language's."""
    if len(name) < 3:
        return 0
    for number, names in enumerate(_MONTHS, start=1):
        if any(whole.startswith(name) for whole in names) or name == {9: "sept"}.get(number):
            return number
    return 0


def _offset(zone: str) -> timedelta | str | None:
    """ "": none was named; None: one that nobody knows."""
    if not zone:
        return ""
    found = re.fullmatch(r"([+-])(\d{2}):?(\d{2})", zone)
    if found:
        minutes = int(found[2]) * 60 + int(found[3])
        return timedelta(minutes=minutes if found[1] == "+" else -minutes) if minutes < 24 * 60 else None
    return timedelta(hours=_ZONES[zone]) if zone in _ZONES else None
