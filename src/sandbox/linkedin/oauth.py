"""Letting an app in on LinkedIn: keys of sixty days; renewing keys only for apps that LinkedIn has approved for it."""

from __future__ import annotations

import time

from werkzeug.wrappers import Response

from sandbox import accounts, oauth
from sandbox.consent import Consent
from sandbox.platform import Call, answer

CONSENT = Consent(
    words={
        "rw_organization_admin": "Se hvilke organisasjoner du styrer",
        "w_organization_social": "Legge ut, endre og slette innlegg",
        "r_organization_social": "Lese organisasjonens innlegg",
        "w_organization_social_feed": "Svare på kommentarer",
        "r_organization_social_feed": "Lese kommentarer",
    },
    said_no={
        "error": "user_cancelled_authorize",
        "error_description": "The user cancelled the authorization",
    },
    chosen="Organisasjoner som du styrer",
)
REFRESH_LIFE = 365 * 86400.0  # seconds, from the first consent: renewing does not make it longer


def token(call: Call) -> Response:
    """POST /oauth/v2/accessToken."""
    form = call.request.form
    if not oauth.is_app("linkedin", form.get("client_id", ""), form.get("client_secret", "")):
        return _no("invalid_client", "Client authentication failed", 401)
    if form.get("grant_type") == "authorization_code":
        key = oauth.use(call.store, "linkedin", "code", form.get("code", ""))
        if key is None or key.redirect_uri != form.get("redirect_uri"):
            return _no(
                "invalid_request",
                "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. "
                "Or authorization code expired.",
            )
        _end_other_sets(call, key)
        return answer(_keys(call, key, time.time() + REFRESH_LIFE))
    if form.get("grant_type") == "refresh_token":
        old = oauth.find(call.store, "linkedin", form.get("refresh_token", ""))
        if old is None or old.kind != "refresh" or not old.alive:
            return _no(
                "invalid_grant", "The provided authorization grant or refresh token is invalid, expired or revoked"
            )
        return answer(_keys(call, old, old.ends, old.value))
    return _no("unsupported_grant_type", "The grant type is not supported")


def _no(error: str, words: str, status: int = 400) -> Response:
    return answer({"error": error, "error_description": words}, status)


def _end_other_sets(call: Call, key: oauth.Key) -> None:
    """Another set of scopes ends every earlier key of the same person and app."""
    for row in call.store.rows("select value from keys where platform='linkedin' and kind in ('access', 'refresh')"):
        earlier = oauth.find(call.store, "linkedin", row["value"])
        if earlier and earlier.accounts == key.accounts and set(earlier.scopes) != set(key.scopes):
            oauth.end(call.store, earlier)


def _keys(call: Call, given: oauth.Key, until: float, same: str = "") -> dict[str, object]:
    life = float(call.setting("token_s"))
    access = oauth.give(call.store, "linkedin", "access", given.accounts, given.scopes, life, family=given.family)
    body: dict[str, object] = {"access_token": access.value, "expires_in": int(life), "scope": ",".join(given.scopes)}
    if call.setting("refresh_tokens"):
        left = until - time.time()
        again = (
            same
            or oauth.give(
                call.store, "linkedin", "refresh", given.accounts, given.scopes, left, family=given.family
            ).value
        )
        body |= {"refresh_token": again, "refresh_token_expires_in": int(left)}
    return body


def introspect(call: Call) -> Response:
    """POST /oauth/v2/introspectToken: whether a key lives, until when, for what."""
    form = call.request.form
    key = oauth.find(call.store, "linkedin", form.get("token", ""))
    if key is not None:
        if not key.alive:
            return answer({"active": False, "status": "revoked" if key.revoked else "expired"})
        return answer(_told(call, int(key.ends), list(key.scopes)))
    found = accounts.by_token(call.store, "linkedin", form.get("token", ""))
    if not found:
        return answer({"active": False})
    return answer(_told(call, int(found[0].data.get("expires_at", 4102444800)), found[0].scopes))


def _told(call: Call, ends: int, scopes: list[str]) -> dict[str, object]:
    return {
        "active": True,
        "status": "active",
        "client_id": call.request.form.get("client_id", ""),
        "expires_at": ends,
        "scope": ",".join(scopes),
        "auth_type": "3L",
    }
