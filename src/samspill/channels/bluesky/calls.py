"""One request to a personal data server, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samspill.channels import http
from samspill.channels.contract import Context, Later, Reason, Refusal, Refused, Result, Unknown

RESETS = ("ratelimit-reset",)
DEAD_KEY = {"InvalidToken", "ExpiredToken", "AuthMissing", "AuthenticationRequired", "AccountNotInSession"}
BLOCKED = {"AccountTakedown", "AccountSuspended", "AccountDeactivated", "RepoTakendown", "RepoDeactivated"}
GONE = {"AccountNotFound", "RepoNotFound"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is wrong with a record, by the server's words: its answers have one code, InvalidRequest, for them all."""

    words: re.Pattern[str]
    reason: Reason
    kind: Refusal


# The words are those of the reference server's own validation, e.g. "grapheme too big (maximum 300, got 301) at
# $.record.text". First match counts.
MEANINGS = (
    Meaning(re.compile(r"(too big|too long).*\$\.record\.text\b"), Reason.TEXT_TOO_LONG, Refusal.CHANGE),
    Meaning(
        re.compile(r"blob too big|mime|\$\.record\.embed\.\S*(image|thumb)\b", re.IGNORECASE),
        Reason.MEDIA_REJECTED,
        Refusal.CHANGE,
    ),
)


def call(
    context: Context,
    method: str,
    nsid: str,
    *,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    content: bytes | None = None,
    mime: str = "",
) -> http.Answer | Refused:
    """A request to the account's own server. A key that cannot be one is refused unsent."""
    token = context.account.credentials.get("access_token", "")
    if not http.usable_key(token):
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, "the access key is missing or holds impossible signs")
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    if mime:
        headers["content-type"] = mime
    url = http.address(context.account.base_url, "xrpc", nsid)
    return context.http.send(method, url, headers=headers, params=params, json=json, content=content)


def meaning_of(answer: http.Answer | Refused, context: Context, *, once: bool) -> Result:
    """Why a call did not give what it should. ``once``: a server error leaves it unknown whether it happened.

    A server error is never taken for "not published": the reference server answers 500 to things that it has done.
    """
    if not isinstance(answer, http.Response):
        return answer
    name, detail = error_of(answer), described(answer, context.account.credentials)
    status = answer.status
    if status == 429:
        # The day's limit (35,000 points) can ask for a long wait.
        wait = http.seconds_to_wait(answer.headers, context.now(), RESETS, default=300, cap=86_400)
        return Later(wait, Reason.RATE_LIMITED, detail, status, whole_channel=True)
    if status >= 500:
        if once:
            return Unknown(Reason.SERVER_ERROR, detail, status)
        return Later(http.seconds_to_wait(answer.headers, context.now()), Reason.PLATFORM_DOWN, detail, status)
    if status >= 400:
        # An outage page under 403 or 404 says nothing; these statuses speak for themselves.
        if once and not name and status not in {401, 413}:
            return Unknown(Reason.UNREADABLE_ANSWER, detail, status)
        return refused(status, name, detail)
    return Unknown(Reason.UNREADABLE_ANSWER, detail, status)


def refused(status: int, name: str, detail: str) -> Result:
    """The meaning of a 4xx by its code, then by its words; an unknown one needs a person, never a repeat."""
    if name in BLOCKED:
        return Refused(Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT, detail, status)
    if name in GONE:
        return Refused(Reason.ACCOUNT_GONE, Refusal.ACCOUNT, detail, status)
    if name in DEAD_KEY or status == 401:  # a bad key is 400 InvalidToken here
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, detail, status)
    if name == "UpstreamFailure" or status == 408:
        return Unknown(Reason.TIMEOUT, detail, status)
    if status == 403:
        return Refused(Reason.PERMISSION_MISSING, Refusal.ACCOUNT, detail, status)
    if status == 413:
        return Refused(Reason.MEDIA_REJECTED, Refusal.CHANGE, detail, status)
    for meaning in MEANINGS:
        if status == 400 and meaning.words.search(detail):
            return Refused(meaning.reason, meaning.kind, detail, status)
    return Refused(Reason.UNEXPECTED, Refusal.PERSON, detail, status)


def error_of(answer: http.Response) -> str:
    """The code in an answer that is not ok, e.g. ``RecordNotFound``; "" when there is none."""
    name = answer.object().get("error")
    return name if isinstance(name, str) and not answer.ok else ""


def described(answer: http.Response, secrets: Mapping[str, str]) -> str:
    """The server's own words, without secrets; of an unreadable answer only what kind it was."""
    body = answer.object()
    words = [str(body[key]) for key in ("error", "message") if body.get(key)]
    return http.clean(": ".join(words) if words else http.kind_of_body(answer), secrets)
