"""Letting an app in: codes, keys, keys that renew, and what became of them. Shared by the platforms that use OAuth 2.

Every platform knows one app, so that practice needs nothing to be set up: its id and secret stand in README.md.
Of a family (all that came from one consent) a renewing key works once; used again, the whole family is ended, as
RFC 9700 §4.14 tells servers to do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from urllib.parse import unquote, urlencode, urlsplit

from sandbox.platform import Call
from sandbox.store import Store

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CODE_LIFE = 60.0  # seconds


@dataclass(frozen=True)
class Key:
    """A code or a key. `ends` and `used` are Unix seconds; `accounts` are ids of accounts that it opens."""

    platform: str
    kind: str
    value: str
    family: str
    accounts: tuple[str, ...]
    scopes: tuple[str, ...]
    challenge: str
    redirect_uri: str
    ends: float
    used: float | None
    revoked: bool

    @property
    def alive(self) -> bool:
        return not self.revoked and self.used is None and self.ends > time.time()


def app_of(platform: str) -> tuple[str, str]:
    """Id and secret of the app that the platform knows."""
    return f"sandbox-{platform}-app", f"sandbox-{platform}-secret"


def is_app(platform: str, id: str, secret: str) -> bool:
    wanted = app_of(platform)
    return hmac.compare_digest(id.encode(), wanted[0].encode()) and hmac.compare_digest(
        secret.encode(), wanted[1].encode()
    )


def basic(call: Call) -> tuple[str, str]:
    """Id and secret from the Authorization header (RFC 6749 §2.3.1: each percent-encoded), else empty."""
    kind, _, packed = call.request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        id, _, secret = base64.b64decode(packed, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote(id), unquote(secret)


def may_return_to(address: str) -> bool:
    """Whether the person may be sent back there: only to this machine, so that nobody is led astray."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and (parts.hostname or "") in LOOPBACK and not parts.fragment


def back_to(address: str, **query: str) -> str:
    """The address of return with its query."""
    sign = "&" if urlsplit(address).query else "?"
    return f"{address}{sign}{urlencode({k: v for k, v in query.items() if v})}"


def give(
    store: Store,
    platform: str,
    kind: str,
    accounts: tuple[str, ...],
    scopes: tuple[str, ...],
    life: float,
    *,
    family: str = "",
    challenge: str = "",
    redirect_uri: str = "",
) -> Key:
    """A new code (`code`), key (`access`) or renewing key (`refresh`)."""
    key = Key(
        platform, kind, f"sandbox-{platform}-{kind}-{secrets.token_urlsafe(24)}", family or secrets.token_hex(8),
        accounts, scopes, challenge, redirect_uri, time.time() + life, None, False,
    )  # fmt: skip
    store.run(
        "insert into keys values (?,?,?,?,?,?,?,?,?,null,0)", key.platform, key.kind, key.value, key.family,
        json.dumps(accounts), json.dumps(scopes), challenge, redirect_uri, key.ends,
    )  # fmt: skip
    return key


def find(store: Store, platform: str, value: str) -> Key | None:
    row = store.row("select * from keys where platform=? and value=?", platform, value)
    if row is None:
        return None
    return Key(
        row["platform"], row["kind"], row["value"], row["family"], tuple(json.loads(row["accounts"])),
        tuple(json.loads(row["scopes"])), row["challenge"], row["redirect_uri"], row["ends"], row["used"],
        bool(row["revoked"]),
    )  # fmt: skip


def use(store: Store, platform: str, kind: str, value: str) -> Key | None:
    """Use up a code or a renewing key. One that was used before ends its whole family (None, as for a dead one)."""
    key = find(store, platform, value)
    if key is None or key.kind != kind:
        return None
    if key.used is not None:
        end_family(store, key)
        return None
    if not key.alive:
        return None
    store.run("update keys set used=? where platform=? and value=?", time.time(), platform, value)
    return key


def end_family(store: Store, key: Key) -> None:
    store.run("update keys set revoked=1 where platform=? and family=?", key.platform, key.family)


def end(store: Store, key: Key) -> None:
    store.run("update keys set revoked=1 where platform=? and value=?", key.platform, key.value)


def fits(key: Key, verifier: str) -> bool:
    """RFC 7636 §4.6, S256."""
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(made.encode(), key.challenge.encode())
