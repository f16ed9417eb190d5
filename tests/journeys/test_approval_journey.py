"""In a browser: from a story that waits to one that is approved, by keyboard, with axe on every page on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from samspill.publishing.models import Version
from tests.rooms.publishing.approval_world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def sign_in(new_page: Callable[..., Any], live_server: Any, world: World) -> Callable[..., Any]:
    """A browser page of its own, signed in as somebody."""

    def make(name: str, **options: Any) -> Any:
        page = new_page(base_url=live_server.url, reduced_motion="reduce", **options)
        session = world.as_(getattr(world, name)).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return page

    return make


def test_a_colleague_reads_and_approves_by_keyboard(
    world: World, sign_in: Callable[..., Any], axe: Callable[..., None]
) -> None:
    world.post(world.jonas)
    world.post(world.jonas, world.facebook)
    world.submit()
    page = sign_in("marte")
    page.goto("/desk/godkjenn/")
    axe(page)
    page.get_by_role("link", name="Les og godkjenn").click()
    page.get_by_role("heading", name="Fristen er 1. september").wait_for()
    axe(page)
    page.keyboard.press("ControlOrMeta+Enter")
    page.get_by_role("heading", name="Slik går det videre").wait_for()
    assert page.get_by_text("Saken er ute.").is_visible()
    page.wait_for_timeout(700)  # Wagtail's message fades in
    axe(page)
    assert world.is_live()


def test_sending_back_asks_for_words_and_gives_the_focus_back(
    world: World, sign_in: Callable[..., Any], axe: Callable[..., None]
) -> None:
    post = world.post(world.jonas)
    world.submit()
    page = sign_in("marte")
    page.goto(f"/desk/godkjenn/{world.story.pk}/")
    opener = page.get_by_role("button", name="Send tilbake …")
    opener.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Hva skal endres?").wait_for()
    axe(page)
    page.keyboard.press("Escape")
    assert opener.evaluate("button => button === document.activeElement")
    opener.press("Enter")
    dialog.get_by_label("Hva skal endres?").fill("Se på datoen.")
    dialog.get_by_role("button", name="Send tilbake", exact=True).press("Enter")
    page.get_by_text("Sendt tilbake.").wait_for()
    post.refresh_from_db()
    assert (post.review, post.sent_back_note) == (Version.Review.DRAFT, "Se på datoen.")


def test_the_writer_is_told_who_can_and_nothing_scrolls_sideways(
    world: World, sign_in: Callable[..., Any], axe: Callable[..., None]
) -> None:
    world.post(world.jonas)
    world.submit()
    for scheme in ("light", "dark"):
        page = sign_in("jonas", viewport={"width": 320, "height": 700}, color_scheme=scheme)
        for path in ("/desk/godkjenn/", f"/desk/godkjenn/{world.story.pk}/"):
            page.goto(path)
            page.get_by_role("heading", name="Godkjenn").first.wait_for()
            assert page.evaluate("document.querySelector('main').scrollWidth <= document.documentElement.clientWidth")
            axe(page)
        assert page.get_by_text("Du kan ikke godkjenne din egen tekst").is_visible()


def test_what_changed_meanwhile_is_shown_and_has_the_focus(
    world: World, sign_in: Callable[..., Any], axe: Callable[..., None]
) -> None:
    world.submit()
    page = sign_in("marte")
    page.watch.allow("409")
    page.goto(f"/desk/godkjenn/{world.story.pk}/")
    world.edit(world.story, world.ingrid, "Fristen er 15. september")
    page.get_by_role("button", name="Godkjenn saken").click()
    page.get_by_text("Noe ble endret mens du leste.").wait_for()
    assert page.get_by_role("heading", name="Fristen er 15. september").is_visible()
    axe(page)
    assert not world.is_live()


def test_a_story_is_taken_down(world: World, sign_in: Callable[..., Any], axe: Callable[..., None]) -> None:
    world.out()
    page = sign_in("marte")
    page.goto(f"/desk/pages/{world.story.pk}/ta-ned/")
    axe(page)
    page.get_by_label("Hvorfor tas den ned?").fill("Feil tall.")
    page.get_by_role("button", name="Ta saken ned").click()
    page.get_by_text("Saken er tatt ned.").wait_for()
    assert not world.is_live()
