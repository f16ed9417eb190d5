"""The WSGI application: the API below each platform's name, the public's pages, the admin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from sandbox import media, pipeline
from sandbox.admin import Admin, seed_all
from sandbox.faults import FaultBook
from sandbox.feeds import Feeds
from sandbox.journal import Journal
from sandbox.registry import platforms
from sandbox.store import Store


class ApiRequest(Request):
    """Takes uploads of the platforms' own sizes; each platform sets its own limits."""

    max_form_memory_size = None
    max_form_parts = 2000


class App:
    """Callable as WSGI. `faults` and `journal` live as long as the process, `store` as long as its file."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.faults = FaultBook()
        self.journal = Journal()
        self.admin = Admin(store, self.faults, self.journal)
        self.feeds = Feeds(store)
        seed_all(store)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = ApiRequest(environ)
        return self.route(request)(environ, start_response)

    def route(self, request: Request) -> Callable[..., Iterable[bytes]]:
        """Decides who answers: admin, file, API or page."""
        first, _, rest = request.path.lstrip("/").partition("/")
        if first == "_sandbox":
            return self.admin.answer(request)
        if first == "_media":
            return self._file(rest)
        platform = platforms().get(first)
        if platform and re.match(platform.api, "/" + rest):
            return pipeline.answer(self.store, self.faults, self.journal, platform, request)
        return self.feeds.answer(request)

    def _file(self, path: str) -> Response:
        platform, _, id = path.partition("/")
        found = media.by_id(self.store, platform, id)
        if not found or not found.content:
            return NotFound("Filen finnes ikke.").get_response()
        headers = {
            "Cache-Control": "max-age=3600",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(found.content, mimetype=found.mime or "application/octet-stream", headers=headers)
