"""Mastodon's ways of saying no: one sentence under `error`, and for OAuth a code with a description."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Response

from sandbox.platform import Call, Refusal, answer

WORDS = {
    400: "Bad Request",
    401: "The access token is invalid",
    403: "This action is not allowed",
    404: "Record not found",
    405: "Not found",
    410: "Gone",
    422: "Validation failed",
    429: "Too many requests",
    500: "An unexpected error occurred",
    503: "There was a temporary problem serving your request, please try again",
}


def plain(status: int, words: str | None = None) -> Response:
    return answer({"error": words or WORDS.get(status, "Error")}, status)


def refusal(status: int, words: str | None = None) -> Refusal:
    return Refusal(plain(status, words))


def invalid(words: str) -> Refusal:
    """422 as a record's own validation words it."""
    return refusal(422, f"Validation failed: {words}")


def iso(seconds: float) -> str:
    """Unix seconds as the API writes times."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def error(call: Call, status: int, params: dict[str, Any]) -> Response:
    """The body for a status; used for injected faults."""
    response = plain(status, params.get("message"))
    if status == 429:
        reset = iso(time.time() + float(params.get("retry_after") or 300))
        response.headers.update({"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})
    return response


def unknown(call: Call, wrong_method: bool) -> Response:
    return plain(404, "Not found")


def duplicate(call: Call, earlier: str | None, params: dict[str, Any]) -> Response:
    """A server knows no duplicates of text; the only such answer is its database's."""
    return plain(422, params.get("message") or "Duplicate record")
