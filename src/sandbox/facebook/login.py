"""Letting an app in on Facebook: a code, a short and a long token of the person, and each Page's own token."""

from __future__ import annotations

import hashlib
import hmac
import time

from werkzeug.wrappers import Response

from sandbox import accounts, oauth
from sandbox.consent import Consent
from sandbox.facebook import errors
from sandbox.facebook.fields import parameter
from sandbox.platform import Call, answer

PERSON, APP_ID = "100000000000900", "900000000000001"
CONSENT = Consent(
    words={
        "pages_show_list": "Se hvilke sider du styrer",
        "pages_manage_posts": "Legge ut, endre og slette innlegg",
        "pages_read_engagement": "Lese sidens innlegg",
        "pages_manage_engagement": "Svare på kommentarer",
        "pages_read_user_content": "Lese kommentarer",
    },
    said_no={
        "error": "access_denied",
        "error_code": "200",
        "error_description": "Permissions error",
        "error_reason": "user_denied",
    },
    several=True,
    chosen="Sider som Samspill får bruke",
)
FOREVER = 100 * 365 * 86400.0  # seconds: a Page's token does not run out by time
SHORT = 3600.0


def app_token(token: str) -> bool:
    """`id|secret`: the app itself asks."""
    id, _, secret = token.partition("|")
    return oauth.is_app("facebook", id, secret)


def token(call: Call) -> Response:
    """GET /oauth/access_token: a code or a short token becomes a token of the person."""
    args = call.request.args
    if not oauth.is_app("facebook", args.get("client_id", ""), args.get("client_secret", "")):
        raise errors.refusal(call, 400, 1, "Error validating client secret.")
    if args.get("grant_type") == "fb_exchange_token":
        short = oauth.find(call.store, "facebook", args.get("fb_exchange_token", ""))
        if short is None or short.kind != "user" or not short.alive:
            raise errors.refusal(call, 400, 190)
        return _given(call, short, float(call.setting("user_token_s")))
    key = oauth.use(call.store, "facebook", "code", args.get("code", ""))
    if key is None:
        raise errors.refusal(call, 400, 100, "This authorization code has been used.", 36009)
    if key.redirect_uri != args.get("redirect_uri"):
        raise errors.refusal(
            call, 400, 100, "Error validating verification code. Please make sure your redirect_uri is identical", 36008
        )
    return _given(call, key, SHORT)


def _given(call: Call, given: oauth.Key, life: float) -> Response:
    made = oauth.give(call.store, "facebook", "user", given.accounts, given.scopes, life, family=given.family)
    return answer({"access_token": made.value, "token_type": "bearer", "expires_in": int(life)})


def person_of(call: Call) -> oauth.Key:
    """The token of the person who asks, or a refusal."""
    _, _, sent = call.request.headers.get("Authorization", "").partition(" ")
    key = oauth.find(call.store, "facebook", sent.strip() or str(parameter(call, "access_token", "")))
    if key is None or key.kind != "user" or not key.alive:
        raise errors.refusal(call, 401, 190)
    return key


def pages(call: Call) -> Response:
    """GET /me/accounts: the Pages that the person let the app use, each with its own token."""
    key = person_of(call)
    _check_proof(call, key.value)
    if "pages_show_list" not in key.scopes:
        return answer({"data": []})
    found = []
    for id in key.accounts:
        page = accounts.by_id(call.store, "facebook", id)
        if page is None:
            continue
        made = oauth.give(call.store, "facebook", "access", (id,), key.scopes, FOREVER, family=key.family)
        found.append(
            {
                "id": id,
                "name": page.name,
                "username": page.handle,
                "link": f"{call.base}/{page.handle}",
                "access_token": made.value,
                "tasks": ["ANALYZE", "ADVERTISE", "MODERATE", "CREATE_CONTENT", "MANAGE"],
            }
        )
    return answer({"data": found, "paging": {"cursors": {"before": "MAZDZD", "after": "MAZDZD"}}})


def _check_proof(call: Call, token: str) -> None:
    right = hmac.new(oauth.app_of("facebook")[1].encode(), token.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(str(parameter(call, "appsecret_proof", "")).encode(), right.encode()):
        raise errors.refusal(call, 400, 100, "Invalid appsecret_proof provided in the API argument", kind=errors.METHOD)


def take_back(call: Call) -> Response:
    """DELETE /{person}/permissions: all that the person gave the app ends, all Pages' tokens too."""
    _, _, sent = call.request.headers.get("Authorization", "").partition(" ")
    if not app_token(sent.strip()):
        raise errors.refusal(call, 401, 190)
    if call.args["node"] != PERSON:
        raise errors.gone(call, call.args["node"])
    call.store.run("update keys set revoked=1 where platform='facebook'")
    return answer({"success": True})


def debug(call: Call) -> Response:
    """GET /debug_token, asked by the app or with a token of its own."""
    _, _, sent = call.request.headers.get("Authorization", "").partition(" ")
    asker = sent.strip() or str(parameter(call, "access_token", ""))
    asking = oauth.find(call.store, "facebook", asker)
    known = (
        app_token(asker) or (asking is not None and asking.alive) or accounts.by_token(call.store, "facebook", asker)
    )
    if not known:
        raise errors.refusal(call, 401, 190)
    asked = str(parameter(call, "input_token") or "")
    if not asked:
        raise errors.parameter(call, "The parameter input_token is required.")
    key = oauth.find(call.store, "facebook", asked)
    if key is not None and key.alive and key.kind in ("user", "access"):
        return answer({"data": _told(call, key)})
    fixed = None if key else next(iter(accounts.by_token(call.store, "facebook", asked)), None)
    if fixed is None:
        error = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token", "subcode": 467}
        return answer({"data": {"is_valid": False, "scopes": [], "error": error}})
    return answer({"data": _shape(call, "PAGE", tuple(fixed.scopes), (fixed.id,), fixed.data.get("expires_at", 0))})


def _told(call: Call, key: oauth.Key) -> dict[str, object]:
    kind = "USER" if key.kind == "user" else "PAGE"
    return _shape(call, kind, key.scopes, key.accounts, int(key.ends) if kind == "USER" else 0)


def _shape(call: Call, kind: str, scopes: tuple[str, ...], pages: tuple[str, ...], ends: int) -> dict[str, object]:
    page = accounts.by_id(call.store, "facebook", pages[0]) if pages else None
    lapses = page.data.get("data_access_expires_at") if page else None
    shape: dict[str, object] = {
        "app_id": APP_ID,
        "type": kind,
        "application": "Sandbox",
        "is_valid": True,
        "expires_at": ends,
        "issued_at": int(time.time()) - 86400,
        "data_access_expires_at": int(lapses or time.time() + 90 * 86400),
        "scopes": list(scopes),
        "user_id": PERSON,
        "granular_scopes": [{"scope": scope, "target_ids": list(pages)} for scope in scopes],
    }
    return shape | ({"profile_id": pages[0]} if kind == "PAGE" and pages else {})
