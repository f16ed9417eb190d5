"""In a browser: a mistake that is out is put right and approved by another; a long text becomes a thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from samspill.channels.contract import Action
from samspill.delivery import ledger
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.publishing import corrections, threads
from samspill.publishing.models import Version
from tests.rooms.delivery.conftest import World as Sandbox
from tests.rooms.delivery.conftest import until
from tests.rooms.publishing.approval_world import World
from tests.rooms.publishing.test_corrections import live  # noqa: F401 - a fixture
from tests.rooms.publishing.test_threads import SENTENCE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS")  # a folder, for whoever wants to look
SIZES = {1440: 900, 390: 844}


@pytest.fixture
def opened(new_page: Callable[..., Any], live_server: Any) -> Callable[..., Any]:
    def make(user: Any, address: str, width: int = 1440, scheme: str = "light") -> Any:
        client = Client()
        client.force_login(user)
        viewport = {"width": width, "height": SIZES[width]}
        page = new_page(base_url=live_server.url, viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
        page.set_default_timeout(60_000)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(address)
        return page

    return make


def look(page: Any, name: str) -> None:
    """No sideways scrolling; a picture for whoever asked for one."""
    assert page.evaluate("(m => m.scrollWidth <= m.clientWidth)(document.querySelector('main'))"), name
    if SHOTS:
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def out(world: World, channel: Any, text: str) -> Version:
    version = world.post(world.jonas, channel, text=text)
    world.submit()
    world.approve(world.marte)
    until(version.delivery, State.CONFIRMED)
    return version


def test_a_mistake_on_facebook_is_put_right_by_two_people(
    live: tuple[World, Sandbox],  # noqa: F811
    opened: Callable[..., Any],
    axe: Callable[..., None],
) -> None:
    world, there = live
    version = out(world, world.facebook, "Fristen er 1. august")
    address = reverse("desk_delivery", args=[version.delivery_id])
    page = opened(world.ingrid, address)
    axe(page)
    page.locator("summary", has_text="Rett teksten").click()
    assert page.get_by_text("Facebook viser at innlegget er redigert").is_visible()
    look(page, "delivery-1440")
    page.get_by_role("button", name="Skriv den nye teksten").click()

    field = page.get_by_label("Tekst på Facebook")
    field.fill("Fristen er 1. september")
    page.locator("[data-c-composer-target=status]", has_text="Lagret").wait_for()
    axe(page)
    look(page, "composer-1440")
    page.get_by_role("button", name="Send til godkjenning").click()
    page.get_by_text("Innlegget er sendt til godkjenning").wait_for()

    correction = Version.objects.get(corrects=version)
    reader = opened(world.marte, reverse("desk_approval_post", args=[correction.pk]))
    axe(reader)
    look(reader, "approve-1440")
    reader.get_by_role("button", name="Godkjenn rettelsen").click()
    reader.locator("form#decide").wait_for(state="detached")

    ledger.release_due()
    until(Delivery.objects.get(pk=correction.delivery_id), State.CONFIRMED)
    assert [post["text"] for post in there.posts("facebook")] == ["Fristen er 1. september"]
    page.goto(address)
    page.get_by_text("Slik står det nå").wait_for()
    axe(page)
    look(page, "delivery-after-1440")
    for width in (390,):
        narrow = opened(world.ingrid, address, width, "dark")
        axe(narrow)
        look(narrow, f"delivery-after-{width}")
        narrow.goto(reverse("desk_delivery", args=[correction.delivery_id]))
        look(narrow, f"change-{width}")


def test_a_long_text_becomes_a_thread_that_one_can_read_down_the_page(
    live: tuple[World, Sandbox],  # noqa: F811
    opened: Callable[..., Any],
    axe: Callable[..., None],
) -> None:
    world, _there = live
    version = world.post(world.jonas, world.x, text="Kort")
    address = f"{reverse('publishing_compose', args=[world.story.pk])}?kanal={version.pk}"
    page = opened(world.jonas, address)
    page.get_by_label("Tekst på X").fill((SENTENCE * 6).strip())
    page.get_by_role("button", name="Gjør til en tråd").click()
    page.get_by_role("heading", name="Del 2 av 3").wait_for()
    axe(page)
    look(page, "thread-1440")
    thread = list(threads.parts(version))
    with page.expect_response(f"**{reverse('publishing_save', args=[thread[2].pk])}"):
        page.get_by_label("Tekst på X, del 3").fill("Søk på lottstift.no.")
    assert Version.objects.get(pk=thread[2].pk).text == "Søk på lottstift.no."
    narrow = opened(world.jonas, address, 390, "dark")
    axe(narrow, known=("target-size",))  # what lies half below the fixed bar just now
    look(narrow, "thread-390")
    page.get_by_role("button", name="Ta ut del 2").click()
    page.get_by_text("Delen er tatt ut av tråden").wait_for()
    assert [one.part for one in threads.parts(version)] == [0, 1]


def test_an_answer_that_corrects_is_written_on_a_phone(
    live: tuple[World, Sandbox],  # noqa: F811
    opened: Callable[..., Any],
    axe: Callable[..., None],
) -> None:
    world, _there = live
    version = out(world, world.x, "Fristen er 1. august")
    answer = corrections.begin(version, world.ingrid, Action.PUBLISH)
    page = opened(world.ingrid, reverse("publishing_compose_post", args=[answer.pk]), 390)
    page.get_by_text("Du svarer på et innlegg som er ute på X").wait_for()
    axe(page)
    look(page, "answer-390")
