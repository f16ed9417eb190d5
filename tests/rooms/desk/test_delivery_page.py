"""One delivery: what it shows, what can be done where it stands, and two people who press at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samspill.channels.contract import Action
from samspill.delivery.models import Attempt, Delivery, Transition
from samspill.delivery.states import State
from samspill.desk import acts
from tests.rooms.desk import world

S = State
OFFERED: dict[State, list[str]] = {
    S.PLANNED: [],
    S.APPROVED: ["stopp"],
    S.DUE: ["stopp"],
    S.SENDING: [],
    S.UNKNOWN: [],
    S.NEEDS_PERSON: ["ute", "send", "la-vaere"],
    S.BY_HAND: ["ute", "la-vaere"],
    S.REFUSED: ["la-vaere"],
    S.EXPIRED: ["la-vaere"],
    S.CANCELLED: [],
    S.ACCEPTED: ["svar", "trekk"],
    S.CONFIRMED: ["svar", "trekk"],
    S.WITHDRAWN: [],
}


def address(delivery: Delivery) -> str:
    return f"/desk/utsendelser/{delivery.pk}/"


def press(client: Client, delivery: Delivery, key: str, **more: str) -> Any:
    return client.post(f"{address(delivery)}gjor/", {"valg": key, **more}, follow=True)


def in_state(channels: dict[str, Any], state: State, **more: Any) -> Delivery:
    values = {"reason": "timeout" if state in (S.NEEDS_PERSON, S.UNKNOWN) else "content_rejected"}
    if state in (S.ACCEPTED, S.CONFIRMED):
        values = {"external_id": "17"}
    return world.delivery(channels["x"], state, **{**values, **more})


@pytest.mark.parametrize("state", list(State))
def test_the_acts_that_make_sense_are_offered_with_their_effect(
    state: State, signed_in: Callable[[str], Client], channels: Any, people: Any
) -> None:
    delivery = in_state(channels, state, approver=people["second"], writer=people["editor"])
    answer = signed_in("editor").get(address(delivery))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert [act.key for act in answer.context["acts"]] == OFFERED[state]
    for act in answer.context["acts"]:
        assert act.effect in page
        assert act.button in page


def test_a_delivery_with_a_refused_key_or_a_missing_one_is_not_found(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    delivery = in_state(channels, S.NEEDS_PERSON)
    client = signed_in("editor")
    assert press(client, delivery, "slett-alt").status_code == 404
    assert client.get("/desk/utsendelser/999999/").status_code == 404
    assert client.get(f"{address(delivery)}gjor/").status_code == 405


def test_it_is_out_with_its_address(signed_in: Callable[[str], Client], channels: Any, people: Any) -> None:
    delivery = in_state(channels, S.NEEDS_PERSON)
    page = press(signed_in("editor"), delivery, "ute", adresse="https://x.com/lottstift/status/17").content.decode()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.external_url) == (S.ACCEPTED, "https://x.com/lottstift/status/17")
    assert delivery.transitions.last().actor == people["editor"]
    assert "Notert. Vi leser X for å bekrefte." in page


@pytest.mark.parametrize(
    "wrong", ["javascript:alert(1)", "ikke en adresse", "ftp://x.com/1", "https://", "data:text/html,x"]
)
def test_a_wrong_address_is_told_at_its_field_and_on_top_and_changes_nothing(
    wrong: str, signed_in: Callable[[str], Client], channels: Any
) -> None:
    delivery = in_state(channels, S.NEEDS_PERSON)
    page = press(signed_in("editor"), delivery, "ute", adresse=wrong).content.decode()
    assert Delivery.objects.get(pk=delivery.pk).state == S.NEEDS_PERSON
    assert 'href="#adresse-ute"' in page
    assert 'aria-invalid="true"' in page
    assert "Ingenting er gjort ennå." in page


def test_send_again_makes_it_due_once(signed_in: Callable[[str], Client], channels: Any) -> None:
    delivery = in_state(channels, S.NEEDS_PERSON)
    press(signed_in("editor"), delivery, "send")
    delivery.refresh_from_db()
    assert delivery.state == S.DUE
    assert delivery.steps.get().state == "waiting"


@pytest.mark.parametrize(("state", "key", "after"), [
    (S.NEEDS_PERSON, "la-vaere", S.CANCELLED), (S.BY_HAND, "la-vaere", S.CANCELLED),
    (S.REFUSED, "la-vaere", S.CANCELLED),
    (S.EXPIRED, "la-vaere", S.CANCELLED), (S.APPROVED, "stopp", S.CANCELLED), (S.DUE, "stopp", S.CANCELLED),
    (S.BY_HAND, "ute", S.ACCEPTED),
])  # fmt: skip
def test_each_act_leads_where_it_says(
    state: State, key: str, after: State, signed_in: Callable[[str], Client], channels: Any
) -> None:
    delivery = in_state(channels, state)
    press(signed_in("editor"), delivery, key)
    assert Delivery.objects.get(pk=delivery.pk).state == after


def test_withdrawing_makes_a_deletion_and_leads_to_it(signed_in: Callable[[str], Client], channels: Any) -> None:
    delivery = in_state(channels, S.CONFIRMED, clicks=128)
    client = signed_in("editor")
    assert "Det har fått 128 klikk." in client.get(address(delivery)).content.decode()
    answer = press(client, delivery, "trekk")
    change = delivery.changes.get()
    assert (change.action, change.state) == (Action.DELETE, S.DUE)
    assert answer.redirect_chain[-1][0] == address(change)
    again = press(client, delivery, "trekk").content.decode()
    assert "Noen andre rakk det først" in again
    assert delivery.changes.count() == 1


def test_where_the_api_cannot_delete_a_person_is_told_and_says_when_it_is_done(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    delivery = in_state(channels, S.CONFIRMED, external_id="", external_url="https://x.com/1")
    client = signed_in("editor")
    assert "Du får vite hvordan du gjør det for hånd." in client.get(address(delivery)).content.decode()
    press(client, delivery, "trekk")
    change = delivery.changes.get()
    page = client.get(address(change)).content.decode()
    assert change.state == S.BY_HAND
    assert "Innlegget må slettes på X for hånd." in page
    press(client, change, "slettet")
    assert Delivery.objects.get(pk=delivery.pk).state == S.WITHDRAWN


def test_what_is_out_but_not_as_sent_can_be_left_as_it_is(signed_in: Callable[[str], Client], channels: Any) -> None:
    delivery = in_state(channels, S.ACCEPTED, differences=["alt_missing"], next_try_at=None)
    client = signed_in("editor")
    assert "Et bilde mangler alternativ tekst på X." in client.get(address(delivery)).content.decode()
    press(client, delivery, "staar")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.differences) == (S.CONFIRMED, ["alt_missing"])
    assert "En av dere lot det stå." in client.get(address(delivery)).content.decode()


@pytest.mark.parametrize(
    ("first", "second"), [("send", "la-vaere"), ("la-vaere", "send"), ("ute", "send"), ("send", "ute")]
)
def test_of_two_people_the_first_decides_and_the_second_is_told(
    first: str, second: str, signed_in: Callable[[str], Client], channels: Any
) -> None:
    delivery = in_state(channels, S.NEEDS_PERSON)
    press(signed_in("editor"), delivery, first)
    stands = Delivery.objects.get(pk=delivery.pk).state
    page = press(signed_in("second"), delivery, second).content.decode()
    assert Delivery.objects.get(pk=delivery.pk).state == stands
    assert "Noen andre rakk det først" in page


def test_an_act_from_an_old_page_never_sends_twice(signed_in: Callable[[str], Client], channels: Any) -> None:
    for state in (S.SENDING, S.ACCEPTED, S.CONFIRMED, S.WITHDRAWN, S.CANCELLED, S.PLANNED, S.UNKNOWN):
        delivery = in_state(channels, state)
        for key in ("send", "ute", "la-vaere"):
            press(signed_in("editor"), delivery, key)
            assert Delivery.objects.get(pk=delivery.pk).state == state, (state, key)


def test_the_story_must_be_out_before_its_post_can_be_sent_again(
    signed_in: Callable[[str], Client], channels: Any, story_page: Any
) -> None:
    story_page.live = False
    story_page.save()
    delivery = in_state(channels, S.NEEDS_PERSON, reason="story_not_out", page=story_page)
    answer = signed_in("editor").get(address(delivery))
    assert "send" not in [act.key for act in answer.context["acts"]]


def test_by_hand_shows_text_pictures_and_alt_texts_to_copy(signed_in: Callable[[str], Client], channels: Any) -> None:
    delivery = in_state(channels, S.BY_HAND, pictures=2)
    page = signed_in("editor").get(address(delivery)).content.decode()
    assert "Kopier teksten" in page
    assert "Alternativ tekst 2" in page
    assert 'download="bilde-1.png"' in page
    assert "https://x.com/intent/post" in page


def test_in_training_nobody_is_sent_to_the_real_platform(signed_in: Callable[[str], Client], channels: Any) -> None:
    delivery = world.delivery(channels["linkedin"], S.BY_HAND)
    page = signed_in("editor").get(address(delivery)).content.decode()
    assert "www.linkedin.com" not in page
    assert "https://linkedin.eksempel.no/lottstift" in page


def test_the_live_part_is_asked_for_only_while_something_moves(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    client = signed_in("editor")
    moving = in_state(channels, S.UNKNOWN)
    resting = in_state(channels, S.CONFIRMED)
    part = client.get(f"{address(moving)}?live=1").content.decode()
    assert "<html" not in part
    assert f'data-s-live-url-value="{address(moving)}?live=1"' in part
    assert 'data-s-live-url-value=""' in client.get(address(resting)).content.decode()


def test_the_mark_changes_when_the_delivery_does(signed_in: Callable[[str], Client], channels: Any) -> None:
    client = signed_in("editor")
    delivery = in_state(channels, S.UNKNOWN)
    before = client.get(f"{address(delivery)}?live=1").context["mark"]
    assert client.get(f"{address(delivery)}?live=1").context["mark"] == before
    Delivery.objects.filter(pk=delivery.pk).update(clicks=1)
    assert client.get(f"{address(delivery)}?live=1").context["mark"] != before


def test_a_long_history_costs_no_more_queries(signed_in: Callable[[str], Client], channels: Any) -> None:
    client = signed_in("editor")
    delivery = in_state(channels, S.UNKNOWN)
    client.get(address(delivery))

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address(delivery))
        return len(queries)

    few = count()
    Attempt.objects.bulk_create(
        Attempt(
            delivery=delivery,
            number=number,
            step="post",
            kind="find",
            started_at=timezone.now(),
            seconds=1,
            outcome="absent",
        )
        for number in range(100, 400)
    )
    Transition.objects.bulk_create(
        Transition(delivery=delivery, at=timezone.now(), before=S.SENDING, after=S.UNKNOWN) for _ in range(100)
    )
    assert count() == few


def test_every_verb_names_a_right() -> None:
    assert {verb.right for verb in acts.VERBS.values()} == {acts.DECIDE, acts.WITHDRAW, acts.WRITE}
