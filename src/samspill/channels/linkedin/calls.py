"""One authorised request to LinkedIn's versioned REST API, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
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
from samspill.channels.linkedin.rules import LINKEDIN_VERSION

POST_URN = re.compile(r"urn:li:(?:share|ugcPost):[A-Za-z0-9_-]+")
UPLOAD_HOSTS = ("linkedin.com",)
TOO_LONG = re.compile(r"FIELD_LENGTH_TOO_LONG|ARRAY_SIZE_TOO_HIGH|exceeded the maximum", re.IGNORECASE)
ROLE = re.compile(r"administrator|\brole\b|organization (is not|was not|cannot)|not (an )?admin", re.IGNORECASE)


def call(
    context: Context,
    method: str,
    *path: str,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    restli_method: str = "",
) -> http.Answer | Refused:
    """A request to the account's own base address, under ``/rest``."""
    token = context.account.credentials.get("access_token", "")
    if not http.usable_key(token):
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, "the access token is missing or holds impossible signs")
    headers = {
        "authorization": f"Bearer {token}",
        "accept": "application/json",
        "linkedin-version": context.account.options.get("linkedin_version") or LINKEDIN_VERSION,
        "x-restli-protocol-version": "2.0.0",
    }
    if restli_method:
        headers["x-restli-method"] = restli_method
    url = http.address(context.account.base_url, "rest", *path)
    return context.http.send(method, url, headers=headers, params=params, json=json)


def put(context: Context, url: str, content: bytes) -> http.Answer | Refused:
    """The bytes of a picture or document to the address that LinkedIn handed out.

    The token goes along only to the account's own host or to LinkedIn itself, by https.
    """
    if not http.handed_out(url, context.account.base_url, UPLOAD_HOSTS):
        return Refused(Reason.UNEXPECTED, Refusal.PERSON, "LinkedIn named an upload address that is not its own")
    token = context.account.credentials.get("access_token", "")
    headers = {"authorization": f"Bearer {token}", "content-type": "application/octet-stream"}
    return context.http.send("PUT", url, headers=headers, content=content)


def author(context: Context) -> str:
    """The organisation's urn."""
    found = context.account.external_id
    return found if found.startswith("urn:") else f"urn:li:organization:{found}"


def meaning_of(answer: http.Answer | Refused, context: Context, *, once: bool) -> Result:
    """Why a call did not give what it should. ``once``: what is unclear must be looked up before it is repeated."""
    if not isinstance(answer, http.Response):
        return answer
    status, error = answer.status, answer.object()
    detail = described(answer, error, context)
    if status == 429:
        return Later(rate_wait(answer, context), Reason.RATE_LIMITED, detail, status, whole_channel=True)
    if status >= 500:
        if once:
            return Unknown(Reason.SERVER_ERROR, detail, status)
        return Later(http.seconds_to_wait(answer.headers, context.now()), Reason.PLATFORM_DOWN, detail, status)
    if status < 400:
        return Unknown(Reason.UNREADABLE_ANSWER, detail, status)
    if once and not error and status not in {401, 413, 426}:
        return Unknown(Reason.UNREADABLE_ANSWER, detail, status)
    return refused(status, detail, once)


def refused(status: int, detail: str, once: bool) -> Result:
    """The meaning of a 4xx; an unknown one needs a person."""
    if status == 422 and "DUPLICATE_POST" in detail and once:
        named = POST_URN.search(detail)
        return Unknown(Reason.DUPLICATE, detail, status, hint_id=named.group() if named else "")
    if status in {408, 409} and once:
        return Unknown(Reason.SERVER_ERROR, detail, status)
    if status in {408, 409}:
        return Later(5.0, Reason.SERVER_ERROR, detail, status)
    if status == 400 and TOO_LONG.search(detail):
        return Refused(Reason.TEXT_TOO_LONG, Refusal.CHANGE, detail, status)
    if status == 403:
        reason = Reason.ROLE_LOST if ROLE.search(detail) else Reason.PERMISSION_MISSING
        return Refused(reason, Refusal.ACCOUNT, detail, status)
    reason, kind = STATUSES.get(status, (Reason.UNEXPECTED, Refusal.PERSON))
    return Refused(reason, kind, detail, status)


STATUSES: dict[int, tuple[Reason, Refusal]] = {
    400: (Reason.CONTENT_REJECTED, Refusal.PERSON),
    401: (Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    404: (Reason.TARGET_GONE, Refusal.PERSON),
    413: (Reason.MEDIA_REJECTED, Refusal.CHANGE),
    415: (Reason.MEDIA_REJECTED, Refusal.CHANGE),
    422: (Reason.CONTENT_REJECTED, Refusal.PERSON),
    426: (Reason.VERSION_ENDED, Refusal.ACCOUNT),
}


def described(answer: http.Response, error: Mapping[str, Any], context: Context) -> str:
    """Codes and words of an error, without secrets; of an unreadable answer only what kind it was."""
    words = [str(error[key]) for key in ("code", "serviceErrorCode", "message") if error.get(key)]
    details = error.get("errorDetails")
    inputs = details.get("inputErrors") if isinstance(details, dict) else None
    for each in inputs if isinstance(inputs, list) else []:
        if isinstance(each, dict):
            words += [str(each[key]) for key in ("code", "description") if each.get(key)]
    if not words:
        return http.kind_of_body(answer)
    return http.clean(" · ".join(dict.fromkeys(words)), context.account.credentials, limit=600)


def rate_wait(answer: http.Response, context: Context) -> float:
    """Seconds to wait: as told, else until the quota begins anew at midnight UTC, but an hour at most."""
    now = context.now().astimezone(UTC)
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
    until_midnight = (midnight - now).total_seconds()
    return http.seconds_to_wait(answer.headers, now, default=min(until_midnight, 3600.0), cap=86_400)
