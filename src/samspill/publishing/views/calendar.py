"""Kalender: the whole plan by week and by month, and what will go wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from samspill.brands.models import Brand
from samspill.channels.models import Channel
from samspill.publishing import calendar_grid as grid
from samspill.publishing import calendar_items, calendar_words, walltime
from samspill.publishing.calendar_items import NEWSROOM, Choice, Item
from samspill.publishing.crowding import Kind, Severity, Trouble

VIEW = "delivery.view_delivery"
OF_CHANNEL = (Kind.CHANNEL_STOPPED, Kind.CHANNEL_TROUBLE, Kind.CHANNEL_HELD)
MOST_TOLD = 12  # troubles in the list under the worst


@dataclass(frozen=True, slots=True)
class Told:
    """One trouble, told on top: what, what it means, and the button that mends it."""

    item: Item
    trouble: Trouble
    what: str
    means: str
    cure: str
    cure_date: str
    cure_time: str
    channel_url: str = ""


@permission_required(VIEW, raise_exception=True)
@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """One week, hour by hour; on a narrow screen a list by day."""
    now = grid.now()
    today = walltime.local(now).date()
    monday = grid.monday_of(request.GET.get("uke", ""), today)
    last = monday + timedelta(days=6)
    choice, chosen = read_choice(request)
    items = calendar_items.between(
        grid.midnight(monday), grid.midnight(last + timedelta(days=1)), request.user, now, choice
    )
    blocks = calendar_items.blocks(items)
    days = grid.week(monday, blocks, now)
    number = monday.isocalendar().week
    context = frame(
        request,
        items=items,
        chosen=chosen,
        heading=_("Uke %(number)s, %(days)s") % {"number": number, "days": calendar_words.days(monday, last)},
        days=days,
        hours=[hour for hour, _blocks in days[0].slots],
        now=walltime.local(now),
        previous=_address("desk_calendar", chosen, uke=grid.week_name(monday - timedelta(days=7))),
        next=_address("desk_calendar", chosen, uke=grid.week_name(monday + timedelta(days=7))),
        today_url=_address("desk_calendar", chosen),
        week_url=_address("desk_calendar", chosen, uke=grid.week_name(monday)),
        month_url=_address("desk_calendar_month", chosen, maned=f"{_middle(monday, today):%Y-%m}"),
        all_url=_address("desk_calendar", {}, uke=grid.week_name(monday)),
        view="uke",
        period=grid.week_name(monday),
    )
    return render(request, "publishing/calendar_week.html", context)


def _middle(monday: date, today: date) -> date:
    """The day whose month a week belongs to: today when it is in it, else its Thursday, as in ISO 8601."""
    return today if monday <= today < monday + timedelta(days=7) else monday + timedelta(days=3)


@permission_required(VIEW, raise_exception=True)
@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """One month: two lines for each story; the week tells more."""
    now = grid.now()
    today = walltime.local(now).date()
    first = grid.month_of(request.GET.get("maned", ""), today)
    start, end = grid.span_of_month(first)
    choice, chosen = read_choice(request)
    items = calendar_items.between(grid.midnight(start), grid.midnight(end), request.user, now, choice)
    weeks = grid.month(first, calendar_items.blocks(items), now)
    here = today if today.replace(day=1) == first else first
    context = frame(
        request,
        items=items,
        chosen=chosen,
        heading=capfirst(date_format(first, "F Y")),
        weeks=[(days[0].date.isocalendar().week, days[0].week, days) for days in weeks],
        previous=_address("desk_calendar_month", chosen, maned=f"{grid.previous_month(first):%Y-%m}"),
        next=_address("desk_calendar_month", chosen, maned=f"{grid.next_month(first):%Y-%m}"),
        today_url=_address("desk_calendar_month", chosen),
        week_url=_address("desk_calendar", chosen, uke=grid.week_name(here)),
        month_url=_address("desk_calendar_month", chosen, maned=f"{first:%Y-%m}"),
        all_url=_address("desk_calendar_month", {}, maned=f"{first:%Y-%m}"),
        view="maned",
        period=f"{first:%Y-%m}",
    )
    return render(request, "publishing/calendar_month.html", context)


def read_choice(request: HttpRequest) -> tuple[Choice, dict[str, str]]:
    """The filters of an address, and the same as a query; what there is not counts as not chosen."""
    brand, channel = request.GET.get("avsender", ""), request.GET.get("kanal", "")
    chosen = {}
    if _number(brand):
        chosen["avsender"] = brand
    if _number(channel) or channel == NEWSROOM:
        chosen["kanal"] = channel
    return Choice(_number(brand), _number(channel), channel == NEWSROOM), chosen


def _number(value: str) -> int | None:
    return int(value) if value.isdecimal() and len(value) < 10 else None


def _address(name: str, chosen: dict[str, str], **more: str) -> str:
    query = urlencode({**more, **chosen})
    return f"{reverse(name)}?{query}" if query else reverse(name)


def frame(request: HttpRequest, *, items: Sequence[Item], chosen: dict[str, str], **more: Any) -> dict[str, Any]:
    """What both pages need around their grid."""
    warnings = told(items)
    return {
        "header_title": _("Kalender"),
        "header_icon": "calendar-alt",
        "breadcrumbs_items": [{"url": reverse("desk_calendar"), "label": _("Kalender")}],
        "worst": warnings[0] if warnings else None,
        "others": warnings[1 : MOST_TOLD + 1],
        "more_troubles": max(0, len(warnings) - MOST_TOLD - 1),
        "brands": Brand.objects.all(),
        "channels": Channel.objects.select_related("brand"),
        "chosen": chosen,
        "empty": not items,
        "may_move": request.user.has_perm("publishing.write_version"),  # type: ignore[union-attr]
        "here": request.get_full_path(),
        **more,
    }


def told(items: Sequence[Item]) -> list[Told]:
    """What will fail first, then what is crowded; hints stand on their blocks alone."""
    order = list(Severity)
    found = [(item, trouble) for item in items for trouble in item.troubles if trouble.severity is not Severity.HINT]
    found.sort(key=lambda one: (order.index(one[1].severity), one[0].at))
    return [_warning(item, trouble) for item, trouble in found]


def _warning(item: Item, trouble: Trouble) -> Told:
    what, means = calendar_words.sentence(trouble, item)
    cure = walltime.local(trouble.cure) if trouble.cure else None
    return Told(
        item,
        trouble,
        what,
        means,
        calendar_words.cure(trouble, item),
        f"{cure:%Y-%m-%d}" if cure else "",
        f"{cure:%H:%M}" if cure else "",
        reverse("desk_channel", args=[item.channel.pk]) if item.channel and trouble.kind in OF_CHANNEL else "",
    )
