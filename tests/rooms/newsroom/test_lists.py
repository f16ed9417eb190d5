"""Lists and search: narrowed, in pages, and at the same cost however long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samspill.newsroom.models import FrontPage
from tests.rooms.newsroom.factories import make_blog_post, make_front_page, make_photo, make_story

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def titles(client: Client, address: str) -> list[str]:
    html = client.get(address).content.decode()
    return [
        title
        for title in ("Bingo i hallen", "Stiftinga sitt føremål", "Slik jobber vi", "The rules")
        if f">{title}</a>" in html
    ]


@pytest.fixture
def _stories() -> None:
    make_story("Bingo i hallen", subjects=("Bingo",), out_at=NOW - timedelta(days=3))
    make_story("Stiftinga sitt føremål", brand="stiftelsestilsynet", language="nn", out_at=NOW - timedelta(days=2))
    make_blog_post("Slik jobber vi", subjects=("Tilsyn",), out_at=NOW - timedelta(days=1))
    make_story("The rules", language="en", brand=None, subjects=("Bingo", "Tilsyn"), out_at=NOW)


@pytest.mark.usefixtures("_stories")
@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/saker/", ["Bingo i hallen", "Stiftinga sitt føremål", "Slik jobber vi", "The rules"]),
        ("/blogg/", ["Slik jobber vi"]),
        ("/saker/?slag=pressemelding", ["Bingo i hallen", "Stiftinga sitt føremål", "The rules"]),
        ("/saker/?slag=blogg", ["Slik jobber vi"]),
        ("/saker/?avsender=stiftelsestilsynet", ["Stiftinga sitt føremål", "The rules"]),
        ("/saker/?emne=bingo", ["Bingo i hallen", "The rules"]),
        ("/saker/?emne=bingo&skrevet=en", ["The rules"]),
        ("/saker/?skrevet=nn&emne=bingo", []),
        (
            "/saker/?avsender=%00&emne=../x&slag=1&skrevet=tlh&side=-3",
            ["Bingo i hallen", "Stiftinga sitt føremål", "Slik jobber vi", "The rules"],
        ),
    ],
)
def test_a_list_shows_what_the_address_asks_for(client: Client, address: str, found: list[str]) -> None:
    assert titles(client, address) == found


@pytest.mark.usefixtures("_stories")
def test_the_newest_stands_first(client: Client) -> None:
    html = client.get("/saker/").content.decode()
    order = [html.index(title) for title in ("The rules", "Slik jobber vi", "Stiftinga sitt føremål", "Bingo i hallen")]
    assert order == sorted(order)


@pytest.mark.usefixtures("_stories")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bingo", ["Bingo i hallen"]),
        ("hall", ["Bingo i hallen"]),  # another form of the word
        (
            "SØKTE september",
            ["Bingo i hallen", "Stiftinga sitt føremål", "Slik jobber vi", "The rules"],
        ),  # from the lead
        ("revisor", ["Bingo i hallen", "Stiftinga sitt føremål", "Slik jobber vi", "The rules"]),  # from a quote
        ("bingo finnesikke", []),
    ],
)
def test_search_finds_words_in_title_lead_and_body(client: Client, words: str, found: list[str]) -> None:
    assert titles(client, f"/sok/?q={words}") == found


@pytest.mark.parametrize(
    "words", ["'", '"', "&|!():*", "\x00\u202e", "%", "\\", "<script>alert(1)</script>", "x" * 10_000, "🇳🇴"]
)
def test_search_takes_anything(client: Client, words: str) -> None:
    make_front_page()
    answer = client.get("/sok/", {"q": words, "side": "æ"})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_pages_of_a_list_carry_what_was_asked_for(client: Client) -> None:
    make_front_page()
    for number in range(23):
        make_story(f"Sak nummer {number}", subjects=("Bingo",), body=[], out_at=NOW - timedelta(days=number))
    first = client.get("/saker/?emne=bingo").content.decode()
    assert "23 saker" in first
    assert 'href="?emne=bingo&amp;side=2"' in first
    second = client.get("/saker/?emne=bingo&side=2").content.decode()
    assert "Sak nummer 22" in second
    assert "Sak nummer 19<" not in second
    assert "Sak nummer 22" in client.get("/saker/?side=99999999999999999999").content.decode()


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is made once (renditions, content types) is made now
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_list_costs_the_same_however_long_it_is(client: Client) -> None:
    make_front_page()
    addresses = ("/saker/", "/sok/?q=kompensasjon", "/", "/feeds/alle.atom", "/sitemap.xml")

    def add(number: int) -> None:
        make_story(
            f"Kompensasjon {number}",
            body=[],
            subjects=("Bingo",),
            main_image=make_photo(f"bilde{number}", size=(1200, 800)),
            brand=("lotteritilsynet", "stiftelsestilsynet")[number % 2],
        )
        make_blog_post(f"Kompensasjon blogg {number}", body=[], subjects=("Tilsyn",))

    for number in range(2):
        add(number)
    few: dict[str, Any] = {address: queries(client, address) for address in addresses}
    for number in range(2, 6):
        add(number)
    many = {address: queries(client, address) for address in addresses}
    assert many == few
    assert max(few.values()) < 30, few


def test_an_empty_newsroom_says_what_belongs_there(client: Client) -> None:
    front = make_front_page()
    assert "Her kommer sakene våre" in client.get("/").content.decode()
    assert "Vi har ikke lagt ut noe ennå." in client.get("/saker/").content.decode()
    assert FrontPage.objects.get() == front
