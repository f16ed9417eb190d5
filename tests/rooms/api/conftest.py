"""A newsroom with people in each role, and systems that speak for them through the API."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from samspill.api import tokens
from samspill.api.scopes import Scope
from tests.rooms.publishing.approval_world import World

ROOT = "/api/v1"
ALL = tuple(Scope)


class System:
    """Another system with a token: real requests through every middleware."""

    def __init__(self, secret: str = "") -> None:
        self.secret = secret
        self.client = Client(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """``path`` below the root; ``headers`` as ``If_Match="…"``. A POST gets a fresh key unless it has one."""
        sent = {name.replace("_", "-").lower(): value for name, value in headers.items() if value is not None}
        if self.secret:
            sent.setdefault("authorization", f"Bearer {self.secret}")
        if method == "post" and "Idempotency_Key" not in headers:
            sent["idempotency-key"] = uuid.uuid4().hex
        more = {"data": "" if body is None else body, "content_type": "application/json"} if method != "get" else {}
        return getattr(self.client, method)(ROOT + path, headers=sent, **more)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("post", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("patch", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("delete", path, **headers)

    def upload(self, fields: dict[str, Any], **headers: str) -> Any:
        """A picture with its texts, as a form."""
        sent = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        sent.setdefault("idempotency-key", uuid.uuid4().hex)
        sent.setdefault("authorization", f"Bearer {self.secret}")
        return self.client.post(f"{ROOT}/pictures", fields, headers=sent)


@pytest.fixture
def world(db: None) -> World:
    found = World()
    found.nobody: Any = get_user_model().objects.create_user("nobody", first_name="Nils", last_name="Ingen")
    return found


@pytest.fixture
def system(world: World) -> Callable[..., System]:
    """``system(person, *scopes)``: all scopes when none is named."""

    def make(person: Any, *scopes: Scope) -> System:
        _token, secret = tokens.make(person, "Fagsystem", scopes or ALL, 90)
        return System(secret)

    return make


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The answer is this problem, in RFC 9457's form."""
    found: dict[str, Any] = answer.json()
    assert (answer.status_code, found["code"]) == (status, code), found
    assert answer["Content-Type"] == "application/problem+json"
    assert found["status"] == status and found["title"] and found["detail"]
    assert found["type"] == f"/api/v1/#{code}"
    return found
