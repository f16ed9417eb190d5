"""Every operation by every role, with every kind of token that must not work. Who gets in stands in the table below.

Each call is one that a person with the right could make in the desk; what it answers beside that (409, 422) does not
count: the door was open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from samspill.api import tokens
from samspill.api.models import Token
from samspill.api.openapi import description
from samspill.api.scopes import Scope
from samspill.delivery import hold as holds
from tests import pictures
from tests.rooms.api.conftest import System
from tests.rooms.newsroom.factories import make_photo

ROLES = {
    "nobody": "nobody", "expert": "amir", "leader": "liv", "editor": "ingrid", "admin": "tor", "superuser": "superuser",
}  # fmt: skip
ALL = "expert leader editor admin superuser"
READERS = "leader editor admin superuser"
EDITORS = "editor superuser"
TABLE = {
    "read_me": ALL,
    "list_stories": ALL,
    "create_story": EDITORS,
    "read_story": ALL,
    "change_story": "expert editor superuser",
    "submit_story": EDITORS,
    "review_story": ALL,
    "approve_story": EDITORS,
    "send_back_story": EDITORS,
    "publish_story": EDITORS,
    "list_versions": ALL,
    "create_version": EDITORS,
    "create_post": EDITORS,
    "read_version": ALL,
    "change_version": EDITORS,
    "remove_version": EDITORS,
    "submit_post": EDITORS,
    "review_post": ALL,
    "approve_post": EDITORS,
    "send_back_post": EDITORS,
    "list_deliveries": READERS,
    "read_delivery": READERS,
    "cancel_delivery": EDITORS,
    "decide_delivery": EDITORS,
    "list_holds": READERS,
    "read_hold": READERS,
    "place_hold": EDITORS,
    "answer_hold": EDITORS,
    "release_hold": EDITORS,
    "list_channels": READERS,
    "read_channel": READERS,
    "count_text": ALL,
    "list_pictures": "expert leader editor admin superuser",
    "upload_picture": EDITORS,
    "read_picture": "expert editor superuser",
    "change_picture": EDITORS,
}


class Calls:
    """One right call of each operation, on things that are there: a story and a post wait, written by Marte."""

    def __init__(self, world: Any) -> None:
        self.world = world
        version = world.post(world.marte)
        world.submit(world.marte)
        world.write(world.marte, "Kladd")
        from samspill.publishing import approve, versions

        self.lonely = versions.add(None, world.facebook, world.marte, text="Vi svarer til klokka 15.")
        approve.submit_post(self.lonely, world.marte)
        self.version, self.photo = version, make_photo()
        self.hold = holds.place(world.superuser, "Øving", channel=world.facebook)

    def one(self, name: str, asks: System) -> Any:
        story, version, lonely = self.world.story.pk, self.version.pk, self.lonely.pk
        world, photo, hold, delivery = self.world, self.photo.pk, self.hold.pk, self.version.delivery_id
        tag = {"If_Match": '"x"'}
        digest = "0" * 64
        held = {"key": "p1", "token": "x", "kind": "now"}
        match name:
            case "upload_picture":
                return asks.upload({"file": SimpleUploadedFile("a.jpg", pictures.photo(), "image/jpeg")})
            case "remove_version":
                return asks.delete(f"/versions/{version}", **tag)
        calls: dict[str, tuple[Any, ...]] = {
            "read_me": (asks.get, "/me"),
            "list_stories": (asks.get, "/stories"),
            "create_story": (asks.post, "/stories", {"title": "Ny"}),
            "read_story": (asks.get, f"/stories/{story}"),
            "change_story": (asks.patch, f"/stories/{story}", {"title": "Ny"}),
            "submit_story": (asks.post, f"/stories/{story}/submit"),
            "review_story": (asks.get, f"/stories/{story}/review"),
            "approve_story": (asks.post, f"/stories/{story}/approve", {"story": digest}),
            "send_back_story": (asks.post, f"/stories/{story}/send-back", {"note": "Skriv mer."}),
            "publish_story": (asks.post, f"/stories/{story}/publish"),
            "list_versions": (asks.get, f"/stories/{story}/versions"),
            "create_version": (asks.post, f"/stories/{story}/versions", {"channel_id": world.facebook.pk}),
            "create_post": (asks.post, "/versions", {"channel_id": world.x.pk, "text": "Hei"}),
            "read_version": (asks.get, f"/versions/{version}"),
            "change_version": (asks.patch, f"/versions/{version}", {"text": "Ny"}),
            "submit_post": (asks.post, f"/versions/{lonely}/submit"),
            "review_post": (asks.get, f"/versions/{lonely}/review"),
            "approve_post": (asks.post, f"/versions/{lonely}/approve", {"versions": [{"id": lonely, "hash": digest}]}),
            "send_back_post": (asks.post, f"/versions/{lonely}/send-back", {"note": "Skriv mer."}),
            "list_deliveries": (asks.get, "/deliveries"),
            "read_delivery": (asks.get, f"/deliveries/{delivery}"),
            "cancel_delivery": (asks.post, f"/deliveries/{delivery}/cancel"),
            "decide_delivery": (asks.post, f"/deliveries/{delivery}/decide", {"decision": "leave_it"}),
            "list_holds": (asks.get, "/holds"),
            "read_hold": (asks.get, f"/holds/{hold}"),
            "place_hold": (asks.post, "/holds", {"reason": "Øving"}),
            "answer_hold": (asks.post, f"/holds/{hold}/answers", {"answers": [held]}),
            "release_hold": (asks.post, f"/holds/{hold}/release"),
            "list_channels": (asks.get, "/channels"),
            "read_channel": (asks.get, f"/channels/{world.x.pk}"),
            "count_text": (asks.post, "/count", {"text": "Hei", "platform": "x"}),
            "list_pictures": (asks.get, "/pictures"),
            "read_picture": (asks.get, f"/pictures/{photo}"),
            "change_picture": (asks.patch, f"/pictures/{photo}", {"alt_nb": "En sau"}),
        }  # fmt: skip
        do, *given = calls[name]
        return do(*given, **(tag if do == asks.patch else {}))


@pytest.fixture
def calls(world: Any) -> Calls:
    return Calls(world)


def operations() -> Iterator[tuple[str, str]]:
    """Names of all operations, and the scope that each demands."""
    for paths in description()["paths"].values():
        for operation in paths.values():
            said = operation.get("description", "")
            yield operation["operationId"], next((scope.value for scope in Scope if f"«{scope.value}»" in said), "")


def test_the_table_has_every_operation() -> None:
    assert sorted(name for name, _scope in operations()) == sorted(TABLE)


@pytest.mark.slow
def test_who_gets_in_where(world: Any, system: Any, calls: Calls) -> None:
    found = {}
    for name in TABLE:
        who = []
        for role, person in ROLES.items():
            with transaction.atomic():
                answer = calls.one(name, system(getattr(world, person)))
                transaction.set_rollback(True)
            assert answer.status_code < 500, (name, role, answer.content)
            if answer.status_code not in (401, 403, 404):
                who.append(role)
        found[name] = " ".join(who)
    assert found == TABLE


@pytest.mark.slow
def test_no_operation_lets_in_a_token_that_does_not_work(world: Any, calls: Calls) -> None:
    ran_out, ran_out_secret = tokens.make(world.superuser, "Utløpt", list(Scope), 30)
    then = timezone.now() - timedelta(days=40)
    Token.objects.filter(pk=ran_out.pk).update(created_at=then, expires_at=then + timedelta(days=30))
    revoked, revoked_secret = tokens.make(world.superuser, "Stoppet", list(Scope), 30)
    tokens.revoke(revoked, world.superuser)
    for name in TABLE:
        for secret in ("", "samspill_" + "x" * 43, ran_out_secret, revoked_secret):
            answer = calls.one(name, System(secret))
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), name


@pytest.mark.slow
def test_every_operation_demands_its_scope_and_no_other_will_do(world: Any, system: Any, calls: Calls) -> None:
    for name, scope in operations():
        if not scope:
            continue
        others = [one for one in Scope if one.value != scope]
        answer = calls.one(name, system(world.superuser, *others))
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), name


def test_a_draft_is_not_there_for_who_may_only_read(world: Any, system: Any, calls: Calls) -> None:
    draft = world.write(world.marte, "Hemmelig kladd")
    version = world.post(world.marte, world.x, draft, text="Hemmelig innlegg")
    for person in (world.liv, world.tor):
        asks = system(person)
        assert asks.get(f"/stories/{draft.pk}").status_code == 404
        assert asks.get(f"/stories/{draft.pk}/review").status_code == 404
        assert asks.get(f"/versions/{version.pk}").status_code == 404
        assert draft.pk not in [row["id"] for row in asks.get("/stories").json()["items"]]


def test_a_change_of_a_live_story_is_seen_by_readers_when_it_waits(world: Any, system: Any) -> None:
    story = world.out()
    world.edit(story, world.jonas, "Ikke ute ennå")
    reader = system(world.liv)
    assert reader.get(f"/stories/{story.pk}").json()["title"] == "Fristen er 1. september"
    assert reader.get("/stories").json()["items"][0]["title"] == "Fristen er 1. september"
    world.submit(world.jonas)
    assert reader.get(f"/stories/{story.pk}").json()["title"] == "Ikke ute ennå"
