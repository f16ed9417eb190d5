"""Facebook Page (Graph API), from the published specifications of April 2026 and the reference pages."""

from __future__ import annotations

from typing import Any

from sandbox import consent
from sandbox.accounts import Account
from sandbox.facebook import access, errors, login, objects, photos, posts, public
from sandbox.platform import Operation, Page, Platform, always
from sandbox.store import Store

READ, WRITE = ("pages_read_engagement",), ("pages_manage_posts",)
SCOPES = (
    "pages_manage_posts",
    "pages_read_engagement",
    "pages_manage_engagement",
    "pages_read_user_content",
    "pages_show_list",
)
V = "/<version:version>"


def new_account(store: Store, body: dict[str, Any]) -> Account:
    """From the admin's JSON; `require_appsecret_proof`, `expires_at` and `data_access_expires_at` may be given."""
    id = str(body.get("id") or store.next_ms())
    kept = ("about", "require_appsecret_proof", "expires_at", "data_access_expires_at")
    return Account(
        "facebook",
        id,
        body.get("handle") or f"side{id[-6:]}",
        body["name"],
        body["token"],
        body.get("secret"),
        list(body.get("scopes", SCOPES)),
        {k: body[k] for k in kept if k in body},
    )


PLATFORM = Platform(
    name="facebook",
    title="Facebook",
    api=r"/v\d+\.\d+(/|$)",
    converters={"version": access.Version},
    operations=(
        Operation("authorize", "GET", f"{V}/dialog/oauth", consent.page(login.CONSENT), open=True),
        Operation("consent", "POST", f"{V}/dialog/oauth", consent.decision(login.CONSENT), open=True),
        Operation("token", "GET", f"{V}/oauth/access_token", login.token, open=True),
        Operation("getAccounts", "GET", f"{V}/me/accounts", login.pages, open=True),
        Operation("deletePermissions", "DELETE", f"{V}/<node>/permissions", login.take_back, open=True),
        Operation("debugToken", "GET", f"{V}/debug_token", login.debug, open=True),
        Operation("createPagePost", "POST", f"{V}/<node>/feed", posts.create, creates_post=always, scopes=WRITE),
        Operation(
            "createPhoto", "POST", f"{V}/<node>/photos", photos.create, creates_post=photos.is_published, scopes=WRITE
        ),
        Operation("getPageFeed", "GET", f"{V}/<node>/feed", posts.feed, scopes=READ),
        Operation("getPagePosts", "GET", f"{V}/<node>/posts", posts.feed, scopes=READ),
        Operation("getPublishedPosts", "GET", f"{V}/<node>/published_posts", posts.feed, scopes=READ),
        Operation("getScheduledPosts", "GET", f"{V}/<node>/scheduled_posts", posts.scheduled, scopes=READ),
        Operation("getPagePhotos", "GET", f"{V}/<node>/photos", photos.of_page, scopes=READ),
        Operation("getAttachments", "GET", f"{V}/<node>/attachments", objects.attachments, scopes=READ),
        Operation("getObject", "GET", f"{V}/<node>", objects.get, scopes=READ),
        Operation("updatePost", "POST", f"{V}/<node>", objects.update, scopes=WRITE),
        Operation("deleteObject", "DELETE", f"{V}/<node>", objects.delete, scopes=WRITE),
    ),
    accounts=(
        Account(
            "facebook",
            "100000000000001",
            "lotteritilsynet",
            "Lotteritilsynet",
            "sandbox-facebook-token",
            "sandbox-facebook-secret",
            list(SCOPES),
            seed=True,
            data={"about": "Lotteritilsynet fører tilsyn med lotteri og pengespill i Norge."},
        ),
    ),
    settings={
        "list_lag_s": 2.0,
        "processing_s": 0.0,
        "media_expires_s": 86400,
        "duplicate_window_s": 86400,
        "calls_per_hour": 4800,
        "user_token_s": 5184000,
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
        Page(r"/(?P<page>\w+)/posts/(?P<own>\d+)", "post", "{page}_{own}"),
        Page(r"/(?P<post>\d+_\d+)", "post", "{post}"),
        Page(r"/(?P<page>[\w.]+)", "profile", "{page}"),
    ),
    tint="#1666d6",
)
