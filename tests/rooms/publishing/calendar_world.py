"""A plan for the tests of the calendar: stories and posts at times in the week after next, where nothing has passed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samspill.channels.models import Channel
from samspill.delivery.models import Delivery
from samspill.publishing import approve, calendar_items, versions, walltime
from samspill.publishing import calendar_grid as grid
from samspill.publishing.calendar_items import Item
from samspill.publishing.models import Version
from tests.rooms.publishing.approval_world import World


def monday() -> date:
    """The Monday of the week after next."""
    today = walltime.local(timezone.now()).date()
    return today - timedelta(days=today.weekday()) + timedelta(days=14)


def day(number: int) -> date:
    """0 is that Monday."""
    return monday() + timedelta(days=number)


def instant(number: int, at: str) -> datetime:
    return walltime.resolve(day(number), time.fromisoformat(at)).instant


def plan_story(world: World, at: datetime, *, approved: bool = True, title: str = "", page: Any = None) -> Any:
    """A story that is to come out at an instant."""
    page = world.fresh(page) if page else world.write(world.jonas, title) if title else world.fresh(world.story)
    draft = page.get_latest_revision_as_object()
    draft.go_live_at = at
    draft.save_revision(user=world.jonas)
    if approved:
        world.submit(world.jonas, page)
        world.approve(world.marte, page)
    return world.fresh(page)


def plan_post(world: World, post: Version, number: int, at: str) -> Version:
    """The post gets a time of its own."""
    values = {"timing": "at", "planned_date": day(number), "planned_time": time.fromisoformat(at)}
    return versions.save(post, world.jonas, base=post.edit_number, values=values)


def loose_post(
    world: World, number: int, at: str, *, text: str = "Vi svarer i kveld", approved: bool = False, channel: Any = None
) -> Version:
    """A post without a story, at a time of its own."""
    post = versions.add(None, channel or world.x, world.jonas, text=text)
    post = plan_post(world, post, number, at)
    if approved:
        approve.submit_post(post, world.jonas)
        chosen = approve.full(Version.objects.filter(pk=post.pk))
        approve.approve_versions(None, chosen, world.marte, approve.look_at(None, chosen))
    return fresh(post)


def fresh(post: Version) -> Version:
    return Version.objects.select_related("delivery", "channel", "page").get(pk=post.pk)


def delivery(post: Version) -> Delivery:
    return Delivery.objects.get(pk=post.delivery_id)


def items(user: Any, first: int = 0, last: int = 7, choice: Any = None) -> list[Item]:
    start, end = grid.midnight(day(first)), grid.midnight(day(last))
    return calendar_items.between(start, end, user, timezone.now(), choice)


def item(user: Any, key: str) -> Item:
    return next(one for one in items(user, -14, 60) if one.key == key)


def key(of: Any) -> str:
    return f"post-{of.pk}" if isinstance(of, Version) else f"story-{of.pk}"


def send(client: Client, user: Any, of: Any, number: int, at: str, **more: Any) -> Any:
    """Move as the calendar's script does, with the token that is true now."""
    form = {"hva": item(user, key(of)).what, "dato": day(number).isoformat(), "tid": at, **more}
    return client.post(reverse("desk_calendar_move"), form, headers={"accept": "application/json"})


def week(client: Client, number: int = 0, **query: str) -> str:
    address = f"{reverse('desk_calendar')}?uke={grid.week_name(day(number))}"
    answer = client.get(address + "".join(f"&{name}={value}" for name, value in query.items()))
    assert answer.status_code == 200
    return str(answer.content.decode())


def linkedin() -> Channel:
    return Channel.objects.create(
        platform="linkedin", name="Tilsynet på LinkedIn", mode="sandbox", external_id="3", position=2,
        base_url="http://127.0.0.1:9/linkedin",
    )  # fmt: skip
