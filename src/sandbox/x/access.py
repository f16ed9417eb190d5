"""Who may call, and how often: bearer tokens, scopes and the limits per 15 minutes."""

from __future__ import annotations

import time

from werkzeug.wrappers import Response

from sandbox import accounts
from sandbox.platform import Call, Refusal
from sandbox.x import problems

WINDOW = 15 * 60
# Calls per user and 15 minutes, where X publishes them; `other` for the rest.
LIMITS = {
    "createPosts": 100,
    "deletePosts": 50,
    "getUsersPosts": 900,
    "getPostsById": 900,
    "getPostsByIds": 5000,
    "getUsersMe": 75,
    "other": 500,
}


def admit(call: Call) -> None:
    """Lets the call in or refuses it: 401 for the key, 403 for the scope, 429 for the count."""
    kind, _, token = call.request.headers.get("Authorization", "").partition(" ")
    call.accounts = accounts.by_token(call.store, "x", token.strip()) if kind.lower() == "bearer" else []
    if not call.accounts:
        raise Refusal(problems.plain(401))
    needed = set(call.operation.scopes if call.operation else ())
    if not needed <= set(call.account.scopes):
        raise Refusal(
            problems.plain(
                403, "Your client is missing the scope " + ", ".join(sorted(needed - set(call.account.scopes))) + "."
            )
        )
    window = _window(call)
    if window["used"] >= window["limit"]:
        raise Refusal(problems.plain(429))
    window["used"] += 1


def _window(call: Call) -> dict[str, float]:
    limits = LIMITS | call.setting("limits")
    operation = call.operation.id if call.operation else "other"
    key = f"x {call.account.id} {operation}"
    window = call.store.scratch.get(key)
    if window is None or window["reset"] <= time.time():
        window = call.store.scratch[key] = {"used": 0, "reset": time.time() + WINDOW, "limit": 0}
    window["limit"] = limits.get(operation, limits["other"])
    return window


def finish(call: Call, response: Response) -> None:
    """The headers that X puts on every answer."""
    response.headers["api-version"] = "2.167"
    response.headers["x-transaction-id"] = call.trace
    if call.accounts and "x-rate-limit-reset" not in response.headers:
        window = _window(call)
        response.headers["x-rate-limit-limit"] = str(int(window["limit"]))
        response.headers["x-rate-limit-remaining"] = str(int(max(0, window["limit"] - window["used"])))
        response.headers["x-rate-limit-reset"] = str(int(window["reset"]))
