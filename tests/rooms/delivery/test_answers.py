"""Answers to an own post and changes of it: never before it is out, in order, and on the wire as they should be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from samspill.channels.contract import Action, Post
from samspill.channels.models import Channel
from samspill.delivery import answers, decide, facts, ledger, queries, sweep
from samspill.delivery.models import Delivery
from samspill.delivery.payload import from_json
from samspill.delivery.states import IllegalMoveError, State
from tests.rooms.delivery.conftest import let_time_pass, turn, until


@pytest.fixture
def follow(editor):
    """An approved answer to a delivery, or a change of it, whose time has come."""

    def make(target: Delivery, text: str = "Og en ting til.", action: Action = Action.PUBLISH) -> Delivery:
        channel = Channel.objects.get(pk=target.channel_id)
        delivery = ledger.plan(channel, title="Del to", action=action, target=target)
        now = timezone.now()
        link = from_json(target.payload or {}).link if action is Action.EDIT else None
        ledger.approve(delivery, Post(text=text, link=link), by=editor, lapses_at=now + timedelta(hours=72), due_at=now)
        ledger.release_due()
        delivery.refresh_from_db()
        return delivery

    return make


def creations(world) -> list[dict]:
    """What X was sent to make posts of, in order."""
    return [one["params"] for one in world.requests("x") if (one["method"], one["path"]) == CREATE]


CREATE = ("POST", "/2/tweets")


def test_an_answer_waits_for_its_post_and_then_names_it_on_the_wire(world, deliver, follow):
    first = deliver("x")
    second = follow(first)
    third = follow(second, "Og den siste.")
    assert (second.state, third.state) == (State.APPROVED, State.APPROVED)
    until(third, State.CONFIRMED)
    posts = {post["text"]: post for post in world.posts("x")}
    assert len(posts) == 3
    first.refresh_from_db()
    second.refresh_from_db()
    assert [body.get("reply") for body in creations(world)] == [
        None,
        {"in_reply_to_tweet_id": first.external_id},
        {"in_reply_to_tweet_id": second.external_id},
    ]


OPEN_NETWORKS = {
    "mastodon": {"external_id": "109300000000000001", "handle": "lottstift"},
    "bluesky": {"external_id": "did:plc:lottstiftsandbox22222222"},
}


@pytest.mark.parametrize("platform", OPEN_NETWORKS)
def test_a_thread_stands_in_order_on_the_open_networks_too(world, deliver, follow, platform):
    world.set(platform, list_lag_s=0)
    channel = Channel(
        platform=platform, name="Tilsynet", base_url=f"{world.url}/{platform}", mode="sandbox",
        **OPEN_NETWORKS[platform],
    )  # fmt: skip
    channel.set_credentials({"access_token": f"sandbox-{platform}-token"})
    channel.save()
    first = deliver(platform, channel=channel)
    second = follow(first)
    third = follow(second, "Og den siste.")
    until(third, State.CONFIRMED)
    answered = {post["id"]: post["reply_to"] for post in world.posts(platform)}
    ids = [Delivery.objects.get(pk=one.pk).external_id for one in (first, second, third)]
    assert [answered[own] for own in ids] == [None, *ids[:2]]


def test_an_answer_follows_in_the_transaction_that_accepts_its_post(world, deliver, follow):
    first = deliver("x")
    second = follow(first)
    assert turn(first), "no sweep in between"
    second.refresh_from_db()
    assert second.state == State.DUE


@pytest.mark.parametrize("state", sorted(answers.COMING))
def test_nothing_that_answers_is_released_while_its_post_may_still_come(world, deliver, follow, state):
    first = deliver("x")
    second = follow(first)
    fields = {"lease_until": timezone.now() + timedelta(hours=1), "lease_owner": "another"}
    Delivery.objects.filter(pk=first.pk).update(state=state, due_at=None, next_try_at=None, **fields)
    assert ledger.release_due() == 0
    assert not turn(second)
    second.refresh_from_db()
    assert second.state == State.APPROVED
    waiting = facts.with_all_that_words_need(Delivery.objects.filter(pk=second.pk)).get()
    assert "Venter på innlegget" in facts.told(waiting).what
    Delivery.objects.filter(pk=second.pk).update(due_at=timezone.now() - timedelta(hours=1))
    Delivery.objects.filter(pk=first.pk).update(state=State.PLANNED)
    assert queries.overdue_count(timedelta(minutes=5)) == 0, "waiting for another is no fault of the worker"


@pytest.mark.parametrize("state", [State.REFUSED, State.CANCELLED, State.EXPIRED, State.WITHDRAWN])
def test_a_post_that_will_not_come_leaves_its_answer_to_a_person(world, deliver, follow, editor, state):
    first = deliver("x")
    second = follow(first)
    Delivery.objects.filter(pk=first.pk).update(state=state, next_try_at=None)
    ledger.release_due()
    second.refresh_from_db()
    assert (second.state, second.reason) == (State.NEEDS_PERSON, "target_not_out")
    with pytest.raises(IllegalMoveError):
        decide.send_again(second, by=editor)
    assert world.posts("x") == []


def test_an_answer_whose_post_was_withdrawn_after_it_became_due_is_not_sent(world, deliver, follow):
    first = until(deliver("x"), State.CONFIRMED)
    second = follow(first)
    assert second.state == State.DUE
    Delivery.objects.filter(pk=first.pk).update(state=State.WITHDRAWN)
    turn(second)
    second.refresh_from_db()
    assert (second.state, second.reason) == (State.NEEDS_PERSON, "target_not_out")
    assert len(creations(world)) == 1


def test_an_unclear_post_is_found_before_anything_answers_it(world, deliver, follow):
    first = deliver("x")
    second = follow(first)
    world.fault("x", "timeout_after", match={"method": "POST", "path": "/2/tweets$"}, times=1)
    turn(first)
    first.refresh_from_db()
    assert first.state == State.UNKNOWN
    ledger.release_due()
    second.refresh_from_db()
    assert second.state == State.APPROVED
    until(first, State.ACCEPTED, State.CONFIRMED)
    until(second, State.CONFIRMED)
    first.refresh_from_db()
    assert creations(world)[-1]["reply"] == {"in_reply_to_tweet_id": first.external_id}
    assert len(world.posts("x")) == 2


def test_an_answer_whose_own_sending_was_cut_off_is_not_sent_twice(world, deliver, follow):
    first = until(deliver("x"), State.CONFIRMED)
    second = follow(first)
    world.fault("x", "cut_after", match={"method": "POST", "path": "/2/tweets$"}, times=1)
    until(second, State.CONFIRMED)
    assert len(world.posts("x")) == 2


def test_a_post_done_by_hand_is_answered_once_it_has_been_found(world, deliver, follow, editor):
    first = deliver("x")
    second = follow(first)
    Delivery.objects.filter(pk=first.pk).update(state=State.NEEDS_PERSON, next_try_at=None)
    decide.it_is_out(first, by=editor)
    ledger.release_due()
    second.refresh_from_db()
    assert second.state == State.APPROVED, "out, but nobody knows under which id"


def test_an_answer_to_a_post_that_somebody_deleted_there_is_told_as_that(world, deliver, follow):
    first = until(deliver("x"), State.CONFIRMED)
    second = follow(first)
    Delivery.objects.filter(pk=first.pk).update(external_id="1799999999999999999")
    until(second, State.NEEDS_PERSON)
    assert second.reason == "target_gone"


# --- changing ----------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["facebook", "linkedin"])
def test_a_change_sets_the_new_text_once_the_post_is_read_back(world, deliver, follow, platform):
    first = deliver(platform, "Fristen er 1. august")
    turn(first)
    change = follow(first, "Fristen er 1. september", Action.EDIT)
    assert change.state == State.APPROVED, "the post is still being compared with what was sent"
    until(change, State.CONFIRMED)
    first.refresh_from_db()
    assert first.state == State.CONFIRMED and first.differences == []
    (post,) = world.posts(platform)
    assert "Fristen er 1. september" in post["text"]
    assert change.external_id == first.external_id


def test_two_changes_of_one_post_are_never_under_way_at_once(world, deliver, follow):
    first = until(deliver("facebook"), State.CONFIRMED)
    follow(first, "Fristen er 2. september", Action.EDIT)
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.plan(first.channel, title="Enda en", action=Action.EDIT, target=first)


def test_a_change_that_puts_right_what_was_cut_ends_the_worry(world, deliver, follow):
    first = deliver("facebook", "Fristen er 1. september, og den er viktig")
    world.fault("facebook", "cut_text", length=12, times=1)
    for _ in range(40):
        first.refresh_from_db()
        if first.state == State.ACCEPTED and first.next_try_at is None:
            break
        if not turn(first):
            let_time_pass(first, 300)
    assert first.differences
    change = follow(first, "Fristen er 1. september", Action.EDIT)
    until(change, State.CONFIRMED)
    first.refresh_from_db()
    assert (first.state, first.differences) == (State.CONFIRMED, [])


# --- withdrawing -------------------------------------------------------------------------


def test_a_thread_is_withdrawn_last_part_first(world, deliver, follow, editor):
    first = deliver("x")
    second = follow(first)
    third = follow(second, "Og den siste.")
    for part in (third, second):
        until(part, State.CONFIRMED)
    waiting = follow(third, "Denne rekker ikke ut.")
    decide.withdraw(first, by=editor)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.CANCELLED, "target_withdrawn")
    while turn(first):
        sweep.lost_leases()
    until(first, State.WITHDRAWN)
    deleted = [one["path"].rsplit("/", 1)[-1] for one in world.requests("x") if one["method"] == "DELETE"]
    assert deleted == [one.external_id for one in (third, second, first)]
    assert world.posts("x") == []


def test_a_change_that_waits_is_stopped_when_the_post_is_withdrawn(world, deliver, follow, editor):
    first = until(deliver("facebook"), State.CONFIRMED)
    change = ledger.plan(first.channel, title="Rettelse", action=Action.EDIT, target=first)
    decide.withdraw(first, by=editor)
    change.refresh_from_db()
    assert (change.state, change.reason) == (State.CANCELLED, "target_withdrawn")


def test_a_change_cannot_be_withdrawn_as_if_it_were_a_post(world, deliver, follow, editor):
    first = until(deliver("facebook"), State.CONFIRMED)
    change = until(follow(first, "Ny tekst", Action.EDIT), State.CONFIRMED)
    with pytest.raises(IllegalMoveError):
        decide.withdraw(change, by=editor)
