"""One authorised request to the Graph API, and what its answers mean."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from samspill.channels import http
from samspill.channels.contract import (
    Context,
    Later,
    Reason,
    Refusal,
    Refused,
    Result,
    Unknown,
)
from samspill.channels.facebook import codes
from samspill.channels.facebook.rules import GRAPH_VERSION

USAGE = ("x-business-use-case-usage", "x-app-usage")
WAIT, TOO_FAST_WAIT = 900.0, 3600.0  # seconds, when Facebook does not say; its windows slide over an hour
ALREADY = re.compile(r"already (been )?posted|duplicate|identical", re.IGNORECASE)


def call(
    context: Context,
    method: str,
    *path: str,
    params: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
) -> http.Answer | Refused:
    """A request to the account's own base address.

    The token goes in the body of a POST and in the Authorization header of the others, never in an
    address, for addresses end in logs. ``appsecret_proof`` shows that the app itself is asking.
    """
    token = context.account.credentials.get("access_token", "")
    secret = context.account.credentials.get("app_secret", "")
    if not http.usable_key(token):
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, "the access token is missing or holds impossible signs")
    proof = {"appsecret_proof": hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()} if secret else {}
    version = context.account.options.get("graph_version") or GRAPH_VERSION
    url = http.address(context.account.base_url, version, *path)
    headers = {"accept": "application/json"}
    if method == "POST":
        body = {**(form or {}), "access_token": token, **proof}
        return context.http.send(method, url, headers=headers, params=params, form=body, files=files)
    headers["authorization"] = f"Bearer {token}"
    return context.http.send(method, url, headers=headers, params={**(params or {}), **proof})


def error_of(answer: http.Answer | Refused) -> dict[str, Any]:
    """The error object in an answer; empty when there is none."""
    found = answer.object().get("error") if isinstance(answer, http.Response) else None
    return found if isinstance(found, dict) else {}


def error_codes(error: Mapping[str, Any]) -> tuple[int, int]:
    """Code and subcode; -1 and 0 where they are missing or no numbers."""
    code, subcode = error.get("code"), error.get("error_subcode")
    return code if isinstance(code, int) else -1, subcode if isinstance(subcode, int) else 0


def after_of(page: Mapping[str, Any]) -> str:
    """The cursor of the next page; none when Facebook names no next page."""
    paging = page.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    return str(cursors.get("after") or "") if isinstance(cursors, dict) else ""


def is_gone(answer: http.Answer | Refused) -> bool:
    """True for 100/33: the object is not there, or this token may not see it."""
    return error_codes(error_of(answer)) == codes.GONE


def meaning_of(answer: http.Answer | Refused, context: Context, *, once: bool) -> Result:
    """Why a call did not give what it should. ``once``: what is unclear must be looked up before it is repeated."""
    if not isinstance(answer, http.Response):
        return answer
    error = error_of(answer)
    code, subcode = error_codes(error)
    detail = described(answer, error, context)
    status = answer.status
    if not error:
        return _without_error(answer, detail, context, once)
    if code in codes.THROTTLED or subcode in codes.TOO_FAST_SUBCODES or status == 429:
        return Later(usage_wait(answer, context, subcode), Reason.RATE_LIMITED, detail, status, whole_channel=True)
    words = str(error.get("message", "")) + str(error.get("error_user_msg", ""))
    already = code == 368 and ALREADY.search(words) is not None
    if once and (code in codes.DUPLICATE or subcode in codes.DUPLICATE_SUBCODES or already):
        return Unknown(Reason.DUPLICATE, detail, status)
    known_refusal = subcode in codes.SUBCODES or code in codes.TOKEN_CODES or code in {3, 10, 100, 368, 506}
    unclear = code in codes.UNCLEAR or subcode in codes.UNCLEAR_SUBCODES or error.get("is_transient") is True
    if not known_refusal and (unclear or status >= 500):
        return Unknown(Reason.SERVER_ERROR, detail, status) if once else _later(answer, detail, context)
    if (code, subcode) == codes.GONE:
        return Refused(Reason.TARGET_GONE, Refusal.PERSON, detail, status)
    reason, kind = codes.meaning(code, subcode)
    return Refused(reason, kind, detail, status)


def _without_error(answer: http.Response, detail: str, context: Context, once: bool) -> Result:
    """An answer without Facebook's error object: a web page, an empty body, a success without an id."""
    if answer.status == 429:
        return Later(usage_wait(answer, context, 0), Reason.RATE_LIMITED, detail, 429, whole_channel=True)
    if answer.status >= 500:
        return Unknown(Reason.SERVER_ERROR, detail, answer.status) if once else _later(answer, detail, context)
    return Unknown(Reason.UNREADABLE_ANSWER, detail, answer.status)


def _later(answer: http.Response, detail: str, context: Context) -> Later:
    return Later(http.seconds_to_wait(answer.headers, context.now()), Reason.PLATFORM_DOWN, detail, answer.status)


def described(answer: http.Response, error: Mapping[str, Any], context: Context) -> str:
    """Codes and words of an error, without secrets; of an unreadable answer only what kind it was."""
    if not error:
        return http.kind_of_body(answer)
    code, subcode = error_codes(error)
    number = f"{code}/{subcode}" if subcode else str(code)
    words = [str(error[key]) for key in ("message", "error_user_msg") if error.get(key)]
    trace = [f"fbtrace_id {error['fbtrace_id']}"] if error.get("fbtrace_id") else []
    return http.clean(" · ".join([number, *dict.fromkeys(words), *trace]), context.account.credentials)


def usage_wait(answer: http.Response, context: Context, subcode: int) -> float:
    """Seconds until the limit ends: Facebook's own estimate (minutes) where the usage headers hold one."""
    minutes = 0.0
    try:
        usage = json.loads(answer.headers.get(USAGE[0], "{}"))
        for entries in usage.values():
            minutes = max([minutes, *(float(entry["estimated_time_to_regain_access"]) for entry in entries)])
    except (ValueError, TypeError, KeyError, AttributeError):
        minutes = 0.0
    default = TOO_FAST_WAIT if subcode in codes.TOO_FAST_SUBCODES else WAIT
    told = minutes * 60 if minutes > 0 else default
    return http.seconds_to_wait(answer.headers, context.now(), default=min(told, 86_400), cap=86_400)
