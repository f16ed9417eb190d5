"""X (API v2), as published in its OpenAPI document, version 2.167."""

from __future__ import annotations

from typing import Any

from sandbox import consent
from sandbox.accounts import Account
from sandbox.platform import Operation, Page, Platform, always
from sandbox.store import Store
from sandbox.x import access, media, oauth, posts, problems, public, users
from sandbox.x.ids import snowflake

READ, WRITE = ("tweet.read", "users.read"), ("tweet.write", "tweet.read", "users.read")
MEDIA = ("media.write",)
SCOPES = (*WRITE, *MEDIA, "offline.access")


def new_account(store: Store, body: dict[str, Any]) -> Account:
    """From the admin's JSON; `text_limit` (280) for a Premium account."""
    id = str(body.get("id") or snowflake(store.next_ms()))
    data: dict[str, Any] = {k: body[k] for k in ("about", "text_limit") if k in body}
    return Account(
        "x",
        id,
        body.get("handle") or f"konto{id[-6:]}",
        body["name"],
        body["token"],
        body.get("secret"),
        list(body.get("scopes", SCOPES)),
        data,
    )


PLATFORM = Platform(
    name="x",
    title="X",
    api=r"/(2/|i/oauth2/)",
    operations=(
        Operation("authorize", "GET", "/i/oauth2/authorize", consent.page(oauth.CONSENT), open=True),
        Operation("consent", "POST", "/i/oauth2/authorize", consent.decision(oauth.CONSENT), open=True),
        Operation("token", "POST", "/2/oauth2/token", oauth.token, open=True),
        Operation("revoke", "POST", "/2/oauth2/revoke", oauth.revoke, open=True),
        Operation("createPosts", "POST", "/2/tweets", posts.create, creates_post=always, scopes=WRITE),
        Operation("getPostsByIds", "GET", "/2/tweets", posts.get_several, scopes=READ),
        Operation("getPostsById", "GET", "/2/tweets/<id>", posts.get, scopes=READ),
        Operation("deletePosts", "DELETE", "/2/tweets/<id>", posts.delete, scopes=WRITE),
        Operation("initializeMediaUpload", "POST", "/2/media/upload/initialize", media.initialize, scopes=MEDIA),
        Operation("appendMediaUpload", "POST", "/2/media/upload/<id>/append", media.append, scopes=MEDIA),
        Operation("finalizeMediaUpload", "POST", "/2/media/upload/<id>/finalize", media.finalize, scopes=MEDIA),
        Operation("mediaUpload", "POST", "/2/media/upload", media.upload, scopes=MEDIA),
        Operation("getMediaUploadStatus", "GET", "/2/media/upload", media.status, scopes=MEDIA),
        Operation("createMediaMetadata", "POST", "/2/media/metadata", media.describe, scopes=MEDIA),
        Operation("getUsersMe", "GET", "/2/users/me", users.me, scopes=READ),
        Operation("getUsersById", "GET", "/2/users/<id>", users.by_id, scopes=READ),
        Operation("getUsersByUsername", "GET", "/2/users/by/username/<username>", users.by_username, scopes=READ),
        Operation("getUsersPosts", "GET", "/2/users/<id>/tweets", posts.timeline, scopes=READ),
    ),
    accounts=(
        Account(
            "x",
            "1700000000000000001",
            "lottstift",
            "Lotteri- og stiftelsestilsynet",
            "sandbox-x-token",
            scopes=list(SCOPES),
            seed=True,
            data={"about": "Vi fører tilsyn med lotteri, pengespill og stiftelser."},
        ),
    ),
    settings={
        "list_lag_s": 2.0,
        "processing_s": 0.6,
        "media_expires_s": 86400,
        "duplicate_window_s": 86400,
        "duplicate_after_delete_s": 3600,
        "limits": {},
        "token_s": 7200,
    },
    scopes=SCOPES,
    admit=access.admit,
    finish=access.finish,
    error=problems.error,
    unknown=problems.unknown,
    duplicate=problems.duplicate,
    public=public.public,
    new_account=new_account,
    rich=public.rich,
    pages=(
        Page(r"/(?P<handle>\w+)/status/(?P<id>\d+)(/photo/\d)?", "post", "{id}"),
        Page(r"/i/web/status/(?P<id>\d+)", "post", "{id}"),
        Page(r"/(?P<handle>\w+)", "profile", "{handle}"),
    ),
    tint="#0f1419",
)
