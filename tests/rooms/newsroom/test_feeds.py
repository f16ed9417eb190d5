"""Atom and RSS."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from samspill.newsroom.models import PressRelease
from tests.rooms.newsroom.factories import make_front_page, make_photo, make_story

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def read(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return ElementTree.fromstring(answer.content)


def test_each_entry_says_its_language_and_keeps_its_id(client: Client) -> None:
    story = make_story("På bokmål", main_image=make_photo())
    make_story("På nynorsk", language="nn")
    make_story("In English", language="en")
    entries = read(client, "/feeds/alle.atom").findall(f"{ATOM}entry")
    languages = {entry.findtext(f"{ATOM}title"): entry.get(f"{XML}lang") for entry in entries}
    assert languages == {"På bokmål": "nb", "På nynorsk": "nn", "In English": "en"}
    before = {entry.findtext(f"{ATOM}title"): entry.findtext(f"{ATOM}id") for entry in entries}
    PressRelease.objects.filter(pk=story.pk).update(title="Ny tittel")
    after = {
        entry.findtext(f"{ATOM}title"): entry.findtext(f"{ATOM}id")
        for entry in read(client, "/feeds/alle.atom").findall(f"{ATOM}entry")
    }
    assert after["Ny tittel"] == before["På bokmål"]
    items = read(client, "/feeds/alle.rss").findall("channel/item")
    assert {item.get(f"{XML}lang") for item in items} == {"nb", "nn", "en"}
    assert {item.findtext("guid") for item in items} == set(after.values())


def test_an_entry_brings_its_picture_along(client: Client) -> None:
    make_story(main_image=make_photo())
    enclosure = read(client, "/feeds/alle.rss").find("channel/item/enclosure")
    assert enclosure.get("type") == "image/jpeg"
    assert enclosure.get("url").startswith("http://testserver/media/")
    assert int(enclosure.get("length")) > 1000
    link = read(client, "/feeds/alle.atom").find(f"{ATOM}entry/{ATOM}link[@rel='enclosure']")
    assert link.get("href") == enclosure.get("url")


def test_there_is_a_feed_for_each_sender_and_each_subject(client: Client) -> None:
    make_story("Fra Lotteri", subjects=("Bingo",))
    make_story("Fra Stiftelse", brand="stiftelsestilsynet")
    make_story("Fra begge", brand=None, subjects=("Bingo",))

    def titles(address: str) -> set[str]:
        return {entry.findtext(f"{ATOM}title") for entry in read(client, address).findall(f"{ATOM}entry")}

    assert titles("/feeds/avsender/stiftelsestilsynet.atom") == {"Fra Stiftelse", "Fra begge"}
    assert titles("/feeds/emne/bingo.atom") == {"Fra Lotteri", "Fra begge"}
    for address in ("/feeds/emne/finnes-ikke.atom", "/feeds/annet/bingo.atom", "/feeds/alle.json", "/feeds/emne/.atom"):
        assert client.get(address).status_code == 404, address
    page = client.get("/feeds/").content.decode()
    assert 'href="/feeds/emne/bingo.rss"' in page
    assert 'href="/feeds/avsender/stiftelsestilsynet.atom"' in page


def test_a_reader_that_has_it_already_gets_a_304(client: Client) -> None:
    moment = timezone.now() - timedelta(hours=2)
    make_story(out_at=moment)
    answer = client.get("/feeds/alle.atom")
    assert answer.headers["Last-Modified"] == http_date(int(moment.timestamp()))
    assert (
        client.get("/feeds/alle.atom", headers={"if-modified-since": answer.headers["Last-Modified"]}).status_code
        == 304
    )
    make_story("Enda en")
    assert (
        client.get("/feeds/alle.atom", headers={"if-modified-since": answer.headers["Last-Modified"]}).status_code
        == 200
    )
    assert client.get("/feeds/alle.atom", headers={"if-none-match": answer.headers["ETag"]}).status_code == 200


def test_an_empty_feed_is_a_feed_and_the_same_each_time(client: Client) -> None:
    make_front_page()
    first = client.get("/feeds/emne/bingo.atom")
    assert ElementTree.fromstring(first.content).tag == f"{ATOM}feed"
    assert client.get("/feeds/emne/bingo.atom").headers["ETag"] == first.headers["ETag"]


def test_no_sign_in_a_title_breaks_a_feed(client: Client) -> None:
    story = make_story("Fin tittel")
    PressRelease.objects.filter(pk=story.pk).update(title="A & B < C \x0b\x1f\u202e]]> 👩‍👩‍👧", lead="\x08<b>x</b>")
    entry = read(client, "/feeds/alle.atom").find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "A & B < C ]]> 👩‍👩‍👧"
    assert read(client, "/feeds/alle.rss").findtext("channel/item/description") == "<b>x</b>"
