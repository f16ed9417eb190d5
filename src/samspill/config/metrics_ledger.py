"""The ledger in numbers: what stands where, how late it was, what was tried, what people have stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from prometheus_client import Metric
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily

from samspill.channels.models import Channel
from samspill.delivery import hold, queries
from samspill.delivery.models import Attempt, Delivery, Hold
from samspill.delivery.states import State

WINDOW = timedelta(hours=1)
BOUNDS = (1, 5, 15, 60, 120, 300, 900, 3600)  # seconds
# Attempts have no index on time, but their numbers rise with it: older ones than these are not looked through.
NEWEST_ATTEMPTS = 50_000
# Told as zero when there are none; see Attempt.
OUTCOMES = (
    "done", "refused", "later", "not_sent", "unknown", "redo", "worker_lost",
    "found", "absent", "cannot_tell", "seen", "not_seen",
)  # fmt: skip


def collect(channels: Sequence[Channel], now: datetime) -> Iterator[Metric]:
    """Every family of the ledger. ``channels``: all there are."""
    platforms = {channel.pk: channel.platform for channel in channels}
    yield _deliveries(platforms)
    yield _lateness(platforms, now)
    yield _overdue()
    yield _attempts(platforms, now)
    yield from _holds(now)


def _deliveries(platforms: dict[int, str]) -> Metric:
    found = GaugeMetricFamily("samspill_deliveries", "Deliveries by state and platform.", labels=["platform", "state"])
    counts: Counter[tuple[str, str]] = Counter()
    rows = Delivery.objects.order_by().values_list("channel_id", "state").annotate(rows=Count("*"))
    for channel, state, number in rows:
        counts[platforms[channel], state] += number
    for platform in sorted(set(platforms.values())):
        for state in State:  # zeros too: what is missing cannot be compared
            found.add_metric([platform, state.value], counts[platform, state.value])
    return found


def _lateness(platforms: dict[int, str], now: datetime) -> Metric:
    """From when it could leave at the earliest. What was never sent by us, but done by hand, does not count."""
    found = GaugeHistogramMetricFamily(
        "samspill_lateness_seconds",
        "Seconds from its time until the platform had it, for what was accepted in the last hour.",
        labels=["platform"],
    )
    late = ExpressionWrapper(F("accepted_at") - queries.could_leave(), output_field=DurationField())
    within = {f"s{bound}": Count("pk", filter=Q(late__lte=timedelta(seconds=bound))) for bound in BOUNDS}
    rows: Iterable[Any] = (
        Delivery.objects.filter(accepted_at__gt=now - WINDOW, attempt_number__gt=0, due_at__isnull=False)
        .annotate(late=late)
        .order_by()
        .values("channel_id")
        .annotate(**within, all=Count("*"), seconds=Sum("late"))
    )
    buckets: Counter[tuple[str, str]] = Counter()
    sums: Counter[str] = Counter()
    for row in rows:
        platform = platforms[row["channel_id"]]
        for bound in BOUNDS:
            buckets[platform, f"{bound}.0"] += row[f"s{bound}"]
        buckets[platform, "+Inf"] += row["all"]
        sums[platform] += row["seconds"].total_seconds()
    for platform in sorted(set(platforms.values())):
        bounds = [*(f"{bound}.0" for bound in BOUNDS), "+Inf"]
        found.add_metric([platform], [(bound, buckets[platform, bound]) for bound in bounds], sums[platform])
    return found


def _overdue() -> Metric:
    text = "Seconds for which the most overdue delivery has waited with nothing to explain it; 0 when none does."
    return GaugeMetricFamily("samspill_overdue_seconds", text, value=queries.oldest_overdue().total_seconds())


def _attempts(platforms: dict[int, str], now: datetime) -> Metric:
    found = GaugeMetricFamily(
        "samspill_attempts_last_hour", "Attempts in the last hour, by outcome.", labels=["platform", "outcome"]
    )
    newest = Attempt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = (
        Attempt.objects.filter(pk__gt=newest - NEWEST_ATTEMPTS, started_at__gt=now - WINDOW)
        .order_by()
        .values_list("delivery__channel_id", "outcome")
        .annotate(rows=Count("*"))
    )
    counts: Counter[tuple[str, str]] = Counter()
    for channel, outcome, number in rows:
        counts[platforms[channel], outcome] += number
    for platform in sorted(set(platforms.values())):
        for outcome in sorted({*OUTCOMES, *(outcome for _platform, outcome in counts)}):
            found.add_metric([platform, outcome], counts[platform, outcome])
    return found


def _holds(now: datetime) -> Iterator[Metric]:
    opened = hold.open_holds()
    holds = GaugeMetricFamily("samspill_holds", "What people have stopped, by scope.", labels=["scope"])
    for scope in Hold.Scope.values:
        holds.add_metric([scope], sum(one.scope == scope for one in opened))
    yield holds
    oldest = max((now - one.at for one in opened), default=timedelta())
    yield GaugeMetricFamily(
        "samspill_hold_seconds",
        "Seconds since the oldest hold in force began; 0 without.",
        value=oldest.total_seconds(),
    )
