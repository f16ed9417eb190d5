"""The calendar in a real browser: a week planned by the keyboard alone, by mouse and by finger; narrow and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from samspill.publishing import calendar_grid as grid
from samspill.publishing import walltime
from tests.rooms.publishing import calendar_world as plan
from tests.rooms.publishing.approval_world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIVE = "[data-k-calendar-target=live]"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def opened(live_server: Any, new_page: Callable[..., Any], world: World) -> Callable[..., Any]:
    """Opens the calendar's week after next as Ingrid, who writes and approves."""

    def open_it(address: str = "", **options: Any) -> Any:
        client = Client()
        client.force_login(world.ingrid)
        page = new_page(**options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(live_server.url + (address or f"{reverse('desk_calendar')}?uke={grid.week_name(plan.day(0))}"))
        page.wait_for_function("() => window.wagtail.app.controllers.some((one) => one.identifier === 'k-calendar')")
        return page

    return open_it


def says(page: Any, text: str) -> None:
    page.locator(LIVE, has_text=text).wait_for()


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.closest('article')?.id || ''"))


def tab_to_the_plan(page: Any) -> None:
    for _turn in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('k-ev__link')"):
            return
    raise AssertionError("the plan is not reached by Tab")


def wall(post: Any) -> str:
    return f"{walltime.local(plan.item(plan_user(), plan.key(post)).at):%a %H.%M}"


def plan_user() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username="ingrid")


def test_a_week_is_planned_by_the_keyboard_alone(opened: Callable[..., Any], world: World) -> None:
    first = plan.loose_post(world, 0, "10:00", text="Først", approved=True)
    second = plan.loose_post(world, 0, "14:00", text="Så", channel=world.facebook)
    world.post(world.jonas)
    story = plan.plan_story(world, plan.instant(3, "10:00"))
    page = opened()
    tab_to_the_plan(page)
    assert focused(page) == plan.key(first)

    press(page, "m")
    says(page, "Du har tatt opp «Først»")
    press(page, "ArrowRight", "ArrowDown")
    says(page, "kl. 10.15")
    box = page.locator(f"[data-day='{plan.day(1).isoformat()}'] #{plan.key(first)}")
    assert box.count() == 1, "the block follows while it is moved"
    press(page, "Escape")
    says(page, "står der det sto")
    assert page.locator(f"[data-day='{plan.day(0).isoformat()}'] #{plan.key(first)}").count() == 1
    assert wall(first).endswith("10.00")
    assert focused(page) == plan.key(first)

    press(page, "m", "ArrowRight", "ArrowDown", "Enter")
    says(page, "er flyttet til")
    assert walltime.local(plan.delivery(first).due_at).strftime("%H.%M") == "10.15"
    assert plan.fresh(first).planned_date == plan.day(1)
    assert plan.fresh(first).review == "approved"
    assert focused(page) == plan.key(first), "the focus stays on what was moved"

    press(page, "ArrowLeft")
    assert focused(page) == plan.key(second)
    press(page, "t")
    page.get_by_role("dialog", name="Flytt «Så»").wait_for()
    press(page, "Escape")
    page.wait_for_function("() => !document.querySelector('dialog').open")
    assert focused(page) == plan.key(second), "the focus comes back from the window"

    press(page, "ArrowRight", "ArrowRight")
    assert focused(page) == plan.key(story)
    press(page, "m", "ArrowRight")
    says(page, "1 innlegg følger med saken")
    press(page, "Enter")
    says(page, "er flyttet til fredag")
    assert world.fresh(story).go_live_at == plan.instant(4, "10:00")

    press(page, "m", *["ArrowRight"] * 4)
    says(page, "Det må godkjennes på nytt")
    press(page, "Enter")
    page.get_by_role("dialog").wait_for()
    page.locator("[data-k-yes] input").focus()
    press(page, "Space")
    page.get_by_role("button", name="Flytt", exact=True).focus()
    press(page, "Enter")
    page.wait_for_url(re.compile("kalender"))
    page.get_by_text("er flyttet til", exact=False).first.wait_for()
    assert world.fresh(story).scheduled_revision is None


def test_into_the_past_and_what_is_sent_are_told_in_the_line(opened: Callable[..., Any], world: World) -> None:
    post = plan.loose_post(world, 0, "10:00", text="Først")
    page = opened()
    page.watch.allow("409")
    tab_to_the_plan(page)
    press(page, "m", *["ArrowLeft"] * 30)
    says(page, "Tidspunktet er passert")
    press(page, "Enter")
    says(page, "Velg et som ligger fram i tid")
    assert plan.fresh(post).planned_date == plan.day(0)
    assert focused(page) == plan.key(post)


def test_a_colleague_was_first_and_this_is_told(opened: Callable[..., Any], world: World) -> None:
    post = plan.loose_post(world, 0, "10:00", text="Først")
    page = opened()
    page.watch.allow("409")
    tab_to_the_plan(page)
    assert plan.send(world.as_(world.marte), world.marte, post, 2, "12:00").status_code == 200
    press(page, "m", "ArrowRight", "Enter")
    says(page, "En annen har endret «Først»")
    assert plan.fresh(post).planned_date == plan.day(2)


