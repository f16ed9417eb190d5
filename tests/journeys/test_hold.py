"""In a browser: stop everything in a crisis, go through it, start again; publish alone when nobody else is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samspill.delivery import hold
from samspill.delivery.models import Alone, Delivery, Hold
from samspill.delivery.states import State
from samspill.publishing import bootstrap
from tests.rooms.desk import world
from tests.rooms.publishing.approval_world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIZES = {1440: 900, 390: 844, 320: 700}
SHOTS = os.environ.get("SHOTS")  # a folder, for whoever wants to look


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
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def plan(channels: dict[str, Any]) -> dict[str, Delivery]:
    now = timezone.now()
    found = {}
    for title, key, minutes in (
        ("Svar til dem som spør om momskompensasjon", "x", -20),
        ("Bingo kan være en inntekt for laget ditt", "facebook", 300),
        ("Vi søker rådgiver i Førde", "linkedin", 1500),
        ("Ny rapport: Stiftelsene i tall 2026", "x", 2400),
    ):
        found[title.split()[0]] = world.delivery(
            channels[key],
            State.APPROVED,
            title,
            at=now + timedelta(minutes=minutes),
            approved_at=now - timedelta(hours=1),
        )
    return found


def test_a_crisis_is_stopped_gone_through_and_over(opened: Callable[..., Any], axe: Callable[..., None]) -> None:
    people, channels = world.people(), world.channels()
    posts = plan(channels)
    page = opened(people["editor"], "/desk/")
    page.get_by_role("link", name="Stopp alt").click()
    axe(page)
    look(page, "stopp-1440")
    page.get_by_label("Hvorfor stopper dere?").fill("Alvorlig ulykke i Førde. Vi venter med alt annet til i morgen.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # by keyboard alone
    page.get_by_role("heading", name="Alt er stoppet").wait_for()
    axe(page)
    look(page, "gjennomgang-1440")
    banner = page.locator(".s-banner")
    assert "«Alvorlig ulykke i Førde. Vi venter med alt annet til i morgen.»" in banner.inner_text()
    assert all(hold.is_held(one) for one in posts.values())

    row = page.get_by_role("group", name="Bingo kan være en inntekt for laget ditt")
    row.get_by_label("Som planlagt").focus()
    page.keyboard.press("Space")
    row = page.get_by_role("group", name="Vi søker rådgiver i Førde")
    row.get_by_label("Ny tid").check(force=True)
    then = timezone.localtime() + timedelta(hours=30)
    row.get_by_label("Ny dato").fill(f"{then:%Y-%m-%d}")
    row.get_by_label("Nytt klokkeslett").fill(f"{then:%H:%M}")
    look(page, "gjennomgang-valgt-1440")
    page.get_by_role("button", name="Utfør det jeg har valgt").click()
    page.get_by_text("2 er avgjort.").wait_for()
    assert [hold.is_held(posts[name]) for name in ("Bingo", "Vi", "Svar", "Ny")] == [False, False, True, True]

    page.get_by_role("group", name="Svar til dem").get_by_label("Ikke send").check(force=True)
    page.get_by_label("De andre, som ikke har fått svar").select_option("Send nå")
    page.get_by_role("button", name="Utfør, og opphev stoppen").click()
    page.get_by_text("Stoppen er opphevet.").wait_for()
    axe(page)
    look(page, "opphevet-1440")
    assert page.locator(".s-banner").count() == 0
    states = {name: Delivery.objects.get(pk=one.pk).state for name, one in posts.items()}
    assert states == {"Svar": State.CANCELLED, "Bingo": State.APPROVED, "Vi": State.APPROVED, "Ny": State.DUE}
    assert Hold.objects.get().released_by == people["editor"]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark"), (320, "light")])
def test_it_can_be_read_and_used_narrow_and_in_the_dark(
    opened: Callable[..., Any], axe: Callable[..., None], width: int, scheme: str
) -> None:
    people, channels = world.people(), world.channels()
    plan(channels)
    held = hold.place(people["second"], "Alvorlig ulykke i Førde. Vi venter med alt annet til i morgen.")
    hold.place(people["editor"], "Kontoen kan være kapret", channel=channels["x"])
    for name, address in (
        ("oversikt", "/desk/"),
        ("stopp", reverse("desk_holds")),
        ("gjennomgang", reverse("desk_hold", args=[held.pk])),
        ("utsendelser", reverse("desk_deliveries")),
    ):
        page = opened(people["editor"], address, width, scheme)
        banner = page.get_by_role("status").filter(has_text="Alt er stoppet av Jonas Berg")
        assert banner.is_visible()
        known = ("landmark-unique", "label-title-only", "landmark-no-duplicate-banner") if name == "utsendelser" else ()
        axe(page, known=known)
        look(page, f"{name}-{width}-{scheme}")


def test_one_alone_publishes_and_a_second_reads_it_afterwards(
    opened: Callable[..., Any], axe: Callable[..., None]
) -> None:
    newsroom = World()
    newsroom.jonas.groups.add(Group.objects.get(name=bootstrap.EMERGENCY))
    newsroom.post(newsroom.jonas)
    newsroom.submit()
    page = opened(newsroom.jonas, reverse("desk_approval", args=[newsroom.story.pk]))
    page.get_by_text("Beredskap: Det kan ikke vente på en annen").click()
    axe(page)
    look(page, "alene-1440")
    page.get_by_label("Hvorfor kan det ikke vente?").fill("Feil telefonnummer i varselet, og vakta er alene.")
    page.get_by_role("button", name="Publiser saken og 1 innlegg alene").click()
    page.get_by_text("Saken er ute.").wait_for()
    assert newsroom.is_live()
    for width, scheme in ((1440, "light"), (390, "dark")):
        front = opened(newsroom.marte, "/desk/", width, scheme)
        front.get_by_text("Jonas Berg publiserte «Fristen er 1. september» alene.", exact=True).wait_for()
        look(front, f"oversikt-alene-{width}")
        front.get_by_role("link", name="Les det nå").click()
        front.get_by_role("heading", name="Fristen er 1. september").wait_for()
        axe(front)
        look(front, f"lest-alene-{width}")
    front.get_by_role("button", name="Jeg har lest det").click()
    front.get_by_text("Notert at du har lest det.").wait_for()
    row = Alone.objects.get()
    assert (row.read_by, row.reason) == (newsroom.marte, "Feil telefonnummer i varselet, og vakta er alene.")
