"""Who may call, and how often: bearer tokens, scopes, and limits that end at an ISO 8601 time."""

from __future__ import annotations

import time
from typing import Any

from werkzeug.wrappers import Response

from sandbox import accounts
from sandbox.mastodon import errors
from sandbox.platform import Call

# Calls and seconds, as published in api/rate-limits; new posts as the published server limits them.
LIMITS = {
    "createStatus": (300, 3 * 3600),
    "createMediaV2": (30, 1800),
    "deleteStatus": (30, 1800),
    "other": (300, 300),
}


def admit(call: Call) -> None:
    """Lets the call in or refuses it: 401 for the key, 403 for the scope, 429 for the count."""
    kind, _, token = call.request.headers.get("Authorization", "").partition(" ")
    call.accounts = accounts.by_token(call.store, "mastodon", token.strip()) if kind.lower() == "bearer" else []
    if not call.accounts:
        raise errors.refusal(401)
    for needed in call.operation.scopes if call.operation else ():
        if not any(_holds(call.account.scopes, scope) for scope in needed.split("|")):
            raise errors.refusal(403, "This action is outside the authorized scopes")
    window = _window(call)
    if window["used"] >= window["limit"]:
        raise errors.refusal(429)
    window["used"] += 1


def _holds(scopes: list[str], needed: str) -> bool:
    """A wide scope holds the narrow ones below it."""
    return needed in scopes or needed.partition(":")[0] in scopes


def _window(call: Call) -> dict[str, Any]:
    operation = call.operation.id if call.operation else "other"
    name = operation if operation in LIMITS else "other"
    key = f"mastodon {call.account.id if call.accounts else ''} {name}"
    window = call.store.scratch.get(key)
    if window is None or window["reset"] <= time.time():
        window = call.store.scratch[key] = {"used": 0, "reset": time.time() + LIMITS[name][1], "limit": 0}
    window["limit"] = call.setting("limits").get(name, LIMITS[name][0])
    return window


def finish(call: Call, response: Response) -> None:
    """The headers of limits, on every answer."""
    if "X-RateLimit-Reset" not in response.headers:
        window = _window(call)
        response.headers["X-RateLimit-Limit"] = str(window["limit"])
        response.headers["X-RateLimit-Remaining"] = str(max(0, window["limit"] - window["used"]))
        response.headers["X-RateLimit-Reset"] = errors.iso(window["reset"])
    response.headers["X-Request-Id"] = call.trace
