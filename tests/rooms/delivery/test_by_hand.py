"""A channel by hand: due becomes a person's task, what the person says is looked up, and nothing is ever sent."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from samspill.channels.contract import Action, Post
from samspill.channels.models import Channel
from samspill.delivery import answers, decide, facts, hold, ledger, queries, sweep
from samspill.delivery import payload as payloads
from samspill.delivery.look import MOST_CONFIRMS
from samspill.delivery.models import Delivery
from samspill.delivery.states import IllegalMoveError, State
from tests.rooms.delivery.conftest import World, let_time_pass, turn, until

Deliver = Callable[..., Delivery]


@pytest.fixture
def by_hand(channel_on: Callable[..., Channel]) -> Channel:
    """With a key, so that we can look; nothing goes out by it."""
    return in_mode(channel_on("x"), "by_hand")


@pytest.fixture
def without_key(channel_on: Callable[..., Channel]) -> Channel:
    channel = channel_on("x")
    channel.forget_key()
    channel.external_id = ""
    return in_mode(channel, "by_hand")


def in_mode(channel: Channel, mode: str) -> Channel:
    channel.mode = mode
    channel.save()
    return channel


def written_on_x(world: World, text: str) -> str:
    """As the person writes it on the platform's own page."""
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{world.url}/x/2/tweets",
        json.dumps({"text": text}).encode(),
        {"content-type": "application/json", "authorization": "Bearer sandbox-x-token"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return str(json.load(answer)["data"]["id"])


def whole_text(delivery: Delivery) -> str:
    post = payloads.from_json(delivery.payload or {})
    assert post.link is not None
    return f"{post.text}\n\n{post.link.url}"


def told(delivery: Delivery) -> str:
    found = facts.with_all_that_words_need(Delivery.objects.all()).get(pk=delivery.pk)
    return " ".join(filter(None, (facts.told(found).sentence, facts.told(found).todo)))


def look_until_rest(delivery: Delivery) -> Delivery:
    for _ in range(MOST_CONFIRMS + 2):
        let_time_pass(delivery, 3600)
        if not turn(delivery):
            break
    delivery.refresh_from_db()
    return delivery


def test_at_its_time_it_waits_for_a_hand_and_is_told_with_the_reason(
    world: World, deliver: Deliver, by_hand: Channel
) -> None:
    delivery = deliver(channel=by_hand)
    assert (delivery.state, delivery.reason) == (State.BY_HAND, "hand_chosen")
    assert delivery in queries.for_a_person()
    assert "Tiden er inne." in told(delivery)
    assert not turn(delivery)
    assert [one for one in world.requests("x") if one["method"] != "GET"] == []


def test_before_its_time_nobody_is_asked(by_hand: Channel, editor: Any) -> None:
    delivery = ledger.plan(by_hand, title="Senere")
    now, day = timezone.now(), timedelta(days=1)
    ledger.approve(delivery, Post("Senere"), by=editor, lapses_at=now + 3 * day, due_at=now + day)
    ledger.release_due()
    assert Delivery.objects.get(pk=delivery.pk).state == State.APPROVED
    ledger.release_due(now + day + timedelta(seconds=1))
    assert Delivery.objects.get(pk=delivery.pk).state == State.BY_HAND


def test_what_a_person_put_out_is_found_and_confirmed_with_its_address(
    world: World, deliver: Deliver, by_hand: Channel, editor: Any
) -> None:
    delivery = deliver(channel=by_hand)
    number = written_on_x(world, whole_text(delivery))
    decide.it_is_out(delivery, by=editor)
    found = until(delivery, State.CONFIRMED)
    assert found.external_id == number
    assert found.external_url.endswith(f"/status/{number}")
    assert len(world.posts("x")) == 1


def test_what_cannot_be_found_is_told_kindly_and_found_when_it_comes(
    world: World, deliver: Deliver, by_hand: Channel, editor: Any
) -> None:
    delivery = deliver(channel=by_hand)
    decide.it_is_out(delivery, by=editor)
    let_time_pass(delivery, 60)
    assert turn(delivery)
    assert "Vi finner det ikke ennå." in told(delivery)
    delivery = look_until_rest(delivery)
    assert (delivery.state, delivery.differences) == (State.ACCEPTED, ["not_found"])
    assert "Vi finner ikke innlegget på X ennå." in told(delivery)
    assert delivery in queries.for_a_person()
    number = written_on_x(world, whole_text(delivery))
    decide.look_again(delivery, by=editor)
    assert until(delivery, State.CONFIRMED).external_id == number


def test_a_post_that_lacks_its_link_is_not_taken_for_found(
    world: World, deliver: Deliver, by_hand: Channel, editor: Any
) -> None:
    delivery = deliver(channel=by_hand)
    written_on_x(world, payloads.from_json(delivery.payload or {}).text)
    decide.it_is_out(delivery, by=editor)
    assert look_until_rest(delivery).differences == ["not_found"]


def test_without_a_key_it_rests_on_the_persons_word_and_says_so(
    world: World, deliver: Deliver, without_key: Channel, editor: Any
) -> None:
    delivery = deliver(channel=without_key)
    decide.it_is_out(delivery, by=editor, url="https://x.com/lottstift/status/1999")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.next_try_at) == (State.ACCEPTED, None)
    assert delivery.external_url == "https://x.com/lottstift/status/1999"
    assert delivery not in queries.for_a_person()
    assert not turn(delivery)
    assert world.requests("x") == []
    assert "så det står på det dere sa" in told(delivery)
    last = delivery.transitions.last()
    assert (last.actor, last.reason, last.note) == (editor, "on_word", "https://x.com/lottstift/status/1999")


