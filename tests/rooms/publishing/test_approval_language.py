"""The desk on an editor's way from sign-in to sending is in bokmål: no word of Wagtail's English is left."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils.functional import Promise
from wagtail.blocks import ChooserBlock, ListBlock
from wagtail.snippets.models import get_snippet_models

from samspill.newsroom.models import BlogPost, FrontPage, PressRelease
from tests.rooms.publishing.approval_world import World, form_of

pytestmark = pytest.mark.django_db

# English words that no Norwegian text has; names and code are taken away before.
ENGLISH = re.compile(
    r"\b(the|this|that|these|with|your|you|and|page|pages|not|are|was|been|have|has|will|edit|save|saved|create|"
    r"delete|view|search|choose|chosen|comments?|draft|publish(ed|ing)?|unpublish|history|workflow|settings|help|close|"
    r"toggle|loading|schedule|submit|approve|locked|unlock|upload|image|images|documents?|collection|title|select|"
    r"show|hide|more|actions?|account|password|sign|log out|required|field|error|errors|warning|changes)\b",
    re.IGNORECASE,
)


@pytest.fixture
def world() -> World:
    return World()


class Heard(HTMLParser):
    """What a person sees or hears: text, and the attributes that are read out."""

    SILENT = ("script", "style", "svg", "code", "noscript", "option")
    SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-w-tooltip-content-value")

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        self.lines += [value or "" for name, value in attrs if name in self.SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.lines.append(data)


def english_lines(page: str) -> list[str]:
    heard = Heard()
    heard.feed(page)
    lines = (re.sub(r"\s+", " ", line).strip() for line in heard.lines)
    return sorted({line[:120] for line in lines if ENGLISH.search(line) and not re.search(r"[_/{}=]|\.\w{2,4}$", line)})


def paths(world: World, story: Any) -> list[str]:
    pk = story.pk
    return [
        "/desk/",
        "/desk/pages/",
        f"/desk/pages/{world.index.pk}/",
        f"/desk/pages/add/newsroom/pressrelease/{world.index.pk}/",
        f"/desk/pages/{pk}/edit/",
        f"/desk/pages/{pk}/history/",
        f"/desk/pages/{pk}/workflow_history/",
        f"/desk/pages/{pk}/usage/",
        f"/desk/pages/{pk}/copy/",
        f"/desk/pages/{pk}/kanaler/",
        "/desk/godkjenn/",
        f"/desk/godkjenn/{pk}/",
        "/desk/images/",
        "/desk/images/add/",
        "/desk/images/multiple/add/",
        "/desk/documents/",
        "/desk/documents/add/",
        "/desk/account/",
        "/desk/reports/locked/",
        "/desk/reports/workflow/",
        "/desk/reports/aging-pages/",
        "/desk/images/chooser/",
        "/desk/documents/chooser/",
        "/desk/pages/search/",
    ]


def test_no_page_on_the_way_shows_english(world: World) -> None:
    world.post(world.jonas)
    found: dict[str, list[str]] = {}
    client = world.as_(world.jonas)
    for path in paths(world, world.story):
        answer = client.get(path)
        assert answer.status_code == 200, path
        body = answer.content.decode()
        if answer["Content-Type"].startswith("application/json"):
            body = answer.json().get("html", "")
        if lines := english_lines(body):
            found[path] = lines
    assert found in ({}, []), found


def test_no_message_on_the_way_is_in_english(world: World) -> None:
    client = world.as_(world.jonas)
    edit = f"/desk/pages/{world.story.pk}/edit/"
    found = []
    for data in (
        form_of(world.story, title="Ny tittel"),
        form_of(world.story, title=""),
        form_of(world.story, **{"action-submit": "1"}),
        form_of(world.story, **{"action-cancel-workflow": "1"}),
    ):
        found += english_lines(client.post(edit, data, follow=True).content.decode())
    world.submit()
    for person in (world.marte, world.amir):
        found += english_lines(world.as_(person).get(edit).content.decode())
    assert found in ({}, []), found


def widgets_of(blocks: Any) -> list[Any]:
    found = []
    for block in blocks:
        found += widgets_of(getattr(block, "child_blocks", {}).values())
        found += widgets_of([block.child_block] if isinstance(block, ListBlock) else [])
        found += [block.widget] if isinstance(block, ChooserBlock) else []
    return found


def test_no_choosers_label_stays_in_the_language_of_who_came_first() -> None:
    """A label that is put together once in a process would be shown in that language to everybody."""
    widgets = widgets_of([StoryPage.body.field.stream_block for StoryPage in (PressRelease, BlogPost)])
    widgets += widgets_of([FrontPage.useful.field.stream_block])
    for model in get_snippet_models():
        widgets.append(model.snippet_viewset.chooser_viewset.widget_class)
    assert len(widgets) >= 6
    for widget in widgets:
        for label in (widget.choose_one_text, widget.choose_another_text, widget.link_to_chosen_text):
            assert isinstance(label, Promise), f"{widget.model}: {label}"


def test_signing_in_is_in_bokmal() -> None:
    client = Client(headers={"accept-language": "nb"})
    found = english_lines(client.get("/desk/login/").content.decode())
    found += english_lines(client.post("/desk/login/", {"username": "x", "password": "y"}).content.decode())
    found += english_lines(client.get("/desk/password_reset/").content.decode())
    assert found in ({}, []), found


def test_what_wagtail_says_by_script_is_in_bokmal(world: World) -> None:
    body = world.as_(world.jonas).get("/desk/jsi18n/").content.decode()
    for english, norwegian in (("Collapse all", "Lukk alle"), ("Retry", "Prøv igjen"), ("Reply", "Svar")):
        assert f"{json.dumps(english)}: {json.dumps(norwegian)}" in body
