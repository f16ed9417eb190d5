"""X's ways of saying no.

Where the contract has a problem type, that type is used. For the rest (401, 429 and some 403)
X answers with the generic `about:blank`; the contract's own `code` and `message` stand beside
it, so that the body is valid either way.
"""

from __future__ import annotations

import time
from typing import Any

from werkzeug.wrappers import Response

from sandbox.platform import Call, Refusal, answer

TYPES = "https://api.x.com/2/problems/"
PROBLEM_JSON = "application/problem+json"
TITLES = {
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Payload Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
CODES = {401: 89, 402: 402, 403: 220, 404: 34, 405: 86, 413: 413, 429: 88, 502: 130, 503: 130, 504: 130}
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


def plain(status: int, detail: str | None = None, code: int | None = None) -> Response:
    """The generic problem: what the status says, and a sentence."""
    title = TITLES.get(status, "Error")
    detail = detail or title
    return answer(
        {
            "title": title,
            "type": "about:blank",
            "status": status,
            "detail": detail,
            "code": code or CODES.get(status, status),
            "message": detail,
        },
        status,
    )


def invalid(message: str, **parameters: Any) -> Response:
    """400 for a request that does not follow the rules."""
    return answer(
        {
            "errors": [{"parameters": {k: [str(v)] for k, v in parameters.items()}, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": TYPES + "invalid-request",
            "status": 400,
        },
        400,
        content_type=PROBLEM_JSON,
    )


def refuse_invalid(message: str, **parameters: Any) -> Refusal:
    return Refusal(invalid(message, **parameters))


def missing(kind: str, id: str, parameter: str = "id") -> dict[str, Any]:
    """The problem that stands in `errors` of a 200 answer when a thing is not there."""
    return {
        "value": id,
        "detail": f"Could not find {kind} with {parameter}: [{id}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": id,
        "type": TYPES + "resource-not-found",
    }


def not_found(kind: str, id: str) -> Refusal:
    return Refusal(answer(missing(kind, id) | {"status": 404}, 404, content_type=PROBLEM_JSON))


def error(call: Call, status: int, params: dict[str, Any]) -> Response:
    """The body X gives for a status; used for injected faults."""
    if status == 400:
        return invalid(params.get("message") or "The request was invalid.")
    if status == 500:
        return answer(
            {
                "title": "Internal Server Error",
                "type": TYPES + "internal-error",
                "status": 500,
                "detail": params.get("message") or "Something is broken. This is usually a temporary error.",
            },
            500,
            content_type=PROBLEM_JSON,
        )
    response = plain(status, params.get("message"), params.get("code"))
    if status == 429:
        reset = int(time.time() + float(params.get("retry_after") or 900))
        response.headers.update(
            {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
        )
    return response


def unknown(call: Call, wrong_method: bool) -> Response:
    return plain(405 if wrong_method else 404)


def duplicate(call: Call, earlier: str | None, params: dict[str, Any]) -> Response:
    """X never names the earlier post."""
    return plain(403, DUPLICATE, params.get("code") or 187)
