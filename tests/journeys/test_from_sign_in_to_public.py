"""The whole way in a real browser: one signs in and writes, another approves, the public reads it everywhere.

Nobody takes a shortcut: both type their passwords, and all is reached by links and buttons that a person presses.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.desk.demo import USERS
from samspill.desk.demo.build import make_channels, make_users, work_off
from samspill.newsroom.bootstrap import ensure_site
from samspill.publishing.bootstrap import ensure_roles_and_workflow
from tests.pictures import landscape, save
from tests.support.browser import KNOWN_IN_WAGTAIL

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TITLE = "Korpset får tilbake momsen i desember"
LEAD = "Over 25 000 lag og foreninger får penger tilbake. Pengene kommer på konto før jul."
BODY = "Dere trenger ikke gjøre noe for å få pengene."
ALT = "Fjell og fjord i morgenlys"
POST = "Momsen kommer tilbake før jul 🎺 Vet kassereren i korpset det?"
PATIENCE = 60_000  # the longest way of all, on a machine that may be busy
# The picture's dialogue is Wagtail's: it has no name, and its field for tags no label (docs/operations.md).
KNOWN_IN_CHOOSER = (*KNOWN_IN_WAGTAIL, "aria-dialog-name", "label")
FEEDS = {"x": "X", "facebook": "Facebook", "linkedin": "LinkedIn", "bluesky": "Bluesky", "mastodon": "Mastodon"}


@pytest.fixture
def desk(live_server: Any, sandbox: Any, settings: Any) -> dict[str, Any]:
    """A fresh installation with the demo's people and channels, and no story. Returns the channels."""
    settings.SAMSPILL_BASE_URL, settings.SAMSPILL_SANDBOX_URL = live_server.url, sandbox.url
    ensure_site()
    ensure_roles_and_workflow()
    make_users()
    return make_channels()


@pytest.fixture
def sign_in(new_page: Callable[..., Any], live_server: Any, axe: Callable[..., None]) -> Callable[[str], Any]:
    """Signs in at the front door with the password, each person in a browser of their own."""

    def opened(name: str) -> Any:
        user = next(user for user in USERS if user.username == name)
        page = new_page(reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        page.goto(f"{live_server.url}/desk/")
        axe(page)
        page.get_by_label("Brukernavn").fill(user.username)
        page.get_by_label("Passord").fill(user.password)
        page.get_by_role("button", name="Logg inn").click()
        page.wait_for_url("**/desk/")
        axe(page)
        return page

    return opened


def write_the_story(page: Any, axe: Callable[..., None], picture: Path) -> None:
    page.locator("summary", has_text="Skriv en sak").click()
    page.get_by_role("link", name="Pressemelding").click()
    page.locator("#id_title").fill(TITLE)
    page.get_by_role("textbox", name="Ingress").fill(LEAD)
    page.get_by_role("button", name="Velg et bilde").click()
    upload(page, axe, picture)
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="Tekst", exact=True).click()
    page.locator(".public-DraftEditor-content").last.click()
    page.keyboard.type(BODY)
    page.get_by_text("Lagret", exact=True).first.wait_for()
    axe(page, known=KNOWN_IN_WAGTAIL)
    page.get_by_role("button", name="Videre til kanalene").click()
    page.wait_for_url("**/kanaler/**")


def upload(page: Any, axe: Callable[..., None], picture: Path) -> None:
    """A picture from the own machine, with its alternative text, in the dialogue that chooses one."""
    dialog = page.locator(".modal")
    dialog.get_by_role("tab", name="Last opp").click()
    dialog.get_by_label("Fil").set_input_files(picture)
    dialog.get_by_label("Tittel").fill("Premieutdeling")
    dialog.get_by_label("Alternativ tekst, bokmål").fill(ALT)
    axe(page, known=KNOWN_IN_CHOOSER)
    dialog.get_by_role("button", name="Last opp").click()
    dialog.wait_for(state="detached")


