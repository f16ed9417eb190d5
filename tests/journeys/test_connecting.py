"""An administrator connects accounts (pretend ones) in a browser: refuses once, connects, disconnects, again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import expect

from samspill.channels.models import Channel
from tests.rooms.desk import world

pytestmark = pytest.mark.browser
NAMES = {"x": "X", "facebook": "Facebook", "linkedin": "LinkedIn"}


@pytest.fixture
def desk(
    transactional_db: None, live_server: Any, sandbox: Any, settings: Any, new_page: Callable[..., Any]
) -> Callable[..., Any]:
    """Opens the desk as the administrator, with the pretend platforms beside it."""
    settings.SAMSPILL_SANDBOX_URL = sandbox.url
    settings.SAMSPILL_BASE_URL = live_server.url
    people = world.people()

    def open_page(address: str, **options: Any) -> Any:
        client = Client()
        client.force_login(people["admin"])
        page = new_page(**options)
        session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page.goto(live_server.url + address)
        return page

    return open_page


@pytest.mark.parametrize("platform", list(NAMES))
def test_an_account_is_refused_connected_disconnected_and_connected_again(
    platform: str, desk: Callable[..., Any], axe: Callable[..., None]
) -> None:
    name = NAMES[platform]
    page = desk("/desk/kanaler/ny/?plattform=" + platform)
    page.get_by_role("link", name=f"Koble til {name}").click()
    expect(page.get_by_role("button", name=f"Gå til {name}")).to_be_visible()
    axe(page)
    page.get_by_role("button", name=f"Gå til {name}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Samspill vil ha tilgang til kontoen din på {name}")
    axe(page)
    page.get_by_role("button", name="Avslå").click()
    expect(page.locator(".messages")).to_contain_text(f"Det ble svart nei hos {name}.")

    page.get_by_role("button", name=f"Gå til {name}").click()
    page.get_by_role("button", name="Gi tilgang").click()
    expect(page.locator(".messages")).to_contain_text("er koblet til.")
    assert "code=" not in page.url
    assert "state=" not in page.url
    channel = Channel.objects.get()
    page.wait_for_timeout(800)  # Wagtail's message fades in
    axe(page)

    page.locator("summary", has_text="Koble fra").click()
    page.get_by_role("button", name="Koble fra", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Kanalen er koblet fra")
    assert Channel.objects.get().sealed == ""

    page.get_by_role("link", name="Koble til", exact=True).click()
    page.get_by_role("button", name=f"Gå til {name}").click()
    page.get_by_role("button", name="Gi tilgang").click()
    expect(page.locator(".messages")).to_contain_text("er koblet til.")
    assert Channel.objects.get().pk == channel.pk
    page.get_by_role("button", name="Prøv nøkkelen").click()
    expect(page.locator(".messages")).to_contain_text("Nøkkelen virker.")


@pytest.mark.parametrize(
    "options",
    [{"viewport": {"width": 320, "height": 800}}, {"color_scheme": "dark"}],
    ids=["320 px", "dark"],
)
def test_by_keyboard_alone_narrow_and_dark(
    options: dict[str, Any], desk: Callable[..., Any], axe: Callable[..., None]
) -> None:
    page = desk("/desk/kanaler/ny/x/koble/", **options)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Gå til X").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("authorize"))
    expect(page.get_by_role("button", name="Gi tilgang")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("checkbox").first.focus()
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Gi tilgang")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("er koblet til.")
    page.wait_for_timeout(800)  # Wagtail's message fades in
    axe(page)
    page.goto(page.url.split("/desk/")[0] + "/desk/kanaler/app/x/")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
