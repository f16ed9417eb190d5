"""Who may call: a short key for most, the renewal key for renewing, nothing for what anyone may read."""

from __future__ import annotations

from sandbox import accounts
from sandbox.bluesky import errors, limits, sessions
from sandbox.platform import Call

ANYONE, KEY, RENEWAL = (), ("key",), ("renewal",)


def admit(call: Call) -> None:
    """Lets the call in or refuses it: 401 without a key, 400 with a bad one, 403 for a closed account, 429."""
    needed = call.operation.scopes if call.operation else ANYONE
    if needed:
        _let_in(call, needed == RENEWAL)
    whose = call.accounts[0].id if call.accounts else ""
    if call.operation and call.operation.id == "com.atproto.server.createSession":
        body = call.request.get_json(silent=True)
        whose = str(body.get("identifier")) if isinstance(body, dict) else ""
    limits.spend(call, whose)


def _let_in(call: Call, renewal: bool) -> None:
    kind, _, token = call.request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise errors.refusal(401, "AuthMissing", "Authentication Required")
    # The documented key never runs out, so that a demo needs no renewing; it opens nothing but posting.
    found = [] if renewal else accounts.by_token(call.store, "bluesky", token.strip())
    if not found:
        told = sessions.claims(token.strip(), sessions.RENEWAL if renewal else sessions.ACCESS)
        account = accounts.by_id(call.store, "bluesky", told["sub"])
        if account is None:
            raise errors.refusal(403, "AccountNotFound", "Account not found")
        found = [account]
        call.args["jti"] = told.get("jti", "")
    call.accounts = found
    status = call.account.data.get("status")
    if status == "takendown":
        raise errors.refusal(403, "AccountTakedown", "Account has been taken down")
    if status and call.operation and call.operation.id.startswith("com.atproto.repo."):
        raise errors.refusal(403, "AccountDeactivated", "Account is deactivated")
