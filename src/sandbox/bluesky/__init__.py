"""Bluesky: a personal data server (AT Protocol), from the published lexicons, and the public's view of its posts."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from sandbox.accounts import Account
from sandbox.bluesky import access, blobs, errors, limits, people, public, repo, sessions
from sandbox.bluesky.access import ANYONE, KEY, RENEWAL
from sandbox.platform import Operation, Page, Platform, always
from sandbox.store import Store

DID = r"did:[a-z]+:[A-Za-z0-9._:%-]+"


def new_account(store: Store, body: dict[str, Any]) -> Account:
    """From the admin's JSON; `secret` is the app password. `status` (deactivated, takendown) closes the account."""
    handle = body.get("handle") or f"konto{store.next_ms() % 100000}.test"
    digest = base64.b32encode(hashlib.sha256(handle.encode()).digest()).decode().lower()
    return Account(
        "bluesky",
        body.get("id") or f"did:plc:{digest[:24]}",
        handle,
        body["name"],
        body["token"],
        body.get("secret"),
        list(body.get("scopes", KEY)),
        {k: body[k] for k in ("about", "status") if k in body},
    )


def _operation(method: str, nsid: str, handler: Any, scopes: tuple[str, ...], **more: Any) -> Operation:
    return Operation(nsid, method, f"/xrpc/{nsid}", handler, scopes=scopes, **more)


PLATFORM = Platform(
    name="bluesky",
    title="Bluesky",
    api=r"/xrpc/",
    operations=(
        _operation("POST", "com.atproto.server.createSession", sessions.create, ANYONE),
        _operation("POST", "com.atproto.server.refreshSession", sessions.refresh, RENEWAL),
        _operation("POST", "com.atproto.server.deleteSession", sessions.delete, RENEWAL),
        _operation("GET", "com.atproto.server.getSession", sessions.get, KEY),
        _operation("POST", "com.atproto.repo.uploadBlob", blobs.upload, KEY),
        _operation("POST", "com.atproto.repo.putRecord", repo.put, KEY, creates_post=always),
        _operation("POST", "com.atproto.repo.createRecord", repo.create, KEY, creates_post=always),
        _operation("POST", "com.atproto.repo.deleteRecord", repo.delete, KEY),
        _operation("GET", "com.atproto.repo.getRecord", repo.get, ANYONE),
        _operation("GET", "com.atproto.repo.listRecords", repo.listed, ANYONE),
        _operation("GET", "com.atproto.identity.resolveHandle", people.resolve, ANYONE),
        _operation("GET", "app.bsky.actor.getProfile", people.profile, KEY),
    ),
    accounts=(
        Account(
            "bluesky",
            "did:plc:lottstiftsandbox22222222",
            "lottstift.test",
            "Lotteri- og stiftelsestilsynet",
            "sandbox-bluesky-token",
            "sand-kass-eneb-lues",
            scopes=list(KEY),
            seed=True,
            data={"about": "Vi fører tilsyn med lotteri, pengespill og stiftelser."},
        ),
    ),
    settings={
        "list_lag_s": 0.0,  # an account's own server has its own list at hand
        "access_s": 7200,
        "refresh_grace_s": 7200,
        "blob_expires_s": 21_600,
        "limits": {},
    },
    scopes=KEY,
    admit=access.admit,
    finish=limits.finish,
    error=errors.error,
    unknown=errors.unknown,
    duplicate=errors.duplicate,
    public=public.public,
    new_account=new_account,
    rich=public.rich,
    pages=(
        Page(rf"/profile/(?P<did>{DID})/post/(?P<rkey>[a-z2-7]{{13}})", "post", "at://{did}/app.bsky.feed.post/{rkey}"),
        Page(r"/profile/(?P<actor>[A-Za-z0-9._:-]+)", "profile", "{actor}"),
    ),
    tint="#0072ad",
)
