"""Oversikt: what needs a person comes first, with what each choice does; then today; then yesterday."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samspill.channels.models import Channel
from samspill.delivery import display
from samspill.delivery.models import Circuit
from samspill.delivery.states import State
from samspill.desk import home, today, yesterday
from tests.rooms.desk import world

S = State


@pytest.fixture
def worker(db: None) -> None:
    """A worker that has just been heard from."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")


def test_an_empty_desk_says_what_belongs_here(signed_in: Callable[[str], Client], worker: None) -> None:
    page = signed_in("editor").get("/desk/").content.decode()
    for text in ("Ingenting trenger deg nå.", "Alt er i orden", "Ingen innlegg i dag.", "Ingen tall for i går."):
        assert text in page


def test_what_needs_a_person_stands_in_order_of_urgency(
    signed_in: Callable[[str], Client], channels: Any, worker: None
) -> None:
    x = channels["x"]
    world.delivery(x, S.ACCEPTED, "Ute men annerledes", differences=["text_cut"], next_try_at=None)
    world.delivery(x, S.EXPIRED, "Utgått", reason="approval_lapsed")
    world.delivery(x, S.REFUSED, "Nei", reason="content_rejected")
    world.delivery(x, S.BY_HAND, "For hånd")
    world.delivery(x, S.NEEDS_PERSON, "Uklar", reason="timeout")
    world.delivery(x, S.CONFIRMED, "I orden")
    answer = signed_in("editor").get("/desk/")
    page = answer.content.decode()
    needs = page.split('class="s-needs"')[1].split("</section>")[0]
    places = [needs.index(title) for title in ("Uklar", "For hånd", "Nei", "Utgått", "Ute men annerledes")]
    assert places == sorted(places)
    assert "I orden" not in needs
    assert "Fem ting trenger deg." in page


def test_each_choice_tells_its_effect_before_it_is_pressed(
    signed_in: Callable[[str], Client], channels: Any, worker: None
) -> None:
    world.delivery(channels["x"], S.NEEDS_PERSON, reason="timeout")
    page = signed_in("editor").get("/desk/").content.decode()
    assert "Innlegget sendes til X nå, én gang. Kommer det første fram likevel, blir det to like innlegg." in page
    assert "Innlegget blir bekreftet, og ingenting sendes." in page
    assert "blir det to like" not in signed_in("leader").get("/desk/").content.decode()


def test_no_worker_running_is_told_first(signed_in: Callable[[str], Client]) -> None:
    assert "Ingenting sendes akkurat nå." in signed_in("editor").get("/desk/").content.decode()


def test_channels_in_trouble_and_platforms_that_fail_for_all_are_told(
    signed_in: Callable[[str], Client], channels: Any, worker: None
) -> None:
    Channel.objects.filter(pk=channels["facebook"].pk).update(trouble="token_dead", trouble_since=timezone.now())
    later = timezone.now() + timedelta(minutes=2)
    Circuit.objects.create(
        platform="x", base_url=channels["x"].base_url, failures=5, opened_at=timezone.now(), open_until=later
    )
    page = signed_in("editor").get("/desk/").content.decode()
    assert "Nøkkelen til Facebook virker ikke lenger." in page
    assert "X svarer ikke." in page
    assert "Ordne kanalen" not in page
    assert "Ordne kanalen" in signed_in("admin").get("/desk/").content.decode()


def test_today_gathers_a_story_at_one_minute_and_leaves_what_is_unclear_alone(channels: Any, story_page: Any) -> None:
    at = timezone.now() - timedelta(minutes=1)
    world.delivery(channels["x"], S.NEEDS_PERSON, at=at, page=story_page, reason="timeout")
    world.delivery(channels["facebook"], S.CONFIRMED, at=at, page=story_page)
    world.delivery(channels["linkedin"], S.ACCEPTED, at=at, page=story_page)
    lines = today.plan().past
    assert [(len(line.channels), str(line.word)) for line in lines] == [(1, "unclear"), (2, "sent")]


