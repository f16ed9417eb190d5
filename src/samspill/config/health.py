"""Is the process alive, and is the whole ready? For load balancers and monitoring."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from samspill.config.readiness import failures


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything works, else 503 with what fails: name and reason."""
    failing = failures()
    status = {"status": "failing", "failing": failing} if failing else {"status": "ok", "failing": {}}
    return JsonResponse(status, status=503 if failing else 200, json_dumps_params={"ensure_ascii": False})
