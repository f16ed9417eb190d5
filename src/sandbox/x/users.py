"""Users on X: me, by id, by name."""

from __future__ import annotations

from werkzeug.wrappers import Response

from sandbox import accounts
from sandbox.accounts import Account
from sandbox.platform import Call, answer
from sandbox.x import present, problems, query


def me(call: Call) -> Response:
    return _shown(call, call.account, "id", call.account.id)


def by_id(call: Call) -> Response:
    return _shown(call, accounts.by_id(call.store, "x", call.args["id"]), "id", call.args["id"])


def by_username(call: Call) -> Response:
    name = call.args["username"]
    return _shown(call, accounts.by_handle(call.store, "x", name), "username", name)


def _shown(call: Call, account: Account | None, parameter: str, value: str) -> Response:
    asked = query.read(call, query.USER_QUERY)
    if account is None:
        return answer({"errors": [problems.missing("user", value, parameter)]})
    return answer({"data": present.user_shape(call, account, asked["user.fields"])})
