"""Keys that run out: renewed once at a time, stored before use, and nothing lost when an answer is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from samspill.channels import connect_store, tokens
from samspill.channels.models import Channel
from samspill.delivery import instant, key_watch, trouble
from samspill.delivery.keys import client
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from tests.rooms.channels.connecting import Person
from tests.rooms.delivery.conftest import World, until
from tests.rooms.desk import world as desk_world

S = State


@pytest.fixture
def kari(transactional_db: None, world: World, settings: Any) -> Person:
    settings.SAMSPILL_SANDBOX_URL = world.url
    settings.SAMSPILL_BASE_URL = "http://127.0.0.1:8000"
    return Person(desk_world.people()["admin"])


@pytest.fixture
def connected(kari: Person) -> Callable[[str], Channel]:
    """A channel that was connected at the pretend platform."""

    def make(platform: str = "x", **consent: Any) -> Channel:
        kari.connect(platform, **consent)
        return Channel.objects.get(platform=platform)

    return make


def soon(channel: Channel, seconds: float = 60) -> None:
    """Let the key run out in so many seconds, as we know it."""
    Channel.objects.filter(pk=channel.pk).update(key_expires_at=timezone.now() + timedelta(seconds=seconds))


def renewals(world: World) -> int:
    asked = [entry for entry in world.requests("x") if entry["operation"] == "token"]
    return sum(1 for entry in asked if entry["params"].get("grant_type") == "refresh_token")


def keys_of(channel: Channel) -> dict[str, str]:
    return dict(Channel.objects.get(pk=channel.pk).account().credentials)


def test_two_workers_at_once_use_a_rotating_key_once(connected: Any, world: World) -> None:
    channel = connected()
    before = keys_of(channel)
    soon(channel)
    world.fault("x", "delay", seconds=0.4, match={"operation": "token"})
    start = threading.Barrier(4)
    came: list[Any] = []

    def work() -> None:
        try:
            start.wait()
            came.append(tokens.ready(channel.pk, client(), instant.now))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert came == [None] * 4
    assert renewals(world) == 1
    after = keys_of(channel)
    assert after["access_token"] != before["access_token"]
    assert after["refresh_token"] != before["refresh_token"]
    assert isinstance(trouble.verify(Channel.objects.get()), trouble.Done)


def test_the_platform_ends_all_keys_when_an_old_one_is_used_again(connected: Any, world: World) -> None:
    """What the test above is worth: using the old key a second time would have cost us the channel."""
    channel = connected()
    before = channel.sealed
    soon(channel)
    assert tokens.ready(channel.pk, client(), instant.now) is None
    Channel.objects.filter(pk=channel.pk).update(sealed=before)
    soon(channel)
    refused = tokens.ready(channel.pk, client(), instant.now)
    assert refused is not None
    assert refused.reason == "token_dead"


def test_a_step_renews_the_key_first_and_the_post_goes_out(connected: Any, deliver: Any, world: World) -> None:
    channel = connected()
    soon(channel)
    delivery = until(deliver(channel=channel), S.ACCEPTED, S.CONFIRMED)
    assert renewals(world) == 1
    assert delivery.attempts.filter(kind="send").count() == 1
    assert Channel.objects.get().key_expires_at > timezone.now() + timedelta(hours=1)


def test_a_key_that_dies_early_is_renewed_once_and_the_step_done_again(
    connected: Any, deliver: Any, world: World, sandbox: Any
) -> None:
    channel = connected()
    sandbox.store.run("update keys set ends=0 where kind='access'")
    delivery = until(deliver(channel=channel), S.ACCEPTED, S.CONFIRMED)
    assert renewals(world) == 1
    assert len(world.posts("x")) == 1
    assert delivery.attempts.filter(kind="send").count() == 1
    assert Channel.objects.get().trouble == ""


def test_a_key_with_nothing_to_renew_it_makes_the_channel_wait_and_connecting_again_goes_on(
    connected: Any, deliver: Any, world: World, sandbox: Any, kari: Person
) -> None:
    channel = connected("linkedin")
    sandbox.store.run("update keys set ends=0 where kind='access'")
    delivery = deliver(channel=channel)
    until_trouble(delivery)
    assert Channel.objects.get().trouble == "token_dead"
    assert delivery.state == S.DUE
    kari.connect("linkedin", channel=channel)
    until(delivery, S.ACCEPTED, S.CONFIRMED)
    assert len(world.posts("linkedin")) == 1


def until_trouble(delivery: Delivery) -> None:
    from tests.rooms.delivery.conftest import turn

    turn(delivery)
    delivery.refresh_from_db()


@pytest.mark.parametrize("how", ["cut_after", "timeout_after", "status_after"])
def test_a_lost_answer_alarms_at_once_and_posts_wait_and_do_not_fail(
    how: str, connected: Any, deliver: Any, world: World, kari: Person
) -> None:
    channel = connected()
    delivery = deliver(channel=channel)
    soon(channel)
    world.fault("x", how, times=1, match={"operation": "token"})
    until_trouble(delivery)
    fresh = Channel.objects.get()
    assert fresh.trouble == "key_unclear"
    assert fresh.renewal_unclear_at is not None
    assert delivery.state == S.DUE
    assert delivery.failures == 0
    assert world.posts("x") == []
    page = kari.client.get(f"/desk/kanaler/{channel.pk}/").content.decode()
    assert "svaret kom ikke fram" in page
    kari.connect("x", channel=channel)
    until(delivery, S.ACCEPTED, S.CONFIRMED)
    assert Channel.objects.get().renewal_unclear_at is None
    assert len(world.posts("x")) == 1


def test_after_a_lost_answer_the_old_key_is_not_used_up_again_while_it_lives(connected: Any, world: World) -> None:
    channel = connected()
    soon(channel)
    world.fault("x", "cut_after", times=1, match={"operation": "token"})
    tokens.ready(channel.pk, client(), instant.now)
    for _ in range(3):
        assert tokens.ready(channel.pk, client(), instant.now) is None  # the old access key still lives
    assert renewals(world) == 1
    soon(channel, -1)
    assert tokens.ready(channel.pk, client(), instant.now).reason == "token_dead"  # type: ignore[union-attr]
    assert renewals(world) == 2


def test_a_request_that_never_left_is_tried_again_and_the_living_key_is_used_meanwhile(
    connected: Any, world: World, settings: Any
) -> None:
    channel = connected()
    soon(channel)
    Channel.objects.update(key_place="http://127.0.0.1:9/x", base_url="http://127.0.0.1:9/x")
    from samspill.channels.connect_apps import save_app

    save_app("x", "http://127.0.0.1:9/x", "id", "hemmelig")
    assert tokens.ready(channel.pk, client(), instant.now) is None
    assert Channel.objects.get().renewing_until is None
    soon(channel, -1)
    assert type(tokens.ready(channel.pk, client(), instant.now)).__name__ == "NotSent"
    assert Channel.objects.get().renewal_unclear_at is None


def test_a_worker_that_dies_in_the_middle_of_a_renewal_is_noticed(connected: Any, world: World) -> None:
    channel = connected()
    soon(channel)
    Channel.objects.update(renewing_until=timezone.now() - timedelta(seconds=1))
    key_watch.renew_due()
    fresh = Channel.objects.get()
    assert (fresh.trouble, fresh.renewing_until) == ("key_unclear", None)
    assert renewals(world) == 0


def test_keys_are_renewed_early_also_where_nothing_is_sent(connected: Any, world: World) -> None:
    channel = connected()
    Channel.objects.update(mode="paused")
    key_watch.renew_due()
    assert renewals(world) == 0  # it has hours left
    soon(channel, 9 * 60)
    key_watch.renew_due()
    assert renewals(world) == 1
    assert Channel.objects.get().trouble == ""


def test_each_key_is_looked_at_once_a_day_and_a_dead_one_is_told_before_a_post_is_due(
    connected: Any, world: World, sandbox: Any
) -> None:
    channel = connected("facebook")
    before = channel.key_expires_at
    assert key_watch.check_daily() == 1
    assert key_watch.check_daily() == 0
    assert abs(Channel.objects.get().key_expires_at - before) < timedelta(minutes=1)
    sandbox.store.run("update keys set revoked=1")
    Channel.objects.update(key_checked_at=timezone.now() - timedelta(days=1, minutes=1))
    assert key_watch.check_daily() == 1
    assert Channel.objects.get().trouble == "token_dead"


@pytest.mark.parametrize("platform", ["x", "facebook", "linkedin"])
def test_disconnecting_takes_the_key_back_and_keeps_history_and_queue(
    platform: str, connected: Any, deliver: Any, world: World, kari: Person, sandbox: Any
) -> None:
    channel = connected(platform)
    sent = until(deliver(channel=channel), S.ACCEPTED, S.CONFIRMED)
    waiting = deliver(channel=channel, text="Etterpå")
    key = keys_of(channel)["access_token"]
    kari.client.post(f"/desk/kanaler/{channel.pk}/koble-fra/")
    fresh = Channel.objects.get()
    assert (fresh.sealed, fresh.key_place, fresh.scopes) == ("", "", None)
    row = sandbox.store.row("select revoked from keys where value=?", key)
    assert bool(row["revoked"]) is (platform != "linkedin")  # which has no address for it
    until_trouble(waiting)
    assert waiting.state == S.DUE
    assert Channel.objects.get().trouble == "token_dead"
    kari.connect(platform, channel=channel)
    until(waiting, S.ACCEPTED, S.CONFIRMED)
    sent.refresh_from_db()
    assert sent.state in (S.ACCEPTED, S.CONFIRMED)
    assert len(world.posts(platform)) == 2


def test_one_persons_consent_is_not_taken_back_while_another_page_lives_on_it(
    connected: Any, world: World, kari: Person, sandbox: Any
) -> None:
    body = {"id": "100000000000002", "name": "Side to", "token": "t2", "secret": "sandbox-facebook-secret"}
    world._post("/_sandbox/facebook/accounts", body)
    first = connected("facebook")
    kari.connect("facebook", accounts=["100000000000002"])
    second = Channel.objects.exclude(pk=first.pk).get()
    said = connect_store.disconnect(first.pk, client(), instant.now())
    assert isinstance(said, connect_store.Shared)
    assert isinstance(trouble.verify(second), trouble.Done)
    connect_store.disconnect(second.pk, client(), instant.now())
    assert not sandbox.store.rows("select 1 from keys where revoked=0")


def test_when_the_platform_cannot_be_told_the_key_is_forgotten_here_and_the_person_knows(
    connected: Any, world: World, kari: Person
) -> None:
    channel = connected()
    world.fault("x", "cut_before", match={"operation": "revoke"})
    answer = kari.client.post(f"/desk/kanaler/{channel.pk}/koble-fra/", follow=True)
    assert "vi fikk ikke sagt fra til X" in answer.content.decode()
    assert Channel.objects.get().sealed == ""


def test_a_renewal_that_ends_after_the_channel_was_connected_anew_does_not_put_the_old_key_back(
    connected: Any, world: World, kari: Person
) -> None:
    channel = connected()
    soon(channel)
    world.fault("x", "delay", seconds=1.0, times=1, when="after", match={"operation": "token"})
    worker = threading.Thread(target=lambda: (tokens.ready(channel.pk, client(), instant.now), connection.close()))
    worker.start()
    while not Channel.objects.get().renewing_until:
        pass
    kari.connect("x", channel=channel)
    anew = Channel.objects.get().sealed
    worker.join(20)
    assert Channel.objects.get().sealed == anew


def test_a_key_is_never_sent_to_another_place_than_it_is_for(connected: Any, world: World) -> None:
    channel = connected()
    Channel.objects.update(mode="live")
    moved = Channel.objects.get()
    assert moved.api_address == "https://api.x.com"
    assert dict(moved.account().credentials) == {}
    Channel.objects.update(mode="paused")
    assert Channel.objects.get().account().base_url == channel.key_place
    assert Channel.objects.get().account().credentials
