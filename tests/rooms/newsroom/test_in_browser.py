"""The public pages in a real browser: axe, narrow and wide, light and dark, no script, no other host."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Site

from samspill.newsroom import listing
from samspill.newsroom.models import PressRelease
from tests.rooms.newsroom.factories import BODY, make_blog_post, make_contact, make_front_page, make_photo, make_story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Menneskerettighetsorganisasjonsmedlemskapskontingentinnbetalingsfristen"
ALL = "nb nn en blog front list search feeds about lost"
SIZES = [(1280, "light", ALL), (320, "dark", ALL), (320, "light", "nb list"), (1280, "dark", "nn list")]


@pytest.fixture
def newsroom(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A small newsroom at the browser's address; its pages by name."""
    make_front_page(base_url=live_server.url)
    photo, contact = (
        make_photo(caption_nb="Banen må merkes."),
        make_contact(portrait=make_photo("Portrett", size=(400, 400))),
    )
    picture = {"photo": photo, "alt": "", "caption": "", "credit": "", "decorative": False}
    body = [*BODY, ("picture", picture), ("contact", contact), ("heading", LONG)]
    day = timezone.now()
    pages = {
        "nb": make_story(LONG, main_image=photo, body=body, contacts=(contact,), subjects=("Bingo",)),
        "nn": make_story(
            "Slik skriv de føremålet", language="nn", main_image=photo, brand="stiftelsestilsynet", body=body
        ),
        "en": make_story("How we work", language="en", brand=None, main_image=photo, contacts=(contact,), body=body),
        "blog": make_blog_post("Slik leser jeg et regnskap", author=contact, subjects=("Bingo",)),
    }
    monkeypatch.setattr(listing, "PER_PAGE", 4)
    for number in range(3):
        make_story(f"Eldre sak {number}", body=[], subjects=("Tilsyn",), out_at=day - timedelta(days=number + 1))
    addresses = {name: live_server.url + page.url.replace(live_server.url, "") for name, page in pages.items()}
    paths = {
        "front": "/",
        "list": "/saker/",
        "search": "/sok/?q=regnskap",
        "feeds": "/feeds/",
        "about": "/om/",
        "lost": "/borte/",
    }
    return addresses | {name: live_server.url + path for name, path in paths.items()}


def test_every_page_is_sound_on_any_screen(
    newsroom: dict[str, str], new_page: Callable[..., Any], axe: Callable[..., None]
) -> None:
    for width, scheme, names in SIZES:
        page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.watch.allow("404")
        for name in names.split():
            page.goto(newsroom[name])
            axe(page)
            sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert sideways <= 0, (name, width, sideways)
            assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Inter Variable"'), name
        assert page.evaluate("document.fonts.check('16px \"Inter Variable\"')")
        assert page.context.cookies() == []


def test_all_of_it_works_without_script(newsroom: dict[str, str], new_page: Callable[..., Any]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(newsroom["list"])
    page.get_by_label("Emne").select_option("Bingo")
    page.get_by_role("button", name="Vis").click()
    page.get_by_role("heading", name="2 saker").wait_for()
    page.get_by_role("link", name="Slik leser jeg et regnskap").click()
    page.get_by_role("heading", level=1, name="Slik leser jeg et regnskap").wait_for()
    page.get_by_role("link", name="Søk", exact=True).click()
    page.get_by_role("searchbox", name="Ord i saken").fill("regnskapet")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Slik leser jeg et regnskap").wait_for()


def test_the_menu_opens_and_closes_by_keyboard_on_a_narrow_screen(
    newsroom: dict[str, str], new_page: Callable[..., Any]
) -> None:
    page = new_page(viewport={"width": 360, "height": 700})
    page.goto(newsroom["front"])
    menu = page.get_by_role("button", name="Meny")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hopp til innholdet"
    menu.focus()
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="Hovedmeny").get_by_role("link", name="Saker").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("link", name="Blogg", exact=True).count() <= 1
    assert page.evaluate("document.activeElement.textContent").strip() == "Meny"


def test_paper_shows_the_story_and_its_address(newsroom: dict[str, str], page: Any) -> None:
    page.goto(newsroom["en"])
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").first.is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_text(newsroom["en"], exact=True).is_visible()
    assert PressRelease.objects.count() > 3
    assert Site.objects.get().root_url in newsroom["en"]
