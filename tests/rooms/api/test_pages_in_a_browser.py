"""The API's page and the desk's pages for tokens, in a real browser: wide, narrow, dark, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from samspill.api import tokens
from samspill.api.models import Token
from samspill.api.scopes import Scope
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.browser
WIDTHS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 320, "height": 640}}


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


@pytest.fixture
def opened(new_page: Callable[..., Any], live_server: Any) -> Callable[..., Any]:
    """A page of somebody who is signed in (None: of a stranger)."""

    def make(person: Any, path: str, **options: Any) -> Any:
        page = new_page(base_url=live_server.url, reduced_motion="reduce", **options)
        if person is not None:
            client = Client()
            client.force_login(person)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(path)
        return page

    return make


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_the_apis_page_is_read_without_a_script_and_fits(
    world: World, opened: Any, axe: Any, width: str, colours: str
) -> None:
    page = opened(None, "/api/v1/", viewport=WIDTHS[width], color_scheme=colours)
    page.locator("#create_story > summary").press("Enter")
    assert page.locator("#create_story").get_by_text("Idempotency-Key").first.is_visible()
    assert page.locator("script").count() == 0
    assert fits(page)
    axe(page)


def test_every_operation_and_every_code_stands_on_the_page(world: World, opened: Any) -> None:
    page = opened(None, "/api/v1/")
    described = page.request.get("/api/v1/openapi.json").json()
    wanted = {one["operationId"] for path in described["paths"].values() for one in path.values()}
    assert wanted and not [name for name in wanted if page.locator(f"#{name}").count() != 1]
    codes = described["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert not [code for code in codes if page.locator(f"[id={code}]").count() != 1]


@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_a_token_is_made_by_keyboard_shown_once_and_stopped(world: World, opened: Any, axe: Any, width: str) -> None:
    page = opened(world.jonas, "/desk/account/nokler/", viewport=WIDTHS[width])
    page.get_by_label("Hva skal nøkkelen brukes til?").focus()
    page.keyboard.type("Saksbehandlingssystemet")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Lag nøkkelen").press("Enter")
    secret = page.locator("#secret").input_value()
    found = tokens.find(secret)
    assert found is not None and found.scopes == [Scope.READ] and found.user_id == world.jonas.pk
    assert fits(page)
    axe(page)
    page.goto("/desk/account/nokler/")
    assert secret not in page.content() and secret[: tokens.SHOWN] in page.content()
    page.get_by_role("link", name="Stopp Saksbehandlingssystemet").click()
    axe(page)
    page.get_by_role("button", name="Stopp nøkkelen").click()
    page.get_by_text("Nøkkelen «Saksbehandlingssystemet» er stoppet.").wait_for()
    assert tokens.find(secret) is None


def test_what_is_missing_is_told_and_no_token_is_made(world: World, opened: Any, axe: Any) -> None:
    page = opened(world.jonas, "/desk/account/nokler/")
    page.watch.allow("422")
    page.evaluate("document.querySelector('.api-form').noValidate = true")
    page.get_by_role("button", name="Lag nøkkelen").click()
    page.get_by_text("Velg minst én ting.").wait_for()
    axe(page)
    assert not Token.objects.exists()


@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_who_looks_after_accounts_sees_and_stops_others_tokens(world: World, opened: Any, axe: Any, width: str) -> None:
    _token, secret = tokens.make(world.jonas, "Nettsidene", [Scope.READ, Scope.WRITE], 90)
    page = opened(world.tor, "/desk/account/nokler/alle/", viewport=WIDTHS[width])
    assert page.get_by_text("Jonas Berg").is_visible()
    assert fits(page)
    axe(page)
    page.get_by_role("link", name="Stopp Nettsidene").click()
    page.get_by_role("button", name="Stopp nøkkelen").click()
    page.get_by_text("er stoppet").wait_for()
    assert tokens.find(secret) is None


def test_the_account_leads_to_the_tokens(world: World, opened: Any) -> None:
    page = opened(world.jonas, "/desk/account/#tab-actions")
    page.get_by_role("link", name="Nøkler til API-et").click()
    page.wait_for_url("**/desk/account/nokler/")