def test_a_platform_that_lets_us_not_look_leaves_it_at_the_persons_word(
    world: World, deliver: Deliver, by_hand: Channel, editor: Any
) -> None:
    delivery = deliver(channel=by_hand)
    by_hand.set_credentials({"access_token": "en-annen-nokkel"})
    by_hand.save()
    decide.it_is_out(delivery, by=editor)
    delivery = look_until_rest(delivery)
    assert (delivery.state, delivery.differences, delivery.next_try_at) == (State.ACCEPTED, [], None)
    assert "så det står på det dere sa" in told(delivery)


def test_it_is_withdrawn_by_hand_and_seen_to_be_gone(
    world: World, deliver: Deliver, by_hand: Channel, editor: Any
) -> None:
    delivery = deliver(channel=by_hand)
    number = written_on_x(world, whole_text(delivery))
    decide.it_is_out(delivery, by=editor)
    change = decide.withdraw(until(delivery, State.CONFIRMED), by=editor)
    assert (change.state, change.reason, change.action) == (State.BY_HAND, "hand_chosen", Action.DELETE)
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{world.url}/x/2/tweets/{number}", method="DELETE", headers={"authorization": "Bearer sandbox-x-token"}
    )
    urllib.request.urlopen(request).close()  # noqa: S310
    decide.removed_by_hand(change, by=editor)
    assert until(change, State.CONFIRMED).state == State.CONFIRMED
    assert Delivery.objects.get(pk=delivery.pk).state == State.WITHDRAWN


def test_without_a_key_a_withdrawal_too_rests_on_the_persons_word(
    deliver: Deliver, without_key: Channel, editor: Any
) -> None:
    delivery = deliver(channel=without_key)
    decide.it_is_out(delivery, by=editor)
    change = decide.withdraw(delivery, by=editor)
    decide.removed_by_hand(change, by=editor)
    change.refresh_from_db()
    assert (change.state, change.next_try_at) == (State.ACCEPTED, None)
    assert Delivery.objects.get(pk=delivery.pk).state == State.WITHDRAWN
    assert "En av dere sa at innlegget er slettet fra X." in told(change)
    assert change not in queries.for_a_person()


@pytest.mark.parametrize("trouble", ["", "token_dead"])
def test_what_was_due_when_the_channel_became_by_hand_is_given_to_a_person(
    trouble: str, world: World, channel_on: Callable[..., Channel], deliver: Deliver
) -> None:
    channel = in_mode(channel_on("x"), "live")
    delivery = deliver(channel=channel)
    assert delivery.state == State.DUE
    channel.mode, channel.trouble = "by_hand", trouble
    channel.save()
    assert sweep.to_hands() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.next_try_at) == (State.BY_HAND, None)
    assert world.posts("x") == []


