"""LinkedIn organisation (versioned REST), from the published pages; no official machine-readable contract exists."""

from __future__ import annotations

from typing import Any

from sandbox import consent
from sandbox.accounts import Account
from sandbox.linkedin import access, errors, oauth, organizations, posts, public, uploads
from sandbox.platform import Operation, Page, Platform, always
from sandbox.store import Store

READ, WRITE, ADMIN = ("r_organization_social",), ("w_organization_social",), ("rw_organization_admin",)
SCOPES = (*READ, *WRITE, "r_organization_social_feed", "w_organization_social_feed", *ADMIN)


def new_account(store: Store, body: dict[str, Any]) -> Account:
    """From the admin's JSON; `token` may be absent for one that is only mentioned. `id` or urn."""
    id = str(body.get("id") or store.next_ms()).rsplit(":", 1)[-1]
    kept = ("about", "expires_at")
    return Account(
        "linkedin",
        id,
        body.get("handle") or f"organisasjon-{id}",
        body["name"],
        body.get("token"),
        body.get("secret"),
        list(body.get("scopes", SCOPES)),
        {k: body[k] for k in kept if k in body},
    )


PLATFORM = Platform(
    name="linkedin",
    title="LinkedIn",
    api=r"/(rest|oauth|dms-uploads)(/|$)",
    operations=(
        Operation("createPost", "POST", "/rest/posts", posts.create, creates_post=always, scopes=WRITE),
        Operation("findPostsByAuthor", "GET", "/rest/posts", posts.find, scopes=READ),
        Operation("getPost", "GET", "/rest/posts/<urn>", posts.get, scopes=READ),
        Operation("updatePost", "POST", "/rest/posts/<urn>", posts.update, scopes=WRITE),
        Operation("deletePost", "DELETE", "/rest/posts/<urn>", posts.delete, scopes=WRITE),
        Operation("initImage", "POST", "/rest/images", uploads.initialize_image, scopes=WRITE),
        Operation("getImage", "GET", "/rest/images/<urn>", uploads.get, scopes=READ),
        Operation("initDocument", "POST", "/rest/documents", uploads.initialize_document, scopes=WRITE),
        Operation("getDocument", "GET", "/rest/documents/<urn>", uploads.get, scopes=READ),
        Operation("uploadBytes", "PUT", "/dms-uploads/<name>/<secret>", uploads.put),
        Operation("getOrganization", "GET", "/rest/organizations/<id>", organizations.get),
        Operation("findOrganization", "GET", "/rest/organizations", organizations.find),
        Operation("findAcls", "GET", "/rest/organizationAcls", organizations.acls, scopes=ADMIN),
        Operation("getFollowerCount", "GET", "/rest/networkSizes/<urn>", organizations.followers, scopes=ADMIN),
        Operation("authorize", "GET", "/oauth/v2/authorization", consent.page(oauth.CONSENT), open=True),
        Operation("consent", "POST", "/oauth/v2/authorization", consent.decision(oauth.CONSENT), open=True),
        Operation("token", "POST", "/oauth/v2/accessToken", oauth.token, open=True),
        Operation("introspect", "POST", "/oauth/v2/introspectToken", oauth.introspect, open=True),
    ),
    accounts=(
        Account(
            "linkedin",
            "1000001",
            "lottstift",
            "Lotteri- og stiftelsestilsynet",
            "sandbox-linkedin-token",
            scopes=list(SCOPES),
            seed=True,
            data={"about": "Offentlig forvaltning · Førde"},
        ),
        Account(
            "linkedin",
            "1000002",
            "stiftelsesforeningen",
            "Stiftelsesforeningen",
            seed=True,
            data={"about": "Interesseorganisasjon"},
        ),
    ),
    # A version lives about a year: those from December 2025 to November 2026.
    settings={
        "list_lag_s": 2.0,
        "processing_s": 0.6,
        "upload_expires_s": 86400,
        "duplicate_window_s": 86400,
        "ghost_s": 129600,
        "calls_per_day": 100000,
        "token_s": 5184000,
        "refresh_tokens": False,
        "oldest_version": "202512",
        "newest_version": "202611",
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
        Page(r"/feed/update/(?P<urn>urn:li:\w+:\d+)/?", "post", "{urn}"),  # LinkedIn itself writes the slash
        Page(r"/company/(?P<handle>[\w-]+)", "profile", "{handle}"),
    ),
    tint="#0b5c8f",
)
