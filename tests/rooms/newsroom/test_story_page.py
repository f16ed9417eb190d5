"""A story as the public sees it."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from django.views.defaults import server_error

from samspill.brands.models import Brand
from samspill.channels.models import Channel
from samspill.delivery.models import Delivery
from samspill.newsroom.models import FrontPage, InfoPage, PressRelease
from tests.rooms.newsroom.factories import make_blog_post, make_contact, make_photo, make_story

pytestmark = pytest.mark.django_db
MORNING = datetime.fromisoformat("2026-11-25T09:05:00+01:00")


def html_of(client: Client, page: Any, **headers: str) -> str:
    answer = client.get(page.url, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_what_a_reader_needs(client: Client) -> None:
    story = make_story(out_at=MORNING, main_image=make_photo(caption_nb="Banen må merkes."), contacts=(make_contact(),))
    html = html_of(client, story)
    assert '<html lang="nb"' in html
    assert '<h1 class="ds-heading" data-size="2xl">Momskompensasjonen kommer i desember</h1>' in html
    assert '<time datetime="2026-11-25T09:05:00+01:00">25. november 2026 kl. 09.05</time>' in html
    for text in (
        story.lead,
        "Lotteritilsynet",
        "Pressemelding",
        "Banen må merkes.",
        "Foto: Kari Nordmann / Lotteritilsynet",
    ):
        assert text in html
    assert '<a class="tel num" href="tel:+4712345678">123 45 678</a>' in html
    assert "Oppdatert" not in html


def test_each_language_has_its_own_words_around_the_story(client: Client) -> None:
    for language, updated in (("nb", "Også publisert"), ("nn", "Meir om"), ("en", "More about")):
        html = html_of(
            client, make_story(f"Sak på {language}", language=language, subjects=("Bingo",)), accept_language="en"
        )
        assert f'<html lang="{language}"' in html
        assert updated in html or language == "nb"
    assert "<time" in html
    assert "25. november" not in html


def test_a_story_changed_later_says_when(client: Client) -> None:
    story = make_story(out_at=MORNING)
    PressRelease.objects.filter(pk=story.pk).update(last_published_at=MORNING + timedelta(minutes=5))
    assert "Oppdatert" not in html_of(client, story)
    PressRelease.objects.filter(pk=story.pk).update(last_published_at=MORNING + timedelta(hours=25))
    assert 'Oppdatert <time datetime="2026-11-26T10:05:00+01:00">26. november 2026 kl. 10.05</time>' in html_of(
        client, story
    )


def test_a_blog_post_names_its_author(client: Client) -> None:
    html = html_of(client, make_blog_post(author=make_contact("Ola Ærlig", title_nb="rådgiver")))
    assert "Ola Ærlig" in html
    assert '"author": {"@type": "Person", "name": "Ola Ærlig"}' in html


def test_a_story_for_both_names_both(client: Client) -> None:
    html = html_of(client, make_story(brand=None))
    assert 'data-color="lotteri">Lotteritilsynet' in html
    assert 'data-color="stiftelse">Stiftelsestilsynet' in html


def test_alt_text_in_another_language_says_which(client: Client) -> None:
    story = make_story("In English", language="en", main_image=make_photo())
    image = re.search(r"<figure>(<img[^>]*>)", html_of(client, story))
    assert image
    assert 'lang="nb"' in image[1]
    assert 'alt="Fotballbane ved en fjord"' in image[1]


def test_a_picture_in_the_text_may_have_words_of_its_own(client: Client) -> None:
    picture = {
        "photo": make_photo(alt_nb="Bildets egen"),
        "alt": "For denne saken",
        "caption": "Her",
        "credit": "",
        "decorative": False,
    }
    html = html_of(client, make_story(body=[("picture", picture)]))
    assert 'alt="For denne saken"' in html
    assert "Bildets egen" not in html
    picture["decorative"], picture["alt"] = True, ""
    assert "Bildets egen" not in html_of(client, make_story("Pynt", body=[("picture", picture)]))


def test_machines_get_canonical_address_open_graph_and_linked_data(client: Client) -> None:
    story = make_story("Moms\u00adkompensasjon", out_at=MORNING, main_image=make_photo())
    html = html_of(client, story)
    address = f"http://testserver{story.url}"
    assert f'<link rel="canonical" href="{address}">' in html
    assert '<meta property="og:title" content="Momskompensasjon">' in html
    image = re.search(r'<meta property="og:image" content="([^"]+)">', html)
    assert image
    assert image[1].startswith("http://testserver/media/")
    assert '<meta property="og:image:width" content="1200">' in html
    assert '<meta property="og:image:alt" content="Fotballbane ved en fjord">' in html
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == "Momskompensasjon"
    assert data["url"] == data["mainEntityOfPage"] == address
    assert data["inLanguage"] == "nb"
    assert datetime.fromisoformat(data["datePublished"]) == MORNING
    assert data["image"]["url"] == image[1]
    assert (data["image"]["width"], data["image"]["height"]) == (1200, 630)


def test_a_portrait_keeps_its_shape_for_machines_and_readers(client: Client) -> None:
    html = html_of(client, make_story(main_image=make_photo("Høyt", size=(800, 1200))))
    image = re.search(r"<figure><img[^>]*>", html)
    assert image
    assert 'width="800"' in image[0]
    assert 'height="1200"' in image[0]


def test_it_lists_where_else_it_is_out_with_links(client: Client) -> None:
    story = make_story()
    channel = Channel.objects.create(platform="x", name="Lottstift", mode=Channel.Mode.LIVE)
    common = {"channel": channel, "page": story, "title": story.title, "payload": {}, "payload_hash": "0"}
    Delivery.objects.create(**common, state="confirmed", external_url="https://x.invalid/lottstift/1")
    Delivery.objects.create(**common, state="refused", external_url="https://x.invalid/lottstift/2")
    html = html_of(client, story)
    assert '<a class="ds-link" href="https://x.invalid/lottstift/1">X</a><small>Lottstift</small>' in html
    assert "lottstift/2" not in html


def test_a_pretend_platform_is_not_shown_in_production(client: Client, settings: Any) -> None:
    story = make_story()
    channel = Channel.objects.create(platform="x", name="Øving", mode=Channel.Mode.SANDBOX)
    Delivery.objects.create(
        channel=channel,
        page=story,
        title="t",
        payload={},
        payload_hash="0",
        state="confirmed",
        external_url="https://x.invalid/1",
    )
    assert "https://x.invalid/1" in html_of(client, story)
    settings.SAMSPILL_MODE = "production"
    assert "https://x.invalid/1" not in html_of(client, story)


def test_related_is_what_the_editor_chose_and_else_the_newest_on_the_subject(client: Client) -> None:
    other, draft = make_story("Valgt sak"), make_story("Utkast", live=False)
    make_story("Samme emne", subjects=("Bingo",))
    chosen = html_of(client, make_story("A", related=(other, draft), subjects=("Bingo",)))
    assert "Valgt sak" in chosen
    assert "Utkast" not in chosen
    assert "Samme emne" not in chosen
    assert "Samme emne" in html_of(client, make_story("B", subjects=("Bingo",)))


def test_nothing_is_seen_before_it_is_out_or_after_it_is_taken_down(client: Client) -> None:
    draft = make_story("Hemmelig utkast", live=False)
    waiting = make_story("Venter på tiden", live=False)
    waiting.go_live_at = timezone.now() + timedelta(hours=1)
    waiting.save_revision().publish()
    gone = make_story("Tatt ned")
    PressRelease.objects.filter(pk=gone.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled", verbosity=0)
    for address in ("/", "/saker/", "/sok/?q=hemmelig", "/feeds/alle.atom", "/sitemap.xml"):
        text = client.get(address).content.decode()
        assert not any(
            title in text for title in ("Hemmelig utkast", "Venter på tiden", "Tatt ned", draft.slug, gone.slug)
        )
    for page in (draft, waiting, gone):
        assert client.get(f"/saker/{page.slug}/").status_code == 404
    PressRelease.objects.filter(pk=waiting.pk).update(go_live_at=timezone.now() - timedelta(minutes=1))
    revision = waiting.revisions.last()
    revision.approved_go_live_at = timezone.now() - timedelta(seconds=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled", verbosity=0)
    assert client.get(f"/saker/{waiting.slug}/").status_code == 200


def test_a_page_behind_a_password_is_in_no_list_and_no_cache(client: Client) -> None:
    from wagtail.models import PageViewRestriction

    story = make_story("Bare for noen")
    PageViewRestriction.objects.create(page=story, restriction_type="login")
    assert "Bare for noen" not in client.get("/saker/").content.decode()
    assert client.get(story.url).status_code == 302
    assert "public" not in client.get(story.url).headers.get("Cache-Control", "")


def test_public_pages_are_cached_compared_and_set_no_cookie(client: Client) -> None:
    story = make_story()
    for address in ("/", "/saker/", story.url, "/sok/?q=moms", "/feeds/", "/feeds/alle.atom", "/om/", "/robots.txt"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "public" in answer.headers["Cache-Control"], address
        assert not answer.cookies, address
        assert "Cookie" not in answer.headers.get("Vary", ""), address
        again = client.get(address, headers={"if-none-match": answer.headers["ETag"]})
        assert again.status_code == 304, address
        assert again.content == b"", address
    assert client.get(story.url).headers["Last-Modified"]
    PressRelease.objects.filter(pk=story.pk).update(title="Ny tittel")
    assert client.get(story.url, headers={"if-none-match": answer.headers["ETag"]}).status_code == 200


def test_a_plain_page_and_a_lost_one(client: Client) -> None:
    make_story()
    about = InfoPage.objects.get()
    assert "Personvern" in html_of(client, about)
    lost = client.get("/finnes-ikke/", headers={"accept-language": "nn"})
    assert lost.status_code == 404
    assert "Vi finn ikkje sida" in lost.content.decode()
    assert 'lang="nn"' in lost.content.decode()
    assert client.get("/finnes-ikke/\x00\u202e").status_code == 404


def test_an_error_page_needs_nothing(rf: RequestFactory, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Noe gikk galt hos oss" in answer.content.decode()


def test_the_sitemap_holds_public_pages_with_their_dates(client: Client) -> None:
    story = make_story(out_at=MORNING)
    text = client.get("/sitemap.xml").content.decode()
    assert f"<loc>http://testserver{story.url}</loc><lastmod>2026-11-25</lastmod>" in text
    assert "http://testserver/</loc>" in text
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert "Disallow: /desk/" in robots


def test_a_channel_that_waits_says_why_on_the_front_page(client: Client) -> None:
    make_story()
    brand = Brand.objects.get(key="stiftelsestilsynet")
    Channel.objects.create(
        platform="facebook",
        name="Stiftelsestilsynet",
        brand=brand,
        mode=Channel.Mode.WAITING,
        wait_reason="Vi vil først se om noen spør.",
        look_again_on="2027-03-01",
    )
    html = html_of(client, FrontPage.objects.get())
    assert "Stiftelsestilsynet venter med Facebook." in html
    assert "Vi vurderer det på nytt 1. mars 2027." in html