def test_a_worker_that_comes_first_sends_nothing_either(
    world: World, channel_on: Callable[..., Channel], deliver: Deliver
) -> None:
    channel = in_mode(channel_on("x"), "live")
    delivery = deliver(channel=channel)
    Channel.objects.filter(pk=channel.pk).update(mode="by_hand")
    assert not turn(delivery)
    assert Delivery.objects.get(pk=delivery.pk).state == State.BY_HAND
    assert world.posts("x") == []


@pytest.mark.parametrize("had_come", [True, False])
def test_what_was_approved_for_training_is_not_put_out_in_public_by_hand_without_a_word(
    had_come: bool, channel_on: Callable[..., Channel], deliver: Deliver, editor: Any
) -> None:
    channel = channel_on("x")
    delivery = deliver(channel=channel)
    if not had_come:
        Delivery.objects.filter(pk=delivery.pk).update(state=State.APPROVED, next_try_at=None)
    in_mode(channel, "by_hand")
    ledger.release_due()
    sweep.to_hands()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.NEEDS_PERSON, "approved_for_others")
    decide.send_again(delivery, by=editor)
    sweep.to_hands()
    assert Delivery.objects.get(pk=delivery.pk).state == State.BY_HAND


def test_a_part_of_a_thread_follows_by_hand_though_its_first_part_has_no_id(
    deliver: Deliver, without_key: Channel, editor: Any
) -> None:
    first = deliver(channel=without_key)
    second = ledger.plan(without_key, title="Del to", target=first)
    now = timezone.now()
    ledger.approve(second, Post("Del to"), by=editor, lapses_at=now + timedelta(days=3), due_at=now)
    ledger.release_due()
    assert Delivery.objects.get(pk=second.pk).state == State.APPROVED
    assert answers.waits(Delivery.objects.get(pk=second.pk))
    decide.it_is_out(first, by=editor)
    assert Delivery.objects.get(pk=second.pk).state == State.BY_HAND


def test_while_all_is_stopped_nobody_is_asked_and_who_was_asked_is_told_to_wait(
    deliver: Deliver, by_hand: Channel, editor: Any
) -> None:
    asked = deliver(channel=by_hand)
    chief = get_user_model().objects.create_superuser("sjef", password="en lang prøvesetning 2")  # noqa: S106
    hold.place(chief, "Ulykke i nabokommunen")
    later = deliver(channel=by_hand)
    assert later.state == State.APPROVED
    assert "Ikke legg det ut før dere har gått gjennom det som er stoppet." in told(asked)


@pytest.mark.parametrize("second_says", ["out", "leave"])
def test_of_two_people_at_once_one_is_first_and_the_other_is_told(
    second_says: str, deliver: Deliver, without_key: Channel, editor: Any
) -> None:
    delivery = deliver(channel=without_key)
    other = get_user_model().objects.create_user("jonas")
    start, refused = threading.Barrier(2), []

    def say(person: Any, what: Callable[..., None]) -> None:
        start.wait()
        try:
            what(Delivery.objects.get(pk=delivery.pk), by=person)
        except IllegalMoveError as error:
            refused.append(error)
        finally:
            connection.close()

    second = decide.it_is_out if second_says == "out" else decide.leave_it
    people = [
        threading.Thread(target=say, args=(editor, decide.it_is_out)),
        threading.Thread(target=say, args=(other, second)),
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    ends = delivery.transitions.filter(after__in=[State.ACCEPTED, State.CANCELLED])
    assert (len(refused), ends.count()) == (1, 1)


def test_what_was_not_searched_for_cannot_be_searched_for_again(
    deliver: Deliver, without_key: Channel, editor: Any
) -> None:
    delivery = deliver(channel=without_key)
    with pytest.raises(IllegalMoveError):
        decide.look_again(delivery, by=editor)
    decide.it_is_out(delivery, by=editor)
    with pytest.raises(IllegalMoveError):
        decide.look_again(delivery, by=editor)
