"""The composer in a real browser: typing, two people at once, a lost session or line, the keyboard alone, narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.urls import reverse

from samspill.publishing.models import Version
from tests.rooms.publishing.compose_world import World, make, photo, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return make(with_picture=True)


def session_of(user: User) -> str:
    return signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def composer(new_page: Callable[..., Any], live_server: Any, world: World) -> Callable[..., Any]:
    """Opens the composer as a person; ``x`` is X's version."""

    def opened(user: User | None = None, query: str = "", **options: Any) -> Any:
        page = new_page(**options)
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": session_of(user or world.editor),
            "url": live_server.url,
        }
        page.context.add_cookies([cookie])
        page.goto(f"{live_server.url}{reverse('publishing_compose', args=[world.story.pk])}{query}")
        page.locator(".c-version").first.wait_for(state="attached")
        page.wait_for_function("() => document.documentElement.classList.contains('c-script')")
        return page

    return opened


def text_of(world: World) -> str:
    return Version.objects.get(pk=world.versions["x"].pk).text


def saved(page: Any) -> None:
    page.locator("[data-c-composer-target=status]", has_text="Lagret kl.").wait_for()


def no_sideways_scroll(page: Any) -> bool:
    return bool(
        page.evaluate("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth")
    )


def test_typing_counts_marks_the_surplus_previews_and_saves_by_itself(composer: Any, axe: Any, world: World) -> None:
    page, x = composer(), world.versions["x"].pk
    page.fill(f"#v{x}-text", "Kort om #Frivillighet")
    page.locator(f"#tab-v{x} .p-tag", has_text="#Frivillighet").wait_for()
    page.wait_for_function(f"() => !document.querySelector('#v{x}-form .c-over__back mark')")
    page.fill(f"#v{x}-text", "ord " * 80)
    page.locator(f"#v{x}-problems-text", has_text="tegn for lang for X.").wait_for()
    assert "for mange" in page.inner_text(f"#note-v{x}")
    surplus = page.locator(f"#v{x}-form .c-over__back mark").inner_text().strip()
    assert 20 < len(surplus) < 80 and ("ord " * 80).strip().endswith(surplus)
    page.locator(".c-bar", has_text="Rett det").wait_for()
    assert text_of(world) == "ord " * 80
    axe(page)
    page.locator(".c-bar a").click()
    page.wait_for_function(f"() => document.activeElement.id === 'v{x}-text'")
    page.fill(f"#v{x}-text", "Nå passer det")
    page.locator(".c-bar", has_text="Går til").wait_for()
    page.get_by_role("button", name="Send til godkjenning").click()
    page.get_by_text("Saken og innleggene er sendt til godkjenning.").wait_for()
    page.locator(".c-bar", has_text="Venter på").wait_for()
    page.wait_for_timeout(800)  # Wagtail's message fades in
    axe(page)


def test_two_people_at_once_see_each_other_and_neither_text_is_lost(composer: Any, axe: Any, world: World) -> None:
    x = world.versions["x"].pk
    ingrid, jonas = composer(), composer(world.colleague)
    ingrid.watch.allow("409")
    jonas.locator(f"#v{x}-form .c-presence", has_text="Ingrid Vik").wait_for()
    jonas.fill(f"#v{x}-text", "Teksten til Jonas")
    saved(jonas)
    ingrid.fill(f"#v{x}-text", "Teksten til Ingrid")
    box = ingrid.locator(".c-conflict")
    box.wait_for()
    assert (
        "Jonas Berg" in box.inner_text()
        and "Teksten til Jonas" in box.inner_text()
        and "Teksten til Ingrid" in box.inner_text()
    )
    assert text_of(world) == "Teksten til Jonas"
    axe(ingrid)
    box.get_by_role("button", name="Slå dem sammen selv").click()
    ingrid.fill(f"#v{x}-text", "Teksten til Jonas og Ingrid")
    ingrid.get_by_role("button", name="Ferdig").click()
    saved(ingrid)
    assert text_of(world) == "Teksten til Jonas og Ingrid"


def test_the_others_text_can_be_taken_and_the_own_one_fetched_back(composer: Any, world: World) -> None:
    x = world.versions["x"].pk
    ingrid, jonas = composer(), composer(world.colleague)
    ingrid.watch.allow("409")
    jonas.fill(f"#v{x}-text", "Teksten til Jonas")
    saved(jonas)
    ingrid.fill(f"#v{x}-text", "Teksten til Ingrid")
    ingrid.get_by_role("link", name="Bruk teksten til Jonas Berg").click()
    offer = ingrid.locator(".c-offer", has_text="Teksten til Ingrid")
    offer.wait_for()
    assert ingrid.input_value(f"#v{x}-text") == "Teksten til Jonas"
    offer.get_by_role("button", name="Bruk teksten").click()
    ingrid.locator(".c-bar").wait_for()
    ingrid.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('samspill:'))")
    assert text_of(world) == "Teksten til Ingrid"


def test_a_lost_session_keeps_the_text_says_so_and_saves_after_signing_in_again(
    composer: Any, axe: Any, world: World, live_server: Any
) -> None:
    page, x = composer(), world.versions["x"].pk
    page.watch.allow("403")
    Session.objects.all().delete()
    page.fill(f"#v{x}-text", "Skrevet uten å være logget inn")
    page.locator(".c-alert", has_text="Du er logget ut.").wait_for()
    assert page.get_by_role("link", name="Logg inn på nytt").get_attribute("target") == "_blank"
    axe(page)
    assert text_of(world) != "Skrevet uten å være logget inn"
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(world.editor), "url": live_server.url}]
    )
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    saved(page)
    assert text_of(world) == "Skrevet uten å være logget inn"


