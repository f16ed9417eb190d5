"""Bluesky: signing in with a name and an app password, keeping the session, ending it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from samspill.channels.connect_contract import App, Grant, Standing
from samspill.channels.contract import Account, Done, Later, Reason, Refused, Unknown
from samspill.channels.http import Client
from samspill.channels.registry import platform
from tests.rooms.channels import worlds
from tests.rooms.channels.loopback import Loopback, Reply, Request
from tests.rooms.channels.test_bluesky import DID, OTHER, error
from tests.rooms.sandbox.bluesky_contract import check_request

BLUESKY = platform("bluesky")
CONNECTION: Any = BLUESKY.connection  # type: ignore[attr-defined]


def jwt(**claims: Any) -> str:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{part}.c2lnbmF0dXJl"


END, RENEWAL_END = worlds.NOW + timedelta(hours=2), worlds.NOW + timedelta(days=60)
SESSION = {
    "accessJwt": jwt(exp=int(END.timestamp()), sub=DID),
    "refreshJwt": jwt(exp=int(RENEWAL_END.timestamp()), jti="x"),
    "handle": "tilsyn.test",
    "did": DID,
    "active": True,
}


def session_server(request: Request) -> Reply:
    nsid = request.path.removeprefix("/base/xrpc/")
    check_request(request.method, nsid, request.query, request.json if request.body else None)
    if nsid == "app.bsky.actor.getProfile":
        assert request.headers["authorization"] == f"Bearer {SESSION['accessJwt']}"
        return Reply(200, {"did": DID, "handle": "tilsyn.test", "displayName": "Tilsynet "})
    return Reply(200, SESSION)


def sign_in(loopback: Loopback, answer: Callable[[Request], Reply], name: str = "tilsyn.test") -> Any:
    loopback.answer = answer
    return CONNECTION.sign_in(loopback.url, name, " abcd-efgh-ijkl-mnop ", Client(), worlds.NOW)


@pytest.mark.parametrize("name", ["tilsyn.test", "@tilsyn.test", " tilsyn.test\n", "\u202a@tilsyn.test\u202c\ufeff"])
def test_a_pasted_name_is_the_name_without_what_came_along(name: str, loopback: Loopback) -> None:
    grant = sign_in(loopback, session_server, name)
    assert isinstance(grant, Grant)
    assert loopback.requests[0].json == {"identifier": "tilsyn.test", "password": "abcd-efgh-ijkl-mnop"}


def test_a_session_tells_its_account_and_when_it_ends(loopback: Loopback) -> None:
    grant = sign_in(loopback, session_server)
    assert grant.credentials == {"access_token": SESSION["accessJwt"], "refresh_token": SESSION["refreshJwt"]}
    assert (grant.expires_at, grant.refresh_expires_at) == (END, RENEWAL_END)
    (account,) = grant.accounts
    assert (account.external_id, account.name, account.handle) == (DID, "Tilsynet", "tilsyn.test")
    assert "abcd-efgh" not in repr(grant)
    assert SESSION["accessJwt"] not in repr(grant)


def test_an_account_without_a_shown_name_is_called_by_its_handle(loopback: Loopback) -> None:
    def nameless(request: Request) -> Reply:
        return error(400, "InvalidRequest") if "getProfile" in request.path else Reply(200, SESSION)

    assert sign_in(loopback, nameless).accounts[0].name == "tilsyn.test"


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (error(401, "AuthenticationRequired", "Invalid identifier or password"), Refused, Reason.TOKEN_DEAD),
        (error(401, "AuthFactorTokenRequired"), Refused, Reason.CHECKPOINT),
        (error(401, "AccountTakedown"), Refused, Reason.ACCOUNT_BLOCKED),
        (Reply(200, {**SESSION, "active": False, "status": "deactivated"}), Refused, Reason.ACCOUNT_BLOCKED),
        (error(429, "RateLimitExceeded"), Later, Reason.RATE_LIMITED),
        (error(503, "NotEnoughResources"), Later, Reason.PLATFORM_DOWN),
        (Reply(200, raw=b"<html>"), Unknown, Reason.UNREADABLE_ANSWER),
        (Reply(200, {**SESSION, "did": "tull"}), Unknown, Reason.UNREADABLE_ANSWER),
        (Reply(200, {**SESSION, "refreshJwt": "to\nlinjer"}), Unknown, Reason.UNREADABLE_ANSWER),
        (Reply(404, raw=b"<html>"), Unknown, Reason.UNREADABLE_ANSWER),
    ],
)
def test_why_nobody_was_let_in(answer: Reply, kind: type, reason: Reason, loopback: Loopback) -> None:
    result = sign_in(loopback, lambda request: answer)
    assert isinstance(result, kind), result
    assert result.reason is reason
    assert len(loopback.requests) == 1


def signed_in(url: str) -> Account:
    credentials = {"access_token": SESSION["accessJwt"], "refresh_token": SESSION["refreshJwt"]}
    return Account("bluesky", url, DID, credentials=credentials)  # type: ignore[arg-type]


def test_a_renewal_is_one_request_with_the_renewal_key(loopback: Loopback) -> None:
    loopback.answer = session_server
    account = signed_in(loopback.url)
    assert CONNECTION.can_refresh(account)
    grant = CONNECTION.refresh(account, App(loopback.url), Client(), worlds.NOW)
    assert isinstance(grant, Grant)
    assert grant.accounts == ()
    (request,) = loopback.requests
    assert request.headers["authorization"] == f"Bearer {SESSION['refreshJwt']}"
    assert not CONNECTION.can_refresh(replace(account, credentials={"access_token": "x"}))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(400, "ExpiredToken", "Token has been revoked"), Refused),
        (Reply(200, {**SESSION, "did": OTHER}), Refused),
        (error(500, "InternalServerError"), Unknown),
        (Reply(200, raw=b""), Unknown),
        (error(429, "RateLimitExceeded"), Later),
    ],
)
def test_a_renewal_that_may_have_used_up_the_key_is_unknown(answer: Reply, kind: type, loopback: Loopback) -> None:
    loopback.answer = lambda request: answer
    assert isinstance(CONNECTION.refresh(signed_in(loopback.url), App(loopback.url), Client(), worlds.NOW), kind)


def test_ending_a_session_twice_is_ending_it(loopback: Loopback) -> None:
    for answer in (Reply(200), error(400, "ExpiredToken"), error(400, "InvalidToken")):
        loopback.answer = lambda request, answer=answer: answer  # type: ignore[misc]
        assert CONNECTION.revoke(signed_in(loopback.url), App(loopback.url), Client(), worlds.NOW) == Done()
    loopback.answer = lambda request: error(500, "InternalServerError")
    assert isinstance(CONNECTION.revoke(signed_in(loopback.url), App(loopback.url), Client(), worlds.NOW), Later)


def test_a_key_tells_its_own_end_or_nothing() -> None:
    standing = CONNECTION.standing(signed_in("http://x"), App("http://x"), Client(), worlds.NOW)
    assert standing == Standing(None, END, RENEWAL_END)
    for odd in ("sandbox-bluesky-token", "a.b.c", jwt(), jwt(exp="x"), jwt(exp=10**30), ""):
        account = Account("bluesky", "http://x", DID, credentials={"access_token": odd})
        assert CONNECTION.standing(account, App("http://x"), Client(), worlds.NOW) == Standing()