def drag(page: Any, post: Any, day: int, hour: int) -> None:
    block = page.locator(f"#{plan.key(post)} .k-ev__t").bounding_box()
    slot = page.locator(f"[data-day='{plan.day(day).isoformat()}'] [data-hour='{hour}']").bounding_box()
    page.mouse.move(block["x"] + 5, block["y"] + 5)
    page.mouse.down()
    page.mouse.move(block["x"] + 40, block["y"] + 20, steps=4)
    page.mouse.move(slot["x"] + slot["width"] / 2, slot["y"] + 3, steps=6)


def test_a_mouse_drags_a_post_to_another_day_and_hour(opened: Callable[..., Any], world: World) -> None:
    post = plan.loose_post(world, 0, "10:00", text="Først", approved=True)
    page = opened(viewport={"width": 1440, "height": 1000})
    drag(page, post, 2, 13)
    says(page, "onsdag")
    assert plan.fresh(post).planned_date == plan.day(0), "nothing moves before it is let go"
    page.mouse.up()
    says(page, "er flyttet til")
    assert (plan.fresh(post).planned_date, str(plan.fresh(post).planned_time)) == (plan.day(2), "13:00:00")
    assert "/kalender/" in page.url, "letting go is no press on the link"
    drag(page, post, 3, 9)
    press(page, "Escape")
    says(page, "står der det sto")
    page.mouse.up()
    assert plan.fresh(post).planned_date == plan.day(2)


def test_a_finger_that_holds_drags_and_one_that_swipes_scrolls(opened: Callable[..., Any], world: World) -> None:
    post = plan.loose_post(world, 0, "10:00", text="Først")
    page = opened(viewport={"width": 1024, "height": 900}, has_touch=True)
    touch = page.context.new_cdp_session(page)
    block = page.locator(f"#{plan.key(post)} .k-ev__t").bounding_box()
    slot = page.locator(f"[data-day='{plan.day(1).isoformat()}'] [data-hour='12']").bounding_box()
    start, end = (block["x"] + 5, block["y"] + 5), (slot["x"] + 20, slot["y"] + 3)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    send("touchStart", start)
    send("touchMove", (start[0], start[1] - 60))
    send("touchEnd")
    assert plan.fresh(post).planned_date == plan.day(0)

    send("touchStart", start)
    says(page, "Du har tatt opp «Først»")
    for part in range(1, 6):
        send("touchMove", tuple(a + (b - a) * part / 5 for a, b in zip(start, end, strict=True)))  # type: ignore[arg-type]
    says(page, "tirsdag")
    send("touchEnd")
    says(page, "er flyttet til")
    assert (plan.fresh(post).planned_date, str(plan.fresh(post).planned_time)) == (plan.day(1), "12:00:00")


def test_in_the_month_arrows_move_days_and_weeks(opened: Callable[..., Any], world: World) -> None:
    post = plan.loose_post(world, 0, "10:00", text="Først")
    page = opened(f"{reverse('desk_calendar_month')}?maned={plan.day(0):%Y-%m}")
    tab_to_the_plan(page)
    press(page, "m", "ArrowRight", "ArrowDown", "Enter")
    says(page, "er flyttet til")
    assert plan.fresh(post).planned_date == plan.day(8)
    assert str(plan.fresh(post).planned_time) == "10:00:00"


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    opened: Callable[..., Any], world: World, axe: Callable[..., None], width: int, scheme: str
) -> None:
    early = plan.plan_post(world, world.post(world.jonas), 1, "08:45")
    plan.plan_story(world, plan.instant(1, "10:00"), approved=False)
    for number in range(5):
        plan.loose_post(world, 2, f"1{number}:30", text=f"Et ganske langt innlegg nummer {number}")
    page = opened(viewport={"width": width, "height": 900}, color_scheme=scheme)
    fits = "() => document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth"
    for address in (
        f"{reverse('desk_calendar')}?uke={grid.week_name(plan.day(0))}",
        f"{reverse('desk_calendar_month')}?maned={plan.day(0):%Y-%m}",
        f"{reverse('desk_calendar')}?uke=2041-W07",
        f"{reverse('desk_calendar_move')}?hva={plan.item(world.ingrid, plan.key(early)).what}",
        reverse("desk_calendar_address"),
    ):
        page.goto(page.url.split("/desk/")[0] + address)
        axe(page)
        assert page.evaluate(fits), address
    page.goto(page.url.split("/desk/")[0] + f"{reverse('desk_calendar')}?uke={grid.week_name(plan.day(0))}")
    page.locator(f"#{plan.key(early)} .k-ev__move").click()
    page.get_by_role("dialog", name="Flytt «Fristen er 1. september»").wait_for()
    axe(page)
    page.set_viewport_size({"width": 320, "height": 700})
    page.keyboard.press("Escape")
    page.wait_for_function(fits)  # Wagtail's own menu slides away


def test_without_script_every_block_is_a_link_and_a_form_moves_it(opened: Callable[..., Any], world: World) -> None:
    post = plan.loose_post(world, 0, "10:00", text="Først")
    page = opened()
    address = page.locator(".k-ev__move").first.get_attribute("href")
    page.goto(page.url.split("/desk/")[0] + address)
    page.fill("#k-date", plan.day(1).isoformat())
    page.fill("#k-time", "11:30")
    page.get_by_role("button", name="Flytt", exact=True).click()
    page.get_by_text("er flyttet til").first.wait_for()
    assert plan.fresh(post).planned_date == plan.day(1)