@pytest.mark.parametrize(("now", "hours"), [
    (datetime(2026, 3, 29, 12, tzinfo=UTC), 23), (datetime(2026, 10, 25, 12, tzinfo=UTC), 25), 
    (datetime(2026, 11, 25, 12, tzinfo=UTC), 24),
])  # fmt: skip
def test_the_days_on_which_the_clocks_change_are_whole(now: datetime, hours: int) -> None:
    start, end = today.span(now=now)
    assert (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(hours=hours)


def noon_yesterday() -> datetime:
    start, _end = today.span(-1)
    return start + timedelta(hours=12)


def test_yesterday_counts_what_was_due_what_went_out_and_clicks(channels: Any) -> None:
    at = noon_yesterday()
    world.delivery(channels["x"], S.CONFIRMED, "Mest lest", at=at, clicks=1284)
    world.delivery(channels["facebook"], S.ACCEPTED, at=at, clicks=3)
    world.delivery(channels["linkedin"], S.REFUSED, at=at, reason="content_rejected")
    world.delivery(channels["linkedin"], S.CANCELLED, at=at)
    world.delivery(channels["linkedin"], S.CONFIRMED, at=at - timedelta(days=1))
    found = yesterday.yesterday()
    assert (found.due, found.out, found.confirmed, found.clicks) == (3, 2, 1, 1287)
    assert found.best is not None and found.best.title == "Mest lest"
    assert [(one.channel.platform, one.out, one.due) for one in found.channels] == [
        ("x", 1, 1), ("facebook", 1, 1), ("linkedin", 0, 1),
    ]  # fmt: skip


def test_yesterday_names_what_came_late_counted_from_when_it_could_leave(channels: Any) -> None:
    at = noon_yesterday()
    world.delivery(channels["x"], S.CONFIRMED, "I tide", at=at, accepted_at=at + timedelta(seconds=90))
    hour = timedelta(hours=1)
    world.delivery(
        channels["x"], S.CONFIRMED, "Godkjent sent", at=at, approved_at=at + hour, accepted_at=at + hour
    )  # fmt: skip
    assert (yesterday.yesterday().in_time, yesterday.yesterday().latest) == (2, None)
    world.delivery(channels["facebook"], S.CONFIRMED, "Litt sen", at=at, accepted_at=at + timedelta(minutes=3))
    world.delivery(channels["facebook"], S.WITHDRAWN, "Senest", at=at, accepted_at=at + timedelta(minutes=12.5))
    found = yesterday.yesterday()
    assert (found.in_time, found.out) == (2, 4)
    assert found.latest is not None and (found.latest.title, found.late) == ("Senest", "12 minutter")


def test_yesterday_tells_what_did_not_come_out_for_sure_and_leads_there(
    signed_in: Callable[[str], Client], channels: Any, worker: None
) -> None:
    at = noon_yesterday()
    refused = world.delivery(channels["x"], S.REFUSED, "Avvist sak", at=at, reason="content_rejected")
    for count in range(4):
        world.delivery(
            channels["facebook"], S.NEEDS_PERSON, f"Uklar {count}", at=at + timedelta(hours=1), reason="timeout"
        )
    world.delivery(channels["facebook"], S.CONFIRMED, "Ute", at=at, accepted_at=at)
    client = signed_in("editor")
    card = client.get("/desk/").content.decode().split('aria-labelledby="yesterday"')[1].split("</section>")[0]
    said = " ".join(re.sub("<[^>]*>", " ", card).split())
    for text in ("1 av 6, 1 bekreftet", "X @lottstift 0 av 1", "Facebook Lotteritilsynet 1 av 5", "Alle som kom ut"):
        assert text in said
    assert "Avvist sak X X Avvist" in said and "Uklar 1 f Facebook Uavklart" in said and "2 til" in said
    assert "Uklar 2" not in said
    assert f"/desk/utsendelser/{refused.pk}/" in card
    address = html.unescape(re.findall(r'href="([^"]*kanal=[^"]*)"', card)[0])
    listed = client.get(address).content.decode()
    assert "Avvist sak" in listed and "Uklar" not in listed


@pytest.mark.parametrize(
    ("seconds", "says"), [(121, "2 minutter"), (119 * 60, "119 minutter"), (7200, "2 timer"), (90_000, "25 timer")]
)
def test_how_late_is_said_in_whole_minutes_or_hours(seconds: int, says: str) -> None:
    assert yesterday.in_words(timedelta(seconds=seconds)) == says


def test_yesterday_costs_the_same_however_much_there_was(channels: Any) -> None:
    at = noon_yesterday()

    def fill(count: int) -> None:
        for number in range(count):
            late = at + timedelta(minutes=number)
            for channel in (channels["x"], channels["facebook"]):
                world.delivery(channel, S.CONFIRMED, f"Ute {number}", at=at, accepted_at=late, clicks=number)
                world.delivery(channel, S.REFUSED, f"Avvist {number}", at=at, reason="content_rejected")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = yesterday.yesterday()
            assert found.latest and found.best and found.channels[0].channel.brand is None
            assert [display.word_for(one.state) for one in found.missing] == [display.Word.REFUSED] * 3
        return len(queries)

    fill(4)
    few = count()
    fill(15)
    assert count() == few <= 6


def test_an_expert_sees_neither_deliveries_nor_channels(signed_in: Callable[[str], Client], channels: Any) -> None:
    world.delivery(channels["x"], S.NEEDS_PERSON, "Hemmelig sak", reason="timeout")
    page = signed_in("expert").get("/desk/").content.decode()
    assert "Hemmelig sak" not in page
    assert "Her er sakene du kan lese og rette." in page
    assert "/desk/utsendelser/" not in page


def test_the_overview_costs_the_same_however_much_needs_a_person(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    client = signed_in("editor")

    def fill(count: int) -> None:
        for number in range(count):
            world.delivery(channels["x"], S.NEEDS_PERSON, f"Uklar {number}", reason="timeout")
            world.delivery(channels["facebook"], S.CONFIRMED, f"Ute {number}")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/")
        return len(queries)

    fill(14)
    client.get("/desk/")
    few = count()
    fill(20)
    assert count() == few
    assert few <= 45
    assert "22 utsendelser til venter på en av dere" in client.get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("waiting", "later", "says"),
    [
        (0, 0, "Ingenting trenger deg nå."),
        (1, 1, "Én ting trenger deg. Ett innlegg går ut senere i dag."),
        (4, 4, "Fire ting trenger deg. Fire innlegg går ut senere i dag."),
        (13, 0, "13 ting trenger deg."),
    ],
)
def test_the_first_line_counts_in_words(waiting: int, later: int, says: str) -> None:
    assert home.summary(waiting, later) == says
