"""The desk in a real browser: axe in each state, wide, narrow and dark; by keyboard; and while something moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from samspill.channels.models import Channel
from samspill.delivery import ledger
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from tests.rooms.desk import world

S = State
pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 320, "height": 800}
# Wagtail's own: its listings have two search landmarks with one name.
WAGTAILS = ("landmark-unique",)


@pytest.fixture
def desk(transactional_db: None, live_server: Any, new_page: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a page of the desk for a role that is signed in already: ``desk("/desk/", "editor")``."""
    people = world.people()

    def open_page(address: str, role: str = "editor", **options: Any) -> Any:
        client = Client()
        client.force_login(people[role])
        page = new_page(**options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(live_server.url + address)
        return page

    return open_page


def fill() -> dict[str, Delivery]:
    channels = world.channels()
    Channel.objects.filter(pk=channels["facebook"].pk).update(trouble="token_dead", trouble_since=timezone.now())
    Channel.objects.filter(pk=channels["waiting"].pk).update(look_again_on=timezone.localdate() - timedelta(days=1))
    made = {}
    for state in State:
        more: dict[str, Any] = {"reason": "timeout" if state in (S.NEEDS_PERSON, S.UNKNOWN) else "content_rejected"}
        if state in (S.ACCEPTED, S.CONFIRMED):
            more = {"external_id": "17", "external_url": "https://x.com/17", "clicks": 12}
        made[state.value] = world.delivery(channels["x"], state, f"Sak som er {state.value}", **more)
    return made


def no_sideways_scroll(page: Any) -> bool:
    return page.evaluate("(m => m.scrollWidth <= m.clientWidth)(document.querySelector('main'))")


@pytest.mark.parametrize(
    "options",
    [{"viewport": WIDE}, {"viewport": NARROW}, {"viewport": WIDE, "color_scheme": "dark"}],
    ids=["wide", "320 px", "dark"],
)
def test_axe_finds_nothing_on_any_page_in_any_state(
    options: dict[str, Any], desk: Callable[..., Any], axe: Callable[..., None], live_server: Any
) -> None:
    empty = desk("/desk/", **options)
    axe(empty)
    made = fill()
    page = desk("/desk/", "editor", **options)
    admin = desk("/desk/kanaler/", "admin", **options)
    channel = Channel.objects.get(name="@lottstift")
    visits = [(page, "/desk/"), (page, "/desk/utsendelser/"), (page, "/desk/utsendelser/?q=finnes-ikke")]
    states = list(State) if options == {"viewport": WIDE} else [S.NEEDS_PERSON, S.BY_HAND, S.CONFIRMED]
    visits += [(page, f"/desk/utsendelser/{made[state].pk}/") for state in states]
    visits += [(page, "/desk/kanaler/"), (page, f"/desk/kanaler/{channel.pk}/")]
    visits += [
        (admin, "/desk/kanaler/"),
        (admin, f"/desk/kanaler/{channel.pk}/"),
        (admin, "/desk/kanaler/ny/?plattform=x"),
    ]
    for tab, address in visits:
        tab.goto(live_server.url + address)
        tab.wait_for_selector("main")
        axe(tab, known=WAGTAILS)
        assert no_sideways_scroll(tab), address


def test_the_sign_in_page_is_ours_and_passes_axe(live_server: Any, page: Any, axe: Callable[..., None]) -> None:
    page.goto(f"{live_server.url}/desk/login/")
    assert page.get_by_role("heading", name="Logg inn på Samspill").is_visible()
    assert page.title() == "Logg inn - Samspill"
    axe(page)


def test_a_person_decides_with_the_keyboard_alone(desk: Callable[..., Any]) -> None:
    delivery = fill()[S.NEEDS_PERSON]
    page = desk(f"/desk/utsendelser/{delivery.pk}/")
    page.focus("#valg-ute")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("https://x.com/lottstift/status/17")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Notert. Vi leser X for å bekrefte.").wait_for()
    assert Delivery.objects.get(pk=delivery.pk).state == S.ACCEPTED


def test_no_button_that_decides_is_shown_before_a_choice_is_made(desk: Callable[..., Any]) -> None:
    delivery = fill()[S.NEEDS_PERSON]
    page = desk(f"/desk/utsendelser/{delivery.pk}/")
    button = page.get_by_role("button", name="Send på nytt nå")
    assert not button.is_visible()
    page.get_by_label("Det er ikke ute. Send på nytt").check()
    assert button.is_visible()


def test_the_page_follows_a_delivery_that_moves_without_taking_the_focus(desk: Callable[..., Any]) -> None:
    delivery = fill()[S.UNKNOWN]
    page = desk(f"/desk/utsendelser/{delivery.pk}/")
    page.focus("#delivery-story summary")
    ledger.move(Delivery.objects.get(pk=delivery.pk), S.NEEDS_PERSON, reason="cannot_tell")
    page.locator("#delivery-head").get_by_text("Uavklart").wait_for()
    page.get_by_label("Det er ikke ute. Send på nytt").wait_for(timeout=15_000)
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert "lett lenge" in page.locator("[role=status][data-s-live-target]").text_content()


def test_the_template_of_a_channel_shows_an_example_while_it_is_written(desk: Callable[..., Any]) -> None:
    fill()
    channel = Channel.objects.get(name="@lottstift")
    page = desk(f"/desk/kanaler/{channel.pk}/", "admin")
    page.fill("#id_template", "Nytt: {tittel} {emneknagger}")
    page.get_by_text("Nytt: Slik kjenner du igjen et ulovlig lotteri #Lotteri #FrivilligLag").wait_for()
    page.get_by_text("av 280 tegn").wait_for()
