"""A Mastodon server, as published in the OpenAPI document of 4.7 and on docs.joinmastodon.org."""

from __future__ import annotations

from typing import Any

from sandbox import consent
from sandbox.accounts import Account
from sandbox.mastodon import access, errors, instance, media, oauth, posts, present, public
from sandbox.mastodon.ids import snowflake
from sandbox.platform import Call, Operation, Page, Platform
from sandbox.store import Store

SCOPES = (
    "profile", "read", "write", "read:accounts", "read:statuses", "write:media", "write:statuses",
)  # fmt: skip
# What the key of the documented account opens; the wide ones are asked for by name only.
GIVEN = ("read:accounts", "read:statuses", "write:media", "write:statuses")
READ, WRITE, MEDIA = ("read:statuses",), ("write:statuses",), ("write:media",)


def new_account(store: Store, body: dict[str, Any]) -> Account:
    """From the admin's JSON."""
    id = str(body.get("id") or snowflake(store.next_ms()))
    data: dict[str, Any] = {k: body[k] for k in ("about",) if k in body}
    scopes = list(body.get("scopes", GIVEN))
    return Account(
        "mastodon", id, body.get("handle") or f"konto{id[-6:]}", body["name"], body["token"], None, scopes, data
    )


def creates(call: Call) -> bool:
    """A repeat under a known key makes nothing new."""
    return posts.earlier(call) is None


PLATFORM = Platform(
    name="mastodon",
    title="Mastodon",
    api=r"/(api|oauth)/",
    operations=(
        Operation("getOauthAuthorize", "GET", "/oauth/authorize", consent.page(oauth.CONSENT), open=True),
        Operation("consent", "POST", "/oauth/authorize", consent.decision(oauth.CONSENT), open=True),
        Operation("createApp", "POST", "/api/v1/apps", oauth.register, open=True),
        Operation("postOauthToken", "POST", "/oauth/token", oauth.token, open=True),
        Operation("postOauthRevoke", "POST", "/oauth/revoke", oauth.revoke, open=True),
        Operation("getInstanceV2", "GET", "/api/v2/instance", instance.show, open=True),
        Operation(
            "getAccountsVerifyCredentials",
            "GET",
            "/api/v1/accounts/verify_credentials",
            present.me,
            scopes=("read:accounts|profile",),
        ),
        Operation("getAccountStatuses", "GET", "/api/v1/accounts/<id>/statuses", posts.of_account, scopes=READ),
        Operation("createMediaV2", "POST", "/api/v2/media", media.create, scopes=MEDIA),
        Operation("getMedia", "GET", "/api/v1/media/<id>", media.show, scopes=MEDIA),
        Operation("updateMedia", "PUT", "/api/v1/media/<id>", media.update, scopes=MEDIA),
        Operation("createStatus", "POST", "/api/v1/statuses", posts.create, creates_post=creates, scopes=WRITE),
        Operation("getStatus", "GET", "/api/v1/statuses/<id>", posts.get, scopes=READ),
        Operation("getStatusSource", "GET", "/api/v1/statuses/<id>/source", posts.source, scopes=READ),
        Operation("getStatusContext", "GET", "/api/v1/statuses/<id>/context", posts.context, scopes=READ),
        Operation("updateStatus", "PUT", "/api/v1/statuses/<id>", posts.edit, scopes=WRITE),
        Operation("deleteStatus", "DELETE", "/api/v1/statuses/<id>", posts.delete, scopes=WRITE),
    ),
    accounts=(
        Account(
            "mastodon",
            "109300000000000001",
            "lottstift",
            "Lotteri- og stiftelsestilsynet",
            "sandbox-mastodon-token",
            scopes=list(GIVEN),
            seed=True,
            data={"about": "Vi fører tilsyn med lotteri, pengespill og stiftelser."},
        ),
    ),
    settings={
        "list_lag_s": 0.5,
        "processing_s": 0.6,
        "media_expires_s": 86400,
        "idempotency_s": 3600,
        "max_characters": 500,
        "characters_reserved_per_url": 23,
        "max_media_attachments": 4,
        "image_size_limit": 16777216,
        "image_matrix_limit": 33177600,
        "description_limit": 1500,
        "limits": {},
    },
    scopes=SCOPES,
    admit=access.admit,
    finish=access.finish,
    error=errors.error,
    unknown=errors.unknown,
    duplicate=errors.duplicate,
    public=public.public,
    new_account=new_account,
    rich=public.rich,
    pages=(
        Page(r"/@(?P<handle>\w+)/(?P<id>\d+)", "post", "{id}"),
        Page(r"/@(?P<handle>\w+)", "profile", "{handle}"),
    ),
    tint="#563acc",
)
