"""Letting an app in: every app registers itself, then OAuth 2, with PKCE for those that use it."""

from __future__ import annotations

import time

from werkzeug.wrappers import Response

from sandbox import oauth
from sandbox.consent import Consent
from sandbox.mastodon import body, errors
from sandbox.platform import Call, answer

FOREVER = 20 * 365 * 86400.0  # seconds: keys do not run out
CONSENT = Consent(
    words={
        "read:accounts": "Se hvilken konto det er",
        "read:statuses": "Lese innlegg",
        "write:statuses": "Legge ut, endre og slette innlegg",
        "write:media": "Laste opp bilder",
        "profile": "Se hvilken konto det er",
        "read": "Lese alt på kontoen",
        "write": "Endre alt på kontoen",
    },
    said_no={
        "error": "access_denied",
        "error_description": "The resource owner or authorization server denied the request.",
    },
)
GRANT = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the "
    "authorization request, or was issued to another client."
)
CLIENT = (
    "Client authentication failed due to unknown client, no client authentication included, or unsupported "
    "authentication method."
)


def register(call: Call) -> Response:
    """POST /api/v1/apps. Whoever registers gets the one app that the sandbox knows."""
    said = body.read(call)
    told = said.get("redirect_uris")
    addresses = told if isinstance(told, list) else str(told or "").split()
    if not body.text(said, "client_name"):
        raise errors.invalid("Application name can't be blank")
    if not addresses or not all(oauth.may_return_to(str(address)) for address in addresses):
        raise errors.invalid("Redirect URI must be an absolute URI.")
    scopes = (body.text(said, "scopes") or "read").split()
    if not set(scopes) <= set(call.platform.scopes):
        raise errors.invalid("Scopes doesn't match configured on the server.")
    id, secret = oauth.app_of("mastodon")
    return answer(
        {
            "id": "1",
            "name": body.text(said, "client_name"),
            "website": body.text(said, "website") or None,
            "scopes": scopes,
            "redirect_uri": "\n".join(map(str, addresses)),
            "redirect_uris": addresses,
            "client_id": id,
            "client_secret": secret,
            "client_secret_expires_at": 0,
        }
    )


def token(call: Call) -> Response:
    """POST /oauth/token: a code becomes a key."""
    said = body.read(call)
    if not oauth.is_app("mastodon", body.text(said, "client_id"), body.text(said, "client_secret")):
        return answer({"error": "invalid_client", "error_description": CLIENT}, 401)
    if said.get("grant_type") != "authorization_code":
        return answer({"error": "unsupported_grant_type", "error_description": "The grant type is not supported."}, 400)
    key = oauth.use(call.store, "mastodon", "code", body.text(said, "code"))
    good = key is not None and key.redirect_uri == said.get("redirect_uri")
    if key is None or not good or (key.challenge and not oauth.fits(key, body.text(said, "code_verifier"))):
        return answer({"error": "invalid_grant", "error_description": GRANT}, 400)
    given = oauth.give(call.store, "mastodon", "access", key.accounts, key.scopes, FOREVER, family=key.family)
    return answer(
        {
            "access_token": given.value,
            "token_type": "Bearer",
            "scope": " ".join(given.scopes),
            "created_at": int(time.time()),
        }
    )


def revoke(call: Call) -> Response:
    """POST /oauth/revoke: the same answer however often it is asked."""
    said = body.read(call)
    value = body.text(said, "token")
    if not value or not oauth.is_app("mastodon", body.text(said, "client_id"), body.text(said, "client_secret")):
        words = "You are not authorized to revoke this token"
        return answer({"error": "unauthorized_client", "error_description": words}, 403)
    key = oauth.find(call.store, "mastodon", value)
    if key is not None:
        oauth.end(call.store, key)
    return answer({})
