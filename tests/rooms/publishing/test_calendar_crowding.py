"""What is wrong or crowded in a plan, the holidays, and the weeks and months of Oslo's calendar: pure functions."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.publishing import calendar_grid as grid
from samspill.publishing import crowding, holidays, offsets, walltime
from samspill.publishing.crowding import Kind, Planned, Severity

NOON = datetime(2026, 11, 26, 11, tzinfo=UTC)  # 12.00 in Oslo, an ordinary Thursday
BEFORE = NOON - timedelta(days=3)


def kinds(*planned: Planned, now: datetime = BEFORE) -> dict[str, list[Kind]]:
    return {key: [one.kind for one in found] for key, found in crowding.judge(planned, now).items()}


def at(minutes: int, key: str = "b", channel: int = 1, **more: object) -> Planned:
    return Planned(key, NOON + timedelta(minutes=minutes), channel, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("minutes", "tight"), [(0, True), (1, True), (60, True), (61, False)])
def test_two_posts_in_one_channel_are_tight_up_to_an_hour(minutes: int, tight: bool) -> None:
    assert kinds(at(0, "a"), at(minutes)) == ({"b": [Kind.TIGHT]} if tight else {})


def test_two_channels_do_not_crowd_each_other() -> None:
    assert kinds(at(0, "a"), at(5, channel=2)) == {}


def test_what_is_out_takes_room_and_is_not_judged_and_what_was_stopped_takes_none() -> None:
    assert kinds(at(0, "a", waits=False, out=True), at(30)) == {"b": [Kind.TIGHT]}
    assert kinds(at(0, "a", waits=False), at(30)) == {}
    assert kinds(at(0, "a"), at(30, waits=False, out=True)) == {}


def test_the_cure_for_tight_is_the_next_free_quarter_of_the_day() -> None:
    found = crowding.judge([at(0, "a"), at(30), at(100, "c")], BEFORE)
    assert found["b"][0].cure == NOON + timedelta(minutes=165)  # 14.45: over an hour after 13.40
    late = NOON + timedelta(hours=8, minutes=30)
    assert crowding.next_free([late], late + timedelta(minutes=5), BEFORE) is None


def test_more_than_four_of_a_channel_in_a_day_are_many() -> None:
    five = [at(70 * number, str(number)) for number in range(5)]
    assert kinds(*five) == {"4": [Kind.MANY]}
    assert kinds(*five[:4]) == {}


@pytest.mark.parametrize(("minutes", "fails"), [(-1, True), (0, True), (1, False)])
def test_a_post_before_its_story_or_in_its_minute_will_fail(minutes: int, fails: bool) -> None:
    found = crowding.judge([at(minutes, story_at=NOON)], BEFORE)
    assert bool(found) is fails
    if fails:
        assert found["b"][0].severity is Severity.CRIT
        assert found["b"][0].cure == NOON + timedelta(minutes=5)
    assert kinds(at(minutes, story_at=NOON, follows=True)) == {}


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"held": True}, Kind.STOPPED),
        ({"stopped": True}, Kind.CHANNEL_STOPPED),
        ({"trouble": True}, Kind.CHANNEL_TROUBLE),
        ({"held_until": NOON + timedelta(hours=1)}, Kind.CHANNEL_HELD),
    ],
)
def test_a_channel_that_does_not_send_is_told(more: dict[str, object], kind: Kind) -> None:
    assert kinds(at(0, **more)) == {"b": [kind]}
    assert kinds(at(0, held_until=NOON - timedelta(hours=1))) == {}


def test_an_unapproved_post_whose_time_has_passed_is_told() -> None:
    assert kinds(at(0, approved=False), now=NOON) == {"b": [Kind.PASSED]}
    assert kinds(at(0, approved=True), now=NOON) == {}


def test_nights_and_holidays_are_hints_and_the_worst_comes_first() -> None:
    night = Planned("b", datetime(2026, 12, 25, 21, tzinfo=UTC), 1, stopped=True)  # 22.00 on Christmas Day
    found = crowding.judge([night], BEFORE)["b"]
    assert [one.kind for one in found] == [Kind.CHANNEL_STOPPED, Kind.NIGHT, Kind.HOLIDAY]
    assert [one.severity for one in found] == [Severity.CRIT, Severity.HINT, Severity.HINT]


@given(st.lists(st.integers(0, 1440), max_size=12))
def test_judging_needs_no_order_and_forgets_nobody(minutes: list[int]) -> None:
    planned = [at(minute, str(number)) for number, minute in enumerate(minutes)]
    assert kinds(*planned) == kinds(*reversed(planned))
    near = {str(number) for number, minute in enumerate(minutes) if any(0 < minute - other <= 60 for other in minutes)}
    assert near <= {key for key, found in kinds(*planned).items() if Kind.TIGHT in found}


@pytest.mark.parametrize(
    ("year", "day"),
    [(1954, (4, 18)), (2000, (4, 23)), (2024, (3, 31)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25))],
)
def test_easter_is_right(year: int, day: tuple[int, int]) -> None:
    assert holidays.easter(year) == date(year, *day)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 5, 17), "17. mai"),
        (date(2026, 4, 2), "skjærtorsdag"),
        (date(2026, 5, 14), "Kristi himmelfartsdag"),
        (date(2026, 5, 25), "andre pinsedag"),
        (date(2026, 12, 24), ""),
    ],
)
def test_norway_s_holidays_have_their_names(day: date, name: str) -> None:
    assert holidays.name_of(day) == name


def test_days_after_a_story_keep_the_clock_and_hours_keep_their_length() -> None:
    story = walltime.resolve(date(2027, 3, 27), time(10)).instant  # the night after, an hour is skipped
    days, hours = offsets.after(story, 1, "days"), offsets.after(story, 24, "hours")
    assert walltime.local(days).strftime("%d %H.%M") == "28 10.00"
    assert walltime.local(hours).strftime("%d %H.%M") == "28 11.00"
    autumn = walltime.resolve(date(2026, 10, 24), time(10)).instant
    assert walltime.local(offsets.after(autumn, 1, "days")).strftime("%d %H.%M") == "25 10.00"
    assert walltime.local(offsets.after(autumn, 24, "hours")).strftime("%d %H.%M") == "25 09.00"
    assert offsets.after(story, 0, "days") == story


@pytest.mark.parametrize(
    ("name", "monday"),
    [
        ("2026-W53", date(2026, 12, 28)),
        ("2027-W01", date(2027, 1, 4)),
        ("2027-W53", date(2026, 11, 23)),  # that year has none
        ("2026-W99", date(2026, 11, 23)),
        ("tull", date(2026, 11, 23)),
        ("0000-W00", date(2026, 11, 23)),
    ],
)
def test_weeks_are_iso_s_and_nonsense_is_this_week(name: str, monday: date) -> None:
    assert grid.monday_of(name, date(2026, 11, 25)) == monday


def test_a_month_shows_whole_weeks_and_the_change_of_clocks_makes_short_and_long_days() -> None:
    assert grid.span_of_month(date(2026, 11, 1)) == (date(2026, 10, 26), date(2026, 12, 7))
    assert grid.month_of("2026-13", date(2026, 11, 25)) == date(2026, 11, 1)
    assert grid.Day(date(2027, 3, 28)).clock == "spring"
    assert grid.Day(date(2026, 10, 25)).clock == "autumn"
    assert grid.midnight(date(2026, 10, 26)) - grid.midnight(date(2026, 10, 25)) == timedelta(hours=25)
