"""Oslo's wall clock: a plan is kept as local date and time and holds through the change of clocks. Pure.

In the hour that does not exist in spring the plan moves forward by it (02:30 becomes 03:30); in the hour
that comes twice in autumn the first counts. Both are told to the person (``WallTime.note``). Source: PEP 495.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


class Note(StrEnum):
    """What is special about a wall time."""

    NONE = ""
    SKIPPED = "skipped"  # does not exist that night; moved forward
    TWICE = "twice"  # comes twice that night; the first counts


@dataclass(frozen=True, slots=True)
class WallTime:
    """A wall time in Oslo, the instant it stands for (UTC), and what is special about it."""

    local: datetime
    instant: datetime
    note: Note


def resolve(day: date, at: time) -> WallTime:
    """The instant that a wall time in Oslo means."""
    local = datetime.combine(day, at.replace(tzinfo=None), OSLO)
    instant = local.astimezone(UTC)
    back = instant.astimezone(OSLO)
    if back.replace(tzinfo=None) != local.replace(tzinfo=None):
        return WallTime(back, instant, Note.SKIPPED)
    twice = local.replace(fold=1).utcoffset() != local.utcoffset()
    return WallTime(back, instant, Note.TWICE if twice else Note.NONE)


def local(instant: datetime) -> datetime:
    """An instant as Oslo's wall time."""
    return instant.astimezone(OSLO)


def days_after(instant: datetime, days: int) -> datetime:
    """The instant ``days`` days later at the same wall time: ten o'clock stays ten when the clocks change. UTC."""
    at = local(instant)
    return resolve(at.date() + timedelta(days=days), at.time()).instant
