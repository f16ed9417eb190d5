"""A planned time is Oslo's wall time from the field to the ledger: nights when clocks change, other zones, the past."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from samspill.publishing.models import Version
from tests.rooms.publishing.approval_world import World, form_of

pytestmark = pytest.mark.django_db

NIGHTS = [
    ("2027-03-28", "02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "28. mars 2027 kl. 03.30"),  # does not exist
    ("2027-03-28", "01:59", datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "28. mars 2027 kl. 01.59"),
    ("2027-03-28", "03:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "28. mars 2027 kl. 03.00"),
    ("2026-10-25", "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25. oktober 2026 kl. 02.30"),  # comes twice
    ("2027-10-31", "02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "31. oktober 2027 kl. 02.30"),  # comes twice
    ("2027-10-31", "03:00", datetime(2027, 10, 31, 2, 0, tzinfo=UTC), "31. oktober 2027 kl. 03.00"),
]
nights = pytest.mark.parametrize(("day", "at", "instant", "said"), NIGHTS)


@pytest.fixture
def world() -> World:
    return World()


def elsewhere(user: Any) -> None:
    """The person's profile has another zone, since before anybody cared."""
    UserProfile.get_for_user(user)
    UserProfile.objects.filter(user=user).update(current_time_zone="Atlantic/Azores")


def save_post(client: Client, version: Version, **fields: Any) -> Any:
    version.refresh_from_db()
    address = reverse("publishing_save", args=[version.pk])
    return client.post(address, {"base": version.edit_number, **fields}, headers={"accept": "application/json"})


def save_story(client: Client, page: Any, **fields: Any) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of(page, **fields))


def go_live_at(page: Any) -> datetime:
    return page.get_latest_revision_as_object().go_live_at.astimezone(
        UTC
    )  # PEP 495: else never equal in the doubled hour


@nights
def test_a_post_s_own_time_reaches_the_ledger_as_the_right_instant(
    world: World, day: str, at: str, instant: datetime, said: str
) -> None:
    post = world.post(world.jonas)
    answer = save_post(world.as_(world.jonas), post, timing="at", planned_date=day, planned_time=at)
    assert not answer.json()["errors"]
    world.out()
    post.delivery.refresh_from_db()
    assert post.delivery.due_at == instant


@nights
def test_a_story_s_time_reaches_its_plan_as_the_right_instant(
    world: World, day: str, at: str, instant: datetime, said: str
) -> None:
    client = world.as_(world.jonas)
    answer = save_story(client, world.story, go_live_at=f"{day} {at}")
    assert answer.status_code == 302, answer.context["form"].errors
    assert go_live_at(world.fresh(world.story)) == instant
    world.submit()
    if instant > timezone.now():
        world.approve(world.marte)
        assert world.fresh(world.story).scheduled_revision.approved_go_live_at == instant


def test_what_is_special_about_a_story_s_time_is_told(world: World) -> None:
    client = world.as_(world.jonas)
    for day, at, word in (("2027-03-28", "02:30", "finnes ikke"), ("2027-10-31", "02:30", "kommer to ganger")):
        save_story(client, world.story, go_live_at=f"{day} {at}")
        html = client.get(reverse("wagtailadmin_pages:edit", args=[world.story.pk])).content.decode()
        assert word in html


def test_a_story_s_time_holds_through_three_saves_by_somebody_with_another_zone(world: World) -> None:
    elsewhere(world.jonas)
    away, home = world.as_(world.jonas), world.as_(world.ingrid)
    save_story(away, world.story, go_live_at="2027-04-27 09:00")
    for client in (away, away, away, home):
        html = client.get(reverse("wagtailadmin_pages:edit", args=[world.story.pk])).content.decode()
        shown = re.search(r'name="go_live_at" value="([^"]*)"', html)
        assert shown and "09:00" in shown[1]
        assert "Norsk tid (Europe/Oslo)" in html
        assert save_story(client, world.fresh(world.story), go_live_at=shown[1]).status_code == 302
        assert go_live_at(world.fresh(world.story)) == datetime(2027, 4, 27, 7, tzinfo=UTC)


def test_a_post_s_time_holds_through_three_saves_by_somebody_with_another_zone(world: World) -> None:
    elsewhere(world.jonas)
    post = world.post(world.jonas)
    fields: dict[str, Any] = {"timing": "at", "planned_date": "2026-12-27", "planned_time": "09:00"}
    for user in (world.jonas, world.jonas, world.jonas, world.ingrid):
        client = world.as_(user)
        save_post(client, post, **fields)
        html = client.get(reverse("publishing_compose", args=[world.story.pk])).content.decode()
        fields["planned_date"] = re.search(r'name="planned_date" value="([^"]*)"', html)[1]  # type: ignore[index]
        fields["planned_time"] = re.search(r'name="planned_time" value="([^"]*)"', html)[1]  # type: ignore[index]
        assert (fields["planned_date"], fields["planned_time"]) == ("2026-12-27", "09:00")
    post.refresh_from_db()
    assert post.edit_number == 1
    world.submit(world.ingrid)
    world.approve(world.marte)
    post.delivery.refresh_from_db()
    assert post.delivery.due_at == datetime(2026, 12, 27, 8, tzinfo=UTC)


def test_a_time_in_the_past_is_told_and_goes_out_at_once(world: World) -> None:
    post = world.post(world.jonas)
    client = world.as_(world.jonas)
    answer = save_post(client, post, timing="at", planned_date="2026-01-05", planned_time="09:00")
    assert "Tidspunktet er passert" in answer.json()["problems"]["timing"]
    world.out()
    post.delivery.refresh_from_db()
    assert post.delivery.due_at <= timezone.now()
    assert post.delivery.lapses_at > timezone.now() + timedelta(hours=71)


def test_a_story_whose_time_has_passed_goes_out_when_it_is_approved_and_this_is_told(world: World) -> None:
    client = world.as_(world.jonas)
    post = world.post(world.jonas)
    save_story(client, world.story, go_live_at="2026-01-05 09:00")
    html = client.get(reverse("wagtailadmin_pages:edit", args=[world.story.pk])).content.decode()
    assert "er passert" in html
    world.out()
    post.delivery.refresh_from_db()
    assert world.is_live()
    assert post.delivery.state == "due"
