"""LinkedIn's ways of saying no. Source: the contract's `x-rules.errors`."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from sandbox.platform import Call, Refusal, answer

CODES: dict[int, tuple[str, int | None, str]] = {
    400: ("ILLEGAL_ARGUMENT", None, "Invalid argument"),
    401: ("INVALID_ACCESS_TOKEN", 65600, "Invalid access token"),
    403: ("ACCESS_DENIED", 100, "Not enough permissions to access this resource"),
    404: ("NOT_FOUND", None, "Could not find entity"),
    409: ("CONFLICT", None, "Conflict"),
    426: ("NONEXISTENT_VERSION", None, "Requested version is not active"),
    429: ("TOO_MANY_REQUESTS", 101, "Resource level throttle limit for calls to this resource is reached"),
    500: ("INTERNAL_SERVER_ERROR", None, "Internal Server Error"),
    502: ("BAD_GATEWAY", None, "Bad Gateway"),
    503: ("SERVICE_UNAVAILABLE", None, "Service Unavailable"),
    504: ("GATEWAY_TIMEOUT", None, "Gateway Timeout"),
}
SERVICE: dict[str | None, int | None] = {
    "EMPTY_ACCESS_TOKEN": None,
    "INVALID_ACCESS_TOKEN": 65600,
    "REVOKED_ACCESS_TOKEN": 65601,
    "EXPIRED_ACCESS_TOKEN": 65602,
}


def body(status: int, code: str | None = None, message: str | None = None) -> dict[str, Any]:
    usual, service, words = CODES.get(status, ("UNKNOWN", None, "Error"))
    service = SERVICE.get(code, service)
    shape: dict[str, Any] = {"status": status, "code": code or usual, "message": message or words}
    return shape | ({"serviceErrorCode": service} if service else {})


def refusal(status: int, code: str | None = None, message: str | None = None) -> Refusal:
    return Refusal(answer(body(status, code, message), status))


def field(path: str, code: str, description: str, status: int = 400) -> Refusal:
    """A field of the body is wrong; the answer names it."""
    shape = body(status, code if status == 400 else "UNPROCESSABLE_ENTITY", description)
    shape |= {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "errorDetails": {
            "inputErrors": [{"code": code, "description": description, "input": {"inputPath": {"fieldPath": path}}}]
        },
    }
    return Refusal(answer(shape, status))


def error(call: Call, status: int, params: dict[str, Any]) -> Response:
    """The body LinkedIn gives for a status; used for injected faults."""
    if status == 422:
        return duplicate(call, None, params)
    response = answer(body(status, params.get("code"), params.get("message")), status)
    if status == 429 and params.get("retry_after"):
        response.headers["Retry-After"] = str(int(params["retry_after"]))
    return response


def unknown(call: Call, wrong_method: bool) -> Response:
    path = call.request.path.removeprefix("/linkedin/rest")
    status = 405 if wrong_method else 404
    return answer(
        body(
            status,
            "METHOD_NOT_ALLOWED" if wrong_method else "RESOURCE_NOT_FOUND",
            f"No virtual resource found for {call.request.method} {path}",
        ),
        status,
    )


def duplicate(call: Call, earlier: str | None, params: dict[str, Any]) -> Response:
    """422 that names the earlier post. With none to name it names a ghost, another at each try."""
    urn = earlier or f"urn:li:share:{_unused_id(call)}"
    return field("/commentary", "DUPLICATE_POST", f"Content is a duplicate of {urn}", 422).response


def _unused_id(call: Call) -> int:
    return 7000000000000000000 + call.store.next_ms() * 1000 + 7
