"""A delivery's way through the ledger, by real requests to the pretend platforms."""

from __future__ import annotations

import pytest

from samspill.delivery.models import Attempt, Delivery, Transition
from samspill.delivery.states import State
from tests.rooms.delivery.conftest import turn, until

PLATFORMS = ["x", "facebook", "linkedin"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_approved_post_goes_out_once_and_is_confirmed_by_reading_it_back(world, deliver, platform):
    delivery = until(deliver(platform), State.CONFIRMED)
    posts = world.posts(platform)
    assert len(posts) == 1
    assert "Fristen er 1. september" in posts[0]["text"]
    assert delivery.external_id and delivery.external_url
    ways = list(Transition.objects.filter(delivery=delivery).values_list("before", "after"))
    assert ways == [
        ("planned", "approved"), ("approved", "due"), ("due", "sending"), ("sending", "accepted"),
        ("accepted", "confirmed"),
    ]  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", ["timeout_after", "cut_after", "status_after"])
def test_a_post_whose_answer_is_lost_is_found_and_not_sent_again(world, deliver, platform, kind):
    delivery = deliver(platform)
    world.fault(platform, kind, match=CREATE[platform], times=1)
    until(delivery, State.CONFIRMED)
    assert len(world.posts(platform)) == 1
    assert "unknown" in outcomes(delivery)
    assert "found" in outcomes(delivery)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", ["timeout_before", "cut_before", "status_before"])
def test_a_request_without_effect_is_repeated_only_after_looking(world, deliver, platform, kind):
    delivery = deliver(platform)
    world.fault(platform, kind, match=CREATE[platform], times=1)
    until(delivery, State.CONFIRMED)
    assert len(world.posts(platform)) == 1
    tried = outcomes(delivery)
    assert tried[0] == "unknown"
    assert tried.count("absent") >= 3, "not there must be seen several times before it is believed"


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("body", ["html", "empty", "wrong_json", "truncated_json", "no_id"])
def test_an_unreadable_answer_is_no_answer(world, deliver, platform, body):
    delivery = deliver(platform)
    world.fault(platform, "malformed", body=body, effect=True, match=CREATE[platform], times=1)
    until(delivery, State.CONFIRMED)
    assert len(world.posts(platform)) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", ["redirect", "gzip_bomb", "huge_body"])
def test_a_hostile_answer_neither_doubles_nor_loses_the_post(world, deliver, platform, kind):
    delivery = deliver(platform)
    world.fault(platform, kind, match=CREATE[platform], times=1)
    until(delivery, State.CONFIRMED)
    assert len(world.posts(platform)) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
def test_too_many_requests_holds_the_channel_for_as_long_as_the_platform_asks(world, deliver, platform):
    delivery = deliver(platform)
    world.fault(platform, "status_before", status=429, retry_after=90, times=1)
    assert turn(delivery)
    delivery.refresh_from_db()
    assert delivery.state == State.DUE
    assert delivery.reason == "rate_limited"
    assert not turn(delivery), "nothing is tried before the time is up"
    until(delivery, State.CONFIRMED)
    assert len(world.posts(platform)) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_dead_key_stops_the_channel_and_the_post_waits_for_it(world, deliver, platform):
    delivery = deliver(platform)
    world.fault(platform, "status_before", status=401, times=None)
    assert turn(delivery)
    delivery.refresh_from_db()
    assert delivery.state == State.DUE
    delivery.channel.refresh_from_db()
    assert delivery.channel.trouble
    assert not turn(delivery)
    world.no_faults(platform)
    delivery.channel.set_credentials(delivery.channel.account().credentials)
    delivery.channel.save()
    until(delivery, State.CONFIRMED)


def test_a_refusal_by_content_needs_a_change_and_nothing_was_published(world, deliver):
    delivery = until(deliver("x", text="å" * 400), State.REFUSED, State.NEEDS_PERSON)
    assert world.posts("x") == []
    assert delivery.detail


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_false_duplicate_refusal_ends_with_a_person_not_with_a_lost_post(world, deliver, platform):
    delivery = deliver(platform)
    world.fault(platform, "duplicate_false", match=CREATE[platform], times=None)
    until(delivery, State.NEEDS_PERSON)
    assert world.posts(platform) == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_true_duplicate_refusal_is_taken_as_sent(world, deliver, platform):
    delivery = deliver(platform)
    world.fault(platform, "duplicate_true", match=CREATE[platform], times=1)
    until(delivery, State.CONFIRMED)
    assert len(world.posts(platform)) == 1


def test_a_post_that_lost_its_words_on_the_way_is_accepted_and_told_to_a_person(world, deliver):
    delivery = deliver("x")
    world.fault("x", "cut_text", length=5)
    for _ in range(40):
        turn(delivery)
        delivery.refresh_from_db()
        if delivery.state == State.ACCEPTED and delivery.next_try_at is None:
            break
        from tests.rooms.delivery.conftest import let_time_pass

        let_time_pass(delivery, 70)
    assert delivery.differences
    assert len(world.posts("x")) == 1


def test_every_attempt_is_numbered_and_written_once(world, deliver):
    delivery = until(deliver("x"), State.CONFIRMED)
    numbers = list(Attempt.objects.filter(delivery=delivery).values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


CREATE = {
    "x": {"method": "POST", "path": "/2/tweets$"},
    "facebook": {"method": "POST", "path": "/feed$"},
    "linkedin": {"method": "POST", "path": "/rest/posts$"},
}


def outcomes(delivery: Delivery) -> list[str]:
    return list(delivery.attempts.values_list("outcome", flat=True))
