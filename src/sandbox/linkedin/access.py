"""Who may call LinkedIn: version and protocol headers, bearer token, scopes, calls a day."""

from __future__ import annotations

import re
import time
from urllib.parse import unquote

from werkzeug.wrappers import Response

from sandbox import accounts, oauth
from sandbox.linkedin import errors
from sandbox.platform import Call


def admit(call: Call) -> None:
    """Lets the call in, or refuses it: 400, 401, 403, 426 or 429."""
    headers = call.request.headers
    token = headers.get("Authorization", "").removeprefix("Bearer").strip()
    if call.operation and call.operation.id == "uploadBytes":
        # The upload address is a secret in itself; a key that is sent along must still be right.
        if token and not accounts.by_token(call.store, "linkedin", token):
            raise errors.refusal(401)
        return
    if not token:
        raise errors.refusal(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2_access_token")
    call.accounts = accounts.by_token(call.store, "linkedin", token)
    if not call.accounts:
        raise errors.refusal(401, *_how_it_ended(call, token))
    version = headers.get("LinkedIn-Version")
    if version is None:
        raise errors.refusal(
            400,
            "VERSION_MISSING",
            "A version must be present. Please specify a version by adding the LinkedIn-Version header.",
        )
    if not re.fullmatch(r"20\d{4}", version) or not _alive(call, version):
        raise errors.refusal(426, None, f"Requested version {version} is not active")
    if headers.get("X-Restli-Protocol-Version") != "2.0.0":
        raise errors.refusal(400, "ILLEGAL_ARGUMENT", "The header X-Restli-Protocol-Version must be 2.0.0")
    _check_encoding(call)
    missing = set(call.operation.scopes if call.operation else ()) - {s for a in call.accounts for s in a.scopes}
    if missing:
        raise errors.refusal(
            403, None, f"Not enough permissions to access: {call.operation.id if call.operation else ''}"
        )
    _count(call)


def _how_it_ended(call: Call, token: str) -> tuple[str, str]:
    key = oauth.find(call.store, "linkedin", token)
    if key is not None and key.revoked:
        return "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user"
    if key is not None:
        return "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired"
    return "INVALID_ACCESS_TOKEN", "Invalid access token"


def _alive(call: Call, version: str) -> bool:
    month = int(version[4:])
    return 1 <= month <= 12 and call.setting("oldest_version") <= version <= call.setting("newest_version")


def _check_encoding(call: Call) -> None:
    """A urn in path or query must be percent-encoded; signs of List() and keys stay bare."""
    raw = call.request.environ.get("RAW_URI", "")
    if re.search(r"urn:li:", raw.split("?")[-1] if "/rest/organ" in raw else raw):
        raise errors.refusal(400, "ILLEGAL_ARGUMENT", f"Invalid urn in {unquote(raw)}: it must be percent-encoded")


def _count(call: Call) -> None:
    """The day's calls, until midnight UTC."""
    day = time.strftime("%Y-%m-%d", time.gmtime())
    key = f"linkedin {day} {call.account.id}"
    used = call.store.scratch[key] = call.store.scratch.get(key, 0) + 1
    if used > call.setting("calls_per_day"):
        raise errors.refusal(429)


def finish(call: Call, response: Response) -> None:
    response.headers["x-li-uuid"] = call.trace
    response.headers["x-restli-protocol-version"] = "2.0.0"
    response.headers["x-li-responseorigin"] = "RGW"
