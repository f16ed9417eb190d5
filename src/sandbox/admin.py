"""`/_sandbox/…`: faults, accounts, settings, what the public sees and what was asked, as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox import accounts, posts
from sandbox.faults import BadFault, FaultBook
from sandbox.journal import Journal
from sandbox.platform import Platform, answer
from sandbox.registry import platforms
from sandbox.store import Store

URLS = Map(
    [
        Rule("/_sandbox/health", methods=["GET"], endpoint="health"),
        Rule("/_sandbox/reset", methods=["POST"], endpoint="reset"),
        Rule("/_sandbox/<platform>/faults", methods=["GET", "POST", "DELETE"], endpoint="faults"),
        Rule("/_sandbox/<platform>/faults/<int:id>", methods=["DELETE"], endpoint="faults"),
        Rule("/_sandbox/<platform>/accounts", methods=["GET", "POST"], endpoint="accounts"),
        Rule("/_sandbox/<platform>/settings", methods=["GET", "POST"], endpoint="settings"),
        Rule("/_sandbox/<platform>/posts", methods=["GET"], endpoint="posts"),
        Rule("/_sandbox/<platform>/requests", methods=["GET", "DELETE"], endpoint="requests"),
    ]
)


class Admin:
    """The sandbox's own controls. They ask for no key: the sandbox listens on loopback."""

    def __init__(self, store: Store, faults: FaultBook, journal: Journal) -> None:
        self.store, self.faults_book, self.journal = store, faults, journal

    def answer(self, request: Request) -> Response:
        try:
            endpoint, matched = URLS.bind("", "/").match(request.path, method=request.method)
            args = dict(matched)
            if "platform" in args:
                if args["platform"] not in platforms():
                    raise NotFound(f"no platform {args['platform']}; there are: {', '.join(platforms())}")
                args["platform"] = platforms()[args["platform"]]
            return getattr(self, endpoint)(request, **args)
        except HTTPException as error:
            return answer({"error": error.description}, error.code or 500)

    def health(self, request: Request) -> Response:
        return answer({"status": "ok", "platforms": list(platforms()), "state": self.store.path})

    def reset(self, request: Request) -> Response:
        self.forget(bool(_json(request).get("keep_accounts")))
        return answer({"reset": True})

    def forget(self, keep_accounts: bool = False) -> None:
        """Everything as at the first start: posts, media, faults, settings, requests."""
        self.faults_book.clear()
        self.journal.clear()
        with self.store.lock:
            self.store.clear(keep_accounts)
            seed_all(self.store)

    def faults(self, request: Request, platform: Platform, id: int | None = None) -> Response:
        if request.method == "DELETE":
            self.faults_book.clear(platform.name, id)
            return answer(None, 204)
        if request.method == "GET":
            return answer([f.shown() for f in self.faults_book.of(platform.name)])
        body = _json(request)
        try:
            added = self.faults_book.add(platform.name, body if isinstance(body, list) else [body])
        except (BadFault, TypeError, ValueError) as error:
            raise BadRequest(str(error)) from error
        return answer([f.shown() for f in added], 201)

    def accounts(self, request: Request, platform: Platform) -> Response:
        if request.method == "POST":
            body = _json(request)
            for one in body if isinstance(body, list) else [body]:
                try:
                    accounts.save(self.store, platform.new_account(self.store, one))
                except (KeyError, TypeError, ValueError) as error:
                    raise BadRequest(f"account: {error}") from error
        shown = [
            {
                "id": a.id,
                "handle": a.handle,
                "name": a.name,
                "token": a.token,
                "secret": a.secret,
                "scopes": a.scopes,
                "seed": a.seed,
                **a.data,
            }
            for a in accounts.every(self.store, platform.name)
        ]
        return answer(shown, 201 if request.method == "POST" else 200)

    def settings(self, request: Request, platform: Platform) -> Response:
        if request.method == "POST":
            wanted = _json(request)
            unknown = set(wanted) - set(platform.settings)
            if unknown:
                raise BadRequest(
                    f"no setting {', '.join(sorted(unknown))}; there are: {', '.join(sorted(platform.settings))}"
                )
            for name, value in wanted.items():
                self.store.set_setting(platform.name, name, value)
        return answer(
            {name: self.store.setting(platform.name, name, default) for name, default in platform.settings.items()}
        )

    def posts(self, request: Request, platform: Platform) -> Response:
        base = request.host_url.rstrip("/")
        with_deleted = request.args.get("deleted") in ("1", "true")
        with self.store.lock:
            found = [
                p
                for p in posts.newest(self.store, platform.name, request.args.get("account"), with_deleted)
                if p.deleted or p.public()
            ]
            return answer([public(self.store, platform, p, base) for p in found])

    def requests(self, request: Request, platform: Platform) -> Response:
        if request.method == "DELETE":
            self.journal.clear(platform.name)
            return answer(None, 204)
        found = self.journal.of(platform.name)
        operation, since = request.args.get("operation"), request.args.get("since", 0, int)
        return answer([e for e in found if e["id"] > since and operation in (None, e["operation"])])


def public(store: Store, platform: Platform, post: posts.Post, base: str) -> dict[str, Any]:
    """A post as the public sees it, in the same shape for every platform. Times are ISO 8601, UTC."""
    own = platform.public(store, post, base)
    return {
        "id": post.id,
        "account": post.account,
        "text": post.text,
        "raw_text": post.raw_text,
        "pictures": [],
        "links": [],
        "document": None,
        "time": iso(post.created),
        "edited": iso(post.updated) if post.updated > post.created else None,
        "deleted": post.deleted is not None,
        **own,
    }


def iso(seconds: float) -> str:
    """Unix seconds as ISO 8601 in UTC, with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seed_all(store: Store) -> None:
    """The documented accounts of every platform."""
    for platform in platforms().values():
        accounts.seed(store, list(platform.accounts))


def _json(request: Request) -> Any:
    if not request.get_data():
        return {}
    body = request.get_json(force=True, silent=True)
    if body is None:
        raise BadRequest("the body is not JSON")
    return body
