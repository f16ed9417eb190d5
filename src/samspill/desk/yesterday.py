"""How yesterday went: for each channel what went out, what came late, what never came, and what was clicked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from samspill.channels.contract import Action
from samspill.channels.models import Channel
from samspill.delivery import hold
from samspill.delivery.models import Delivery
from samspill.delivery.queries import could_leave
from samspill.delivery.states import OUT, State
from samspill.desk.today import span

IN_TIME = timedelta(minutes=2)  # as /readyz has it: later than this, and somebody may wonder
MOST = 3  # of those that did not come out; the list has them all
WENT_OUT = OUT | {State.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class OfChannel:
    """``due``: posts that should have gone out there; ``out``: those that did. ``url``: the list of them."""

    channel: Channel
    due: int
    out: int
    url: str


@dataclass(frozen=True, slots=True)
class Yesterday:
    """All of the Oslo day. ``latest``: the post that came latest, ``late`` by how much; None when all were in time."""

    url: str = ""
    due: int = 0
    out: int = 0
    confirmed: int = 0
    came_late: int = 0
    clicks: int = 0
    channels: list[OfChannel] = field(default_factory=list)
    missing: list[Delivery] = field(default_factory=list)
    latest: Delivery | None = None
    best: Delivery | None = None

    def __bool__(self) -> bool:
        return self.due > 0

    @property
    def more_missing(self) -> int:
        """How many did not come out besides those that are named."""
        return max(0, self.due - self.out - len(self.missing))

    @property
    def in_time(self) -> int:
        return self.out - self.came_late

    @property
    def late(self) -> str:
        """By how much the latest came late."""
        return in_words(self.latest.late) if self.latest else ""  # type: ignore[attr-defined]  # annotated


def yesterday(now: datetime | None = None) -> Yesterday:
    """Posts whose time was yesterday and that nobody cancelled, in a fixed number of queries."""
    start, end = span(-1, now)
    due = (
        Delivery.objects.filter(due_at__gte=start, due_at__lt=end, action=Action.PUBLISH)
        .exclude(state=State.CANCELLED)
        .annotate(late=ExpressionWrapper(F("accepted_at") - could_leave(), output_field=DurationField()))
    )
    rows = _by_channel(due)
    if not rows:
        return Yesterday()
    sums = {
        name: sum(row[name] for row in rows.values()) for name in ("due", "out", "confirmed", "came_late", "clicks")
    }
    named = due.select_related("channel", "channel__brand").defer("payload", "detail")
    out = named.filter(state__in=WENT_OUT)
    channels = Channel.objects.filter(pk__in=rows).select_related("brand")
    return Yesterday(
        url=_list(start),
        channels=[OfChannel(one, rows[one.pk]["due"], rows[one.pk]["out"], _list(start, one.pk)) for one in channels],
        missing=_missing(named) if sums["out"] < sums["due"] else [],
        latest=out.filter(late__gt=IN_TIME).order_by("-late", "id").first() if sums["came_late"] else None,
        best=named.order_by("-clicks", "id").first() if sums["clicks"] else None,
        **sums,
    )


def _by_channel(due: QuerySet[Delivery]) -> Mapping[int, dict[str, Any]]:
    went_out = Q(state__in=WENT_OUT)
    rows: Iterable[Any] = (
        due.order_by()
        .values("channel_id")
        .annotate(
            due=Count("pk"),
            out=Count("pk", filter=went_out),
            confirmed=Count("pk", filter=Q(state=State.CONFIRMED)),
            came_late=Count("pk", filter=went_out & Q(late__gt=IN_TIME)),
            clicks=Sum("clicks"),
        )
    )
    return {row["channel_id"]: row for row in rows}


def _missing(named: QuerySet[Delivery]) -> list[Delivery]:
    """The first that did not come out, with what their word needs."""
    found = hold.with_held(named.exclude(state__in=WENT_OUT)).select_related("channel", "channel__brand", "version")
    return list(found.defer("payload", "detail", "version__text").order_by("due_at", "id")[:MOST])


def _list(start: datetime, channel: int | None = None) -> str:
    """The address of the list of that day's deliveries, of one channel or all."""
    day = timezone.localtime(start).date().isoformat()
    chosen = {"kanal": channel, "periode_from": day, "periode_to": day}
    return f"{reverse('desk_deliveries')}?{urlencode({name: value for name, value in chosen.items() if value})}"


def in_words(late: timedelta) -> str:
    """12 minutter, 3 timer: whole ones, hours from two on."""
    minutes = int(late.total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(count)s minutt", "%(count)s minutter", minutes) % {"count": minutes}
    return ngettext("%(count)s time", "%(count)s timer", minutes // 60) % {"count": minutes // 60}
