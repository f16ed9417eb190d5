"""One authorised request to a Mastodon server, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from samspill.channels import http
from samspill.channels.contract import Context, Later, Reason, Refusal, Refused, Result, Unknown

LONGEST_WAIT = 3 * 3600  # seconds; posts are limited per three hours, all else per minutes
UNKNOWN_WAIT = 300  # seconds, the length of most limits, when the server does not say

# Of 403 the words tell who must act. They stand in English in the server's code, whatever language it speaks.
# First match counts. Source: the API's documentation, and the base controller of the published server (facts only).
FORBIDDEN = (
    (re.compile(r"outside the authorized scopes|scope", re.IGNORECASE), Reason.PERMISSION_MISSING),
    (
        re.compile(r"disabled|suspended|pending approval|confirmed e-?mail|limited", re.IGNORECASE),
        Reason.ACCOUNT_BLOCKED,
    ),
)
TOO_LONG = re.compile(r"character limit|too long|\b(tegn|teikn)\b", re.IGNORECASE)
DUPLICATE = re.compile(r"duplicate record", re.IGNORECASE)
THUMBNAIL = re.compile(r"thumbnail|processing", re.IGNORECASE)


def call(
    context: Context,
    method: str,
    *path: str,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
    key: str = "",
) -> http.Answer | Refused:
    """A request to the account's own server, ``path`` below ``/api``. An impossible credential is refused unsent.

    ``key`` is the idempotency key: the server answers the same to the same key for about an hour.
    """
    token = context.account.credentials.get("access_token", "")
    if not http.usable_key(token):
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, "the access token is missing or holds impossible signs")
    headers = {"authorization": f"Bearer {token}", "accept": "application/json", "accept-language": "en"}
    if key:
        headers["idempotency-key"] = key
    url = http.address(context.account.base_url, "api", *path)
    return context.http.send(method, url, headers=headers, params=params, json=json, form=form, files=files)


def meaning_of(answer: http.Answer | Refused, context: Context, *, once: bool) -> Result:
    """Why a call did not give what it should. ``once``: a server error leaves it unknown whether it happened."""
    if not isinstance(answer, http.Response):
        return answer
    words = error_of(answer)
    status, detail = answer.status, described(answer, context)
    if status == 429:
        return Later(rate_wait(answer, context), Reason.RATE_LIMITED, detail, status, whole_channel=True)
    if status >= 500:
        if once:
            return Unknown(Reason.SERVER_ERROR, detail, status)
        return Later(http.seconds_to_wait(answer.headers, context.now()), Reason.PLATFORM_DOWN, detail, status)
    if status >= 400:
        # A page from something that stands before the server says nothing; these few statuses speak for themselves.
        if once and not words and status not in {401, 413}:
            return Unknown(Reason.UNREADABLE_ANSWER, detail, status)
        if once and DUPLICATE.search(words):
            return Unknown(Reason.DUPLICATE, detail, status)  # two tries met in the server's database
        return refused(status, words, detail)
    # A redirect, HTML, an empty body, an object without the promised id.
    return Unknown(Reason.UNREADABLE_ANSWER, detail, status)


def refused(status: int, words: str, detail: str) -> Result:
    """The meaning of a 4xx; an unknown one needs a person, never a repeat."""
    if status == 401:
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, detail, status)
    if status == 403:
        reasons = (reason for pattern, reason in FORBIDDEN if pattern.search(words))
        return Refused(next(reasons, Reason.PERMISSION_MISSING), Refusal.ACCOUNT, detail, status)
    if status == 408:
        return Unknown(Reason.TIMEOUT, detail, status)
    if status == 410:
        return Refused(Reason.ACCOUNT_GONE, Refusal.ACCOUNT, detail, status)
    if status == 413:
        return Refused(Reason.MEDIA_REJECTED, Refusal.CHANGE, detail, status)
    if status == 422:
        reason = Reason.TEXT_TOO_LONG if TOO_LONG.search(words) else Reason.CONTENT_REJECTED
        return Refused(reason, Refusal.CHANGE, detail, status)
    return Refused(Reason.UNEXPECTED, Refusal.PERSON, detail, status)


def error_of(answer: http.Response) -> str:
    """The server's own words, '' when the answer is not one of its errors."""
    body = answer.object()
    words = [str(body[key]) for key in ("error", "error_description") if isinstance(body.get(key), str)]
    return " · ".join(words)


def described(answer: http.Response, context: Context) -> str:
    """The server's own words, without secrets; of an unreadable answer only what kind it was."""
    return http.clean(error_of(answer) or http.kind_of_body(answer), context.account.credentials)


def rate_wait(answer: http.Response, context: Context) -> float:
    """Seconds until the limit ends: X-RateLimit-Reset is an ISO 8601 time, measured from the answer's own Date."""
    here = http.http_date(answer.headers.get("date", "")) or context.now()
    then = when(answer.headers.get("x-ratelimit-reset"))
    default = max((then - here).total_seconds(), 1.0) if then is not None else UNKNOWN_WAIT
    return http.seconds_to_wait(answer.headers, context.now(), default=default, cap=LONGEST_WAIT)


def when(value: object) -> datetime | None:
    """An ISO 8601 time in UTC, or None when it is none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def id_of(answer: http.Answer | Refused) -> str:
    """The id in a good answer, else ''. Ids are texts of digits; other servers of the same API use more signs."""
    body = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
    found = body.get("id")
    return found if isinstance(found, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", found) else ""
