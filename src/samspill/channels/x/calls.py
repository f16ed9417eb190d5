"""One authorised request to X, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
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

RESETS = ("x-rate-limit-reset",)
DAILY_LEFT, DAILY_RESET = "x-user-limit-24hour-remaining", "x-user-limit-24hour-reset"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a refusal's words mean. ``words`` is matched, without case, against title, detail, type and message."""

    words: re.Pattern[str]
    reason: Reason
    kind: Refusal


def _meaning(words: str, reason: Reason, kind: Refusal) -> Meaning:
    return Meaning(re.compile(words, re.IGNORECASE), reason, kind)


# X's refusals have no codes of their own: title, detail and type are all there is. First match counts.
# Sources: the OpenAPI's problem types; docs.x.com, response codes and changelog of 23 Feb and 20 Apr 2026.
MEANINGS = (
    _meaning(r"suspended|temporarily locked|account (is|has been) locked", Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    _meaning(r"usage-capped|UsageCapExceeded|credits?.?depleted", Reason.OUT_OF_CREDIT, Refusal.ACCOUNT),
    _meaning(
        r"oauth[12]?.{0,20}(permission|scope)|missing.{0,20}scope|client-forbidden|client-not-enrolled|"
        r"unsupported-authentication",
        Reason.PERMISSION_MISSING,
        Refusal.ACCOUNT,
    ),
    _meaning(r"too long|longer than|exceeds.{0,30}(length|limit)", Reason.TEXT_TOO_LONG, Refusal.CHANGE),
    _meaning(r"malware|spam|automated|harmful|denylist", Reason.CONTENT_REJECTED, Refusal.CHANGE),
    _meaning(
        r"summon|mention|repl(y|ies)|quot|not permitted|not allowed|forbidden|disallowed",
        Reason.NOT_ALLOWED_BY_API,
        Refusal.BY_HAND,
    ),
)
DUPLICATE = re.compile(r"duplicate content", re.IGNORECASE)


def call(
    context: Context,
    method: str,
    *path: str,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
) -> http.Answer | Refused:
    """A request to the account's own base address. A credential that cannot be one is refused unsent."""
    token = context.account.credentials.get("access_token", "")
    if not http.usable_key(token):
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, "the access token is missing or holds impossible signs")
    url = http.address(context.account.base_url, "2", *path)
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    return context.http.send(method, url, headers=headers, params=params, json=json, form=form, files=files)


def meaning_of(answer: http.Answer | Refused, context: Context, *, once: bool) -> Result:
    """Why a call did not give what it should. ``once``: a server error leaves it unknown whether it happened."""
    if not isinstance(answer, http.Response):
        return answer
    problem = first_problem(answer)
    status = problem_status(answer, problem)
    detail = described(answer, problem, context)
    if status == 429:
        if re.search(r"usage-capped|UsageCapExceeded", detail):
            return Refused(Reason.OUT_OF_CREDIT, Refusal.ACCOUNT, detail, status)
        return Later(rate_wait(answer, context), Reason.RATE_LIMITED, detail, status, whole_channel=True)
    if status >= 500:
        if once:
            return Unknown(Reason.SERVER_ERROR, detail, status)
        return Later(http.seconds_to_wait(answer.headers, context.now()), Reason.PLATFORM_DOWN, detail, status)
    if status >= 400:
        # An outage page under 403 or 404 says nothing; these few statuses speak for themselves.
        if once and not problem and status not in {401, 402, 413}:
            return Unknown(Reason.UNREADABLE_ANSWER, detail, status)
        return refused(status, detail, once)
    # A redirect, HTML, an empty body, an object without the promised id.
    return Unknown(Reason.UNREADABLE_ANSWER, detail, status)


def refused(status: int, detail: str, once: bool) -> Result:
    """The meaning of a 4xx by its words; an unknown one needs a person, never a repeat."""
    if status == 401:
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, detail, status)
    if status == 402:
        return Refused(Reason.OUT_OF_CREDIT, Refusal.ACCOUNT, detail, status)
    if once and DUPLICATE.search(detail):
        return Unknown(Reason.DUPLICATE, detail, status)  # names no earlier id and may be about a deleted post
    if status == 408:
        return Unknown(Reason.TIMEOUT, detail, status)
    if status == 413:
        return Refused(Reason.MEDIA_REJECTED, Refusal.CHANGE, detail, status)
    for meaning in MEANINGS:
        if status in {400, 403} and meaning.words.search(detail):
            if status == 400 and meaning.kind is Refusal.BY_HAND:
                continue  # a malformed request is our fault, not a limit of the tier
            return Refused(meaning.reason, meaning.kind, detail, status)
    if status == 403:
        return Refused(Reason.NOT_ALLOWED_BY_API, Refusal.BY_HAND, detail, status)
    return Refused(Reason.UNEXPECTED, Refusal.PERSON, detail, status)


def first_problem(answer: http.Response) -> dict[str, Any]:
    """The first problem in an answer: the body itself, or the head of ``errors`` (also under status 200)."""
    body = answer.object()
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return {**first, **{k: v for k, v in body.items() if k in {"title", "detail", "type", "status", "message"}}}


TYPE_STATUS = {
    "resource-not-found": 404,
    "invalid-request": 400,
    "not-authorized-for-resource": 403,
    "not-authorized-for-field": 403,
    "field-unauthorized": 403,
    "resource-unavailable": 403,
    "disallowed-resource": 403,
    "field-hydration-failure": 500,
    "internal-error": 500,
}


def problem_status(answer: http.Response, problem: Mapping[str, Any]) -> int:
    """The status that counts: the answer's own, or under 2xx the one its problem tells or its type stands for."""
    if not answer.ok or not problem:
        return answer.status
    told = problem.get("status")
    if isinstance(told, int) and 400 <= told < 600:
        return told
    return TYPE_STATUS.get(str(problem.get("type", "")).rsplit("/", 1)[-1], answer.status)


def described(answer: http.Response, problem: Mapping[str, Any], context: Context) -> str:
    """The platform's own words, without secrets; of an unreadable answer only what kind it was."""
    words = [str(problem[key]) for key in ("title", "detail", "message", "type") if problem.get(key)]
    nested = answer.object().get("errors")
    if isinstance(nested, list):
        words += [str(item["message"]) for item in nested if isinstance(item, dict) and item.get("message")]
    if not words:
        words = [http.kind_of_body(answer)]
    return http.clean(" · ".join(dict.fromkeys(words)), context.account.credentials)


def rate_wait(answer: http.Response, context: Context) -> float:
    """Seconds until the limit ends: the 15-minute window, or the day's when that is what was used up."""
    if answer.headers.get(DAILY_LEFT, "").strip() == "0":
        return http.seconds_to_wait(answer.headers, context.now(), (DAILY_RESET,), default=3600, cap=86_400)
    return http.seconds_to_wait(answer.headers, context.now(), RESETS, default=900, cap=3600)