def fit_to_the_channels(page: Any, axe: Callable[..., None]) -> None:
    for name in reversed(FEEDS.values()):
        page.get_by_role("tab", name=name).click()
        panel = page.get_by_role("tabpanel", name=name)
        assert TITLE in panel.get_by_label(f"Tekst på {name}").input_value()
        assert panel.get_by_label("Alternativ tekst").input_value() == ALT
        axe(page)
    panel.get_by_label("Tekst på X").fill(POST)
    panel.locator(".c-preview, .p", has_text="Vet kassereren").first.wait_for()
    page.locator("[data-c-composer-target=status]", has_text="Lagret kl.").wait_for()
    page.get_by_role("button", name="Send til godkjenning").click()
    page.get_by_text("Saken og innleggene er sendt til godkjenning.").wait_for()
    settled(page)
    axe(page)


def approve(page: Any, axe: Callable[..., None]) -> None:
    page.get_by_role("link", name="Les og godkjenn").first.click()
    page.get_by_role("heading", name=TITLE).wait_for()
    for words in (LEAD, BODY, POST):
        assert page.get_by_text(words).first.is_visible()
    axe(page)
    page.get_by_role("button", name=f"Godkjenn saken og {len(FEEDS)} innlegg").click()
    page.get_by_role("heading", name="Slik går det videre").wait_for()
    settled(page)
    axe(page)


def settled(page: Any) -> None:
    page.wait_for_timeout(800)  # Wagtail's message fades in


def work(channels: dict[str, Any], seconds: float = 120) -> None:
    """What the workers do, until all posts have been read back."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        work_off(channels.values())
        if set(Delivery.objects.values_list("state", flat=True)) == {State.CONFIRMED}:
            return
        time.sleep(0.3)
    raise AssertionError(list(Delivery.objects.values_list("channel__platform", "state", "reason")))


def test_an_editor_writes_a_colleague_approves_and_the_public_reads_it_on_every_platform(
    desk: dict[str, Any],
    sign_in: Callable[[str], Any],
    new_page: Callable[..., Any],
    axe: Callable[..., None],
    live_server: Any,
    sandbox: Any,
    tmp_path: Path,
) -> None:
    picture = tmp_path / "fjord.jpg"
    picture.write_bytes(save(landscape(), "JPEG"))
    ingrid = sign_in("ingrid")
    # Wagtail saves by itself while a block is still empty, is told so with a 400, and tries again at the next sign.
    ingrid.watch.allow("400")
    write_the_story(ingrid, axe, picture)
    fit_to_the_channels(ingrid, axe)
    marte = sign_in("marte")
    approve(marte, axe)
    work(desk)

    reader = new_page()
    reader.set_default_timeout(PATIENCE)
    reader.goto(live_server.url)
    axe(reader)
    reader.get_by_role("link", name=TITLE).first.click()
    reader.get_by_role("heading", name=TITLE, level=1).wait_for()
    story = reader.url
    assert reader.get_by_role("img", name=ALT).is_visible()
    assert reader.get_by_text(BODY).is_visible()
    axe(reader)
    elsewhere = reader.get_by_role("heading", name="Også publisert på").locator("xpath=..")
    assert [link.inner_text() for link in elsewhere.get_by_role("link").all()] == list(FEEDS.values())
    for place, platform in enumerate(FEEDS):
        reader.goto(story)
        elsewhere.get_by_role("link").nth(place).click()
        assert reader.url.startswith(f"{sandbox.url}/{platform}/")
        reader.get_by_role("img", name=ALT).wait_for()
        axe(reader)

    for platform in FEEDS:
        reader.goto(f"{sandbox.url}/{platform}")
        post = reader.get_by_role("article")
        assert post.count() == 1
        assert post.get_by_text(POST if platform == "x" else TITLE).first.is_visible()
        assert post.get_by_role("img", name=ALT).is_visible()
        axe(reader)
        post.locator(f"a[href*='{live_server.url}/l/']").first.click()
        reader.wait_for_url(story)
        assert reader.get_by_role("heading", name=TITLE, level=1).is_visible()

    ingrid.get_by_role("link", name="Utsendelser").click()
    ingrid.get_by_role("heading", name="Utsendelser").first.wait_for()
    states = ingrid.locator("main tbody").get_by_text("Bekreftet", exact=True)
    assert states.count() == len(FEEDS)
    axe(ingrid, known=("landmark-unique",))
