"""What a platform is to the rest of the sandbox, and what one call to it carries."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox.accounts import Account
from sandbox.posts import Post
from sandbox.store import Store

if TYPE_CHECKING:
    from sandbox.faults import Fault


class Refusal(Exception):
    """The platform says no; `response` is how it says it."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


@dataclass
class Call:
    """One request to a platform's API. `take(kind)` hands out an injected fault of that kind, once.

    `created` is the id of the post that the call made, set by the handler.
    """

    request: Request
    store: Store
    platform: Platform
    operation: Operation | None
    args: dict[str, str]
    take: Callable[[str], Fault | None]
    accounts: list[Account] = field(default_factory=list)
    created: str | None = None
    trace: str = field(default_factory=lambda: secrets.token_urlsafe(8))

    @property
    def account(self) -> Account:
        return self.accounts[0]

    @property
    def server(self) -> str:
        """The server's own address, without a slash at the end."""
        return self.request.host_url.rstrip("/")

    @property
    def base(self) -> str:
        """The platform's base address, without a slash at the end."""
        return f"{self.server}/{self.platform.name}"

    def setting(self, name: str) -> Any:
        return self.store.setting(self.platform.name, name, self.platform.settings[name])

    def seconds(self, kind: str, setting: str) -> float:
        """A duration from an injected fault of `kind`, else from the platform's setting."""
        fault = self.take(kind)
        return float(fault.params["seconds"] if fault else self.setting(setting))


def never(call: Call) -> bool:
    return False


def always(call: Call) -> bool:
    return True


@dataclass(frozen=True)
class Operation:
    """One endpoint. `id` is the contract's operationId, `path` a werkzeug rule below the base address.

    `creates_post` tells whether a call makes something that the public sees: some faults wait for that.
    """

    id: str
    method: str
    path: str
    handler: Callable[[Call], Response]
    creates_post: Callable[[Call], bool] = never
    scopes: tuple[str, ...] = ()
    open: bool = False  # asks for no key: pages where a person lets an app in, and where the app fetches its key


@dataclass(frozen=True)
class Piece:
    """A part of a text as the public sees it: plain when `href` is empty; `kind` is link, tag or mention."""

    text: str
    href: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Page:
    """A public address below the platform's base: a regular expression whose groups fill `key`.

    `template` is `post` (key = the post's id) or `profile` (key = the account's handle or id).
    """

    pattern: str
    template: str
    key: str


@dataclass(frozen=True)
class Platform:
    """Everything a platform's folder declares; its `__init__` names it `PLATFORM`.

    `api` is a regular expression for paths (below the base address) that belong to the API;
    the others are the public's pages. `error` makes the platform's own body for a status,
    with parameters from an injected fault. `duplicate` refuses a duplicate, naming an earlier
    id where the platform does. `public` shows a post as the public sees it, `rich` its text with
    what can be pressed; `pages` are the addresses of posts and profiles; `tint` colours the start page.
    """

    name: str
    title: str
    api: str
    operations: tuple[Operation, ...]
    accounts: tuple[Account, ...]
    settings: dict[str, Any]
    scopes: tuple[str, ...]
    admit: Callable[[Call], None]
    finish: Callable[[Call, Response], None]
    error: Callable[[Call, int, dict[str, Any]], Response]
    unknown: Callable[[Call, bool], Response]
    duplicate: Callable[[Call, str | None, dict[str, Any]], Response]
    public: Callable[[Store, Post, str], dict[str, Any]]
    new_account: Callable[[Store, dict[str, Any]], Account]
    rich: Callable[[Store, Post], list[Piece]]
    pages: tuple[Page, ...]
    tint: str
    converters: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def map(self) -> Map:
        rules: Iterable[Rule] = [Rule(o.path, methods=[o.method], endpoint=o) for o in self.operations]
        return Map(list(rules), converters=self.converters, strict_slashes=True)


def answer(
    body: Any,
    status: int = 200,
    headers: dict[str, str] | None = None,
    content_type: str = "application/json; charset=utf-8",
) -> Response:
    """A JSON answer; `body` None means none at all."""
    text = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    response = Response(text, status=status, headers=headers)
    if body is not None:
        response.headers["Content-Type"] = content_type
    else:
        response.headers.pop("Content-Type", None)
    return response
