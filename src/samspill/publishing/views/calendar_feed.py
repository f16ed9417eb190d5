"""The plan as iCalendar: the secret address, and the desk's page where it is made, renewed and ended."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from samspill.publishing import calendar_grid as grid
from samspill.publishing import plan_address


@never_cache
@require_safe
@sensitive_variables("key")
def feed(request: HttpRequest) -> HttpResponse:
    """The plan for whoever has a key; a wrong, old or missing one finds nothing."""
    key = request.GET.get(plan_address.PARAMETER, "")
    user = plan_address.reader(key)
    if user is None:  # no page of the newsroom's: whatever draws one may write the whole address to a log
        return HttpResponseNotFound(_("Finnes ikke."), content_type="text/plain; charset=utf-8")
    with translation.override(_language_of(user)):
        content = plan_address.write(user, grid.now())
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="plan.ics"'
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _language_of(user: object) -> str:
    """The language that the person reads the desk in."""
    profile = getattr(user, "wagtail_userprofile", None)
    return str(profile.get_preferred_language()) if profile is not None else "nb"


@never_cache
@permission_required("delivery.view_delivery", raise_exception=True)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Each person's own address: it is shown once, when it is made."""
    made = ""
    if request.method == "POST" and request.POST.get("gjor") == "slett":
        plan_address.end(request.user)
        messages.success(request, _("Adressen er slått av, og virker ikke lenger."))
        return redirect("desk_calendar_address")
    if request.method == "POST":
        made = plan_address.make(request.user)
    there = plan_address.of(request.user)
    context = {
        "header_title": _("Kalender"),
        "header_icon": "calendar-alt",
        "breadcrumbs_items": [{"url": reverse("desk_calendar"), "label": _("Kalender")}],
        "address": made,
        "made_at": there.made_at if there else None,
    }
    answer = render(request, "publishing/calendar_address.html", context)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
