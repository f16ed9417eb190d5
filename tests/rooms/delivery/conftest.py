"""A channel on the pretend platforms, an approved delivery, and a worker that is stepped by hand."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from samspill.channels.contract import Link, Picture, Post
from samspill.channels.models import Channel
from samspill.delivery import ledger, look, send, sweep
from samspill.delivery.claim import Kind, claim_next
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.library.freeze import freeze
from tests.pictures import jpeg

ACCOUNTS: dict[str, dict[str, Any]] = {
    "x": {
        "external_id": "1700000000000000001",
        "handle": "lottstift",
        "credentials": {"access_token": "sandbox-x-token"},
    },
    "facebook": {
        "external_id": "100000000000001",
        "credentials": {"access_token": "sandbox-facebook-token", "app_secret": "sandbox-facebook-secret"},
    },
    "linkedin": {
        "external_id": "urn:li:organization:1000001",
        "credentials": {"access_token": "sandbox-linkedin-token"},
    },
}


@dataclass
class World:
    """The pretend platforms seen from a test."""

    url: str

    def fault(self, platform: str, kind: str, **fault: Any) -> None:
        self._post(f"/_sandbox/{platform}/faults", {"kind": kind, **fault})

    def set(self, platform: str, **values: Any) -> None:
        self._post(f"/_sandbox/{platform}/settings", values)

    def no_faults(self, platform: str) -> None:
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_sandbox/{platform}/faults", method="DELETE"))  # noqa: S310

    def posts(self, platform: str) -> list[dict[str, Any]]:
        return self._get(f"/_sandbox/{platform}/posts")

    def requests(self, platform: str) -> list[dict[str, Any]]:
        return self._get(f"/_sandbox/{platform}/requests")

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path) as answer:  # noqa: S310 - loopback
            found = json.load(answer)
        return found if isinstance(found, list) else next(value for value in found.values() if isinstance(value, list))

    def _post(self, path: str, body: Any) -> None:
        request = urllib.request.Request(  # noqa: S310
            self.url + path, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        urllib.request.urlopen(request).close()  # noqa: S310


@pytest.fixture
def world(sandbox: Any, settings: Any) -> World:
    settings.SAMSPILL_REQUEST_SECONDS = 0.7
    settings.SAMSPILL_SETTLE_SECONDS = 0.5
    world = World(sandbox.url)
    for platform in ACCOUNTS:
        # No lag: ``let_time_pass`` turns our clock, not the platform's. Lag itself is tried by the run of chaos.
        world.set(platform, list_lag_s=0, processing_s=0.2)
    return world


@pytest.fixture
def editor(transactional_db: None) -> Any:
    return get_user_model().objects.create_user("ingrid", password="en lang prøvesetning 1")  # noqa: S106


@pytest.fixture
def channel_on(world: World, transactional_db: None) -> Callable[..., Channel]:
    def make(platform: str, **fields: Any) -> Channel:
        account = dict(ACCOUNTS[platform])
        credentials = account.pop("credentials")
        channel = Channel(
            platform=platform,
            name=f"Tilsynet på {platform}",
            base_url=f"{world.url}/{platform}",
            mode="sandbox",
            **{**account, **fields},
        )
        channel.set_credentials(credentials)
        channel.save()
        return channel

    return make


@pytest.fixture
def deliver(channel_on: Callable[..., Channel], editor: Any) -> Callable[..., Delivery]:
    """An approved delivery that is due now."""

    def make(
        platform: str = "x", text: str = "Fristen er 1. september", channel: Channel | None = None, **post: Any
    ) -> Delivery:
        channel = channel or Channel.objects.filter(platform=platform).first() or channel_on(platform)
        delivery = ledger.plan(channel, title="Momskompensasjon", destination="https://tilsynet.invalid/sak")
        link = Link(f"https://nyheter.example.no/l/{delivery.code}", "Momskompensasjon", "Søk innen fristen")
        now = timezone.now()
        ledger.approve(
            delivery,
            Post(text=text, **{"link": link, **post}),
            by=editor,
            lapses_at=now + timedelta(hours=72),
            due_at=now,
        )
        ledger.release_due()
        delivery.refresh_from_db()
        return delivery

    return make


@pytest.fixture
def picture(transactional_db) -> Picture:
    frozen = freeze(jpeg(320, 200), "image/jpeg", 320, 200)
    return Picture(frozen.sha256, frozen.mime, 320, 200, frozen.size, "Et bilde", "nb", "b.jpg")


def turn(delivery: Delivery) -> bool:
    """One piece of work in the delivery's channel, as a worker does it; False when there was none."""
    piece = claim_next(delivery.channel_id)
    if piece is None:
        return False
    {Kind.SEND: send.send, Kind.FIND: look.find, Kind.CONFIRM: look.confirm}[piece.kind](piece)
    return True


def let_time_pass(delivery: Delivery, seconds: float) -> None:
    """The same as waiting: every time that the delivery keeps lies that much further back."""
    from samspill.delivery.models import Circuit

    back = timedelta(seconds=seconds)
    row = Delivery.objects.get(pk=delivery.pk)
    for name in ("next_try_at", "unknown_since", "lease_until", "give_up_at"):
        value = getattr(row, name)
        if value is not None:
            setattr(row, name, value - back)
    row.save()
    channel = row.channel
    for name in ("held_until", "verify_at"):
        value = getattr(channel, name)
        if value is not None:
            setattr(channel, name, value - back)
    channel.save()
    for circuit in Circuit.objects.filter(open_until__isnull=False):
        circuit.open_until = circuit.open_until - back  # type: ignore[operator]
        circuit.save()


def until(delivery: Delivery, *states: State, tries: int = 60) -> Delivery:
    """Work, sweep and let time pass until the delivery is in one of the states."""
    for _ in range(tries):
        delivery.refresh_from_db()
        if delivery.state in states:
            return delivery
        sweep.lost_leases()
        if not turn(delivery):
            for one in filter(None, (delivery, delivery.target)):  # what it waits for has its own times
                let_time_pass(one, 70 if one.state == State.UNKNOWN else 5)
    raise AssertionError(
        f"never {states}, but {delivery.state} ({delivery.reason} {delivery.detail}): "
        + "; ".join(f"{a.step} {a.outcome} {a.reason} {a.detail}" for a in delivery.attempts.all())
    )
