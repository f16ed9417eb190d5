"""What every request passes through: an id to follow, and a content security policy."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from samspill.language.accept import desk_language

GetResponse = Callable[[HttpRequest], HttpResponse]
UNLOGGED = ("/healthz", "/readyz", "/metrics")
log = structlog.get_logger(__name__)
_TRACE = re.compile(r"[0-9a-f-]{8,36}")

_PUBLIC_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
# Wagtail's admin uses inline styles, inline scripts (widgets hydrated in place) and blob: previews; never other hosts.
_DESK_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
LARGEST_UPLOAD, LARGEST_FORM = 120 * 1024**2, 1024**2  # bytes; LinkedIn takes documents of 100 MB
_PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


def in_desk(request: HttpRequest) -> bool:
    """True for the editors' pages, Django's own admin included."""
    return request.path.startswith("/desk/")


class TraceMiddleware:
    """One id follows a story from click to platform: bound here, and left on what it sends (delivery.trace)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "").lower()
        trace = given if _TRACE.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(trace=trace)
        began = time.monotonic()
        try:
            response = self.get_response(request)
            if request.path not in UNLOGGED:
                milliseconds = round((time.monotonic() - began) * 1000)
                log.info(  # the path alone: a query may hold what somebody searched for
                    "request", method=request.method, path=request.path, status=response.status_code, ms=milliseconds
                )
        finally:
            structlog.contextvars.clear_contextvars()
        response.headers["X-Request-ID"] = trace
        return response


class ContentSecurityPolicyMiddleware:
    """Nothing is fetched from other hosts; public pages run no inline script and no inline style."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = _DESK_POLICY if in_desk(request) else _PUBLIC_POLICY
        also = getattr(response, "form_action", "")  # a form whose answer sends the person on, to let us in there
        if also:
            policy = policy.replace("form-action 'self'", f"form-action 'self' {also}")
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response


class BodyLimitMiddleware:
    """Nobody fills the disk: an upload is put aside whole before anyone asks who sends it.

    What is larger than the largest document a platform takes is refused unread, and so is more than a form's worth
    from somebody without a session. Without a length the body counts as empty, by WSGI.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/v1/"):
            return self.get_response(request)  # has limits of its own (api/middleware.py)
        given = str(request.META.get("CONTENT_LENGTH") or "0")
        length = int(given) if given.isdecimal() and len(given) < 16 else LARGEST_UPLOAD + 1
        in_session = in_desk(request) and settings.SESSION_COOKIE_NAME in request.COOKIES
        if length > (LARGEST_UPLOAD if in_session else LARGEST_FORM):
            return HttpResponse(
                _("Dette er større enn vi tar imot (%(mb)s MB).") % {"mb": LARGEST_UPLOAD // 1024**2},
                status=413,
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)


class DeskLanguageMiddleware:
    """The desk speaks the user's language; public pages activate their own later on, from bokmål."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = desk_language(request.headers.get("Accept-Language", "")) if in_desk(request) else "nb"
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            return self.get_response(request)
