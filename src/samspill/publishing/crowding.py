"""What is wrong, or crowded, in a plan. Pure: no database, no clock of its own.

Red is what will fail; amber is what hurts a reader; a hint only tells. The words stand in ``calendar_words.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from samspill.publishing import holidays, walltime

TIGHT = timedelta(minutes=60)  # from this on, two posts in one channel do not take each other's readers
MANY = 4  # more than so many posts of a channel in a day drown each other
FIRST, LAST = time(7), time(21)  # who reads at night?
# A story comes out by a round of once a minute: what goes out in the same minute may be first.
ROUND = timedelta(minutes=1)
AFTER_STORY = timedelta(minutes=5)  # the cure keeps this distance
STEP = timedelta(minutes=15)


class Severity(StrEnum):
    CRIT = "crit"
    WARN = "warn"
    HINT = "hint"


class Kind(StrEnum):
    """What can be wrong with one post at one time, worst first."""

    BEFORE_STORY = "before_story"
    STOPPED = "stopped"  # somebody has stopped everything, or this channel or sender
    CHANNEL_STOPPED = "channel_stopped"  # paused, or we wait with it
    CHANNEL_TROUBLE = "channel_trouble"  # the account must be mended first
    CHANNEL_HELD = "channel_held"  # the platform asked us to wait until after that time
    PASSED = "passed"  # its time has passed, and nobody has approved it
    TIGHT = "tight"
    MANY = "many"
    NIGHT = "night"
    HOLIDAY = "holiday"


SEVERITY = {
    Kind.TIGHT: Severity.WARN,
    Kind.MANY: Severity.WARN,
    Kind.NIGHT: Severity.HINT,
    Kind.HOLIDAY: Severity.HINT,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """``other``: the story's instant, the time of the neighbour before, or until when a channel is held (UTC).

    ``number``: how many there are that day. ``cure``: the instant that would be right (UTC).
    """

    kind: Kind
    other: datetime | None = None
    number: int = 0
    cure: datetime | None = None

    @property
    def severity(self) -> Severity:
        return SEVERITY.get(self.kind, Severity.CRIT)


@dataclass(frozen=True, slots=True)
class Planned:
    """One post as the plan sees it. Instants in UTC.

    ``channel``: its id, None for the newsroom. ``waits``: it has not left. ``approved``: nothing more is asked of
    anybody. ``story_at``: when its story comes out, if it is not out. ``follows``: it goes out by its story.
    """

    key: str
    at: datetime
    channel: int | None
    waits: bool = True
    approved: bool = True
    out: bool = False  # it is, or may be, with the public: it takes room
    follows: bool = False
    story_at: datetime | None = None
    held: bool = False  # by a person's «Stopp alt»
    stopped: bool = False
    trouble: bool = False
    held_until: datetime | None = None


def judge(planned: Sequence[Planned], now: datetime) -> dict[str, list[Trouble]]:
    """Key → what is wrong with it, worst first. Only what has not left is judged; what is out takes room."""
    found: dict[str, list[Trouble]] = defaultdict(list)
    for one in planned:
        if one.waits:
            found[one.key] += _alone(one, now)
    for group in _by_channel(planned).values():
        _crowded(group, found, now)
    order = list(Kind)
    return {key: sorted(troubles, key=lambda one: order.index(one.kind)) for key, troubles in found.items() if troubles}


def _alone(one: Planned, now: datetime) -> Iterable[Trouble]:
    if one.story_at is not None and not one.follows and one.at < one.story_at + ROUND:
        yield Trouble(Kind.BEFORE_STORY, one.story_at, cure=one.story_at + AFTER_STORY)
    if one.held:
        yield Trouble(Kind.STOPPED)
    if one.stopped:
        yield Trouble(Kind.CHANNEL_STOPPED)
    elif one.trouble:
        yield Trouble(Kind.CHANNEL_TROUBLE)
    elif one.held_until is not None and one.held_until > one.at:
        yield Trouble(Kind.CHANNEL_HELD, one.held_until)
    if one.at <= now and not one.approved:
        yield Trouble(Kind.PASSED)
    local = walltime.local(one.at)
    if not FIRST <= local.time() < LAST:
        yield Trouble(Kind.NIGHT)
    if holidays.name_of(local.date()):
        yield Trouble(Kind.HOLIDAY)


def _by_channel(planned: Iterable[Planned]) -> dict[int, list[Planned]]:
    groups: dict[int, list[Planned]] = defaultdict(list)
    for one in planned:
        if one.channel is not None and (one.waits or one.out):
            groups[one.channel].append(one)
    return {channel: sorted(group, key=lambda one: (one.at, one.key)) for channel, group in groups.items()}


def _crowded(group: Sequence[Planned], found: dict[str, list[Trouble]], now: datetime) -> None:
    times = [one.at for one in group]
    for before, one in pairwise(group):
        if one.waits and one.at - before.at <= TIGHT:
            cure = next_free([at for other, at in zip(group, times, strict=True) if other is not one], one.at, now)
            found[one.key].append(Trouble(Kind.TIGHT, before.at, cure=cure))
    days: dict[date, list[Planned]] = defaultdict(list)
    for one in group:
        days[walltime.local(one.at).date()].append(one)
    for of_day in days.values():
        if len(of_day) > MANY:
            for one in of_day[MANY:]:
                if one.waits:
                    found[one.key].append(Trouble(Kind.MANY, number=len(of_day)))


def next_free(taken: Sequence[datetime], at: datetime, now: datetime) -> datetime | None:
    """The next quarter of an hour after ``at``, the same day and by daylight, that is free; None when there is none."""
    local = walltime.local(at)
    free = at - timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond) + STEP
    while walltime.local(free).date() == local.date() and walltime.local(free).time() < LAST:
        if free > now and all(abs(free - other) > TIGHT for other in taken):
            return free
        free += STEP
    return None
