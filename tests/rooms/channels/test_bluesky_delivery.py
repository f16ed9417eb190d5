"""Bluesky through the ledger, over real HTTP to the pretend server: whatever the answer, one post and no second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from samspill.channels.contract import Link, Picture, Post, Reason
from samspill.channels.models import Channel
from samspill.delivery import decide, ledger
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.library.freeze import freeze
from tests.pictures import jpeg
from tests.rooms.delivery.conftest import World, let_time_pass, turn, until

WRITE = {"operation": "com.atproto.repo.putRecord"}
DID = "did:plc:lottstiftsandbox22222222"


@pytest.fixture
def world(sandbox: Any, settings: Any) -> World:
    settings.SAMSPILL_REQUEST_SECONDS = 0.7
    settings.SAMSPILL_SETTLE_SECONDS = 0.5
    return World(sandbox.url)


@pytest.fixture
def editor(transactional_db: None) -> Any:
    return get_user_model().objects.create_user("ingrid", password="en lang prøvesetning 1")


@pytest.fixture
def channel(world: World, transactional_db: None) -> Channel:
    channel = Channel(
        platform="bluesky", name="Tilsynet", base_url=f"{world.url}/bluesky", external_id=DID, mode="sandbox"
    )
    channel.set_credentials({"access_token": "sandbox-bluesky-token"})
    channel.save()
    return channel


@pytest.fixture
def deliver(channel: Channel, editor: Any) -> Callable[..., Delivery]:
    """An approved delivery with two pictures that is due now."""

    def make(text: str = "Fristen er 1. september. Spør @lottstift.test 🫐", pictures: int = 2) -> Delivery:
        delivery = ledger.plan(channel, title="Momskompensasjon", destination="https://tilsynet.invalid/sak")
        link = Link(f"https://nyheter.example.no/l/{delivery.code}", "Momskompensasjon", "Søk innen fristen")
        shown = []
        for number in range(pictures):
            frozen = freeze(jpeg(320 + number, 200), "image/jpeg", 320 + number, 200)
            shown.append(
                Picture(frozen.sha256, frozen.mime, 320 + number, 200, frozen.size, f"Bilde {number}", "nb", "b.jpg")
            )
        now = timezone.now()
        post = Post(text, link=link, pictures=tuple(shown))
        ledger.approve(delivery, post, by=editor, lapses_at=now + timedelta(hours=72), due_at=now)
        ledger.release_due()
        delivery.refresh_from_db()
        return delivery

    return make


def test_a_post_goes_out_and_is_read_back_as_it_was_sent(world, deliver):
    delivery = until(deliver(), State.CONFIRMED)
    (shown,) = world.posts("bluesky")
    assert (delivery.external_id, delivery.differences) == (shown["id"], [])
    assert delivery.external_url == shown["url"]
    assert [picture["alt"] for picture in shown["pictures"]] == ["Bilde 0", "Bilde 1"]
    assert shown["links"][0]["expanded"].endswith(delivery.code)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status_after", "status": 500},
        {"kind": "status_after", "status": 502, "body": "<html>Bad gateway</html>"},
        {"kind": "status_before", "status": 500},
        {"kind": "cut_after"},
        {"kind": "cut_after", "at": "body"},
        {"kind": "cut_before"},
        {"kind": "timeout_after"},
        {"kind": "timeout_before"},
        {"kind": "late_effect", "seconds": 0.3},
        {"kind": "malformed", "body": "html"},
        {"kind": "malformed", "body": "empty"},
        {"kind": "malformed", "body": "truncated_json"},
        {"kind": "redirect"},
        {"kind": "redirect", "effect": True},
        {"kind": "gzip_bomb"},
        {"kind": "duplicate_true"},
        {"kind": "duplicate_false"},
    ],
    ids=lambda fault: " ".join(str(value) for value in fault.values()),
)
def test_after_an_unclear_answer_there_is_one_post(world, deliver, fault):
    kind, *_ = fault.values()
    world.fault("bluesky", kind, match=WRITE, times=1, **{k: v for k, v in fault.items() if k != "kind"})
    delivery = until(deliver(), State.CONFIRMED)
    assert len(world.posts("bluesky")) == 1
    assert delivery.attempts.filter(step="post").order_by("pk").first().outcome == "unknown"
    looked = [request for request in world.requests("bluesky") if request["operation"] == "com.atproto.repo.getRecord"]
    assert looked


def test_every_answer_lost_again_and_again_is_still_one_post(world, deliver):
    world.fault("bluesky", "cut_after", match=WRITE, times=2)
    world.fault("bluesky", "status_before", status=503, match={"operation": "com.atproto.repo.getRecord"}, times=2)
    world.fault("bluesky", "cut_after", match={"operation": "com.atproto.repo.uploadBlob"}, times=2)
    until(deliver(), State.CONFIRMED)
    assert len(world.posts("bluesky")) == 1


def test_pictures_that_the_server_forgot_are_uploaded_anew(world, deliver):
    world.set("bluesky", blob_expires_s=0)
    delivery = deliver()
    while not delivery.attempts.filter(step="post").exists():
        assert turn(delivery)
    assert delivery.attempts.get(step="post").outcome == "redo"
    world.set("bluesky", blob_expires_s=3600)
    until(delivery, State.CONFIRMED)
    assert len(world.posts("bluesky")) == 1


def test_a_key_that_has_run_out_stops_the_channel_and_loses_nothing(world, channel, deliver):
    channel.set_credentials({"access_token": "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"})
    channel.save()
    delivery = deliver(pictures=0)
    turn(delivery)
    channel.refresh_from_db()
    delivery.refresh_from_db()
    assert channel.trouble == Reason.TOKEN_DEAD
    assert world.posts("bluesky") == []
    channel.set_credentials({"access_token": "sandbox-bluesky-token"})
    channel.save()
    until(delivery, State.CONFIRMED)


def test_too_many_calls_hold_the_channel(world, channel, deliver):
    world.fault("bluesky", "status_before", status=429, retry_after=120, match=WRITE, times=1)
    delivery = deliver(pictures=0)
    turn(delivery)
    channel.refresh_from_db()
    assert channel.held_until is not None
    assert timedelta(seconds=60) < channel.held_until - timezone.now() < timedelta(seconds=180)
    until(delivery, State.CONFIRMED)


def test_lost_alt_texts_and_a_cut_text_are_told(world, deliver):
    world.fault("bluesky", "drop_alt", times=1)
    world.fault("bluesky", "cut_text", length=10, times=1)
    delivery = until(deliver(), State.ACCEPTED)
    while not delivery.differences:
        let_time_pass(delivery, 5)
        turn(delivery)
        delivery.refresh_from_db()
    assert set(delivery.differences) == {"alt_missing", "text_cut"}
    assert len(world.posts("bluesky")) == 1


def test_a_post_is_taken_back(world, deliver, editor):
    delivery = until(deliver(), State.CONFIRMED)
    taken = decide.withdraw(delivery, by=editor)
    until(taken, State.CONFIRMED, State.ACCEPTED)
    delivery.refresh_from_db()
    assert delivery.state == State.WITHDRAWN
    assert world.posts("bluesky") == []
