"""Frozen files as the desk shows them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from samspill.library.freeze import FrozenFileError, read
from samspill.library.models import FrozenFile

MAY_SEE = ("publishing.view_version", "delivery.view_delivery")
YEAR = 365 * 24 * 3600


@require_safe
def frozen_file(request: HttpRequest, sha256: str) -> HttpResponse:
    """The frozen bytes themselves, for whoever may read posts or deliveries; 404 when they are missing or damaged."""
    if not any(request.user.has_perm(right) for right in MAY_SEE):  # type: ignore[union-attr]
        raise PermissionDenied
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
