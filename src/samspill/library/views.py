"""Frozen files as the desk shows them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from samspill.library.freeze import FrozenFileError, read
from samspill.library.models import FrozenFile

YEAR = 365 * 24 * 3600


@require_safe
def frozen_file(request: HttpRequest, sha256: str) -> HttpResponse:
    """The frozen bytes themselves; 404 when they are missing or damaged. Wagtail checks that a person is signed in."""
    frozen = FrozenFile.objects.filter(sha256=sha256).first()
    if frozen is None:
        raise Http404
    try:
        data = read(sha256)
    except FrozenFileError as error:
        raise Http404 from error
    headers = {
        "Cache-Control": f"private, max-age={YEAR}, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline" if frozen.mime.startswith("image/") else "attachment",
    }
    return HttpResponse(data, content_type=frozen.mime, headers=headers)
