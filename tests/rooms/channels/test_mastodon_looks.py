"""What people see of Mastodon: the composer's likeness, and the pretend server's pages, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from samspill.channels.models import Channel
from samspill.publishing import versions
from tests.pictures import landscape, save
from tests.rooms.publishing.compose_world import World, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = [(1440, "light"), (390, "dark"), (320, "light")]
KEY = {"authorization": "Bearer sandbox-mastodon-token"}
LONG = (
    "Over 25 000 lag og foreninger får momskompensasjon i år. #Frivillighet\n\nPengene kommer på konto før jul, og "
    "dere trenger ikke gjøre noe. Har laget nytt kontonummer, må dere si fra før 1. desember.\n\n"
    "Les mer: https://www.lottstift.no/momskompensasjon/slik-gjor-du-det-steg-for-steg @lottstift"
)


@pytest.fixture
def world(transactional_db: None) -> World:
    made = make(with_picture=True)
    made.channels["mastodon"] = Channel.objects.create(
        platform="mastodon", name="Lotteri- og stiftelsestilsynet", handle="lottstift", mode="sandbox", position=4,
        external_id="109300000000000001", base_url="http://127.0.0.1:9", options={"text_limit": "5000"},
    )  # fmt: skip
    made.versions["mastodon"] = versions.add(made.story, made.channels["mastodon"], made.editor)
    return made


@pytest.fixture
def composer(world: World, live_server: Any, new_page: Callable[..., Any]) -> Callable[..., Any]:
    """The composer at the Mastodon version, with a text."""

    def opened(width: int, scheme: str, text: str = LONG) -> Any:
        client = Client()
        client.force_login(world.editor)
        page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        version = world.versions["mastodon"]
        page.goto(f"{live_server.url}{reverse('publishing_compose', args=[world.story.pk])}?kanal={version.pk}")
        page.locator(f"#v{version.pk}-text").fill(text)
        page.locator(f"#tab-v{version.pk} .p-mastodon .p__text", has_text=text[:60]).first.wait_for()
        return page

    return opened


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_likeness_in_the_composer_keeps_within_its_frame_and_can_be_read(
    composer: Callable[..., Any], axe: Callable[..., None], width: int, scheme: str
) -> None:
    page = composer(width, scheme)
    assert page.locator(".p-mastodon .p__text").first.inner_text().startswith("Over 25 000 lag")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    for name in ("Mørk", "Lys"):
        page.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()
        axe(page)


def test_the_server_s_own_limit_counts_in_the_composer_and_a_long_text_is_folded(composer: Callable[..., Any]) -> None:
    page = composer(1440, "light", "Ord og flere ord. " * 60)
    shown = page.locator(".p-mastodon")
    assert shown.locator(".p__more").first.inner_text().strip().endswith("Les mer")
    assert "5 000" in page.locator("[role=tabpanel]:visible").inner_text().replace("\xa0", " ").replace("\u202f", " ")
    assert not shown.locator("mark").count()
    page.get_by_role("button", name="Hele", exact=True).locator("visible=true").first.click()
    assert shown.locator(".p__rest").first.is_visible()


@pytest.fixture
def filled(sandbox: Any) -> Any:
    """Posts with pictures, a content warning and an answer on the pretend server."""
    url = f"{sandbox.url}/mastodon/api"
    sandbox.store.set_setting("mastodon", "processing_s", 0)

    def post(status: str, **more: Any) -> str:
        answer = httpx2.post(f"{url}/v1/statuses", headers=KEY, json={"status": status, "language": "nb", **more})
        return str(answer.json()["id"])

    def picture(width: int, height: int) -> str:
        files = {"file": ("b.jpg", save(landscape(width, height), "JPEG"), "image/jpeg")}
        said = {"description": "Fjell og vann i kveldslys, sett fra en høyde"}
        return str(httpx2.post(f"{url}/v2/media", headers=KEY, data=said, files=files).json()["id"])

    first = post(LONG, media_ids=[picture(900, 600)])
    httpx2.put(f"{url}/v1/statuses/{first}", headers=KEY, json={"status": LONG + "\n\nRettet.", "media_ids": []})
    post("Tre bilder fra Førde", media_ids=[picture(900, 600), picture(600, 900), picture(500, 500)])
    post("Tallene er fra 2025.", spoiler_text="Tall om pengespill")
    sandbox.answer = post("Neste del av tråden", in_reply_to_id=first)
    return sandbox


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_pretend_servers_pages_can_be_read_and_used(
    filled: Any, new_page: Callable[..., Any], axe: Callable[..., None], width: int, scheme: str
) -> None:
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in ("", "/@lottstift", f"/@lottstift/{filled.answer}", "/@lottstift/1"):
        if address.endswith("/1"):
            page.watch.allow("404")
        page.goto(f"{filled.url}/mastodon{address}")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), address
        axe(page)
    page.goto(f"{filled.url}/mastodon")
    page.get_by_text("Vis bildebeskrivelsen").first.locator("..").press("Enter")
    assert page.get_by_text("Fjell og vann i kveldslys").first.is_visible()
    assert not page.get_by_text("Tallene er fra 2025.").is_visible()
    page.get_by_text("Tall om pengespill").press("Enter")
    assert page.get_by_text("Tallene er fra 2025.").is_visible()
