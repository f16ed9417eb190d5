"""By hand in a browser: what is prepared can be taken along, by keyboard and on a narrow screen, and is said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from samspill.channels.contract import Link, Picture, Post
from samspill.channels.models import Channel
from samspill.delivery.models import Delivery
from samspill.delivery.payload import fingerprint, to_json
from samspill.delivery.states import State
from samspill.library.freeze import freeze
from tests.pictures import jpeg
from tests.rooms.desk import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "Fristen for momskompensasjon er 1. september.\n\nSøk nå, så rekker dere det."
LINK = "https://nyheter.example.no/l/abcd2345"
WHOLE = f"{TEXT}\n{LINK}"
ALT = "Tre korpsmedlemmer foran et fjell"


@pytest.fixture
def people() -> dict[str, Any]:
    return world.people()


@pytest.fixture
def delivery(people: dict[str, Any]) -> Delivery:
    channel = world.channels()["facebook"]
    channel.forget_key()
    channel.mode, channel.base_url, channel.external_id = Channel.Mode.BY_HAND, "", ""
    channel.public_url = "https://www.facebook.com/lottstift"
    channel.save()
    found = world.delivery(channel, State.BY_HAND, "Fristen nærmer seg", reason="hand_chosen")
    frozen = freeze(jpeg(640, 400), "image/jpeg", 640, 400)
    picture = Picture(frozen.sha256, frozen.mime, 640, 400, frozen.size, ALT, "nb", "korps.jpg")
    payload = to_json(Post(TEXT, "nb", (picture,), Link(LINK, "Fristen")))
    Delivery.objects.filter(pk=found.pk).update(payload=payload, payload_hash=fingerprint(payload))
    return found


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


def test_from_the_front_page_to_done_by_keyboard_with_text_picture_and_alt_text(
    open_as: Callable[..., Any], people: dict[str, Any], delivery: Delivery, axe: Callable[..., None]
) -> None:
    page = open_as(people["editor"], "/desk/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Gjør det for hånd").first.focus()
    page.keyboard.press("Enter")
    copy = page.get_by_role("button", name="Kopier teksten")
    copy.focus()
    page.keyboard.press("Enter")
    copy.locator("xpath=following-sibling::span[@role='status' and text()='Kopiert']").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").split() == WHOLE.split()
    assert page.get_by_role("button", name="Kopier lenken").count() == 0, "it stands in the text already"
    page.get_by_role("button", name="Kopier alternativ tekst").press("Enter")
    page.wait_for_function(f"async () => await navigator.clipboard.readText() === {ALT!r}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Last ned bilde 1").press("Enter")
    assert download.value.suggested_filename == "korps.jpg"
    link = page.get_by_role("link", name="Åpne Facebook")
    assert link.get_attribute("href") == "https://www.facebook.com/lottstift"
    axe(page)
    page.locator("#adresse-ute").fill("https://www.facebook.com/bingovennen/posts/1")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'errors'")
    assert "fra en annen konto enn Lotteritilsynet" in page.locator("#errors").inner_text()
    axe(page)
    page.locator("#adresse-ute").fill("https://www.facebook.com/lottstift/posts/1")
    page.keyboard.press("Enter")
    page.get_by_text("Notert. Innlegget regnes som ute.").wait_for()
    axe(page)
    stands = Delivery.objects.get(pk=delivery.pk)
    assert (stands.state, stands.external_url) == (State.ACCEPTED, "https://www.facebook.com/lottstift/posts/1")


def test_where_the_clipboard_is_closed_the_text_is_marked_and_that_is_said(
    open_as: Callable[..., Any], people: dict[str, Any], delivery: Delivery
) -> None:
    page = open_as(people["editor"], f"/desk/utsendelser/{delivery.pk}/")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('closed')); }")
    page.get_by_role("button", name="Kopier teksten").click()
    page.get_by_text("Teksten er merket. Kopier den med tastaturet.").wait_for()
    assert page.evaluate("getSelection().toString()").split() == WHOLE.split()
    assert page.locator(".s-steps > li.is-done").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_steps_fit_on_a_narrow_screen(
    scheme: str,
    open_as: Callable[..., Any],
    people: dict[str, Any],
    delivery: Delivery,
    axe: Callable[..., None],
) -> None:
    page = open_as(
        people["editor"],
        f"/desk/utsendelser/{delivery.pk}/",
        viewport={"width": 320, "height": 640},
        color_scheme=scheme,
    )
    page.locator(".s-steps").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    axe(page)


def test_the_second_of_two_with_the_page_open_is_told_and_nothing_is_done_twice(
    open_as: Callable[..., Any], people: dict[str, Any], delivery: Delivery
) -> None:
    pages = [open_as(people[role], f"/desk/utsendelser/{delivery.pk}/") for role in ("editor", "second")]
    pages[0].get_by_role("button", name="Jeg har lagt det ut").click()
    pages[0].get_by_text("Notert. Innlegget regnes som ute.").wait_for()
    pages[1].get_by_role("button", name="Jeg har lagt det ut").click()
    pages[1].get_by_text("Noen andre rakk det først.").wait_for()
    assert delivery.transitions.filter(after=State.ACCEPTED).count() == 1
