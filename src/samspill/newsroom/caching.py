"""Public pages may be kept by browsers and proxies: a short while, and then asked for again by ETag.

Nothing public looks at the session, so one answer serves everybody; only the language may differ, hence ``Vary``.
"""

from __future__ import annotations

from calendar import timegm
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers, set_response_etag
from django.utils.http import http_date

from samspill.newsroom.languages import chosen_language

PAGE_SECONDS, FEED_SECONDS = 60, 300


def public(
    request: HttpRequest,
    response: HttpResponse,
    *,
    changed_at: datetime | None = None,
    nothing_newer: bool = False,
    by_reader: bool = True,
    seconds: int = PAGE_SECONDS,
) -> HttpResponse:
    """Add the headers, or answer 304.

    ``changed_at`` becomes Last-Modified. It is compared with what the client has only when ``nothing_newer`` says that
    it covers all that is shown (a story also shows where else it was published since). ``by_reader``: the language
    follows the reader.
    """
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or response.streaming:
        return response
    if by_reader and not chosen_language(request):
        patch_vary_headers(response, ["Accept-Language"])
    patch_cache_control(response, public=True, max_age=seconds)
    set_response_etag(response)
    stamp = timegm(changed_at.utctimetuple()) if changed_at else None
    if stamp:
        response.headers["Last-Modified"] = http_date(stamp)
    answer = get_conditional_response(request, response.get("ETag"), stamp if nothing_newer else None, response)
    return answer if isinstance(answer, HttpResponse) else response


def private(response: HttpResponse) -> HttpResponse:
    """For previews and for pages behind a password."""
    patch_cache_control(response, private=True, no_store=True)
    return response
