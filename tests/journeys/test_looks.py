"""What an eye and a keyboard meet, in a real browser: nothing overlaps, nothing hides the focus, all can be hit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samspill.delivery.states import State
from tests.rooms.desk import world
from tests.rooms.publishing.compose_world import World, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FREE = """() => { const one = document.activeElement, box = one.getBoundingClientRect();
    const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return there && (one.contains(there) || there.contains(one)); }"""


@pytest.fixture
def open_as(live_server: Any, new_page: Callable[..., Any]) -> Callable[..., Any]:
    def opened(user: Any, address: str, **options: Any) -> Any:
        client = Client()
        client.force_login(user)
        page = new_page(**options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(live_server.url + address)
        return page

    return opened


@pytest.fixture
def composed() -> World:
    return make(with_picture=True)


def composer(composed: World, query: str = "") -> str:
    return reverse("publishing_compose", args=[composed.story.pk]) + query


def test_the_tiles_of_a_story_in_all_channels_leave_the_title_free(open_as: Callable[..., Any]) -> None:
    editor = world.people()["editor"]
    channels = world.channels()
    for key in ("x", "facebook", "linkedin"):
        world.delivery(channels[key], State.CONFIRMED, "Momskompensasjonen kommer", due_at=timezone.now())
    page = open_as(editor, "/desk/", viewport={"width": 1440, "height": 900})
    for row in page.locator(".s-line li:has(.s-chs)").all():
        tiles, title = row.locator(".s-chs").bounding_box(), row.locator("a").bounding_box()
        assert tiles["x"] + tiles["width"] <= title["x"]
    width = page.locator(".s-line .s-chs").first.evaluate(
        "list => { while (list.children.length < 4) list.append(list.lastElementChild.cloneNode(true));"
        " return list.scrollWidth <= list.clientWidth && list.offsetHeight < 30 }"
    )
    assert width, "four tiles stand in one row"


@pytest.mark.parametrize("channel", ["x", "facebook"])
def test_the_link_card_keeps_within_its_frame(open_as: Callable[..., Any], composed: World, channel: str) -> None:
    version = composed.versions[channel]
    version.pictures.all().delete()
    page = open_as(composed.editor, composer(composed, f"?kanal={version.pk}"))
    post, card = (page.locator(f"#tab-v{version.pk} {part}").first for part in (".p", ".p__card"))
    frame, inner = post.bounding_box(), card.bounding_box()
    assert frame["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= frame["x"] + frame["width"]


def test_what_has_the_focus_is_never_under_the_bar(open_as: Callable[..., Any], composed: World) -> None:
    small = {"width": 390, "height": 700}
    page = open_as(composed.editor, composer(composed, f"?kanal={composed.versions['x'].pk}"), viewport=small)
    page.locator(f"#v{composed.versions['x'].pk}-text").focus()
    for key in ["Tab"] * 8 + ["Shift+Tab"] * 8:
        page.keyboard.press(key)
        page.wait_for_function(FREE)  # when it has scrolled there


def test_the_chosen_tab_is_seen_on_a_narrow_screen(open_as: Callable[..., Any], composed: World) -> None:
    version = composed.versions["facebook"]
    page = open_as(composed.editor, composer(composed, f"?kanal={version.pk}"), viewport={"width": 320, "height": 640})
    page.wait_for_function("() => document.documentElement.classList.contains('c-script')")
    box = page.locator("[role=tab][aria-selected=true]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + min(box["width"], 200) <= 320


def test_wagtails_window_for_choosing_a_picture_has_its_headings_name(
    open_as: Callable[..., Any], composed: World, axe: Callable[..., None]
) -> None:
    version = composed.versions["x"]
    page = open_as(composed.editor, composer(composed, f"?kanal={version.pk}"))
    page.click(f"#v{version.pk}-add-picture")
    page.get_by_role("dialog", name="Velg", exact=False).wait_for()
    page.locator(".modal [role=tab]").last.click()
    axe(page)
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => document.activeElement.id === 'v{version.pk}-add-picture'")


def test_steps_by_hand_are_counted_once_also_with_pictures(open_as: Callable[..., Any]) -> None:
    editor = world.people()["editor"]
    delivery = world.delivery(world.channels()["x"], State.BY_HAND, "For hånd", reason="sends_by_hand", pictures=1)
    page = open_as(editor, f"/desk/utsendelser/{delivery.pk}/")
    page.watch.allow("404")  # the picture is not in this test's archive
    before = "one => getComputedStyle(one, '::before').content"
    assert page.locator(".s-steps > li").first.evaluate(before) != "none"
    assert page.locator(".s-steps .s-pics li").first.evaluate(before) == "none"


def test_an_error_takes_the_focus_and_is_read_before_the_form(
    open_as: Callable[..., Any], axe: Callable[..., None]
) -> None:
    editor = world.people()["editor"]
    delivery = world.delivery(world.channels()["x"], State.NEEDS_PERSON, "Kanskje ute", reason="timeout")
    page = open_as(editor, f"/desk/utsendelser/{delivery.pk}/")
    page.locator(".s-opts input[type=radio]").first.check()
    page.locator("#adresse-ute").fill("tull")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'errors'")
    axe(page)
