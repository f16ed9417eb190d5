"""The short address of a delivery: leads home, counts without tracking."""

from __future__ import annotations

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from samspill.delivery.models import Delivery


@require_safe
def short_address(request: HttpRequest, code: str) -> HttpResponse:
    """Redirect to the story. Counts a GET as a click; keeps neither address nor browser of the reader."""
    delivery = Delivery.objects.filter(code=code.lower()).select_related("page").first()
    if delivery is None:
        raise Http404
    target: str | None = delivery.destination
    if not target and delivery.page is not None and delivery.page.live:
        target = delivery.page.get_url(request)
    if not target:
        raise Http404
    if request.method == "GET" and delivery.is_out:
        Delivery.objects.filter(pk=delivery.pk).update(clicks=F("clicks") + 1)
    answer = HttpResponseRedirect(target)
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
