"""The public's pages: a start page, and each platform's feed, posts and profiles."""

from __future__ import annotations

import mimetypes
import re
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, select_autoescape
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from sandbox import accounts, admin, posts, words
from sandbox.platform import Platform
from sandbox.posts import Post
from sandbox.registry import platforms
from sandbox.store import Store

ON_A_PAGE = 30
# Nothing is fetched from anywhere else, nothing is run.
POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Feeds:
    """Draws pages from the store. A platform's own templates and styles lie in its folder."""

    def __init__(self, store: Store) -> None:
        self.store = store
        own = PrefixLoader({name: PackageLoader(f"sandbox.{name}", "templates") for name in platforms()})
        self.env = Environment(
            loader=ChoiceLoader([own, PackageLoader("sandbox", "templates")]),
            autoescape=select_autoescape(default=True),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.env.globals.update(words=words, platforms=platforms())

    def answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response("Denne adressen kan bare leses.", 405)
        first, _, rest = request.path.lstrip("/").partition("/")
        if first == "_static":
            return self._static(rest)
        if not first:
            return self._page(
                "start.html",
                200,
                counts={name: sum(1 for p in posts.newest(self.store, name) if p.public()) for name in platforms()},
            )
        platform = platforms().get(first)
        if platform is None:
            return self._page("missing.html", 404)
        if not rest:
            return self._feed(request, platform) if not request.path.endswith("/") else redirect(f"/{first}", 301)
        return self._below(request, platform, "/" + rest)

    def _below(self, request: Request, platform: Platform, path: str) -> Response:
        for page in platform.pages:
            match = re.fullmatch(page.pattern, path)
            if not match:
                continue
            key = page.key.format(**match.groupdict())
            if page.template == "post":
                post = posts.by_id(self.store, platform.name, key)
                if post and post.public():
                    return self._page(
                        f"{platform.name}/post.html",
                        200,
                        platform=platform,
                        item=self._item(platform, post, request),
                        author=self._author(platform, post),
                    )
            else:
                account = accounts.by_handle(self.store, platform.name, key) or accounts.by_id(
                    self.store, platform.name, key
                )
                if account:
                    return self._feed(request, platform, account)
        return self._page(f"{platform.name}/gone.html", 404, platform=platform)

    def _feed(self, request: Request, platform: Platform, profile: accounts.Account | None = None) -> Response:
        found = [p for p in posts.newest(self.store, platform.name, profile.id if profile else None) if p.public()]
        number = max(1, request.args.get("side", 1, int))
        shown = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
        return self._page(
            f"{platform.name}/feed.html",
            200,
            platform=platform,
            profile=profile,
            number=number,
            items=[self._item(platform, p, request) for p in shown],
            more=len(found) > number * ON_A_PAGE,
            total=len(found),
        )

    def _item(self, platform: Platform, post: Post, request: Request) -> dict[str, Any]:
        base = request.host_url.rstrip("/")
        with self.store.lock:
            return {
                **admin.public(self.store, platform, post, base),
                "rich": platform.rich(self.store, post),
                "author": self._author(platform, post),
            }

    def _author(self, platform: Platform, post: Post) -> accounts.Account:
        found = accounts.by_id(self.store, platform.name, post.account)
        return found or accounts.Account(platform.name, post.account, "ukjent", "Ukjent konto")

    def _page(self, template: str, status: int, **context: Any) -> Response:
        if "platform" in context:
            context["accounts"] = accounts.every(self.store, context["platform"].name)
        html = self.env.get_template(template).render(context)
        return Response(
            html,
            status,
            mimetype="text/html",
            headers={
                "Content-Security-Policy": POLICY,
                "Referrer-Policy": "no-referrer",
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    def _static(self, path: str) -> Response:
        owner, _, name = path.rpartition("/")
        package = f"sandbox.{owner}" if owner in platforms() else "sandbox"
        if not re.fullmatch(r"[a-z]+\.(css|svg)", name) or owner not in ("", *platforms()):
            return Response("Filen finnes ikke.", 404)
        try:
            content = files(package).joinpath("static", name).read_bytes()
        except OSError:
            return Response("Filen finnes ikke.", 404)
        kind = mimetypes.guess_type(name)[0] or "text/plain"
        return Response(content, mimetype=kind, headers={"Cache-Control": "no-cache"})