def test_a_closed_tab_offers_what_was_not_saved(composer: Any, axe: Any, world: World) -> None:
    page, x = composer(), world.versions["x"].pk
    page.watch.allow("Failed to load resource")
    page.route("**/lagre/", lambda route: route.abort())
    page.fill(f"#v{x}-text", "Skrevet rett før strømmen gikk")
    page.locator(".c-alert", has_text="Ingen forbindelse.").wait_for()
    page.unroute("**/lagre/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    offer = page.locator(".c-offer", has_text="rakk å bli lagret")
    offer.wait_for()
    assert "Skrevet rett før strømmen gikk" in offer.inner_text()
    axe(page)
    page.get_by_role("button", name="Bruk teksten").click()
    saved(page)
    assert text_of(world) == "Skrevet rett før strømmen gikk"


def test_a_lost_line_is_told_and_tried_again(composer: Any, world: World) -> None:
    page, x = composer(), world.versions["x"].pk
    page.watch.allow("Failed to load resource")
    page.context.set_offline(True)
    page.fill(f"#v{x}-text", "Skrevet på toget")
    page.locator(".c-alert", has_text="Ingen forbindelse.").wait_for()
    page.context.set_offline(False)
    saved(page)
    page.locator(".c-alert").wait_for(state="hidden")
    assert text_of(world) == "Skrevet på toget"


def test_the_keyboard_alone_reaches_everything(composer: Any, world: World) -> None:
    page, x, facebook = composer(), world.versions["x"].pk, world.versions["facebook"].pk
    page.focus(f"#tab-label-v{x}")
    page.keyboard.press("ArrowRight")
    page.locator(f"#tab-v{facebook}").wait_for()
    page.wait_for_function(f"() => document.activeElement.id === 'tab-label-v{facebook}'")
    page.keyboard.press("ArrowLeft")
    page.locator(f"#v{x}-text").wait_for()
    page.evaluate(
        "ids => fetch(ids)", f"{reverse('publishing_picture_rows', args=[x])}?bilde={photo('To').pk}"
    )  # renditions are made
    page.focus(f"#v{x}-text")
    page.keyboard.press("End")
    page.keyboard.type(" med tastatur")
    saved(page)
    order = []
    for _step in range(14):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert f"v{x}-alt-0" in order and f"v{x}-timing" in order and f"v{x}-link_to" in order
    page.focus(f"#v{x}-timing")
    page.select_option(f"#v{x}-timing", "at")
    page.locator(f"#v{x}-planned_date").wait_for()
    page.locator(f"#v{x}-error-planned_date", has_text="Velg dato og klokkeslett.").wait_for()


def test_pictures_are_moved_by_buttons_and_focus_stays(composer: Any, world: World) -> None:
    x = world.versions["x"]
    from samspill.publishing.models import VersionPicture

    first, second = photo("En", alt="Den første"), photo("To", alt="Den andre")
    VersionPicture.objects.filter(version=x).delete()
    for place, picture in enumerate((first, second)):
        VersionPicture.objects.create(version=x, photo=picture, position=place)
    page = composer()
    page.locator(f"#tab-v{x.pk} .c-pic").nth(1).get_by_role("button", name="Flytt fram").click()
    saved(page)
    rows = VersionPicture.objects.filter(version=x).order_by("position").values_list("photo_id", flat=True)
    assert list(rows) == [second.pk, first.pk]
    page.locator(f"#tab-v{x.pk} .c-pic").nth(0).get_by_role("button", name="Ta bort").click()
    page.wait_for_function("() => document.activeElement.textContent.includes('Ta bort')")
    assert page.input_value(f"#v{x.pk}-alt-0") == "Den første"


def test_what_only_one_of_two_has_touched_needs_no_question(composer: Any, world: World) -> None:
    x = world.versions["x"].pk
    ingrid, jonas = composer(), composer(world.colleague)
    ingrid.watch.allow("409")
    jonas.fill(f"#v{x}-text", "Teksten til Jonas")
    saved(jonas)
    ingrid.fill(f"#v{x}-alt-0", "Alternativ tekst fra Ingrid")
    ingrid.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('samspill:'))")
    version = Version.objects.get(pk=x)
    assert (version.text, version.pictures.get().alt) == ("Teksten til Jonas", "Alternativ tekst fra Ingrid")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_tab_is_accessible_and_fits_320_pixels(composer: Any, axe: Any, world: World, look: str) -> None:
    page = composer(color_scheme=look, viewport={"width": 320, "height": 800})
    for tab in page.locator(".c-vers [role=tab]").all():
        tab.click()
        page.wait_for_timeout(250)
        axe(page)
        assert no_sideways_scroll(page), tab.inner_text()


def test_it_works_without_scripts(new_page: Any, live_server: Any, world: World) -> None:
    page, x = new_page(java_script_enabled=False), world.versions["x"].pk
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(world.editor), "url": live_server.url}]
    )
    page.goto(f"{live_server.url}{reverse('publishing_compose', args=[world.story.pk])}")
    page.fill(f"#v{x}-text", "b" * 290)
    page.locator(f"#v{x}-form").get_by_role("button", name="Lagre innlegget").click()
    assert "for mange" in page.inner_text(f"#v{x}-count")
    assert text_of(world) == "b" * 290
