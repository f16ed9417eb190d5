"""A receiver on loopback that checks signatures as the published specification says, and a newsroom to tell of."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from samspill.webhooks import signing
from samspill.webhooks.models import Endpoint, Kind, Sending
from tests.rooms.channels.loopback import Loopback, Reply, Request
from tests.rooms.publishing.approval_world import World


def genuine(request: Request, key: str) -> bool:
    """Standard Webhooks 1.0.0, "Verifying": written from the text, not from our code."""
    if abs(time.time() - int(request.headers["webhook-timestamp"])) > 300:
        return False
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    secret = base64.b64decode(key.split("_", 1)[1])
    wanted = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    given = [part.split(",", 1) for part in request.headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(text, wanted) for version, text in given)


class Receiver:
    """Another system. ``status`` is what it answers with; ``events`` what it has been told."""

    def __init__(self, server: Loopback) -> None:
        self.server = server
        self.status: int | list[int] = 200
        self.headers: dict[str, str] = {}
        server.answer = self._answer
        self.key = signing.new_key()

    def _answer(self, request: Request) -> Reply:
        status = self.status.pop(0) if isinstance(self.status, list) else self.status
        return Reply(status, {}, headers=self.headers)

    def endpoint(self, *kinds: str, **fields: Any) -> Endpoint:
        made = Endpoint(address=f"{self.server.url}/inn", kinds=list(kinds or Kind.values), **fields)
        made.set_keys(self.key)
        made.save()
        return made

    @property
    def requests(self) -> list[Request]:
        return self.server.requests

    @property
    def events(self) -> list[Any]:
        return [json.loads(request.body) for request in self.requests]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Loopback()
    server.start()
    yield Receiver(server)
    server.stop()


@pytest.fixture
def world(db: None) -> World:
    found = World()
    found.nobody: Any = get_user_model().objects.create_user("nobody", first_name="Nils", last_name="Ingen")
    return found


def due_now() -> None:
    """As if the pauses were over."""
    Sending.objects.filter(state="waiting").update(next_try_at="2026-01-01T00:00:00Z", lease_until=None)
