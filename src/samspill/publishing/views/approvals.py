"""The desk's pages for approval: what waits, and one story or post to read, approve or send back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.models import Page

from samspill.delivery.models import Delivery
from samspill.publishing import alone as alone_
from samspill.publishing import approve, four_eyes, previews, review, take_down, waiting
from samspill.publishing.approve import ApprovalError, OwnTextError, Seen
from samspill.publishing.models import Version
from samspill.publishing.review import Review
from samspill.publishing.stories import FourEyesPage

ON_A_PAGE = 50
LONGEST_NOTE = 5000  # signs


def frame() -> dict[str, Any]:
    """What the frame of a desk page needs: the section, and the way back to it."""
    label = _("Godkjenn")
    crumbs = [{"url": reverse("desk_approvals"), "label": label}]
    return {"header_title": label, "header_icon": "glasses", "breadcrumbs_items": crumbs}


@never_cache
def approvals(request: HttpRequest) -> HttpResponse:
    """Three lists: waits for me, waits for others, sent in by me."""
    if not four_eyes.may_see(request.user):
        raise PermissionDenied
    lists = waiting.for_user(request.user)
    tagged = [(name, item) for name in ("mine", "others", "sent") for item in getattr(lists, name)]
    page = Paginator(tagged, ON_A_PAGE).get_page(request.GET.get("p"))
    headings = {"mine": _("Venter på deg"), "others": _("Venter på andre"), "sent": _("Sendt inn av deg")}
    sections = [
        {
            "name": name,
            "heading": heading,
            "total": len(getattr(lists, name)),
            "items": [item for tag, item in page.object_list if tag == name],
        }
        for name, heading in headings.items()
    ]
    context = {**frame(), "sections": [one for one in sections if one["items"]], "pages": page, "lists": lists}
    return render(request, "publishing/approvals.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def story(request: HttpRequest, page_id: int) -> HttpResponse:
    """A story with its posts, or its posts alone once it is out."""
    if not four_eyes.may_see(request.user):
        raise PermissionDenied
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, FourEyesPage):
        raise PermissionDenied
    if request.method == "POST":
        return _act(request, page, None)
    return _show(request, review.of_story(page))


@never_cache
@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, version_id: int) -> HttpResponse:
    """A post without a story."""
    if not four_eyes.may_see(request.user):
        raise PermissionDenied
    version = get_object_or_404(approve.full(Version.objects.all()), pk=version_id)
    if version.page_id:
        return redirect("desk_approval", version.page_id)
    if request.method == "POST":
        return _act(request, None, version)
    return _show(request, review.of_post(version), version)


def _act(request: HttpRequest, page: Page | None, version: Version | None) -> HttpResponse:
    """Approve or send back. What cannot be done is told on the page, which then shows how it stands now."""
    here = reverse("desk_approval", args=[page.pk]) if page else reverse("desk_approval_post", args=[version.pk])  # type: ignore[union-attr]
    chosen = Version.objects.filter(page=page) if page else Version.objects.filter(pk=version.pk)  # type: ignore[union-attr]
    try:
        if request.POST.get("act") == "send_back":
            _send_back(request, page, chosen)
        else:
            _approve(request, page, chosen)
    except OwnTextError:
        return _show(request, _fresh(page, version), version, refused="own", status=403)
    except ApprovalError as error:
        pressed_twice = error.code == "not_submitted" and request.POST.get("act") != "send_back"
        if pressed_twice and approve.approved_just_now(page, chosen, request.user):
            return HttpResponseRedirect(here)  # it is done, as it was meant
        return _show(request, _fresh(page, version), version, refused=error.code, about=error.version, status=409)
    if request.POST.get("act") == "send_back":
        return redirect("desk_approvals")
    return HttpResponseRedirect(here)


def _fresh(page: Page | None, version: Version | None) -> Review:
    if page is not None:
        return review.of_story(Page.objects.get(pk=page.pk).specific)
    assert version is not None
    return review.of_post(approve.full(Version.objects.all()).get(pk=version.pk))


def _approve(request: HttpRequest, page: Page | None, chosen: Any) -> None:
    posts = ((name[2:], str(value)) for name, value in request.POST.items() if name.startswith("v-"))
    payloads = {int(number): value for number, value in posts if number.isdecimal()}
    seen = Seen(request.POST.get("story", ""), payloads)
    alone = None
    if request.POST.get("act") == "alone":
        alone = request.POST.get("reason", "")
    if page is not None and approve.waits(page):
        approve.approve_story(page, request.user, seen, alone=alone)
        messages.success(request, _("Saken og alt som følger den, er godkjent."))
    else:
        approve.approve_versions(page, chosen.filter(pk__in=payloads), request.user, seen, alone=alone)
        count = len(payloads)
        messages.success(
            request, ngettext("%(n)s innlegg er godkjent.", "%(n)s innlegg er godkjent.", count) % {"n": count}
        )


def _send_back(request: HttpRequest, page: Page | None, chosen: Any) -> None:
    note = request.POST.get("note", "").replace("\x00", "")[:LONGEST_NOTE]
    if page is not None:
        approve.send_back(page, request.user, note)
    else:
        approve.send_back_versions(chosen, request.user, note)
    messages.success(request, _("Sendt tilbake. Beskjeden din står øverst hos den som skriver."))


def _show(
    request: HttpRequest,
    shown: Review,
    version: Version | None = None,
    *,
    refused: str = "",
    about: Version | None = None,
    status: int = 200,
) -> HttpResponse:
    may = request.user.has_perm("publishing.approve_version")
    own = request.user.pk in shown.wrote
    context = {
        **frame(),
        "review": shown,
        "may": may and not own,
        "may_not": not may,
        "own": own and shown.waits,
        "may_alone": own and shown.waits and alone_.may(request.user),
        "reason": request.POST.get("reason", ""),
        "longest_reason": alone_.LONGEST_REASON,
        "refused": refused,
        "about": about,
        "only_changes": request.GET.get("vis") == "endringer" and shown.seen_before,
        "sheet": previews.style_sheet(),
        "count": len(shown.blocks),
        "edit_url": _edit_url(request.user, shown),
        "after": [] if shown.waits else _after(shown.page, version),
        "note": request.POST.get("note", ""),
    }
    return render(request, "publishing/approve.html", context, status=status)


def _edit_url(user: Any, shown: Review) -> str:
    page = shown.page
    if page is None or not page.permissions_for_user(user).can_edit():
        return ""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _after(page: Page | None, version: Version | None) -> list[dict[str, Any]]:
    """Where each post of an approved story stands now, with the way to its delivery."""
    rows = Delivery.objects.select_related("channel", "channel__brand", "version").filter(version__current=True)
    rows = rows.filter(page=page) if page else rows.filter(version=version)
    found = []
    for delivery in rows.order_by("channel__position", "id"):
        try:
            url = reverse("desk_delivery", args=[delivery.pk])
        except NoReverseMatch:
            url = ""
        found.append({"delivery": delivery, "url": url})
    return found


@never_cache
@require_http_methods(["GET", "POST"])
def take_down_story(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask, say what it does, and take a live story off the newsroom."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not take_down.may_take_down(request.user, page):
        raise PermissionDenied
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:LONGEST_NOTE]
    if request.method == "POST" and reason:
        take_down.take_down(page, request.user, reason)
        messages.success(request, _("Saken er tatt ned. Den ligger nå som kladd."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    context = {
        **frame(),
        "header_title": _("Saker"),
        "header_icon": "edit",
        "breadcrumbs_items": [{"url": reverse("wagtailadmin_explore_root"), "label": _("Saker")}],
        "story": page,
        "out": take_down.out_elsewhere(page),
        "waiting": take_down.waiting_elsewhere(page),
        "missing": request.method == "POST",
    }
    return render(
        request, "publishing/approve_take_down.html", context, status=400 if request.method == "POST" else 200
    )
