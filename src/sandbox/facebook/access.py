"""Who may call Graph: page token, proof of the app secret, permissions; and the version in the path."""

from __future__ import annotations

import hashlib
import hmac
import json

from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from sandbox import accounts
from sandbox.accounts import Account
from sandbox.facebook import errors
from sandbox.facebook.fields import parameter
from sandbox.platform import Call

OLDEST, NEWEST = (22, 0), (26, 0)


class Version(BaseConverter):
    """`v25.0` and its like."""

    regex = r"v\d{1,3}\.\d"


def admit(call: Call) -> None:
    """Lets the call in, or refuses it with the code Graph uses (2500, 104, 190, 100, 200)."""
    if _number(call.args["version"]) > NEWEST:
        raise errors.refusal(call, 400, 2500, f"Unknown path components: /{call.args['version']}")
    token = token_of(call)
    if not token:
        raise errors.refusal(call, 401, 104, "An access token is required to request this resource.")
    call.accounts = accounts.by_token(call.store, "facebook", token)
    if not call.accounts:
        raise errors.refusal(call, 401, 190)
    _check_proof(call, call.account, token)
    needed = set(call.operation.scopes if call.operation else ()) - set(call.account.scopes)
    if needed:
        raise errors.refusal(
            call, 403, 200, f"(#200) Requires {', '.join(sorted(needed))} permission to manage the object"
        )


def token_of(call: Call) -> str:
    """The token from the Authorization header (Bearer or OAuth), else from form, JSON or query."""
    kind, _, token = call.request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() in ("bearer", "oauth") else str(parameter(call, "access_token", ""))


def _check_proof(call: Call, account: Account, token: str) -> None:
    proof = str(parameter(call, "appsecret_proof", ""))
    if not proof:
        if account.data.get("require_appsecret_proof"):
            raise errors.refusal(
                call, 400, 100, "API calls from the server require an appsecret_proof argument", kind=errors.METHOD
            )
        return
    right = hmac.new((account.secret or "").encode(), token.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(proof.encode(), right.encode()):
        raise errors.refusal(call, 400, 100, "Invalid appsecret_proof provided in the API argument", kind=errors.METHOD)


def finish(call: Call, response: Response) -> None:
    """Graph's headers. A version that has ended is served by the oldest that still lives, and says so."""
    version = max(OLDEST, min(NEWEST, _number(call.args.get("version", "v25.0"))))
    response.headers["facebook-api-version"] = f"v{version[0]}.{version[1]}"
    response.headers["x-fb-trace-id"] = call.trace
    if call.accounts and "X-App-Usage" not in response.headers:
        used = call.store.scratch["facebook calls"] = call.store.scratch.get("facebook calls", 0) + 1
        percent = min(99, used * 100 // max(1, int(call.setting("calls_per_hour"))))
        usage = {"call_count": percent, "total_time": percent // 2, "total_cputime": percent // 2}
        response.headers["X-App-Usage"] = json.dumps(usage)
        response.headers["X-Business-Use-Case-Usage"] = json.dumps(
            {call.account.id: [{"type": "pages", **usage, "estimated_time_to_regain_access": 0}]}
        )


def _number(version: str) -> tuple[int, int]:
    major, _, minor = version.removeprefix("v").partition(".")
    return int(major), int(minor or 0)
