"""Letting an app in on X: OAuth 2 with PKCE, keys of two hours, renewing keys that rotate."""

from __future__ import annotations

from werkzeug.wrappers import Response

from sandbox import oauth
from sandbox.consent import Consent
from sandbox.platform import Call, Refusal, answer

CONSENT = Consent(
    words={
        "tweet.read": "Lese innlegg",
        "tweet.write": "Legge ut og slette innlegg",
        "users.read": "Se hvilken konto det er",
        "media.write": "Laste opp bilder",
        "offline.access": "Beholde tilgangen til du tar den tilbake",
    },
    said_no={"error": "access_denied"},
    needs_challenge=True,
)
INVALID = "Value passed for the {} was invalid."
REFRESH_LIFE = 180 * 86400.0  # seconds


def _refusal(status: int, error: str, words: str) -> Refusal:
    return Refusal(answer({"error": error, "error_description": words}, status))


def _app(call: Call) -> None:
    if not oauth.is_app("x", *oauth.basic(call)):
        raise _refusal(401, "unauthorized_client", "Missing valid authorization header")


def token(call: Call) -> Response:
    """POST /2/oauth2/token: a code or a renewing key becomes keys."""
    _app(call)
    form = call.request.form
    if form.get("grant_type") == "authorization_code":
        key = oauth.use(call.store, "x", "code", form.get("code", ""))
        if key is None or key.redirect_uri != form.get("redirect_uri"):
            return answer({"error": "invalid_request", "error_description": INVALID.format("authorization code")}, 400)
        if not oauth.fits(key, form.get("code_verifier", "")):
            return answer({"error": "invalid_request", "error_description": INVALID.format("code verifier")}, 400)
    elif form.get("grant_type") == "refresh_token":
        key = oauth.use(call.store, "x", "refresh", form.get("refresh_token", ""))
        if key is None:
            return answer({"error": "invalid_request", "error_description": INVALID.format("token")}, 400)
    else:
        return answer({"error": "unsupported_grant_type", "error_description": INVALID.format("grant type")}, 400)
    return answer(_keys(call, key))


def _keys(call: Call, given: oauth.Key) -> dict[str, object]:
    life = float(call.setting("token_s"))
    access = oauth.give(call.store, "x", "access", given.accounts, given.scopes, life, family=given.family)
    body: dict[str, object] = {
        "token_type": "bearer",
        "expires_in": int(life),
        "access_token": access.value,
        "scope": " ".join(given.scopes),
    }
    if "offline.access" in given.scopes:
        again = oauth.give(call.store, "x", "refresh", given.accounts, given.scopes, REFRESH_LIFE, family=given.family)
        body["refresh_token"] = again.value
    return body


def revoke(call: Call) -> Response:
    """POST /2/oauth2/revoke."""
    _app(call)
    key = oauth.find(call.store, "x", call.request.form.get("token", ""))
    if key is None or key.kind == "code":
        return answer({"error": "invalid_request", "error_description": INVALID.format("token")}, 400)
    oauth.end(call.store, key)
    return answer({"revoked": True})
