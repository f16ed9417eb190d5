"""The plan as iCalendar: the format (RFC 5545), and who may read it by which address."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from samspill.delivery import ledger
from samspill.publishing import icalendar, plan_address
from samspill.publishing.models import PlanAddress
from tests.rooms.publishing import calendar_world as plan
from tests.rooms.publishing.approval_world import World

AWKWARD = "æøå" * 35 + "📞; a, b\\c" + "\n" + "slutt"
NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


def written(summary: str) -> bytes:
    event = icalendar.Event(
        "post-1@example.no", NOW, summary, icalendar.Status.TENTATIVE, NOW, 3, "Kladd", "http://a/b"
    )
    return icalendar.write([event], name="Plan", product="-//A//B//NO", now=NOW, refresh=timedelta(hours=1))


def unfolded(content: bytes) -> list[str]:
    return content.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")


def plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def summary_of(content: bytes) -> str:
    return plain(next(line for line in unfolded(content) if line.startswith("SUMMARY:")).removeprefix("SUMMARY:"))


def check_lines(content: bytes) -> None:
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in content[:-2].split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")


def test_long_lines_are_folded_by_octets_and_no_letter_is_split() -> None:
    content = written(AWKWARD)
    check_lines(content)
    assert summary_of(content) == AWKWARD
    line = next(line for line in unfolded(content) if line.startswith("SUMMARY:"))
    assert r"📞\; a\, b\\c\nslutt" in line


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    content = written(text)
    check_lines(content)
    assert summary_of(content) == text


@given(st.text(max_size=80))
def test_control_characters_and_line_breaks_make_no_new_lines(text: str) -> None:
    content = written(text)
    check_lines(content)
    names = [line.split(":")[0] for line in unfolded(content)]
    assert names.count("SUMMARY") == 1
    assert not any(ord(sign) < 32 and sign != "\t" for line in unfolded(content) for sign in line)


def test_an_event_tells_when_in_utc_and_how_sure_it_is() -> None:
    lines = unfolded(written("Tittel"))
    for line in ("VERSION:2.0", "METHOD:PUBLISH", "UID:post-1@example.no", "DTSTART:20261125T083000Z",
                 "DTSTAMP:20261125T083000Z", "LAST-MODIFIED:20261125T083000Z", "STATUS:TENTATIVE",
                 "SEQUENCE:3"):  # fmt: skip
        assert lines.count(line) == 1


@pytest.fixture
def world(db: None) -> World:
    return World()


def address_of(world: World, user: object) -> str:
    html = world.as_(user).post(reverse("desk_calendar_address"), {"gjor": "lag"}).content.decode()
    found = re.search(r'id="k-address"[^>]*value="([^"]+)"', html)
    assert found is not None
    return found[1].split("://", 1)[1].partition("/")[2].join(["/", ""])


def test_the_plan_of_two_weeks_is_read_without_signing_in(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00", text="Spør oss, i kveld; kl. 18", approved=False)
    world.post(world.jonas)
    story = plan.plan_story(world, timezone.now() + timedelta(days=2))
    far = plan.loose_post(world, 30, "10:00", text="Langt fram")
    address = address_of(world, world.liv)
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    check_lines(answer.content)
    lines = unfolded(answer.content)
    assert "SUMMARY:Nyhetsrom: Fristen er 1. september" in lines
    assert "STATUS:CONFIRMED" in lines
    inside = plan.instant(1, "10:00") < timezone.now() + timedelta(days=14)
    assert any("Spør oss\\, i kveld\\; kl. 18" in line for line in lines) is inside
    assert not any(f"post-{far.pk}@" in line for line in lines)
    assert any(line.startswith(f"UID:story-{story.pk}@") for line in lines)
    text = answer.content.decode()
    assert "Jonas" not in text
    assert "@example.no" not in text
    assert post.pk


def test_a_moved_post_keeps_its_uid_and_grows_its_sequence(world: World) -> None:
    post = plan.loose_post(world, -14, "23:50")
    at = timezone.now() + timedelta(days=1)
    post = plan.plan_post(world, post, 0, "10:00")
    type(post).objects.filter(pk=post.pk).update(planned_date=at.date(), planned_time="10:00")
    address = address_of(world, world.ingrid)

    def sequence() -> int:
        lines = unfolded(Client().get(address).content)
        start = next(number for number, line in enumerate(lines) if line.startswith(f"UID:post-{post.pk}@"))
        return int(next(line for line in lines[start:] if line.startswith("SEQUENCE:")).removeprefix("SEQUENCE:"))

    before = sequence()
    assert plan.send(world.as_(world.marte), world.marte, post, 0, "11:00").status_code == 200
    type(post).objects.filter(pk=post.pk).update(planned_date=at.date())
    assert sequence() > before


def test_what_was_stopped_is_cancelled_in_the_calendar_too(world: World) -> None:
    post = plan.loose_post(world, -14, "23:50", approved=True)
    row = ledger.locked(post.delivery_id)
    row.due_at = timezone.now() + timedelta(days=1)
    row.save(update_fields=["due_at"])
    ledger.cancel(row, actor=world.ingrid)
    assert "STATUS:CANCELLED" in unfolded(Client().get(address_of(world, world.ingrid)).content)


def test_a_new_address_ends_the_old_and_none_is_kept_as_it_is(world: World) -> None:
    old = address_of(world, world.ingrid)
    new = address_of(world, world.ingrid)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    key = new.partition("=")[2]
    row = PlanAddress.objects.get(user=world.ingrid)
    assert key not in row.key_hash
    assert len(row.key_hash) == 64
    shown_again = world.as_(world.ingrid).get(reverse("desk_calendar_address")).content.decode()
    assert key not in shown_again
    world.as_(world.ingrid).post(reverse("desk_calendar_address"), {"gjor": "slett"})
    assert Client().get(new).status_code == 404


@pytest.mark.parametrize(
    "query", ["", "?nokkel=", "?nokkel=feil", "?nokkel=" + "a" * 5000, "?nokkel=%00", "?nokkel=%ff"]
)
def test_a_wrong_key_finds_nothing(world: World, query: str) -> None:
    address_of(world, world.ingrid)
    assert Client().get(reverse("plan_feed") + query).status_code == 404
    assert Client().post(reverse("plan_feed") + query).status_code == 405


def test_who_loses_the_right_or_leaves_loses_the_plan(world: World) -> None:
    address = address_of(world, world.ingrid)
    world.ingrid.groups.clear()
    assert Client().get(address).status_code == 404
    address = address_of(world, world.marte)
    world.marte.is_active = False
    world.marte.save()
    assert Client().get(address).status_code == 404


def test_the_key_never_reaches_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    address = address_of(world, world.ingrid)
    key = address.partition("=")[2]
    with caplog.at_level(logging.DEBUG):
        Client().get(address)
        Client().get(address + "x")
    assert key not in caplog.text


def test_an_expert_has_no_address(world: World) -> None:
    assert world.as_(world.amir).post(reverse("desk_calendar_address"), {"gjor": "lag"}).status_code in (302, 403)
    assert not PlanAddress.objects.exists()
    assert plan_address.reader("x") is None
