"""How often: calls per address, points per account for writing, sign-ins. The tightest limit stands in the headers."""

from __future__ import annotations

import time

from werkzeug.wrappers import Response

from sandbox.bluesky import errors
from sandbox.platform import Call, Refusal

# Name: (points, seconds). Source: docs.bsky.app, rate limits; the reference server's own values.
LIMITS = {
    "calls": (3000, 300),
    "writes-hour": (5000, 3600),
    "writes-day": (35_000, 86_400),
    "blobs-day": (1000, 86_400),
    "sign-in": (30, 300),
    "sign-in-day": (300, 86_400),
}
POINTS = {
    "com.atproto.repo.createRecord": 3,
    "com.atproto.repo.putRecord": 2,
    "com.atproto.repo.deleteRecord": 1,
}


def spend(call: Call, whose: str) -> None:
    """Counts a call against all limits that it falls under. Raises Refusal with 429."""
    operation = call.operation.id if call.operation else ""
    costs = {"calls": 1}
    if operation in POINTS:
        costs |= {"writes-hour": POINTS[operation], "writes-day": POINTS[operation]}
    if operation == "com.atproto.repo.uploadBlob":
        costs["blobs-day"] = 1
    if operation == "com.atproto.server.createSession":
        costs |= {"sign-in": 1, "sign-in-day": 1}
    windows = {name: _window(call, name, whose if name != "calls" else "") for name in costs}
    call.store.scratch[f"bluesky shown {call.trace}"] = min(windows.values(), key=lambda w: w["limit"] - w["used"])
    for name, cost in costs.items():
        window = windows[name]
        if window["used"] + cost > window["limit"]:
            call.store.scratch[f"bluesky shown {call.trace}"] = window
            raise Refusal(errors.plain(429))
    for name, cost in costs.items():
        windows[name]["used"] += cost


def _window(call: Call, name: str, whose: str) -> dict[str, float]:
    points, seconds = LIMITS[name]
    key = f"bluesky {name} {whose}"
    window = call.store.scratch.get(key)
    if window is None or window["reset"] <= time.time():
        window = call.store.scratch[key] = {"used": 0, "reset": time.time() + seconds, "seconds": seconds}
    window["limit"] = call.setting("limits").get(name, points)
    return window


def finish(call: Call, response: Response) -> None:
    """The headers of the limit that is nearest to its end."""
    window = call.store.scratch.pop(f"bluesky shown {call.trace}", None)
    if window and "ratelimit-limit" not in response.headers:
        left = max(0, window["limit"] - window["used"])
        response.headers["ratelimit-limit"] = str(int(window["limit"]))
        response.headers["ratelimit-remaining"] = str(int(left))
        response.headers["ratelimit-reset"] = str(int(window["reset"]))
        response.headers["ratelimit-policy"] = f"{int(window['limit'])};w={int(window['seconds'])}"
