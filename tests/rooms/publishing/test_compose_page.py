"""The composer's page: who sees it, what it shows, and that it asks the database a fixed number of questions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from samspill.channels.models import Channel
from samspill.delivery.models import Delivery
from samspill.publishing import versions
from samspill.publishing.models import Version, VersionPicture
from tests.rooms.publishing.compose_world import World, make, photo, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make()


def page_of(world: World, user: User | None = None, query: str = "") -> str:
    answer = signed_in(user or world.editor).get(reverse("publishing_compose", args=[world.story.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


# --- who -------------------------------------------------------------------------------

GETS = ["publishing_ping", "publishing_picture_rows", "publishing_compose_post", "publishing_post_bar"]
POSTS = [
    "publishing_measure",
    "publishing_save",
    "publishing_remove",
    "publishing_copy",
    "publishing_answer",
    "publishing_in_step",
    "publishing_send_in_post",
]
PAGE_GETS, PAGE_POSTS = ["publishing_compose", "publishing_bar"], ["publishing_add", "publishing_send_in"]


def ask(client: Client, world: World, name: str) -> Any:
    on_page = name in PAGE_GETS + PAGE_POSTS
    url = reverse(name, args=[world.story.pk if on_page else world.versions["x"].pk])
    return client.post(url, {"base": 0, "text": "forsøk"}) if name in POSTS + PAGE_POSTS else client.get(url)


@pytest.mark.parametrize("name", GETS + POSTS + PAGE_GETS + PAGE_POSTS)
def test_nobody_without_the_right_comes_in(world: World, name: str) -> None:
    strangers = [world.expert, User.objects.create_user("fremmed", password="x")]
    no_right = User.objects.create_user("uten", password="x")
    no_right.groups.set(world.editor.groups.all())
    group = no_right.groups.get()
    before = Version.objects.get(pk=world.versions["x"].pk).edit_number
    for client in [Client(), *(signed_in(user) for user in strangers)]:
        answer = ask(client, world, name)
        assert answer.status_code in (302, 403), (name, answer.status_code)
        assert "publishing" not in answer.get("Location", "")
    group.permissions.remove(*group.permissions.filter(codename="write_version"))
    assert ask(signed_in(User.objects.get(pk=no_right.pk)), world, name).status_code in (302, 403)
    group.page_permissions.all().delete()
    assert ask(signed_in(User.objects.get(pk=world.colleague.pk)), world, name).status_code in (302, 403)
    assert Version.objects.get(pk=world.versions["x"].pk).edit_number == before
    assert not Version.objects.filter(text="forsøk").exists()


@pytest.mark.parametrize("name", POSTS + PAGE_POSTS)
def test_what_changes_something_is_not_done_by_a_link(world: World, name: str) -> None:
    on_page = name in PAGE_POSTS
    url = reverse(name, args=[world.story.pk if on_page else world.versions["x"].pk])
    assert signed_in(world.editor).get(url).status_code == 405


def test_a_story_or_post_that_is_not_there_is_not_found(world: World) -> None:
    client = signed_in(world.editor)
    assert client.get(reverse("publishing_compose", args=[987654])).status_code == 404
    assert client.post(reverse("publishing_save", args=[987654]), {"base": 0}).status_code == 404


# --- what ------------------------------------------------------------------------------


def test_each_version_has_a_tab_with_its_channel_and_what_is_left(world: World) -> None:
    html = page_of(world)
    assert "Tekst på X" in html and "Tekst på Facebook" in html
    assert 'id="tab-label-v' in html


def test_opening_makes_what_the_rules_ask_for_once() -> None:
    world = make(with_versions=False)
    page_of(world)
    page_of(world)
    assert sorted(Version.objects.values_list("channel__platform", flat=True)) == ["facebook", "x"]


def test_channels_that_are_not_with_us_say_why(world: World) -> None:
    html = page_of(world)
    assert "Vi venter." in html and "1. mars 2027" in html
    assert "Du velger." in html  # LinkedIn, by rule
    Channel.objects.filter(pk=world.channels["linkedin"].pk).update(mode="paused")
    assert "Kanalen er satt på pause." in page_of(world)


def test_a_waiting_channel_past_its_day_says_so(world: World) -> None:
    Channel.objects.filter(pk=world.channels["waiting"].pk).update(look_again_on=date(2020, 1, 1))
    assert "Skulle ses på igjen 1. januar 2020." in page_of(world)


def test_a_channel_can_be_taken_along_and_out_and_its_text_comes_back(world: World) -> None:
    client = signed_in(world.editor)
    client.post(reverse("publishing_add", args=[world.story.pk]), {"channel": world.channels["linkedin"].pk})
    made = world.version("linkedin")
    versions.save(made, world.editor, base=made.edit_number, values={"text": "Noe jeg har tenkt lenge på"})
    client.post(reverse("publishing_remove", args=[made.pk]))
    assert not Version.objects.filter(channel=made.channel, current=True).exists()
    client.post(reverse("publishing_add", args=[world.story.pk]), {"channel": world.channels["linkedin"].pk})
    assert world.version("linkedin").text == "Noe jeg har tenkt lenge på"


def test_a_waiting_channel_is_not_taken_along_by_a_forged_form(world: World) -> None:
    signed_in(world.editor).post(
        reverse("publishing_add", args=[world.story.pk]), {"channel": world.channels["waiting"].pk}
    )
    assert not Version.objects.filter(channel=world.channels["waiting"]).exists()


def test_the_bar_names_those_it_goes_to_and_not_the_writer(world: World) -> None:
    html = page_of(world)
    assert "Marte Lien" in html and "Jonas Berg" in html
    bar = html.split('class="c-bar"')[1]
    assert "Ingrid Vik" not in bar


def test_too_long_is_said_with_numbers_and_blocks_sending(world: World) -> None:
    x = world.version("x")
    versions.save(x, world.editor, base=x.edit_number, values={"text": "a" * 300})
    assert "tegn for lang for X." in page_of(world)
    answer = signed_in(world.editor).post(reverse("publishing_send_in", args=[world.story.pk]))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Dette må rettes før saken kan sendes til godkjenning" in html and f'href="#v{x.pk}-text"' in html
    assert world.version("x").review == Version.Review.DRAFT


def test_sending_in_sends_story_and_posts_together(world: World) -> None:
    signed_in(world.editor).post(reverse("publishing_send_in", args=[world.story.pk]))
    assert {world.version(name).review for name in ("x", "facebook")} == {Version.Review.SUBMITTED}
    html = page_of(world)
    assert "Venter på" in html and "Til godkjenning" in html
    assert "Send til godkjenning</button>" not in html


def test_a_version_out_of_step_shows_old_and_new_with_two_answers(world: World) -> None:
    world.story.title = "Pengene er på konto"
    world.story.save_revision(user=world.colleague)
    html = page_of(world)
    assert "<del>Momskompensasjonen kommer før jul</del>" in html and "<ins>Pengene er på konto</ins>" in html
    client, x, facebook = signed_in(world.editor), world.version("x"), world.version("facebook")
    client.post(reverse("publishing_in_step", args=[x.pk]), {"base": x.edit_number, "choice": "new"})
    client.post(reverse("publishing_in_step", args=[facebook.pk]), {"base": facebook.edit_number, "choice": "keep"})
    assert "Pengene er på konto" in world.version("x").text
    assert "Momskompensasjonen kommer før jul" in world.version("facebook").text
    assert "<del>" not in page_of(world)


def test_a_sent_version_shows_its_delivery_and_no_form(world: World) -> None:
    x = world.version("x")
    Delivery.objects.filter(pk=x.delivery_id).update(state="confirmed", payload={}, payload_hash="a" * 64)
    html = page_of(world, query=f"?kanal={x.pk}")
    assert "Se utsendelsen" in html and f'id="v{x.pk}-text"' not in html


def test_an_approved_version_is_unlocked_by_one_deliberate_step(world: World) -> None:
    x = world.version("x")
    Version.objects.filter(pk=x.pk).update(review="approved")
    Delivery.objects.filter(pk=x.delivery_id).update(state="approved", payload={}, payload_hash="a" * 64)
    assert "trekkes godkjenningen tilbake" in page_of(world)
    client, url = signed_in(world.editor), reverse("publishing_save", args=[x.pk])
    client.post(url, {"base": x.edit_number, "text": "Endret uten å spørre"})
    assert world.version("x").text == x.text
    assert 'name="unlock"' in page_of(world, query=f"?endre={x.pk}")
    client.post(url, {"base": x.edit_number, "text": "Endret med vilje", "unlock": "1"})
    again = world.version("x")
    assert (again.text, again.review, again.delivery.state) == ("Endret med vilje", "draft", "planned")


def test_the_page_asks_the_same_number_of_questions_for_two_posts_as_for_eight(world: World) -> None:
    client, url = signed_in(world.editor), reverse("publishing_compose", args=[world.story.pk])

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    picture = photo()
    for version in Version.objects.all():
        VersionPicture.objects.create(version=version, photo=picture)
    questions()  # renditions are made the first time
    few = questions()
    for number in range(6):
        channel = Channel.objects.create(platform="x", name=f"Konto {number}", mode="sandbox", external_id=f"n{number}")
        made = versions.add(world.story, channel, world.editor)
        VersionPicture.objects.create(version=made, photo=picture)
    questions()
    assert questions() <= few + 2
    assert few < 90


def test_a_post_without_a_story_has_a_page_of_its_own(world: World) -> None:
    lonely = versions.add(None, world.channels["x"], world.editor, text="Et tips uten sak")
    answer = signed_in(world.editor).get(reverse("publishing_compose_post", args=[lonely.pk]))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Et tips uten sak" in html and "Sammen med saken" not in html


def test_a_storys_post_leads_to_its_story(world: World) -> None:
    x = world.version("x")
    answer = signed_in(world.editor).get(reverse("publishing_compose_post", args=[x.pk]))
    assert answer.url == f"{reverse('publishing_compose', args=[world.story.pk])}?kanal={x.pk}"


def test_a_post_before_its_story_is_an_error_in_words(world: World) -> None:
    world.story.go_live_at = timezone.now() + timedelta(days=2)
    world.story.save_revision(user=world.editor)
    x = world.version("x")
    versions.save(x, world.editor, base=x.edit_number, values={"timing": "now"})
    assert "Innlegget går ut før saken, så lenken virker ikke." in page_of(world)
