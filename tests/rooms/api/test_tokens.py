"""A token lets in one person's systems, within its scopes and its days, and tells a stranger nothing."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from samspill.api import tokens
from samspill.api.models import Token
from samspill.api.scopes import Scope
from tests.rooms.api.conftest import System, problem


def test_only_a_hash_is_kept_and_it_has_256_random_bits(world: Any) -> None:
    token, secret = tokens.make(world.jonas, "Fagsystem", [Scope.READ], 30)
    assert secret.startswith("samspill_") and len(secret) == len("samspill_") + 43
    row = Token.objects.filter(pk=token.pk).values().get()
    assert row["digest"] == hashlib.sha256(secret.encode()).hexdigest()
    assert not [value for value in row.values() if secret[12:] in str(value)]


def test_every_token_that_does_not_work_gets_the_same_answer(world: Any, system: Any) -> None:
    ran_out, ran_out_secret = tokens.make(world.jonas, "Utløpt", [Scope.READ], 30)
    month_ago = timezone.now() - timedelta(days=40)
    Token.objects.filter(pk=ran_out.pk).update(created_at=month_ago, expires_at=month_ago + timedelta(days=30))
    revoked, revoked_secret = tokens.make(world.jonas, "Stoppet", [Scope.READ], 30)
    tokens.revoke(revoked, world.jonas)
    _closed, closed_secret = tokens.make(world.ingrid, "Stengt konto", [Scope.READ], 30)
    world.ingrid.is_active = False
    world.ingrid.save()
    wrong = (
        "", "samspill_" + "x" * 43, "x", ran_out_secret, revoked_secret, closed_secret, "samspill_" + "x" * 5000,
        revoked_secret.upper(), "samspill_\u00e6", "samspill_\x00",
    )  # fmt: skip
    answers = [System(secret).get("/me") for secret in wrong]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    problem(answers[0], 401, "unauthorized")
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scheme", ["Basic {}", "Token {}", "{}", "Bearer  {}", "Bearer {} {}"])
def test_only_a_bearer_header_lets_in(world: Any, scheme: str) -> None:
    _token, secret = tokens.make(world.jonas, "Fagsystem", [Scope.READ], 30)
    assert System().get("/me", Authorization=scheme.format(secret, "x")).status_code == 401
    assert System().get("/me", Authorization=f"bearer {secret}").status_code == 200


def test_neither_an_address_nor_a_session_lets_in(world: Any) -> None:
    _token, secret = tokens.make(world.jonas, "Fagsystem", [Scope.READ], 30)
    for name in ("access_token", "token", "authorization", "key"):
        assert System().get(f"/me?{name}={secret}").status_code == 401
    signed_in = System()
    signed_in.client.force_login(world.superuser)
    assert signed_in.get("/stories").status_code == 401


def test_a_token_tells_whose_it_is_and_what_it_covers(world: Any, system: Any) -> None:
    found = system(world.jonas, Scope.READ, Scope.WRITE).get("/me").json()
    assert (found["name"], found["token"], found["scopes"]) == ("Jonas Berg", "Fagsystem", ["read", "write"])


def test_a_scope_that_is_missing_is_named(world: Any, system: Any) -> None:
    reader = system(world.jonas, Scope.READ)
    assert "write" in problem(reader.post("/stories", {"title": "Sak"}), 403, "scope_missing")["detail"]


def test_a_token_never_does_more_than_its_person_may_do_now(world: Any, system: Any) -> None:
    writer = system(world.jonas)
    assert writer.post("/stories", {"title": "Sak"}).status_code == 201
    world.jonas.groups.clear()
    problem(writer.post("/stories", {"title": "Sak til"}), 403, "forbidden")
    world.jonas.is_active = False
    world.jonas.save()
    problem(writer.get("/me"), 401, "unauthorized")


def test_the_day_of_use_is_remembered_and_no_more(world: Any, system: Any) -> None:
    reader = system(world.jonas, Scope.READ)
    assert Token.objects.get().last_used_on is None
    reader.get("/me")
    assert Token.objects.get().last_used_on == timezone.localdate()


def test_the_database_holds_the_longest_life_and_the_scopes(world: Any) -> None:
    token, _secret = tokens.make(world.jonas, "Fagsystem", [Scope.READ], 365)
    for change in ({"expires_at": timezone.now() + timedelta(days=400)}, {"scopes": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Token.objects.filter(pk=token.pk).update(**change)
    for days in (0, -1, 367):
        with pytest.raises(ValueError, match="lives"):
            tokens.make(world.jonas, "For lenge", [Scope.READ], days)


def test_making_and_stopping_stand_in_the_log_without_the_secret(world: Any) -> None:
    token, secret = tokens.make(world.jonas, "Fagsystem", [Scope.READ], 30)
    tokens.revoke(token, world.tor)
    rows = ModelLogEntry.objects.filter(action__startswith="samspill.api.").order_by("pk")
    assert [(row.action, row.user_id) for row in rows] == [
        ("samspill.api.token_made", world.jonas.pk),
        ("samspill.api.token_revoked", world.tor.pk),
    ]
    assert not [row for row in rows if secret in str(row.data)]
    assert [row.message for row in rows] == [
        "Nøkkel til API-et laget: Fagsystem",
        "Nøkkel til API-et stoppet: Fagsystem",
    ]


def test_others_tokens_are_seen_and_stopped_by_administrators_alone(world: Any) -> None:
    token, secret = tokens.make(world.jonas, "Fagsystem", [Scope.READ], 30)
    for name in ("marte", "amir", "liv"):
        client = world.as_(getattr(world, name))
        assert client.get("/desk/account/nokler/alle/").status_code == 302  # sent home, as the desk does
        assert client.post(f"/desk/account/nokler/{token.pk}/stopp/").status_code == 404
    assert tokens.find(secret)
    assert world.as_(world.tor).post(f"/desk/account/nokler/{token.pk}/stopp/").status_code == 302
    assert tokens.find(secret) is None


def test_the_page_with_a_new_secret_is_kept_by_nobody(world: Any) -> None:
    answer = world.as_(world.jonas).post(
        "/desk/account/nokler/", {"name": "Fagsystem", "scopes": ["read"], "days": "30"}
    )
    assert "no-store" in answer["Cache-Control"] and "samspill_" in answer.content.decode()


def test_the_forms_of_others_make_nothing(world: Any) -> None:
    client = world.as_(world.jonas)
    for fields in (
        {"name": "", "scopes": ["read"], "days": "30"},
        {"name": "x", "scopes": ["alt"], "days": "30"},
        {"name": "x", "scopes": ["read"], "days": "9999"},
        {"name": "x" * 101, "scopes": ["read"], "days": "30"},
    ):
        assert client.post("/desk/account/nokler/", fields).status_code == 422
    assert not Token.objects.exists()
