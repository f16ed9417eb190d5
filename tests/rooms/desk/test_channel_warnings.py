"""Warnings about channels by e-mail: the right steps, to the right people, each once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from samspill.channels.models import Channel, ChannelWarning
from samspill.delivery import trouble
from samspill.desk import needs, tasks, warn
from samspill.desk.watch_words import KEY_DAYS, midnight
from tests.rooms.desk.test_channel_page import connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.SAMSPILL_MAIL = True


def letters() -> list[dict[str, Any]]:
    return [job.args for job in ProcrastinateJob.objects.filter(task_name="mail.send").order_by("id")]


def key_ends_in(channel: Channel, **left: float) -> Channel:
    return connected(channel, key_expires_at=timezone.now() + timedelta(**left))


@pytest.mark.parametrize(
    ("left", "step"),
    [
        ({"days": 15}, None),
        ({"days": 13.5}, 14),
        ({"days": 7}, 7),
        ({"hours": 30}, 7),
        ({"hours": 20}, 1),
        ({"days": -3}, 0),
    ],
)
def test_a_key_is_warned_of_at_fourteen_seven_and_one_days_and_when_it_has_ended(
    left: dict[str, float], step: int | None, people: Any, channels: Any
) -> None:
    key_ends_in(channels["facebook"], **left)
    warn.warn()
    told = list(ChannelWarning.objects.values_list("kind", "days"))
    assert told == ([] if step is None else [("key", step)])


def test_each_step_is_told_once_however_often_it_runs_and_anew_for_a_new_key(people: Any, channels: Any) -> None:
    key_ends_in(channels["facebook"], days=6)
    assert [warn.warn() for _ in range(3)] == [1, 0, 0]
    key_ends_in(channels["facebook"], hours=12)
    assert warn.warn() == 1
    key_ends_in(channels["facebook"], days=60)  # connected anew
    assert warn.warn() == 0


def test_two_workers_at_once_tell_it_once(people: Any, channels: Any) -> None:
    key_ends_in(channels["facebook"], days=6)
    start, new = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait()
            new.append(warn.warn())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(new) == [0, 1]
    assert ChannelWarning.objects.count() == 1
    assert len(letters()) == len(warn.administrators())


def test_those_who_may_change_channels_get_a_letter_that_says_what_to_do(people: Any, channels: Any) -> None:
    channel = key_ends_in(channels["facebook"], days=6)
    tasks.warn_of_channels(0)
    sent = letters()
    assert {letter["user_id"] for letter in sent} == {people["admin"].pk, people["root"].pk}
    assert sent[0]["subject"].startswith("Nøkkelen til Facebook går ut")
    assert "Koble til kanalen på nytt før det." in sent[0]["text"]
    assert f"/desk/kanaler/{channel.pk}/" in sent[0]["text"]
    assert "aHemmelig" not in str(sent)


def test_a_key_that_fails_is_told_at_once_and_once_for_each_time(people: Any, channels: Any) -> None:
    channel = connected(channels["x"])
    trouble.report(channel.pk, "token_dead", "401")
    assert (warn.warn(), warn.warn()) == (1, 0)
    assert letters()[0]["subject"] == "Nøkkelen til X virker ikke lenger"
    trouble.clear(channel.pk)
    trouble.well(channel.pk)
    trouble.report(channel.pk, "token_dead", "401")
    Channel.objects.filter(pk=channel.pk).update(trouble_since=timezone.now() + timedelta(seconds=2))
    assert warn.warn() == 1


def test_a_platform_that_is_down_is_no_letter(people: Any, channels: Any) -> None:
    channel = connected(channels["x"])
    trouble.note(channel.pk, "timeout", "")
    trouble.report(channel.pk, "rate_limited", "")
    assert warn.warn() == 0


def test_an_unclear_renewal_is_told_with_how_long_the_old_key_works(people: Any, channels: Any) -> None:
    now = timezone.now()
    connected(channels["x"], key_expires_at=now + timedelta(minutes=50), renewal_unclear_at=now)
    assert (warn.warn(), warn.warn()) == (1, 0)
    assert "Den gamle nøkkelen virker til" in letters()[0]["text"]


@pytest.mark.parametrize(("days", "step"), [(61, None), (60, 60), (30, 30), (8, 30), (7, 7), (0, 0)])
def test_a_version_is_warned_of_at_sixty_thirty_and_seven_days(days: int, step: int | None, people: Any) -> None:
    channel = connected(Channel.objects.create(platform="linkedin", name="Tilsynet", mode="live"))
    version = warn.ends.version_of(channel)
    assert version is not None
    found = list(warn.due(channel, midnight(version.ends) - timedelta(days=days)))
    assert [warning.days for warning in found] == ([] if step is None else [step])


def test_one_letter_about_a_version_is_enough_for_all_channels_of_the_platform(people: Any, channels: Any) -> None:
    ended = {"options": {"linkedin_version": "202401"}, "key_expires_at": timezone.now() + timedelta(days=50)}
    for name in ("Lotteritilsynet", "Stiftelsestilsynet"):
        connected(Channel.objects.create(platform="linkedin", name=name, mode="live"), **ended)
    assert (warn.warn(), warn.warn()) == (2, 0)
    assert len(letters()) == len(warn.administrators())
    assert letters()[0]["subject"].startswith("LinkedIn kan ha sluttet å ta imot API-versjonen")
    Channel.objects.filter(platform="linkedin").update(key_expires_at=timezone.now() + timedelta(days=5))
    rows = needs.for_user(people["admin"]).rows
    assert [need.url.endswith("/koble/") for need in rows if "API-versjonen" in need.title] == [False]
    assert [need.url.endswith("/koble/") for need in rows if "Nøkkelen til LinkedIn" in need.title] == [True] * 3


def test_channels_that_nobody_uses_are_left_in_peace(people: Any, channels: Any) -> None:
    for mode in ("by_hand", "paused"):
        channel = key_ends_in(channels["facebook"], days=6)
        Channel.objects.filter(pk=channel.pk).update(mode=mode)
        assert warn.warn() == (1 if mode == "paused" else 0)


def test_without_a_mail_server_it_is_still_written_down_and_nothing_is_queued(
    people: Any, channels: Any, settings: Any
) -> None:
    settings.SAMSPILL_MAIL = False
    key_ends_in(channels["facebook"], days=6)
    assert warn.warn() == 1
    assert letters() == []


def test_the_database_holds_that_a_warning_is_given_once(channels: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conname = 'each_warning_once'")
        assert cursor.fetchone() == ("each_warning_once",)
    assert KEY_DAYS == (14, 7, 1)
