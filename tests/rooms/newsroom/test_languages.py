"""Which language a reader gets, and that parts in another one say so."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from samspill.newsroom.models import Contact
from tests.rooms.newsroom.factories import make_contact, make_front_page, make_story


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "language", "word"),
    [
        ("no", "nb", "Nyttig for deg"),
        ("nn-NO", "nn", "Hopp til innhaldet"),
        ("nn", "nn", "Hopp til innhaldet"),
        ("da, en;q=0.5", "nb", "Hopp til innholdet"),
        ("en-GB,en;q=0.9", "en", "Skip to content"),
        ("fr", "nb", "Hopp til innholdet"),
        ("", "nb", "Hopp til innholdet"),
        ("x" * 5000, "nb", "Hopp til innholdet"),
        (";;q=abc,,*;q=0", "nb", "Hopp til innholdet"),
    ],
)
def test_the_browser_gets_the_nearest_language(client: Client, header: str, language: str, word: str) -> None:
    make_front_page()
    answer = client.get("/", headers={"accept-language": header})
    html = answer.content.decode()
    assert f'<html lang="{language}"' in html
    assert word in html
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.django_db
def test_what_is_only_in_bokmål_is_marked_for_a_reader_of_nynorsk(client: Client) -> None:
    make_front_page()
    html = client.get("/", headers={"accept-language": "nn"}).content.decode()
    assert '<div class="grid aud" lang="nb">' in html
    assert '<p class="muted" lang="nb">Vi fører tilsyn' in html
    assert 'lang="nb"' not in client.get("/").content.decode().replace('<html lang="nb"', "")


@pytest.mark.django_db
def test_a_page_in_bokmål_marks_foreign_teasers(client: Client) -> None:
    make_story("The English one", language="en")
    make_story("Den nynorske", language="nn")
    make_story("Den på bokmål")
    make_story("Nyeste")
    for address in ("/", "/saker/"):
        html = client.get(address).content.decode()
        for title, language in (
            ("The English one", ' lang="en"'),
            ("Den nynorske", ' lang="nn"'),
            ("Den på bokmål", ""),
        ):
            start = html.index(title)
            opened = html.rindex("<article", 0, start)
            assert re.match(rf"<article(?: class=\"\w+\")?{language}>", html[opened:]), (address, title)


@pytest.mark.django_db
def test_a_choice_stays_in_the_address_and_nowhere_else(client: Client) -> None:
    make_story()
    answer = client.get("/?sprak=nn", headers={"accept-language": "en"})
    html = answer.content.decode()
    assert '<html lang="nn"' in html
    assert 'href="/saker/?sprak=nn"' in html
    assert not answer.cookies
    assert '<html lang="nb"' in client.get("/?sprak=tlh").content.decode()


@pytest.mark.django_db
def test_contacts_are_listed_in_norwegian_order() -> None:
    for name in ("Ærlig", "Åfjord", "Østfold", "Zeppelin", "Bergen", "Ytre"):
        make_contact(name)
    assert [str(contact) for contact in Contact.objects.all()] == [
        "Bergen",
        "Ytre",
        "Zeppelin",
        "Ærlig",
        "Østfold",
        "Åfjord",
    ]
