"""The forms of «Stopp alt»: what to stop and why, and one answer for each item that was stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _

from samspill.brands.models import Brand
from samspill.channels.models import Channel
from samspill.delivery.clock import day_and_clock
from samspill.delivery.hold import stoppable
from samspill.delivery.models import Delivery, Hold, HoldAnswer
from samspill.delivery.states import State
from samspill.publishing import walltime
from samspill.publishing.hold_items import Item
from samspill.publishing.hold_review import Answer

Kind = HoldAnswer.Kind


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that can be stopped, and what of it is on its way. ``first``: when the next should go out."""

    key: str
    label: str
    count: int
    first: datetime | None
    already: Hold | None
    channel: Channel | None = None


def scopes(holds: list[Hold]) -> list[Scope]:
    """Everything, each sender, each channel. Three queries, whatever there is."""
    waiting = Delivery.objects.filter(stoppable(), state__in=[State.APPROVED, State.DUE]).order_by()
    rows = {
        pk: (count, first)
        for pk, count, first in waiting.values_list("channel").annotate(
            count=Count("pk"), first=Min("due_at", filter=Q(due_at__gt=timezone.now()))
        )
    }
    channels = list(Channel.objects.select_related("brand"))

    def scope(key: str, label: str, chosen: list[Channel], already: Hold | None, one: Channel | None = None) -> Scope:
        found = [rows[channel.pk] for channel in chosen if channel.pk in rows]
        first = min((at for _count, at in found if at), default=None)
        return Scope(key, label, sum(count for count, _at in found), first, already, one)

    by_scope = {(hold.scope, hold.brand_id or hold.channel_id): hold for hold in holds}
    found = [scope("alt", _("Alt, i alle kanaler og nyhetsrommet"), channels, by_scope.get(("all", None)))]
    for brand in Brand.objects.all():
        theirs = [channel for channel in channels if channel.brand_id in (None, brand.pk)]
        label = _("Avsenderen %(name)s, og kontoer som er felles") % {"name": brand.name}
        found.append(scope(f"avsender-{brand.pk}", label, theirs, by_scope.get(("brand", brand.pk))))
    for channel in channels:
        already = by_scope.get(("channel", channel.pk))
        found.append(scope(f"kanal-{channel.pk}", str(channel), [channel], already, channel))
    return found


def target(key: str) -> dict[str, Any] | None:
    """What ``hold.place`` is called with, for a scope's key; None for one that there is not."""
    if key == "alt":
        return {}
    kind, _dash, number = key.partition("-")
    if kind not in ("avsender", "kanal") or not number.isdecimal() or len(number) > 9:
        return None
    if kind == "avsender":
        brand = Brand.objects.filter(pk=int(number)).first()
        return {"brand": brand} if brand else None
    channel = Channel.objects.filter(pk=int(number)).first()
    return {"channel": channel} if channel else None


@dataclass
class Row:
    """An item with what was typed for it, and what was wrong with that."""

    item: Item
    kind: str = ""
    day: str = ""
    clock: str = ""
    error: str = ""

    @property
    def when(self) -> str:
        """«i dag kl. 14.05»."""
        return day_and_clock(self.item.at) if self.item.at else ""

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return [(kind.value, kind.label) for kind in self.item.choices]


@dataclass
class Sheet:
    """The review as it was filled in: rows for the page, answers for what can be carried out."""

    rows: list[Row] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)  # answered, but not in the list any more

    @property
    def wrong(self) -> int:
        return sum(bool(row.error) for row in self.rows)


def read(data: Mapping[str, str], found: list[Item]) -> Sheet:
    """What was answered, of what was shown. «The same for all» counts for those shown that have no answer of their own.

    A token goes with each: what has changed, or come, since the page was shown is not answered by it.
    """
    sheet = Sheet()
    every = data.get("alle", "")
    for item in found:
        row = Row(item, data.get(f"svar-{item.key}", ""), data.get(f"dato-{item.key}", ""))
        row.clock = data.get(f"tid-{item.key}", "")
        token = data.get(f"vist-{item.key}", "")
        own = row.kind in Kind.values
        if not own and token and every in [kind.value for kind in item.choices]:
            row.kind = every
        if row.kind in Kind.values:
            _read(row, token, sheet)
        sheet.rows.append(row)
    here = {f"vist-{item.key}" for item in found}
    for name in data:
        key = name.removeprefix("vist-")
        if name.startswith("vist-") and name not in here and data.get(f"svar-{key}") in Kind.values:
            sheet.unknown.append(key)
    return sheet


def _read(row: Row, token: str, sheet: Sheet) -> None:
    kind = Kind(row.kind)
    at = None
    if kind is Kind.MOVE:
        at, row.error = _moment(row.day, row.clock)
    if not row.error:
        sheet.answers[row.item.key] = Answer(kind, token, at)


def _moment(day: str, clock: str) -> tuple[datetime | None, str]:
    try:
        found_day: date | None = parse_date(day)
        found_time: time | None = parse_time(clock)
    except ValueError:
        found_day = found_time = None
    if found_day is None or found_time is None:
        return None, _("Velg dato og klokkeslett.")
    return walltime.resolve(found_day, found_time).instant, ""
