"""The calendar's pages: what stands where, what is told on top, filters, who gets in, how many queries."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from samspill.brands.models import Brand
from samspill.channels.contract import Post
from samspill.delivery import hold
from samspill.delivery.models import Delivery
from samspill.delivery.payload import fingerprint, to_json
from samspill.publishing import approve, calendar_items, plans, versions, walltime
from samspill.publishing import calendar_grid as grid
from samspill.publishing.models import Version
from tests.rooms.publishing import calendar_world as plan
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def after(post: Version, user: Any, amount: int, unit: str) -> Version:
    return versions.save(post, user, base=post.edit_number, values={"after_amount": amount, "after_unit": unit})


def test_one_story_at_one_minute_is_one_block_with_its_tiles(world: World) -> None:
    world.post(world.jonas)
    world.post(world.jonas, world.facebook)
    story = plan.plan_story(world, plan.instant(1, "10:00"))
    (block,) = calendar_items.blocks(plan.items(world.ingrid))
    assert [item.channel and item.channel.platform for item in block.items] == [None, "x", "facebook"]
    assert (block.word, [item.key for item in block.movers]) == ("planned", [plan.key(story)])
    html = plan.week(world.as_(world.ingrid))
    assert html.count("<article") == 1
    assert "Planlagt" in html
    assert 'data-hour="10"' in html


def test_drafts_reviews_and_what_is_out_stand_there_too(world: World) -> None:
    plan.plan_story(world, plan.instant(1, "10:00"), approved=False)
    assert "Kladd" in plan.week(world.as_(world.ingrid))
    world.submit(world.jonas)
    assert "Til godkjenning" in plan.week(world.as_(world.ingrid))
    out = world.out(world.write(world.jonas, "Ute nå"))
    assert out.live
    assert "Ute nå" in world.as_(world.ingrid).get(reverse("desk_calendar")).content.decode()


def test_a_post_some_hours_after_its_story_stands_at_its_own_time_and_says_so(world: World) -> None:
    post = after(world.post(world.jonas), world.jonas, 2, "hours")
    plan.plan_story(world, plan.instant(1, "10:00"))
    assert plan.item(world.ingrid, plan.key(post)).at == plan.instant(1, "12:00")
    assert "2 timer etter saken" in plan.week(world.as_(world.ingrid))


def test_a_post_some_days_after_its_story_stands_there_though_the_story_is_in_another_week(world: World) -> None:
    post = after(world.post(world.jonas), world.jonas, 20, "days")
    plan.plan_story(world, plan.instant(1, "10:00"))
    found = [item for item in plan.items(world.ingrid, 20, 23) if item.key == plan.key(post)]
    assert walltime.local(found[0].at).strftime("%H.%M") == "10.00"


@pytest.mark.parametrize(("amount", "unit", "hours"), [(2, "hours", 2), (3, "days", 72)])
def test_when_the_story_comes_out_the_ledger_gets_the_time(world: World, amount: int, unit: str, hours: int) -> None:
    post = after(world.post(world.jonas), world.jonas, amount, unit)
    at_once = world.post(world.jonas, world.facebook)
    before = timezone.now()
    world.out()
    row = plan.delivery(post)
    assert row.state == "approved"
    assert row.due_at is not None
    assert row.lapses_at is not None
    expected = before + timedelta(hours=hours)
    assert abs(row.due_at - expected) < timedelta(hours=1, minutes=1)  # clocks may change on the way
    assert row.lapses_at > row.due_at + timedelta(hours=71)
    assert plan.delivery(at_once).state == "due"


def test_the_offset_counts_from_the_planned_time_and_not_from_the_round_that_published(world: World) -> None:
    story = world.fresh(world.story)
    story.go_live_at = datetime(2026, 11, 26, 9, tzinfo=walltime.OSLO)
    story.last_published_at = story.go_live_at + timedelta(seconds=48)
    assert plans.came_out(story) == story.go_live_at
    story.last_published_at = story.go_live_at + timedelta(hours=3)  # the servers were down
    assert plans.came_out(story) == story.last_published_at


def test_a_post_left_behind_by_a_lost_process_still_waits_its_hours(world: World) -> None:
    post = after(world.post(world.jonas), world.jonas, 5, "hours")
    world.out()
    Delivery.objects.filter(pk=post.delivery_id).update(due_at=None)
    plans.run()
    row = plan.delivery(post)
    assert row.state == "approved"
    assert row.due_at > timezone.now() + timedelta(hours=4)


def test_a_change_of_the_offset_must_be_seen_by_the_approver(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    seen = approve.look_at(world.fresh(world.story))
    after(plan.fresh(post), world.jonas, 4, "hours")
    with pytest.raises(approve.ApprovalError):
        approve.approve_story(world.fresh(world.story), world.marte, seen)


@pytest.mark.parametrize(("amount", "unit"), [("73", "hours"), ("31", "days"), ("-1", "hours"), ("to", "days")])
def test_too_long_after_the_story_is_told_and_not_stored(world: World, amount: str, unit: str) -> None:
    post = world.post(world.jonas)
    form = {"base": post.edit_number, "timing": "with_story", "after_amount": amount, "after_unit": unit}
    address = reverse("publishing_save", args=[post.pk])
    answer = world.as_(world.jonas).post(address, form, headers={"accept": "application/json"})
    assert answer.json()["errors"]["after_amount"]
    assert plan.fresh(post).after_amount == 0


def test_the_composer_keeps_the_offset_and_the_desk_tells_it(world: World) -> None:
    post = world.post(world.jonas)
    client = world.as_(world.jonas)
    form = {"base": post.edit_number, "timing": "with_story", "after_amount": "3", "after_unit": "days"}
    client.post(reverse("publishing_save", args=[post.pk]), form, headers={"accept": "application/json"})
    assert plan.fresh(post).after_words == "3 dager etter saken"
    world.submit()
    html = world.as_(world.marte).get(reverse("desk_approval", args=[world.story.pk])).content.decode()
    assert "3 dager etter saken" in html


def test_the_worst_is_told_on_top_with_its_cure_as_a_button(world: World) -> None:
    post = plan.plan_post(world, world.post(world.jonas), 1, "08:45")
    plan.plan_story(world, plan.instant(1, "10:00"), approved=False)
    plan.loose_post(world, 0, "10:00")
    plan.loose_post(world, 0, "10:30")
    client = world.as_(world.ingrid)
    html = plan.week(client)
    assert html.index("før saken er i Nyhetsrom kl. 10.00") < html.index("to innlegg tett på X")
    form = re.search(r'<section class="s-note s-tone-crit.*?</section>', html, re.DOTALL)
    assert form is not None
    cure = re.findall(r'name="(hva|dato|tid|tilbake)" value="([^"]*)"', form[0].rsplit("<form", 1)[1])
    assert "Flytt X til kl. 10.05" in form[0]
    answer = client.post(reverse("desk_calendar_move"), dict(cure))
    assert answer.status_code == 302
    assert plan.item(world.ingrid, plan.key(post)).at == plan.instant(1, "10:05")
    assert "før saken er i Nyhetsrom" not in plan.week(client)


def test_a_post_with_a_time_of_its_own_in_its_story_s_minute_is_told(world: World) -> None:
    plan.plan_post(world, world.post(world.jonas), 1, "10:00")
    plan.plan_story(world, plan.instant(1, "10:00"), approved=False)
    html = plan.week(world.as_(world.ingrid))
    assert "i samme minutt som saken" in html
    assert "Flytt X til kl. 10.05" in html


def test_a_channel_that_waits_is_told_with_the_way_to_it(world: World) -> None:
    plan.loose_post(world, 1, "10:00", approved=True)
    world.x.mode = "paused"
    world.x.save()
    html = plan.week(world.as_(world.ingrid))
    assert "X er ikke i bruk" in html
    assert reverse("desk_channel", args=[world.x.pk]) in html


def test_what_somebody_has_stopped_is_red(world: World) -> None:
    plan.loose_post(world, 1, "10:00", approved=True)
    hold.place(world.ingrid, "Alvorlig ulykke")
    assert "Stoppet av en av dere" in plan.week(world.as_(world.ingrid))


def test_brand_and_channel_are_filters_in_the_address(world: World) -> None:
    lottery, other = Brand.objects.create(key="l", name="Lotteritilsynet"), Brand.objects.create(key="s", name="S")
    world.facebook.brand = other
    world.facebook.save()
    page = world.write(world.jonas, "Om lotteri", brand=lottery)
    world.post(world.jonas, world.x, page)
    plan.plan_story(world, plan.instant(1, "10:00"), page=page)
    plan.loose_post(world, 2, "10:00", text="Fra den andre", channel=world.facebook)
    plan.loose_post(world, 3, "10:00", text="Fra begge")
    client = world.as_(world.ingrid)

    def titles(**query: str) -> list[str]:
        return sorted(set(re.findall(r'data-title="([^"]*)"', plan.week(client, **query))))

    assert titles() == ["Fra begge", "Fra den andre", "Om lotteri"]
    assert titles(avsender=str(lottery.pk)) == ["Fra begge", "Om lotteri"]
    assert titles(avsender=str(other.pk)) == ["Fra begge", "Fra den andre"]
    assert titles(kanal=str(world.facebook.pk)) == ["Fra den andre"]
    assert titles(kanal="nyhetsrom") == ["Om lotteri"]
    assert titles(kanal="tull", avsender="-1") == titles()
    assert "Ingenting passer" in plan.week(client, avsender=str(other.pk), kanal="nyhetsrom")
    assert f"kanal={world.x.pk}" in plan.week(client, kanal=str(world.x.pk))  # the way to the next week keeps it


def test_a_filter_hides_no_crowding(world: World) -> None:
    other = Brand.objects.create(key="s", name="S")
    page = world.write(world.jonas, "Hos den andre", brand=other)
    plan.plan_post(world, world.post(world.jonas, world.x, page), 1, "10:00")
    mine = Brand.objects.create(key="m", name="M")
    page = world.write(world.jonas, "Hos meg", brand=mine)
    plan.plan_post(world, world.post(world.jonas, world.x, page), 1, "10:30")
    html = plan.week(world.as_(world.ingrid), avsender=str(mine.pk))
    assert "Hos den andre" not in html
    assert "Tett: 30 min etter" in html


def test_an_empty_week_says_what_belongs_there(world: World) -> None:
    html = world.as_(world.ingrid).get(reverse("desk_calendar") + "?uke=2041-W07").content.decode()
    assert "Ingenting er planlagt her ennå" in html
    assert "Her står saker med et tidspunkt" in html


@pytest.mark.parametrize(
    ("week", "day", "at", "said"),
    [
        ("2027-W12", date(2027, 3, 28), "02:30", "03.30"),
        ("2027-W43", date(2027, 10, 31), "02:30", "02.30"),
    ],
)
def test_the_weeks_when_clocks_change_show_wall_time(world: World, week: str, day: date, at: str, said: str) -> None:
    post = plan.loose_post(world, 1, "10:00")
    values = {"planned_date": day, "planned_time": datetime.strptime(at, "%H:%M").time()}
    versions.save(post, world.jonas, base=post.edit_number, values=values)
    html = world.as_(world.ingrid).get(f"{reverse('desk_calendar')}?uke={week}").content.decode()
    assert f">{said}</time>" in html
    assert "klokken stilles" in html
    assert html.count("data-day=") == 7


def test_a_month_shows_three_of_a_day_and_leads_to_the_week_for_the_rest(world: World) -> None:
    for number in range(5):
        plan.loose_post(world, 1, f"1{number}:00", text=f"Innlegg {number}")
    month = f"{plan.day(1):%Y-%m}"
    html = world.as_(world.ingrid).get(f"{reverse('desk_calendar_month')}?maned={month}").content.decode()
    assert html.count("<article") == 3
    assert "2 til" in html
    assert f"uke={grid.week_name(plan.day(1))}" in html


def test_who_reads_only_sees_the_plan_and_no_way_to_move(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00", approved=True)
    html = plan.week(world.as_(world.liv))
    assert "Vi svarer i kveld" in html
    assert "data-what" not in html
    assert reverse("desk_delivery", args=[post.delivery_id]) in html
    for name in ("desk_calendar", "desk_calendar_month"):
        assert world.as_(world.amir).get(reverse(name)).status_code in (302, 403)


def test_titles_are_text_and_never_markup(world: World) -> None:
    plan.loose_post(world, 1, "10:00", text="<script>alert(1)</script>\" onfocus=x '")
    html = plan.week(world.as_(world.ingrid))
    assert "<script>alert(1)" not in html
    assert '" onfocus=x' not in html


def many(world: World, number: int) -> None:
    """Posts over a month: approved and drafts, with stories and without; stories planned and meant."""
    first = plan.day(0).replace(day=1)
    payload = to_json(Post("Hei"))
    deliveries, made = [], []
    for count in range(number):
        at = walltime.resolve(first + timedelta(days=count % 28), datetime.min.replace(hour=8 + count % 10).time())
        approved = count % 2 == 0
        deliveries.append(
            Delivery(
                channel=world.x if count % 3 else world.facebook, title=f"Innlegg {count}",
                state="approved" if approved else "planned", due_at=at.instant if approved else None,
                payload=payload if approved else None, payload_hash=fingerprint(payload) if approved else "",
            )
        )  # fmt: skip
        made.append(
            Version(
                channel=deliveries[-1].channel, delivery=deliveries[-1], text="Hei", timing="at", link_to="none",
                review="approved" if approved else "draft", planned_date=at.local.date(), planned_time=at.local.time(),
            )
        )  # fmt: skip
    Delivery.objects.bulk_create(deliveries)
    Version.objects.bulk_create(made)


@pytest.mark.parametrize("name", ["desk_calendar", "desk_calendar_month"])
def test_the_number_of_queries_does_not_grow_with_the_plan(world: World, name: str) -> None:
    client = world.as_(world.ingrid)
    world.post(world.jonas)
    plan.plan_story(world, plan.instant(1, "10:00"))
    draft = world.write(world.jonas, "Kladd med tid")
    plan.plan_story(world, plan.instant(2, "10:00"), approved=False, page=draft)
    many(world, 20)
    query = f"?uke={grid.week_name(plan.day(1))}&maned={plan.day(1):%Y-%m}"

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse(name) + query).status_code == 200
        return len(caught)

    count()
    few = count()
    many(world, 480)
    for number in range(4):
        page = world.write(world.jonas, f"Sak {number}")
        plan.plan_story(world, plan.instant(number, "12:00"), approved=False, page=page)
        world.post(world.jonas, world.x, page)
    assert count() == few
    assert few < 45


def test_the_calendar_s_questions_have_indexes(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname ~ 'samspill_revision_by|version_by_planned_date'")
        assert len(cursor.fetchall()) == 3
        cursor.execute("SET LOCAL enable_seqscan = off")
        start, end = plan.instant(0, "00:00"), plan.instant(7, "00:00")
        from samspill.publishing import calendar_stories as stories

        seen = []
        with CaptureQueriesContext(connection) as caught:
            stories.coming(start, end)
        for question in caught.captured_queries:
            cursor.execute("EXPLAIN " + question["sql"])
            seen.append("\n".join(row[0] for row in cursor.fetchall()))
    assert any("samspill_revision_by_plan" in one for one in seen)
    assert any("samspill_revision_by_time" in one for one in seen)
