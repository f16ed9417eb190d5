"""Moving in the calendar: the form with date and time, what a move would do, and the move itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin import messages

from samspill.publishing import calendar_grid as grid
from samspill.publishing import calendar_items, calendar_words, crowding, plan_moves, walltime
from samspill.publishing.calendar_items import Item
from samspill.publishing.plan_moves import MoveError, Target, Why

MOVE = "publishing.write_version"


class WhenForm(forms.Form):
    """A wall time in Oslo."""

    dato = forms.DateField(
        error_messages={
            "required": gettext_lazy("Velg en dato."),
            "invalid": gettext_lazy("Datoen finnes ikke. Skriv den slik: 03.03.2026."),
        }
    )
    tid = forms.TimeField(
        error_messages={
            "required": gettext_lazy("Velg et klokkeslett."),
            "invalid": gettext_lazy("Klokkeslettet finnes ikke. Skriv det slik: 14.05."),
        }
    )

    def clean_dato(self) -> date:
        day: date = self.cleaned_data["dato"]
        if not grid.FIRST_YEAR < day.year < grid.LAST_YEAR:
            raise forms.ValidationError(_("Velg en dato i dette hundreåret."))
        return day


def _targets(data: Any) -> list[Target]:
    return plan_moves.read(data.getlist("hva"))


@permission_required(MOVE, raise_exception=True)
@require_GET
def effect(request: HttpRequest) -> JsonResponse:
    """What a move would do, in words; nothing is changed."""
    form, targets = WhenForm(request.GET), _targets(request.GET)
    if not form.is_valid():
        return JsonResponse({"ok": False, "say": _first_error(form)})
    day, at = form.cleaned_data["dato"], form.cleaned_data["tid"]
    try:
        found = plan_moves.weigh(request.user, targets, day, at)
    except MoveError as error:
        return JsonResponse({"ok": False, "say": calendar_words.refused(error)})
    said = [calendar_words.effect(found), _new_trouble(request.user, found)]
    answer = {"ok": True, "say": " ".join(filter(None, said)), "ask": bool(found.reapprove)}
    return JsonResponse({**answer, "when": calendar_words.day_and_clock(found.to.instant)})


def _new_trouble(user: Any, found: plan_moves.Move) -> str:
    """What the move itself would make crowded, or worse; the worst of it."""
    here = found.to.instant
    items = _around(user, found, here)
    now = grid.now()
    after = calendar_items.moved(items, found.keys, here)
    troubles = crowding.judge([calendar_items.planned(item) for item in after], now)
    for item in after:
        if item.key in found.keys and troubles.get(item.key):
            return calendar_words.sentence(troubles[item.key][0], item)[0]
    return ""


def _around(user: Any, found: plan_moves.Move, at: datetime) -> list[Item]:
    day = walltime.local(at).date()
    start, end = grid.midnight(day), grid.midnight(date.fromordinal(day.toordinal() + 1))
    items = {item.key: item for item in calendar_items.between(start, end, user, grid.now())}
    was = [post.delivery.due_at or _own_time(post) for post in found.posts]
    for old in {walltime.local(one).date() for one in [*was, *(plan.at for _page, plan in found.stories)] if one}:
        end = grid.midnight(date.fromordinal(old.toordinal() + 1))
        for item in calendar_items.between(grid.midnight(old), end, user, grid.now()):
            items.setdefault(item.key, item)
    return list(items.values())


def _own_time(post: Any) -> datetime | None:
    if post.planned_date and post.planned_time:
        return walltime.resolve(post.planned_date, post.planned_time).instant
    return None


@permission_required(MOVE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends. A script that asks for JSON gets the answer as that."""
    if request.method == "POST":
        return _moved(request)
    targets = _targets(request.GET)
    return _form(request, targets, WhenForm(request.GET if request.GET.get("dato") else None), status=200)


def _moved(request: HttpRequest) -> HttpResponse:
    form, targets = WhenForm(request.POST), _targets(request.POST)
    as_json = "application/json" in request.headers.get("Accept", "")
    if not form.is_valid():
        if as_json:
            return JsonResponse({"say": _first_error(form)}, status=400)
        return _form(request, targets, form, status=400)
    day, at = form.cleaned_data["dato"], form.cleaned_data["tid"]
    try:
        found = plan_moves.move(request.user, targets, day, at, yes=request.POST.get("ja") == "1")
    except MoveError as error:
        if as_json and error.why is Why.NEEDS_YES:  # a question, no failure
            return JsonResponse({"say": calendar_words.refused(error), "ask": True})
        if as_json:
            return JsonResponse({"say": calendar_words.refused(error), "why": error.why}, status=409)
        return _form(request, targets, form, error=error, status=409)
    said = calendar_words.done(found)
    address = f"{reverse('desk_calendar')}?uke={grid.week_name(walltime.local(found.to.instant).date())}"
    if as_json:
        return JsonResponse({"say": said, "url": address, "key": found.keys[0]})
    messages.success(request, said)
    return redirect(_way_back(request, address))


def _way_back(request: HttpRequest, otherwise: str) -> str:
    """Where the person came from, if that is one of our own addresses."""
    back = request.POST.get("tilbake") or request.GET.get("tilbake") or ""
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else otherwise


def _first_error(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _asks(user: Any, targets: list[Target], form: WhenForm, error: MoveError | None) -> bool:
    """Whether the person must say yes to a new approval."""
    if error is not None:
        return error.why is Why.NEEDS_YES
    if not form.is_bound or not form.is_valid():
        return False
    try:
        return bool(plan_moves.weigh(user, targets, form.cleaned_data["dato"], form.cleaned_data["tid"]).reapprove)
    except MoveError:
        return False  # told when it is sent


def _form(
    request: HttpRequest, targets: list[Target], form: WhenForm, *, error: MoveError | None = None, status: int
) -> HttpResponse:
    """The page, or its inside for the window in the calendar (``?del=1``)."""
    rows = plan_moves.describe(request.user, targets)
    first = walltime.local(rows[0].at) if rows and rows[0].at else None
    context = {
        "header_title": _("Kalender"),
        "header_icon": "calendar-alt",
        "breadcrumbs_items": [{"url": reverse("desk_calendar"), "label": _("Kalender")}],
        "rows": rows,
        "title": rows[0].title if rows else "",
        "form": form,
        "date": form["dato"].value() if form.is_bound else f"{first:%Y-%m-%d}" if first else "",
        "time": form["tid"].value() if form.is_bound else f"{first:%H:%M}" if first else "",
        "refused": calendar_words.refused(error) if error else "",
        "asks": _asks(request.user, targets, form, error),
        "back": _way_back(request, reverse("desk_calendar")),
        "was": calendar_words.day_and_clock(rows[0].at) if rows and rows[0].at else "",
    }
    part = request.GET.get("del") == "1"
    name = "publishing/parts/move_form.html" if part else "publishing/calendar_move.html"
    return render(request, name, context, status=status)
