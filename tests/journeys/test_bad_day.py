"""A bad day at the desk, in a real browser: a picture that is none, a press too many, the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from samspill.publishing.models import Approval, Version
from tests import pictures
from tests.rooms.publishing.approval_world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PATIENCE = 60_000


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def opened(new_page: Callable[..., Any], live_server: Any, world: World) -> Callable[..., Any]:
    """A page of the desk, for somebody who is signed in already."""

    def make(name: str, address: str) -> Any:
        page = new_page(base_url=live_server.url, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        session = world.as_(getattr(world, name)).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(address)
        return page

    return make


def edit(world: World) -> str:
    return reverse("wagtailadmin_pages:edit", args=[world.story.pk])


def test_a_picture_that_is_none_is_told_in_the_dialogue_and_what_was_typed_stays(
    opened: Callable[..., Any], world: World, tmp_path: Path
) -> None:
    page = opened("jonas", edit(world))
    page.get_by_role("textbox", name="Ingress").fill("Det jeg skrev")
    page.get_by_role("button", name="Velg et bilde").click()
    dialog = page.locator(".modal")
    for name, data, said in (
        ("avkortet.jpg", pictures.truncated(pictures.photo()), "ødelagt eller ikke helt overført"),
        ("skript.svg", pictures.svg(script=True), "SVG-tegning"),
        ("veldig-stor.png", pictures.lying_png(20_000, 10_000), "110 megapiksler"),
    ):
        file = tmp_path / name
        file.write_bytes(data)
        dialog.get_by_role("tab", name="Last opp").click()
        dialog.get_by_label("Fil").set_input_files(file)
        # Wagtail takes the title from the file's name when its script has come; a machine may be quicker than that.
        dialog.get_by_label("Tittel").fill("Fjell")
        dialog.get_by_label("Alternativ tekst, bokmål").fill("Fjell og fjord")
        dialog.get_by_role("button", name="Last opp").click()
        dialog.get_by_text(said).first.wait_for()
        assert dialog.get_by_label("Alternativ tekst, bokmål").input_value() == "Fjell og fjord"
    dialog.get_by_role("button", name="Lukk").click()
    assert page.get_by_role("textbox", name="Ingress").input_value() == "Det jeg skrev"


def test_pressed_twice_and_gone_back_nothing_is_sent_or_approved_more_than_once(
    opened: Callable[..., Any], world: World
) -> None:
    world.post(world.jonas)
    jonas = opened("jonas", reverse("publishing_compose", args=[world.story.pk]))
    jonas.watch.allow("409")
    jonas.get_by_role("button", name="Send til godkjenning").dblclick()
    jonas.get_by_text("Saken og innleggene er sendt til godkjenning.").first.wait_for()
    assert Version.objects.get().review == Version.Review.SUBMITTED
    marte = opened("marte", reverse("desk_approval", args=[world.story.pk]))
    marte.get_by_role("button", name="Godkjenn saken").dblclick()
    marte.get_by_role("heading", name="Slik går det videre").wait_for()
    marte.go_back()
    marte.get_by_role("heading", name="Slik går det videre").wait_for()
    assert Approval.objects.count() == 1
