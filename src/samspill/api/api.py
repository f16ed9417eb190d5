"""The API itself: its routers, and how every error becomes a problem in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from samspill.api import field_words, parser, problems
from samspill.api.problems import ApiProblem
from samspill.api.routes import channels, deliveries, holds, me, pictures, stories, versions
from samspill.publishing.four_eyes import OwnTextError

log = structlog.get_logger(__name__)

api = NinjaAPI(
    title="Samspill",
    version="1",
    docs_url=None,
    openapi_url=None,  # ``views.py`` serves it, with what ninja does not know
    urls_namespace="samspill_api",
    parser=parser.StrictParser(),
)
api.add_router("", me.router)
api.add_router("/stories", stories.router)
api.add_router("", versions.router)
api.add_router("/deliveries", deliveries.router)
api.add_router("/holds", holds.router)
api.add_router("", channels.router)
api.add_router("/pictures", pictures.router)


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(error)


def _validation(request: HttpRequest, error: Any) -> HttpResponse:
    sent = parser.sent(request) if request.content_type == "application/json" else None
    return problems.answer(ApiProblem("invalid", errors=field_words.field_errors(error.errors, sent)))


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    """Ninja's own errors; what the parser found stands behind a body that it could not read."""
    cause: Any = error.__cause__
    if isinstance(cause, ApiProblem):
        return problems.answer(cause)
    if isinstance(cause, RequestDataTooBig):
        return problems.answer(ApiProblem("too_large"))
    return problems.answer(ApiProblem("bad_request"))


def _unforeseen(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("api_failed", path=request.path, exc_info=error)
    return problems.answer(ApiProblem("server_error"))


api.add_exception_handler(Exception, _unforeseen)
api.add_exception_handler(ApiProblem, _problem)
api.add_exception_handler(ValidationError, _validation)
api.add_exception_handler(HttpError, _http)


def _always(code: str) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: problems.answer(ApiProblem(code))


for _error, _code in (
    (AuthenticationError, "unauthorized"),
    (Throttled, "too_many_requests"),
    (Http404, "not_found"),
    (PermissionDenied, "forbidden"),
    (OwnTextError, "own_text"),
    (RequestDataTooBig, "too_large"),
    (TooManyFilesSent, "too_large"),
    (SuspiciousOperation, "bad_request"),
    (MultiPartParserError, "bad_request"),
):
    api.add_exception_handler(_error, _always(_code))
