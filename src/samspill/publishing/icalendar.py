"""Writing iCalendar. Pure. Source: RFC 5545 (3.1 folding, 3.3.11 text, 3.6.1 events, 3.8.7 change management)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LINE = 75  # octets of a line, its CRLF not counted
LENGTH = "PT15M"  # a post has no length; without one some calendars do not show it


class Status(StrEnum):
    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``uid`` stays the same for ever; ``sequence`` grows with each change. Instants in UTC."""

    uid: str
    at: datetime
    summary: str
    status: Status
    changed_at: datetime
    sequence: int = 0
    description: str = ""
    url: str = ""


def write(events: Iterable[Event], *, name: str, product: str, now: datetime, refresh: timedelta) -> bytes:
    """A whole calendar. ``product`` names the program; ``refresh`` is how often a reader should ask again."""
    hours = f"PT{max(1, int(refresh.total_seconds()) // 3600)}H"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{text(product)}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{hours}",
        f"X-PUBLISHED-TTL:{hours}",
    ]
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in fold(line))


def _event(event: Event, now: datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{text(event.uid)}",
        f"DTSTAMP:{instant(now)}",
        f"DTSTART:{instant(event.at)}",
        f"DURATION:{LENGTH}",
        f"SUMMARY:{text(event.summary)}",
        f"STATUS:{event.status}",
        f"LAST-MODIFIED:{instant(event.changed_at)}",
        f"SEQUENCE:{event.sequence}",
        "TRANSP:TRANSPARENT",
    ]
    if event.description:
        lines.append(f"DESCRIPTION:{text(event.description)}")
    if event.url:
        lines.append(f"URL:{event.url}")
    return [*lines, "END:VEVENT"]


def instant(at: datetime) -> str:
    """20261126T083000Z."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def text(value: str) -> str:
    """A value of type TEXT: escaped, on one line, without control characters, which may not stand in it."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    value = "".join(sign for sign in value if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def fold(line: str) -> Iterator[bytes]:
    """A line in parts of at most 75 octets, each valid UTF-8; those after the first begin with a space."""
    part = b""
    for sign in line:
        octets = sign.encode("utf-8")
        if len(part) + len(octets) > LINE:
            yield part
            part = b" "
        part += octets
    yield part
