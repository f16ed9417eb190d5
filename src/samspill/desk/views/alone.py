"""What one person published alone: to be read by a second one afterwards."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.models import Page, Revision

from samspill.delivery import facts
from samspill.delivery.models import Alone
from samspill.publishing import alone


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("publishing.view_version", raise_exception=True)
def published_alone(request: HttpRequest, pk: int) -> HttpResponse:
    """The texts as they were approved, the reason, and «Jeg har lest det»."""
    if request.method == "POST" and not request.user.has_perm("publishing.approve_version"):
        raise PermissionDenied
    row = get_object_or_404(Alone.objects.select_related("by", "read_by"), pk=pk)
    if request.method == "POST":
        if alone.confirm_read(row, request.user):
            messages.success(request, _("Notert at du har lest det."))
        else:
            messages.success(request, _("En kollega hadde lest det allerede."))
        return redirect("desk_alone", pk)
    page = Page.objects.filter(pk=row.page_id).first() if row.page_id else None
    revision = Revision.objects.filter(pk=row.revision).first() if row.revision else None
    deliveries = facts.with_all_that_words_need(row.deliveries.order_by("channel__position", "pk"))
    context = {
        "row": row,
        "page": page,
        "story": revision.as_object() if revision else None,
        "edit": bool(page and page.specific.permissions_for_user(request.user).can_edit()),
        "posts": list(deliveries),
        "may": row.read_at is None and alone.may_read(request.user, row),
        "own": request.user.pk == row.by_id,
        "header_title": _("Publisert alene"),
        "header_icon": "group",
        "breadcrumbs_items": [{"url": reverse("wagtailadmin_home"), "label": _("Oversikt")}],
    }
    return render(request, "desk/alone.html", context)
