"""Pages that are no Wagtail pages: search, the list of feeds, what robots ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.views.decorators.http import require_safe

from samspill.newsroom import caching, queries, tidy
from samspill.newsroom.languages import reader_language
from samspill.newsroom.listing import Hits
from samspill.newsroom.site import room_for

LONGEST_SEARCH = 200  # signs


def in_readers_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages whose language follows the reader: shown in it, and kept apart by it in caches."""

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(reader_language(request)):
            response = view(request, *args, **kwargs)
        return caching.public(request, response)

    return wrapped


@in_readers_language
def search(request: HttpRequest) -> HttpResponse:
    """Stories that hold all the words of ``?q=``."""
    words = tidy.line(request.GET.get("q", ""))[:LONGEST_SEARCH]
    context: dict[str, Any] = {"words": words, "searching": True}
    if words:
        context["listing"] = Hits(request, queries.found(words))
    return render(request, "newsroom/search.html", context)


@in_readers_language
def feeds(request: HttpRequest) -> HttpResponse:
    return render(request, "newsroom/feeds.html", {"subjects": queries.used_subjects()})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The desk and endless searches are no robot's business; the sitemap is."""
    lines = ["User-agent: *", "Disallow: /desk/", "Disallow: /sok/", "Disallow: /l/", ""]
    lines.append(f"Sitemap: {room_for(request).root_url}/sitemap.xml")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    return caching.public(request, response, by_reader=False, seconds=3600)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it where there is no page to tell them better: beside a feed, a picture, an error."""
    return HttpResponsePermanentRedirect(static("newsroom/mark.svg"))
