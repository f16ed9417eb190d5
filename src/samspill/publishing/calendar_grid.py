"""Weeks and months of Oslo's calendar, filled with blocks: what the pages draw. ISO weeks begin on Monday."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from samspill.publishing import holidays, walltime
from samspill.publishing.calendar_items import Block

FIRST_HOUR, LAST_HOUR = 8, 16  # shown also when nothing is planned
FIRST_YEAR, LAST_YEAR = 2000, 2100
SHOWN_IN_MONTH = 3
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass
class Day:
    """``slots``: (hour, its blocks), for the hours that the week shows. ``clock``: "spring", "autumn" or ""."""

    date: date
    today: bool = False
    blocks: list[Block] = field(default_factory=list)
    slots: list[tuple[int, list[Block]]] = field(default_factory=list)
    here: bool = True  # False: another month's

    @property
    def weekend(self) -> bool:
        return self.date.isoweekday() > 5

    @property
    def holiday(self) -> str:
        return holidays.name_of(self.date)

    @property
    def clock(self) -> str:
        start, end = midnight(self.date), midnight(self.date + timedelta(days=1))
        hours = (end - start) // timedelta(hours=1)
        return "spring" if hours < 24 else "autumn" if hours > 24 else ""

    @property
    def shown(self) -> list[Block]:
        return self.blocks if len(self.blocks) <= SHOWN_IN_MONTH else self.blocks[:SHOWN_IN_MONTH]

    @property
    def more(self) -> int:
        return len(self.blocks) - len(self.shown)

    @property
    def week(self) -> str:
        return week_name(self.date)


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Oslo, UTC."""
    return walltime.resolve(day, time(0)).instant


def week_name(day: date) -> str:
    """2026-W48."""
    year, number, _weekday = day.isocalendar()
    return f"{year}-W{number:02}"


def monday_of(name: str, today: date) -> date:
    """The Monday of "2026-W48"; of this week when that is no week."""
    found = _WEEK.fullmatch(name)
    if found and FIRST_YEAR < int(found[1]) < LAST_YEAR:
        try:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            pass  # a year without a week 53: as if none were named
    return today - timedelta(days=today.weekday())


def month_of(name: str, today: date) -> date:
    """The first day of "2026-11"; of this month when that is no month."""
    found = _MONTH.fullmatch(name)
    if found and FIRST_YEAR < int(found[1]) < LAST_YEAR and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    return today.replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def previous_month(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def days(first: date, number: int, blocks: Sequence[Block], today: date) -> list[Day]:
    """That many days, each with its blocks."""
    found = [Day(first + timedelta(days=count)) for count in range(number)]
    by_date = {day.date: day for day in found}
    for block in blocks:
        day = by_date.get(block.minute.date())
        if day is not None:
            day.blocks.append(block)
    for day in found:
        day.today = day.date == today
    return found


def week(monday: date, blocks: Sequence[Block], now: datetime) -> list[Day]:
    """Seven days with the same hours: the working day, and what lies outside it when something is planned there."""
    today = walltime.local(now)
    found = days(monday, 7, blocks, today.date())
    hours = [block.minute.hour for day in found for block in day.blocks]
    if any(day.today for day in found):
        hours.append(today.hour)
    shown = range(min([FIRST_HOUR, *hours]), max([LAST_HOUR, *hours]) + 1)
    for day in found:
        day.slots = [(hour, [block for block in day.blocks if block.minute.hour == hour]) for hour in shown]
    return found


def month(first: date, blocks: Sequence[Block], now: datetime) -> list[list[Day]]:
    """The weeks that a month touches, whole."""
    start, end = span_of_month(first)
    found = days(start, (end - start).days, blocks, walltime.local(now).date())
    for day in found:
        day.here = day.date.month == first.month
    return [found[place : place + 7] for place in range(0, len(found), 7)]


def span_of_month(first: date) -> tuple[date, date]:
    """The first Monday shown, and the Monday after the last day shown."""
    start = first - timedelta(days=first.weekday())
    last = next_month(first)
    return start, last + timedelta(days=-last.weekday() % 7)


def now() -> datetime:
    return datetime.now(UTC)
