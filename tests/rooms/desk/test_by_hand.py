"""By hand in the desk: a channel without keys, the page with all that is needed, and what the person says of it."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from samspill.channels import registry
from samspill.channels.models import Channel
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.publishing.models import Version
from tests.rooms.desk import world
from tests.rooms.publishing import compose_world

S = State
SignIn = Callable[[str], Client]


def address(delivery: Delivery) -> str:
    return f"/desk/utsendelser/{delivery.pk}/"


def press(client: Client, delivery: Delivery, key: str, **more: str) -> Any:
    return client.post(f"{address(delivery)}gjor/", {"valg": key, **more}, follow=True)


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def by_hand(channels: dict[str, Channel]) -> Channel:
    """The account on X, all by hand, without a key."""
    channel = channels["x"]
    channel.forget_key()
    channel.mode, channel.base_url, channel.handle, channel.external_id = "by_hand", "", "lottstift", ""
    channel.save()
    return channel


def waiting(channel: Channel, **more: Any) -> Delivery:
    return world.delivery(channel, S.BY_HAND, reason="hand_chosen", **more)


# --- the channel ---------------------------------------------------------------------------


def test_an_authority_without_any_key_starts_on_the_first_day(signed_in: SignIn, db: None) -> None:
    data = {"name": "@lottstift", "mode": "by_hand", "position": "0", "public_url": "https://x.com/lottstift"}
    page = text_of(signed_in("admin").post("/desk/kanaler/ny/?plattform=x", data, follow=True))
    made = Channel.objects.get(name="@lottstift")
    assert (made.mode, made.sealed, made.sends) == ("by_hand", "", True)
    assert "Dere kan legge ut for hånd med en gang." in page
    assert "Trengs ikke" in page
    assert "Prøv nøkkelen" not in page


def test_the_channels_page_tells_what_is_done_by_hand_and_why(signed_in: SignIn, channels: Any) -> None:
    live = text_of(signed_in("editor").get(f"/desk/kanaler/{channels['x'].pk}/"))
    assert "Legge ut: av seg selv" in live
    assert "Rette: for hånd" in live
    assert "X lar ikke systemer gjøre dette, bare personer." in live
    Channel.objects.filter(pk=channels["facebook"].pk).update(mode="by_hand")
    chosen = text_of(signed_in("editor").get(f"/desk/kanaler/{channels['facebook'].pk}/"))
    assert "Legge ut: for hånd" in chosen
    assert chosen.count("Vi har valgt å gjøre alt for hånd på Facebook.") == 1


def test_a_paused_channel_can_go_on_by_hand_and_only_for_those_who_may(signed_in: SignIn, channels: Any) -> None:
    channel = channels["x"]
    Channel.objects.filter(pk=channel.pk).update(mode="paused")
    where = reverse("desk_channel_mode", args=[channel.pk])
    assert signed_in("editor").post(where, {"modus": "by_hand"}).status_code in (302, 403)
    assert Channel.objects.get(pk=channel.pk).mode == "paused"
    page = text_of(signed_in("admin").post(where, {"modus": "by_hand"}, follow=True))
    assert Channel.objects.get(pk=channel.pk).mode == "by_hand"
    assert "Fra nå legger dere ut for hånd." in page


def test_by_hand_is_said_in_the_list_and_a_lost_key_troubles_nobody_there(signed_in: SignIn, by_hand: Channel) -> None:
    Channel.objects.filter(pk=by_hand.pk).update(trouble="token_dead")
    page = text_of(signed_in("editor").get("/desk/kanaler/"))
    assert "Dere legger ut selv når tiden er inne. Vi trenger ingen nøkkel." in page
    assert "Nøkkelen til X virker ikke lenger." not in text_of(signed_in("editor").get("/desk/"))


# --- before a word is written --------------------------------------------------------------


def composer(made: compose_world.World, version: Version) -> str:
    return reverse("publishing_compose", args=[made.story.pk]) + f"?kanal={version.pk}"


@pytest.fixture
def composed(db: None) -> compose_world.World:
    return compose_world.make()


def open_composer(made: compose_world.World, key: str) -> str:
    client = Client()
    client.force_login(made.editor)
    return text_of(client.get(composer(made, made.versions[key])))


def test_the_composer_tells_what_must_be_done_by_hand_before_a_word_is_written(composed: compose_world.World) -> None:
    Version.objects.filter(pk=composed.versions["x"].pk).update(text="")
    page = open_composer(composed, "x")
    assert "Rettelser på X må gjøres for hånd." in page
    assert "X lar ikke systemer gjøre dette, bare personer." in page
    assert "En av dere legger ut innlegget for hånd." not in page


def test_a_channel_by_hand_is_told_of_once_and_does_not_stop_the_story(composed: compose_world.World) -> None:
    version = composed.versions["x"]
    Channel.objects.filter(pk=version.channel_id).update(mode="by_hand")
    page = open_composer(composed, "x")
    assert "En av dere legger ut innlegget for hånd. Vi har valgt" in page.replace("</strong>", "")
    assert "Rettelser på X må gjøres for hånd." not in page
    assert "kan ikke sendes" not in page


# --- at its time -----------------------------------------------------------------------------


def test_at_its_time_the_front_page_asks_and_leads_to_the_page(signed_in: SignIn, by_hand: Channel) -> None:
    delivery = waiting(by_hand)
    page = text_of(signed_in("editor").get("/desk/"))
    assert "må legges ut på X for hånd." in page
    assert f'href="{address(delivery)}"' in page
    assert "Gjør det for hånd" in page


def test_the_page_opens_the_platform_with_the_text_filled_in(signed_in: SignIn, by_hand: Channel) -> None:
    page = text_of(signed_in("editor").get(address(waiting(by_hand))))
    text = registry.platform("x").wire_text(world.post())
    assert "http://127.0.0.1:8000/l/abcd2345" in text
    assert f'href="https://x.com/intent/post?text={quote(text, safe="")}"' in page
    assert "Teksten fylles ut når siden åpnes." in page
    assert "Sjekk at du er logget inn som @lottstift." in page


def test_where_no_page_takes_a_text_the_accounts_own_is_opened(signed_in: SignIn, channels: Any) -> None:
    Channel.objects.filter(pk=channels["facebook"].pk).update(mode="by_hand", base_url="")
    channels["facebook"].refresh_from_db()
    page = text_of(signed_in("editor").get(address(waiting(channels["facebook"]))))
    assert 'href="https://facebook.eksempel.no/lottstift"' in page
    assert "Teksten fylles ut når siden åpnes." not in page
    assert "Kopier lenken" in page


def test_an_answer_is_written_below_the_post_that_it_answers(signed_in: SignIn, by_hand: Channel) -> None:
    first = world.delivery(by_hand, S.CONFIRMED, external_url="https://x.com/lottstift/status/17")
    page = text_of(signed_in("editor").get(address(waiting(by_hand, target=first))))
    assert "Svar på vårt eget innlegg på X" in page
    assert 'href="https://x.com/lottstift/status/17"' in page


def test_pictures_come_in_the_size_they_are_sent_in_and_a_missing_alt_text_leaves_nothing_to_copy(
    signed_in: SignIn, by_hand: Channel
) -> None:
    delivery = waiting(by_hand, pictures=2)
    page = text_of(signed_in("editor").get(address(delivery)))
    assert "1 200 × 800 piksler" in page.replace("\xa0", " ")
    assert page.count("Kopier alternativ tekst") == 2
    payload = delivery.payload
    payload["pictures"][1]["alt"] = ""
    Delivery.objects.filter(pk=delivery.pk).update(payload=payload)
    assert text_of(signed_in("editor").get(address(delivery))).count("Kopier alternativ tekst") == 1


# --- what the person says --------------------------------------------------------------------


def test_done_without_a_key_counts_as_said_and_says_so_before_and_after(
    signed_in: SignIn, by_hand: Channel, people: Any
) -> None:
    delivery = waiting(by_hand)
    client = signed_in("editor")
    assert "innlegget regnes som ute når du sier det" in text_of(client.get(address(delivery)))
    page = text_of(press(client, delivery, "ute", adresse="https://x.com/lottstift/status/17"))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.external_url) == (S.ACCEPTED, "https://x.com/lottstift/status/17")
    assert "Notert. Innlegget regnes som ute." in page
    assert "Vi får ikke sett etter på X" in page
    assert "Ingrid Haugen la innlegget ut for hånd." in page
    assert delivery not in [need.mark for need in client.get("/desk/").context["needs"].rows]


@pytest.mark.parametrize(("wrong", "told"), [
    ("https://www.facebook.com/lottstift/posts/1", "Dette er ikke adressen til et innlegg på X."),
    ("https://x.com/lottstift", "Dette er ikke adressen til et innlegg på X."),
    ("https://x.com/bingovennen/status/17", "Dette innlegget er fra en annen konto enn @lottstift."),
    ("javascript:alert(1)", "Dette er ikke en adresse."),
])  # fmt: skip
def test_a_wrong_address_is_told_and_nothing_is_done(
    wrong: str, told: str, signed_in: SignIn, by_hand: Channel
) -> None:
    delivery = waiting(by_hand)
    page = text_of(press(signed_in("editor"), delivery, "ute", adresse=wrong))
    assert told in page
    assert "Ingenting er gjort ennå." in page
    assert 'aria-invalid="true"' in page
    assert Delivery.objects.get(pk=delivery.pk).state == S.BY_HAND


@pytest.mark.parametrize("role", ["expert", "nobody", ""])
def test_who_may_not_decide_cannot_say_that_it_is_done(role: str, signed_in: SignIn, by_hand: Channel) -> None:
    delivery = waiting(by_hand)
    answer = signed_in(role).post(f"{address(delivery)}gjor/", {"valg": "ute"})
    assert answer.status_code in (302, 403)
    assert Delivery.objects.get(pk=delivery.pk).state == S.BY_HAND


@pytest.mark.parametrize("second", ["ute", "la-vaere"])
def test_of_two_who_press_the_second_is_told_how_it_stands(second: str, signed_in: SignIn, by_hand: Channel) -> None:
    delivery = waiting(by_hand)
    press(signed_in("editor"), delivery, "ute")
    page = text_of(press(signed_in("second"), delivery, second))
    assert "Noen andre rakk det først." in page
    assert Delivery.objects.get(pk=delivery.pk).state == S.ACCEPTED


def test_what_we_do_not_find_asks_kindly_and_can_be_looked_for_again(signed_in: SignIn, channels: Any) -> None:
    lost = world.delivery(
        channels["x"], S.ACCEPTED, "Borte vekk", reason="on_word", differences=["not_found"], next_try_at=None
    )
    client = signed_in("editor")
    assert "Vi finner ikke «Borte vekk» på X ennå." in text_of(client.get("/desk/"))
    page = text_of(client.get(address(lost)))
    assert "Det kan ligge på en annen konto" in page
    assert "Åpne @lottstift på X" in page
    refused = press(client, lost, "let", adresse="https://www.facebook.com/lottstift/posts/1")
    assert 'href="#adresse-let"' in refused.content.decode()
    page = text_of(press(client, lost, "let", adresse="https://x.com/lottstift/status/17"))
    lost.refresh_from_db()
    assert (lost.differences, lost.looks, lost.external_url) == ([], 0, "https://x.com/lottstift/status/17")
    assert lost.next_try_at is not None
    assert "Vi ser etter på X nå." in page


def test_a_channel_that_has_got_its_key_can_send_what_waited_for_a_hand(signed_in: SignIn, channels: Any) -> None:
    channel = channels["x"]
    Channel.objects.filter(pk=channel.pk).update(mode="by_hand")
    delivery = waiting(channel)
    client, admin = signed_in("editor"), signed_in("admin")
    assert "La Samspill sende det" not in text_of(client.get(address(delivery)))
    assert 'value="live"' in text_of(admin.get(f"/desk/kanaler/{channel.pk}/"))
    admin.post(reverse("desk_channel_mode", args=[channel.pk]), {"modus": "live"})
    assert "La Samspill sende det" in text_of(client.get(address(delivery)))
    press(client, delivery, "send")
    assert Delivery.objects.get(pk=delivery.pk).state == S.DUE


def test_a_withdrawal_by_hand_tells_how_and_takes_the_persons_word(signed_in: SignIn, by_hand: Channel) -> None:
    out = world.delivery(by_hand, S.ACCEPTED, reason="on_word", external_url="https://x.com/lottstift/status/17")
    client = signed_in("editor")
    press(client, out, "trekk")
    change = out.changes.get()
    page = text_of(client.get(address(change)))
    assert change.state == S.BY_HAND
    assert "Innlegget må slettes på X for hånd." in page
    assert "https://x.com/lottstift/status/17" in page
    assert "Notert. Innlegget regnes som slettet." in text_of(press(client, change, "slettet"))
    assert Delivery.objects.get(pk=out.pk).state == S.WITHDRAWN


def test_by_hand_costs_no_query_more_however_many_pictures(
    signed_in: SignIn, by_hand: Channel, django_assert_max_num_queries: Any
) -> None:
    client = signed_in("editor")
    few, many = waiting(by_hand, pictures=1), waiting(by_hand, pictures=4)
    client.get(address(few))
    with django_assert_max_num_queries(60) as first:
        client.get(address(few))
    with django_assert_max_num_queries(len(first.captured_queries)):
        client.get(address(many))
