"""«Stopp alt»: stop, see what is stopped, and go through it before anything goes out again."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from samspill.delivery import hold as holds
from samspill.delivery.hold import HoldError
from samspill.delivery.models import Hold, HoldAnswer
from samspill.desk import hold_form, hold_words
from samspill.publishing import hold_items, hold_review
from samspill.publishing.hold_review import UnansweredError

LATEST = 20  # ended holds in the list


def _frame() -> dict[str, Any]:
    crumbs = [{"url": reverse("desk_holds"), "label": _("Stopp")}]
    return {"header_title": _("Stopp"), "header_icon": "s-pause", "breadcrumbs_items": crumbs}


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("delivery.view_delivery", raise_exception=True)
def stops(request: HttpRequest) -> HttpResponse:
    """What is stopped, the form that stops, and what was stopped before. ``?hva=kanal-3`` chooses beforehand."""
    error = ""
    if request.method == "POST":
        if not request.user.has_perm("delivery.place_hold"):
            raise PermissionDenied
        target = hold_form.target(request.POST.get("hva", ""))
        try:
            if target is None:
                error = "scope_missing"
            else:
                return _placed(request, holds.place(request.user, request.POST.get("grunn", ""), **target))  # type: ignore[arg-type]
        except HoldError as refused:
            if refused.hold is not None:
                messages.warning(request, _("Dette er stoppet allerede. Her ser du av hvem, og hvorfor."))
                return redirect("desk_hold", refused.hold.pk)
            error = refused.code
    now = holds.open_holds()
    context = {
        **_frame(),
        "breadcrumbs_items": [{"url": "", "label": _("Stopp")}],
        "open": [hold_words.shown(hold) for hold in now],
        "ended": [hold_words.shown(hold) for hold in _ended()],
        "may": request.user.has_perm("delivery.place_hold"),
        "scopes": hold_form.scopes(now) if request.user.has_perm("delivery.place_hold") else [],
        "chosen": (request.POST or request.GET).get("hva", "alt"),
        "reason": request.POST.get("grunn", ""),
        "error": error,
        "longest": holds.LONGEST_REASON,
    }
    return render(request, "desk/holds.html", context, status=400 if error else 200)


def _ended() -> list[Hold]:
    rows = Hold.objects.exclude(released_at=None).select_related("brand", "channel", "by", "released_by")
    return list(rows.order_by("-released_at")[:LATEST])


def _placed(request: HttpRequest, hold: Hold) -> HttpResponse:
    said = _("Stoppet. Ingenting av dette går ut før noen har gått gjennom det.")
    if hold.under_way:
        said += " " + ngettext(
            "%(count)d innlegg var allerede på vei, og kan ha kommet ut.",
            "%(count)d innlegg var allerede på vei, og kan ha kommet ut.",
            hold.under_way,
        ) % {"count": hold.under_way}
    messages.success(request, said)
    return redirect("desk_hold", hold.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("delivery.view_delivery", raise_exception=True)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One hold: go through what it stopped. ``slutt`` in the form also ends it, when nothing is left."""
    if request.method == "POST":
        hold_review.check_may(request.user)
    hold = get_object_or_404(Hold.objects.select_related("brand", "channel", "by", "released_by"), pk=pk)
    if request.method == "POST":
        if not hold.is_open:
            messages.warning(request, _("Stoppen er opphevet av en kollega. Ingenting er endret av det du valgte."))
            return redirect("desk_hold", pk)
        return _carry_out(request, hold)
    found = hold_items.items(hold) if hold.is_open else []
    return _show(request, hold, hold_form.Sheet([hold_form.Row(item) for item in found]))


def _carry_out(request: HttpRequest, hold: Hold) -> HttpResponse:
    sheet = hold_form.read(request.POST, hold_items.items(hold))
    outcome = hold_review.answer(hold, request.user, sheet.answers)
    refused = len(outcome.refused) + len(sheet.unknown)
    if outcome.done:
        _tell_done(request, len(outcome.done))
    if sheet.unknown:
        messages.warning(request, hold_words.refusal("gone"))
    for row in sheet.rows:
        if row.item.key in outcome.refused:
            row.error = hold_words.refusal(outcome.refused[row.item.key])
    if not (sheet.wrong or refused) and "slutt" in request.POST:
        try:
            hold_review.release(hold, request.user)
        except UnansweredError as unanswered:
            _tell_left(request, unanswered.count)
        except HoldError:
            messages.warning(request, _("En kollega opphevet stoppen før deg."))
        else:
            messages.success(request, _("Stoppen er opphevet. Nye innlegg går ut som vanlig igjen."))
        return redirect("desk_hold", hold.pk)
    if not (sheet.wrong or refused):
        if not outcome.done:
            messages.warning(request, _("Du har ikke valgt noe. Alt er fortsatt stoppet."))
        return redirect("desk_hold", hold.pk)
    left = {item.key: item for item in hold_items.items(hold)}
    rows = [row for row in sheet.rows if row.item.key in left or row.error]
    for row in rows:
        row.item = left.get(row.item.key, row.item)
    rows = [row for row in rows if row.item.key in left]
    if sheet.wrong and not any(row.error for row in rows):
        messages.warning(request, hold_words.refusal("gone"))
    return _show(request, hold, hold_form.Sheet(rows), status=409 if refused else 400)


def _tell_done(request: HttpRequest, count: int) -> None:
    said = ngettext("%(count)d er avgjort.", "%(count)d er avgjort.", count) % {"count": count}
    messages.success(request, said)


def _tell_left(request: HttpRequest, count: int) -> None:
    said = ngettext(
        "Stoppen gjelder fortsatt, for %(count)d er ikke avgjort.",
        "Stoppen gjelder fortsatt, for %(count)d er ikke avgjort.",
        count,
    )
    messages.warning(request, said % {"count": count})


def _show(request: HttpRequest, hold: Hold, sheet: hold_form.Sheet, status: int = 200) -> HttpResponse:
    stories, posts = hold_items.count(row.item for row in sheet.rows)
    context = {
        **_frame(),
        "hold": hold_words.shown(hold),
        "rows": sheet.rows,
        "wrong": sheet.wrong,
        "stories": stories,
        "posts": posts,
        "past": sum(row.item.past for row in sheet.rows),
        "may": hold.is_open and request.user.has_perm("delivery.release_hold"),
        "kinds": [(kind.value, kind.label) for kind in HoldAnswer.Kind if kind != HoldAnswer.Kind.MOVE],
        "every": request.POST.get("alle", ""),
        "coming": hold_items.COMING,
        "until": hold_words.until(hold_items.COMING),
        "others": [hold_words.shown(one) for one in holds.open_holds() if one.pk != hold.pk] if hold.is_open else [],
    }
    return render(request, "desk/hold.html", context, status=status)
