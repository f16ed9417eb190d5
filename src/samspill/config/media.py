"""Pictures and other uploaded files, served by the web process itself so that no second server is needed.

Uploaded files are hostile until proved otherwise: only pictures open in the browser, the rest is downloaded, and none
may run a script. Documents are served by wagtail.documents alone, which asks about permissions.
"""

from __future__ import annotations

import mimetypes

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"}
PRIVATE_FOLDERS = ("documents", "wagtail_uploads")  # the latter: set aside while an upload is being described
KEPT_SECONDS = 365 * 24 * 3600  # Wagtail's renditions get a new name with each change


@require_safe
def serve_media(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file ``name`` below MEDIA_ROOT; 404 for documents and for hidden files."""
    parts = name.split("/")  # an empty part, as in "//documents", would lead past the test for private folders
    if parts[0] in PRIVATE_FOLDERS or any(not part or part.startswith(".") for part in parts):
        raise Http404
    try:
        response = serve(request, name, document_root=str(settings.MEDIA_ROOT))
    except (ValueError, OSError) as error:  # NUL in the name, a name too long
        raise Http404 from error
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind not in SHOWN:
        response.headers["Content-Disposition"] = "attachment"
        kind = "application/octet-stream"
    response.headers["Content-Type"] = kind
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}, immutable"
    return response
