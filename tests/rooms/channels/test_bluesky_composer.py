"""Bluesky in the composer, in a real browser: counted as Bluesky counts, shown as Bluesky shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from samspill.channels.models import Channel
from samspill.publishing import versions
from tests.rooms.publishing.compose_world import World, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def composed() -> World:
    world = make(with_picture=True)
    world.channels["bluesky"] = Channel.objects.create(
        platform="bluesky",
        name="Lotteri- og stiftelsestilsynet",
        handle="lottstift.no",
        mode="sandbox",
        external_id="did:plc:lottstiftsandbox22222222",
        position=3,
        template="{tittel}\n\n{ingress}",
    )
    world.versions["bluesky"] = versions.add(world.story, world.channels["bluesky"], world.editor)
    return world


@pytest.fixture
def compose(live_server: Any, new_page: Callable[..., Any], composed: World) -> Callable[..., Any]:
    def opened(**options: Any) -> Any:
        client = Client()
        client.force_login(composed.editor)
        page = new_page(**options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        address = reverse("publishing_compose", args=[composed.story.pk])
        page.goto(f"{live_server.url}{address}?kanal={composed.versions['bluesky'].pk}")
        return page

    return opened


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": {"width": 1440, "height": 1000}},
        {"viewport": {"width": 390, "height": 900}, "color_scheme": "dark"},
    ],
    ids=["wide", "narrow and dark"],
)
@pytest.mark.parametrize("pictures", [True, False], ids=["pictures", "card"])
def test_a_post_is_shown_as_bluesky_shows_it(
    compose: Callable[..., Any], composed: World, axe: Callable[..., None], options: dict[str, Any], pictures: bool
) -> None:
    version = composed.versions["bluesky"]
    if not pictures:
        version.pictures.all().delete()
    page = compose(**options)
    preview = page.locator(f"#tab-v{version.pk} .p-bluesky").first
    preview.scroll_into_view_if_needed()
    assert preview.get_by_text("@lottstift.no").is_visible()
    assert preview.locator(".p__imgs" if pictures else ".p__card").is_visible()
    assert preview.locator(".p__card" if pictures else ".p__imgs").count() == 0
    frame, part = preview.bounding_box(), preview.locator(".p__imgs, .p__card").first.bounding_box()
    assert frame["x"] <= part["x"]
    assert part["x"] + part["width"] <= frame["x"] + frame["width"]
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_text_too_long_is_said_in_signs_that_readers_see(compose: Callable[..., Any], composed: World) -> None:
    version = composed.versions["bluesky"]
    version.pictures.all().delete()
    page = compose()
    panel = page.locator(f"#tab-v{version.pk}")
    panel.get_by_label("Tekst på Bluesky").fill("🇳🇴" * 303)
    panel.get_by_text("3 tegn").first.wait_for()
    panel.get_by_label("Tekst på Bluesky").fill("🇳🇴" * 300)
    panel.get_by_text("300 av 300").or_(panel.get_by_text("0 igjen")).first.wait_for()
