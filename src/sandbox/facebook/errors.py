"""Graph's ways of saying no: one shape, many codes.

Source: the error table of the contract (`hand_assembled.error`), with the subcodes seen in public.
"""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

from sandbox.platform import Call, Refusal, answer

OAUTH, METHOD = "OAuthException", "GraphMethodException"
# For a bare status in an injected fault: the code Graph would most likely send with it.
BY_STATUS = {400: 100, 401: 190, 403: 200, 404: 100, 429: 32, 500: 1, 502: 2, 503: 2, 504: 2}
MESSAGES = {
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    4: "(#4) Application request limit reached",
    10: "(#10) Application does not have permission for this action",
    17: "(#17) User request limit reached",
    32: "(#32) Page request limit reached",
    100: "(#100) Invalid parameter",
    190: "Invalid OAuth access token - Cannot parse access token",
    200: "(#200) The user hasn't authorized the application to perform this action",
    341: "(#341) Feed action request limit reached",
    368: "The action attempted has been deemed abusive or is otherwise disallowed",
    506: "(#506) Duplicate status message",
    613: "(#613) Calls to this api have exceeded the rate limit.",
}
SUBCODES = {
    459: "Error validating access token: The user is enrolled in a blocking, logged-in checkpoint",
    460: "Error validating access token: The session has been invalidated because the user changed their password.",
    463: "Error validating access token: Session has expired.",
    492: "Error validating access token: The user does not have a role on the page.",
}
TRANSIENT, THROTTLED = {1, 2, 4, 17, 32, 341, 613}, {4, 17, 32, 341, 613, 80001, 80006}


def body(
    call: Call, code: int, message: str | None = None, subcode: int | None = None, kind: str = OAUTH, **more: Any
) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "message": message or SUBCODES.get(subcode or 0) or MESSAGES.get(code, f"(#{code}) Error"),
        "type": kind,
        "code": code,
    }
    if subcode:
        shape["error_subcode"] = subcode
    return {"error": shape | {"is_transient": code in TRANSIENT} | more | {"fbtrace_id": call.trace}}


def refusal(
    call: Call,
    status: int,
    code: int,
    message: str | None = None,
    subcode: int | None = None,
    kind: str = OAUTH,
    **more: Any,
) -> Refusal:
    headers = {}
    if code == 190:
        headers["WWW-Authenticate"] = f'OAuth "Facebook Platform" "invalid_token" "{message or MESSAGES[190]}"'
    return Refusal(answer(body(call, code, message, subcode, kind, **more), status, headers))


def parameter(call: Call, message: str, subcode: int | None = None, **more: Any) -> Refusal:
    """400 with code 100: a parameter is wrong."""
    return refusal(call, 400, 100, f"(#100) {message}", subcode, **more)


def gone(call: Call, id: str) -> Refusal:
    """Graph does not tell what is missing from what may not be seen."""
    method = call.request.method.lower()
    return refusal(
        call,
        400,
        100,
        f"Unsupported {method} request. Object with ID '{id}' does not exist, cannot be "
        "loaded due to missing permissions, or does not support this operation. Please read the Graph "
        "API documentation at https://developers.facebook.com/docs/graph-api",
        33,
        METHOD,
    )


def error(call: Call, status: int, params: dict[str, Any]) -> Response:
    """The body Graph gives for a status; `code` and `subcode` of an injected fault come first."""
    code = int(params.get("code") or BY_STATUS.get(status, 1))
    response = refusal(call, status, code, params.get("message"), params.get("subcode")).response
    if code in THROTTLED:
        minutes = max(1, round(float(params.get("retry_after") or 3600) / 60))
        response.headers["X-App-Usage"] = json.dumps({"call_count": 100, "total_time": 27, "total_cputime": 25})
        page = call.accounts[0].id if call.accounts else call.platform.accounts[0].id
        response.headers["X-Business-Use-Case-Usage"] = json.dumps(
            {
                page: [
                    {
                        "type": "pages",
                        "call_count": 100,
                        "total_cputime": 25,
                        "total_time": 27,
                        "estimated_time_to_regain_access": minutes,
                    }
                ]
            }
        )
    return response


def unknown(call: Call, wrong_method: bool) -> Response:
    if wrong_method:
        return refusal(call, 400, 100, f"Unsupported {call.request.method.lower()} request.", None, METHOD).response
    path = call.request.path.removeprefix("/facebook")
    return refusal(call, 400, 2500, f"Unknown path components: {path}").response


def duplicate(call: Call, earlier: str | None, params: dict[str, Any]) -> Response:
    """506 unless the fault wants 368 ("already posted", with nothing to see). No earlier id is named."""
    code = int(params.get("code") or 506)
    if code == 506:
        return refusal(
            call,
            400,
            506,
            None,
            params.get("subcode") or 1455006,
            error_user_title="Duplicate Status Update",
            error_user_msg="This status update is identical to the last one you posted. Try posting "
            "something different, or delete your previous update.",
        ).response
    return refusal(
        call,
        400,
        code,
        None,
        params.get("subcode"),
        error_user_title="Already posted",
        error_user_msg="It looks like you have already posted this.",
    ).response
