"""Channels in numbers: whether they work, until when, and which platforms are left alone. No names, no accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from samspill.channels.ends import key_end
from samspill.channels.models import Channel
from samspill.delivery import circuit

DAY = 86_400  # seconds


def collect(channels: Sequence[Channel], now: datetime) -> Iterator[Metric]:
    """Every family of the channels. ``channels``: all there are."""
    labels = ["channel", "platform"]
    modes = GaugeMetricFamily("samspill_channel_info", "Always 1; the mode of a channel.", labels=[*labels, "mode"])
    trouble = GaugeMetricFamily(
        "samspill_channel_trouble", "1 when nothing goes through until somebody mends the account.", labels=labels
    )
    waits = GaugeMetricFamily("samspill_channel_waits", "1 while the platform asks us to wait.", labels=labels)
    ends = GaugeMetricFamily(
        "samspill_channel_token_days_left",
        "Days until a person must renew the channel's access; none for one that does not end.",
        labels=labels,
    )
    for channel in channels:
        which = [str(channel.pk), channel.platform]
        modes.add_metric([*which, channel.mode], 1)
        trouble.add_metric(which, bool(channel.trouble))
        waits.add_metric(which, channel.held_until is not None and channel.held_until > now)
        end = key_end(channel)
        if end is not None and end.at is not None:
            ends.add_metric(which, (end.at - now).total_seconds() / DAY)
    yield from (modes, trouble, waits, ends, _circuits(channels))


def _circuits(channels: Sequence[Channel]) -> Metric:
    found = GaugeMetricFamily(
        "samspill_circuit_open", "1 while a platform that failed for all is left alone.", labels=["platform"]
    )
    failing = {one.platform for one in circuit.open_circuits()}
    for platform in sorted({channel.platform for channel in channels}):
        found.add_metric([platform], platform in failing)
    return found
