"""A personal data server's ways of saying no: `{"error": name, "message": words}` (atproto.com/specs/xrpc)."""

from __future__ import annotations

import time
from typing import Any

from werkzeug.wrappers import Response

from sandbox.platform import Call, Refusal, answer

NAMES = {
    400: ("InvalidRequest", "Invalid Request"),
    401: ("AuthenticationRequired", "Authentication Required"),
    403: ("Forbidden", "Forbidden"),
    404: ("XRPCNotSupported", "XRPC Not Supported"),
    405: ("InvalidRequest", "Incorrect HTTP method"),
    413: ("PayloadTooLarge", "request entity too large"),
    429: ("RateLimitExceeded", "Rate Limit Exceeded"),
    500: ("InternalServerError", "Internal Server Error"),
    501: ("MethodNotImplemented", "Method Not Implemented"),
    502: ("UpstreamFailure", "Upstream Failure"),
    503: ("NotEnoughResources", "Not Enough Resources"),
    504: ("UpstreamTimeout", "Upstream Timeout"),
}


def plain(status: int, name: str | None = None, message: str | None = None) -> Response:
    usual, words = NAMES.get(status, ("Error", "Error"))
    return answer({"error": name or usual, "message": message or words}, status)


def refusal(status: int, name: str | None = None, message: str | None = None) -> Refusal:
    return Refusal(plain(status, name, message))


def error(call: Call, status: int, params: dict[str, Any]) -> Response:
    """The body for a status; used for injected faults. `code` is the error's name, such as `ExpiredToken`."""
    response = plain(status, params.get("code"), params.get("message"))
    if status == 429:
        reset = int(time.time() + float(params.get("retry_after") or 300))
        response.headers.update(
            {
                "ratelimit-limit": "3000",
                "ratelimit-remaining": "0",
                "ratelimit-reset": str(reset),
                "ratelimit-policy": "3000;w=300",
            }
        )
    return response


def unknown(call: Call, wrong_method: bool) -> Response:
    nsid = call.request.path.rsplit("/", 1)[-1]
    if wrong_method:
        return plain(405, None, f"Incorrect HTTP method ({call.request.method})")
    return plain(400, "InvalidRequest", f"No service configured for {nsid}")


def duplicate(call: Call, earlier: str | None, params: dict[str, Any]) -> Response:
    """There are no duplicates here but a record key used twice, and that is a plain 500 (measured)."""
    return plain(500)
