"""What comes to the API and never reaches it, and what Django answers in its place: a problem in words, each time.

Stands outside the other limits: the API has its own, larger one for pictures and smaller for the rest.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from samspill.api import problems
from samspill.api.problems import ROOT, ApiProblem
from samspill.library.decode import MAX_BYTES

LARGEST_JSON = 1024**2  # bytes
LARGEST_PICTURE = MAX_BYTES + 256 * 1024  # the file, and the fields around it
_CODE_OF = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    411: "length_required",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}
_KEPT_HEADERS = ("Allow", "Retry-After")


def in_api(request: HttpRequest) -> bool:
    return request.path.startswith(ROOT)


class ApiMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not in_api(request):
            return self.get_response(request)
        with translation.override("nb"):
            refused = _too_large(request)
            return refused or _in_words(self.get_response(request))


def _too_large(request: HttpRequest) -> HttpResponse | None:
    """Before a byte of the body is read."""
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        return problems.answer(ApiProblem("length_required"))
    given = str(request.META.get("CONTENT_LENGTH") or "0")
    length = int(given) if given.isdecimal() and len(given) < 16 else LARGEST_PICTURE + 1
    pictures = request.path == f"{ROOT}pictures" and request.content_type == "multipart/form-data"
    limit = LARGEST_PICTURE if pictures else LARGEST_JSON
    if length > limit:
        said = _("Grensen er %(limit)s MB. Vi har ikke lest det du sendte, og lagret ingenting.")
        return problems.answer(ApiProblem("too_large", said % {"limit": limit // 1024**2}))
    return None


def _in_words(response: HttpResponse) -> HttpResponse:
    """An error that Django itself answered, with a page or with nothing."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith(problems.MEDIA_TYPE):
        return response
    code = _CODE_OF.get(response.status_code, "server_error" if response.status_code >= 500 else "bad_request")
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    return problems.answer(ApiProblem(code, headers=headers))
