"""Sessions: an app password is traded for a short key and a renewal key, and the renewal key changes at each use.

Sources: the lexicons of com.atproto.server (createSession, refreshSession, getSession, deleteSession); the XRPC
specification.
A renewal key that was used is still taken for a while, and then gives the same successor: so an answer that was lost
on the way can be asked for again. After that it is dead (measured on the reference server).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from werkzeug.wrappers import Response

from sandbox import accounts
from sandbox.accounts import Account
from sandbox.bluesky import errors
from sandbox.bluesky.body import checked_body
from sandbox.platform import Call, answer
from sandbox.store import Store

KEY = b"the pretend server's own key, which opens nothing"
ACCESS, RENEWAL = "com.atproto.appPass", "com.atproto.refresh"
RENEWAL_LIFE = 90 * 86_400


def create(call: Call) -> Response:
    """POST com.atproto.server.createSession."""
    body = checked_body(call)
    name = body["identifier"].lower()
    found = accounts.by_handle(call.store, "bluesky", name) or accounts.by_id(call.store, "bluesky", name)
    right = found is not None and found.secret is not None and _same(found.secret, body["password"])
    if not found or not right:
        raise errors.refusal(401, None, "Invalid identifier or password")
    return answer(_session(call, found, _remember(call.store, found)))


def refresh(call: Call) -> Response:
    """POST com.atproto.server.refreshSession, with the renewal key."""
    account, used = call.account, call.args["jti"]
    sessions = account.data.get("sessions", {})
    known = sessions.get(used)
    dead = known is None or (known["next"] and known["used"] + call.setting("refresh_grace_s") < time.time())
    if dead:
        raise errors.refusal(400, "ExpiredToken", "Token has been revoked")
    if not known["next"]:
        known["next"] = _remember(call.store, account)
        known["used"] = time.time()
        accounts.save(call.store, account)
    return answer(_session(call, account, known["next"]))


def delete(call: Call) -> Response:
    """POST com.atproto.server.deleteSession, with the renewal key: it and what came of it are worth nothing."""
    sessions = call.account.data.get("sessions", {})
    jti = call.args["jti"]
    while jti:
        jti = sessions.pop(jti, {}).get("next", "")
    accounts.save(call.store, call.account)
    return answer(None)


def get(call: Call) -> Response:
    """GET com.atproto.server.getSession."""
    return answer({"handle": call.account.handle, "did": call.account.id, **_state(call.account)})


def _state(account: Account) -> dict[str, Any]:
    status = account.data.get("status")
    return {"active": False, "status": status} if status else {"active": True}


def _remember(store: Store, account: Account) -> str:
    jti = secrets.token_urlsafe(32)
    now = time.time()
    kept = {k: v for k, v in account.data.get("sessions", {}).items() if v["until"] > now}
    kept[jti] = {"next": "", "used": 0, "until": now + RENEWAL_LIFE}
    account.data["sessions"] = kept
    accounts.save(store, account)
    return jti


def _session(call: Call, account: Account, jti: str) -> dict[str, Any]:
    now = int(time.time())
    until = int(account.data["sessions"][jti]["until"])
    access = {"scope": ACCESS, "sub": account.id, "iat": now, "exp": now + int(call.setting("access_s"))}
    renewal = {"scope": RENEWAL, "sub": account.id, "jti": jti, "iat": now, "exp": until}
    return {
        "accessJwt": _signed(access, "at+jwt"),
        "refreshJwt": _signed(renewal, "refresh+jwt"),
        "handle": account.handle,
        "did": account.id,
        **_state(account),
    }


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _signed(claims: dict[str, Any], kind: str) -> str:
    head = _part({"typ": kind, "alg": "HS256"}) + "." + _part(claims)
    return f"{head}.{_text(hmac.new(KEY, head.encode(), hashlib.sha256).digest())}"


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def claims(token: str, scope: str) -> dict[str, Any]:
    """What a key of ours says. Raises Refusal: 400 InvalidToken or ExpiredToken, as the reference server does."""
    head, _, signature = token.rpartition(".")
    expected = _text(hmac.new(KEY, head.encode(), hashlib.sha256).digest())
    if not head or not _same(signature, expected):
        raise errors.refusal(400, "InvalidToken", "Token could not be verified")
    part = head.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if found["scope"] != scope:
        raise errors.refusal(400, "InvalidToken", "Token could not be verified")
    if found["exp"] < time.time():
        raise errors.refusal(400, "ExpiredToken", "Token has expired")
    return found
