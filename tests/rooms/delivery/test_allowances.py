"""What the platforms' answers say is left, kept for the channel: from real answers, coarsely, and never in the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from samspill.channels import registry
from samspill.channels.http import Response
from samspill.channels.models import Channel, ChannelAllowance
from samspill.channels.terms import Allowance, Measure
from samspill.delivery import allowances
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from tests.rooms.delivery.conftest import World, turn, until

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def test_a_post_on_the_pretend_platform_tells_how_many_are_left(deliver: Callable[..., Delivery]) -> None:
    delivery = until(deliver("x"), State.CONFIRMED)
    told = ChannelAllowance.objects.get(channel=delivery.channel)
    assert (told.measure, told.left, told.of) == ("posts", 99, 100)
    assert told.resets_at is not None and told.resets_at > timezone.now()


def test_facebook_tells_per_cent(deliver: Callable[..., Delivery]) -> None:
    delivery = until(deliver("facebook"), State.CONFIRMED)
    told = ChannelAllowance.objects.get(channel=delivery.channel)
    assert (told.measure, told.of, told.resets_at) == ("share", 100, None)
    assert 0 <= told.left <= 100


def test_a_channel_out_of_posts_shows_none_left(deliver: Callable[..., Delivery], world: World) -> None:
    world.fault("x", "status_before", status=429, match={"method": "POST", "path": "/2/tweets$"}, times=1)
    delivery = deliver("x")
    turn(delivery)
    delivery.refresh_from_db()
    assert delivery.reason == "rate_limited"
    assert ChannelAllowance.objects.get(channel=delivery.channel).left == 0


@pytest.mark.parametrize(
    ("platform", "address", "headers", "left"),
    [
        ("x", "/2/tweets", {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "96"}, (96, 100)),
        (
            "x",
            "/2/tweets",
            {
                "x-rate-limit-limit": "100", "x-rate-limit-remaining": "96",
                "x-user-limit-24hour-limit": "50", "x-user-limit-24hour-remaining": "2",
            },
            (2, 50),
        ),
        ("x", "/2/media/upload/1/append", {"x-rate-limit-limit": "500", "x-rate-limit-remaining": "1"}, None),
        ("x", "/2/tweets", {"x-rate-limit-limit": "0", "x-rate-limit-remaining": "0"}, None),
        ("x", "/2/tweets", {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "-4"}, None),
        ("x", "/2/tweets", {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "9" * 40}, None),
        ("x", "/2/tweets", {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "130"}, (100, 100)),
        ("mastodon", "/api/v1/statuses", {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "7"}, (7, 300)),
        ("mastodon", "/api/v2/media", {"x-ratelimit-limit": "30", "x-ratelimit-remaining": "7"}, None),
        (
            "bluesky",
            "/xrpc/com.atproto.repo.putRecord",
            {"ratelimit-limit": "5000", "ratelimit-remaining": "4997"},
            (4997, 5000),
        ),
        ("facebook", "/v25.0/1/feed", {"x-app-usage": '{"call_count": 28, "total_time": 3}'}, (72, 100)),
        (
            "facebook",
            "/v25.0/1/feed",
            {"x-business-use-case-usage": json.dumps({"1": [{"call_count": 130}]})},
            (0, 100),
        ),
        ("facebook", "/v25.0/1/feed", {"x-app-usage": "[1, {"}, None),
        ("facebook", "/v25.0/1/feed", {"x-app-usage": '{"call_count": "mange"}'}, None),
    ],
)  # fmt: skip
def test_headers_are_read_and_nonsense_says_nothing(
    platform: str, address: str, headers: dict[str, str], left: tuple[int, int] | None
) -> None:
    adapter: Any = registry.platform(platform)
    told = adapter.allowance("POST", f"https://eksempel.no{address}", Response(201, headers, b"{}"), NOW)
    assert (told and (told.left, told.of)) == left


def test_the_window_is_measured_from_the_answers_own_clock() -> None:
    adapter: Any = registry.platform("x")
    wrong = NOW - timedelta(hours=5)
    headers = {
        "date": wrong.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "x-rate-limit-limit": "100",
        "x-rate-limit-remaining": "5",
        "x-rate-limit-reset": str(int(wrong.timestamp()) + 300),
    }
    told = adapter.allowance("POST", "https://api.x.com/2/tweets", Response(201, headers, b"{}"), NOW)
    assert told.resets_at == NOW + timedelta(seconds=300)


def test_it_is_not_written_down_at_every_answer_while_much_is_left(channel_on: Callable[..., Channel]) -> None:
    channel = channel_on("x")
    for left in (99, 98, 9):
        allowances.keep(channel.pk, Allowance(Measure.POSTS, left, 100))
        assert ChannelAllowance.objects.get().left == {99: 99, 98: 99, 9: 9}[left]


def test_more_left_than_there_is_cannot_be_stored(channel_on: Callable[..., Channel]) -> None:
    channel = channel_on("x")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelAllowance.objects.create(channel=channel, measure="posts", left=2, of=1, told_at=NOW)
