"""Script, odd signs and endless titles in every field do nothing but stand there as text."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from samspill.newsroom.blocks import LinkBlock, safe_address
from samspill.newsroom.models import Contact, FrontPage, PressDuty, PressRelease, Subject
from tests.rooms.newsroom.factories import make_blog_post, make_contact, make_front_page, make_photo, make_story

EVIL = """"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}</script>"""


def check(html: str) -> None:
    """As a browser reads it: no script but data, no handler, no style, no picture from the text."""
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert tag.name != "script" or tag.get("type") == "application/ld+json", tag
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"], tag
        assert tag.name != "img" or str(tag["src"]).startswith("/media/"), tag
    assert "{{ 7|add:7 }}" in html or "add:7" not in html


@pytest.mark.django_db
def test_markup_in_every_field_is_shown_as_text(client: Client) -> None:
    photo = make_photo(alt_nb=EVIL, caption_nb=EVIL, credit=EVIL)
    contact = make_contact(EVIL, title_nb=EVIL, phone="", email="", portrait=photo)
    Subject.objects.filter(slug="bingo").delete()
    subject = Subject.objects.create(name_nb=EVIL[:80])
    body = [
        ("text", f"<p>{EVIL}</p>"),
        ("heading", EVIL),
        ("picture", {"photo": photo, "alt": EVIL, "caption": EVIL, "credit": EVIL, "decorative": False}),
        ("quote", {"text": EVIL, "who": EVIL}),
        ("facts", {"title": EVIL, "text": EVIL, "source": EVIL}),
        ("contact", contact),
    ]
    story = make_blog_post(
        EVIL, lead=EVIL, body=body, main_image=photo, contacts=(contact,), author=contact, seo_title=EVIL
    )
    story.subjects.add(subject)
    story.save()
    front = FrontPage.objects.get()
    front.title, front.about, front.elsewhere_intro = EVIL, EVIL, EVIL
    link = {"text": EVIL, "note": EVIL, "page": None, "url": "/"}
    front.useful = [("ask", {"title": EVIL, "text": EVIL, "link": link})]
    front.elsewhere = [("channel", {"name": EVIL, "text": EVIL, "links": [link]})]
    front.footer = [("column", {"title": EVIL, "links": [link]})]
    front.save()
    PressDuty.objects.update(on_duty=EVIL, phone=EVIL[:20])
    for address in ("/", "/saker/", story.url, "/sok/?q=alert", "/feeds/", "/om/", "/finnes-ikke/"):
        check(client.get(address).content.decode())
    data = re.search(r'ld\+json">(.*?)</script>', client.get(story.url).content.decode(), re.DOTALL)
    assert data
    assert json.loads(data[1])["headline"] == EVIL
    assert client.get("/feeds/alle.atom").status_code == 200


@pytest.mark.django_db
def test_unseen_signs_are_taken_out_however_a_story_is_saved(client: Client) -> None:
    story = make_story(
        "Bin\u202ego\x00 \u200bnå",
        lead="Én\x00\u2066 to",
        body=[("heading", "A\x00B"), ("text", "<p>C\x00D\u202e</p>")],
    )
    assert (story.title, story.lead) == ("Bingo nå", "Én to")
    assert story.slug == "bingo-na"
    html = client.get(story.url).content.decode()
    assert "AB" in html
    assert "CD" in html
    assert not set("\x00\u202e\u200b\u2066") & set(html)


@pytest.mark.django_db
def test_a_title_longer_than_the_page_can_hold_is_refused_in_words() -> None:
    with pytest.raises(ValidationError) as refused:
        make_story("x" * 10_000)
    assert "255" in str(refused.value)
    assert not PressRelease.objects.filter(title__startswith="xxx").exists()


@pytest.mark.django_db
def test_two_stories_of_the_same_title_get_addresses_of_their_own() -> None:
    assert [make_story("Ny frist").slug for _ in range(3)] == ["ny-frist", "ny-frist-2", "ny-frist-3"]


@pytest.mark.parametrize(
    "address", ["https://a.invalid/", "/saker/?emne=x", "tel:+4780080040", "mailto:a@b.invalid", "#kanaler"]
)
def test_a_link_may_lead_to(address: str) -> None:
    assert safe_address(address)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//ond.invalid", "data:text/html,x", "saker", "http://[", "ftp://x", ""]
)
def test_a_link_may_not_lead_to(address: str) -> None:
    assert not safe_address(address)


@pytest.mark.django_db
def test_a_link_in_a_block_has_one_goal_and_a_safe_one() -> None:
    front = make_front_page()
    block = LinkBlock()

    def value(**fields: Any) -> Any:
        return block.to_python({"text": "x", "note": "", "page": None, "url": "", **fields})

    assert block.clean(value(url="/saker/")).href == "/saker/"
    assert block.clean(value(page=front.pk)).href == "/"
    for wrong in ({}, {"url": "javascript:alert(1)"}, {"url": "/x", "page": front.pk}):
        with pytest.raises(ValidationError):
            block.clean(value(**wrong))


@pytest.mark.django_db
def test_a_contact_keeps_no_unseen_signs() -> None:
    assert Contact.objects.get(pk=make_contact("Kari\u202e \x00Åsen").pk).name == "Kari Åsen"
