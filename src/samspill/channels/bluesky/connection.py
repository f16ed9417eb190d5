"""Signing in on Bluesky with a name and an app password, and keeping the session alive.

An app password opens posting, not the account's own settings. It is traded for a session once and is not kept:
sign-ins are limited to a hundred or so a day, so the session is renewed instead. Sources: the lexicons
com.atproto.server.createSession, refreshSession and deleteSession; atproto.com/specs/xrpc (authentication).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from samspill.channels import http as web
from samspill.channels.bluesky.calls import RESETS, described, error_of, refused
from samspill.channels.bluesky.prepare import DID
from samspill.channels.connect_contract import App, ConnectWay, Grant, GrantedAccount, Need, NotGranted, Standing
from samspill.channels.contract import Account, Done, Later, Reason, Refusal, Refused, Unknown

SERVER = "https://bsky.social"
# Lifetimes that count when a key does not tell: shorter than what the reference server gives (2 hours, 90 days).
SHORT, LONG = timedelta(hours=1), timedelta(days=30)
INVISIBLE = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # come along when a name is copied


class BlueskyConnection:
    """Satisfies ``connect_contract.SigningInConnection``. Credentials: ``access_token`` and ``refresh_token``."""

    way = ConnectWay.SIGN_IN
    scopes: Mapping[str, Need] = {}  # an app password opens what it opens
    refresh_before = timedelta(minutes=20)
    default_server = SERVER

    def sign_in(self, server: str, name: str, password: str, http: web.Client, now: datetime) -> Grant | NotGranted:
        """Trade name and app password for a session: one sign-in, never repeated by itself."""
        body = {"identifier": INVISIBLE.sub("", name).lstrip("@"), "password": password.strip()}
        answer = _send(http, server, "createSession", json=body)
        session = _session(answer)
        if session is None:
            return _why(answer, {"password": password.strip()}, now)
        if session.get("active") is False:
            return Refused(Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT, f"the account is {session.get('status')}")
        return _grant(session, now, (_account(http, server, session),))

    def can_refresh(self, account: Account) -> bool:
        return _usable(account.credentials.get("refresh_token"))

    def refresh(self, account: Account, app: App, http: web.Client, now: datetime) -> Grant | NotGranted:
        """One request. The old renewal key is used up by it, though the reference server is lenient for a while."""
        token = account.credentials.get("refresh_token", "")
        if not _usable(token):
            return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, "the renewal key is missing or holds impossible signs")
        answer = _send(http, account.base_url, "refreshSession", token)
        session = _session(answer)
        if session is None:
            return _why(answer, account.credentials, now, once=True)
        if account.external_id and session["did"] != account.external_id:
            return Refused(Reason.UNEXPECTED, Refusal.ACCOUNT, f"the key belongs to account {session['did']}")
        return _grant(session, now)

    def revoke(self, account: Account, app: App, http: web.Client, now: datetime) -> Done | NotGranted | None:
        """com.atproto.server.deleteSession. A session that has ended is as good as ended."""
        token = account.credentials.get("refresh_token", "")
        if not _usable(token):
            return None
        answer = _send(http, account.base_url, "deleteSession", token)
        if not isinstance(answer, web.Response):
            return answer
        if answer.ok or error_of(answer) in {"InvalidToken", "ExpiredToken"}:
            return Done()
        return _why(answer, account.credentials, now)

    def standing(self, account: Account, app: App, http: web.Client, now: datetime) -> Standing | NotGranted | None:
        """When the keys run out, as they say themselves; the server has no address that tells more."""
        access, renewal = account.credentials.get("access_token", ""), account.credentials.get("refresh_token", "")
        return Standing(None, expiry(access), expiry(renewal))


def _send(client: web.Client, server: str, verb: str, token: str = "", json: Any = None) -> web.Answer:
    headers = {"accept": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    return client.send("POST", web.address(server, "xrpc", f"com.atproto.server.{verb}"), headers=headers, json=json)


def _usable(token: object) -> bool:
    return isinstance(token, str) and web.usable_key(token)


def _session(answer: web.Answer) -> dict[str, Any] | None:
    """A session in a good answer: both keys, a name and a DID."""
    told = answer.object() if isinstance(answer, web.Response) and answer.ok else {}
    whole = _usable(told.get("accessJwt")) and _usable(told.get("refreshJwt"))
    return told if whole and DID.fullmatch(str(told.get("did"))) else None


def _grant(session: Mapping[str, Any], now: datetime, accounts: tuple[GrantedAccount, ...] = ()) -> Grant:
    access, renewal = session["accessJwt"], session["refreshJwt"]
    return Grant(
        {"access_token": access, "refresh_token": renewal},
        expires_at=expiry(access) or now + SHORT,
        refresh_expires_at=expiry(renewal) or now + LONG,
        accounts=accounts,
    )


def _account(client: web.Client, server: str, session: Mapping[str, Any]) -> GrantedAccount:
    """The account with the name that readers see, where the server knows it; else with its handle."""
    did, handle = session["did"], str(session.get("handle") or "")
    headers = {"authorization": f"Bearer {session['accessJwt']}", "accept": "application/json"}
    address = web.address(server, "xrpc", "app.bsky.actor.getProfile")
    answer = client.send("GET", address, headers=headers, params={"actor": did})
    shown = answer.object().get("displayName") if isinstance(answer, web.Response) and answer.ok else ""
    name = shown.strip() if isinstance(shown, str) else ""
    site = "https://bsky.app" if server.startswith("https://") else server.rstrip("/")
    return GrantedAccount(did, name or handle or did, handle, f"{site}/profile/{did}")


def _why(answer: web.Answer, secrets: Mapping[str, str], now: datetime, *, once: bool = False) -> NotGranted:
    """Why there is no session. ``once``: the request may have used up a renewal key."""
    if not isinstance(answer, web.Response):
        return answer
    name, detail, status = error_of(answer), described(answer, secrets), answer.status
    if status == 429:
        wait = web.seconds_to_wait(answer.headers, now, RESETS, default=300, cap=86_400)
        return Later(wait, Reason.RATE_LIMITED, detail, status, whole_channel=True)
    if name == "AuthFactorTokenRequired":  # the account's own password, with a code by e-mail: not an app password
        return Refused(Reason.CHECKPOINT, Refusal.ACCOUNT, detail, status)
    if status >= 500 or answer.ok or not name:
        if once or status < 500:
            return Unknown(Reason.SERVER_ERROR if status >= 500 else Reason.UNREADABLE_ANSWER, detail, status)
        return Later(web.seconds_to_wait(answer.headers, now), Reason.PLATFORM_DOWN, detail, status)
    meaning = refused(status, name, detail)
    if isinstance(meaning, Refused | Later | Unknown):
        return meaning
    return Unknown(Reason.UNEXPECTED, detail, status)


def expiry(token: str) -> datetime | None:
    """When a key ends, as it says itself (RFC 7519, ``exp``). Read, never trusted for anything but when to renew."""
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
