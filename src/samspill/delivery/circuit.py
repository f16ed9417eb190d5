"""The circuit breaker: a platform that fails for all is left alone for a while, and says so.

Failures that count are those of the platform (no connection, time-outs, 5xx), in a row over all
channels at one base address. While open nothing is sent there; then one try at a time, until one succeeds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from samspill.channels.models import Channel
from samspill.delivery import instant
from samspill.delivery.models import Circuit

LIMIT = 5  # failures in a row
PAUSES = (30, 60, 120, 300)  # seconds: first opening, second, ...


def _key(channel: Channel) -> dict[str, str]:
    return {"platform": channel.platform, "base_url": channel.api_address}


def open_until(channel: Channel, now: datetime) -> datetime | None:
    """Until when nothing is sent to the channel's platform; None when it may be tried."""
    circuit = Circuit.objects.filter(**_key(channel), open_until__gt=now).first()
    return circuit.open_until if circuit else None


def half_open(channel: Channel) -> bool:
    """True when the platform was given up and has not answered since: one try at a time."""
    return Circuit.objects.filter(**_key(channel), failures__gte=LIMIT).exists()


@transaction.atomic
def failed(channel: Channel) -> None:
    """Count a failure of the platform; open the circuit at the limit."""
    circuit, _ = Circuit.objects.select_for_update().get_or_create(
        platform=channel.platform, base_url=channel.api_address
    )
    circuit.failures += 1
    if circuit.failures >= LIMIT:
        now = instant.now()
        circuit.openings += 1
        circuit.opened_at = circuit.opened_at or now
        circuit.open_until = now + timedelta(seconds=PAUSES[min(circuit.openings, len(PAUSES)) - 1])
    circuit.save()


def answered(channel: Channel) -> None:
    """The platform answered sensibly: it is well."""
    Circuit.objects.filter(**_key(channel), failures__gt=0).update(
        failures=0, openings=0, opened_at=None, open_until=None
    )


def open_circuits() -> list[Circuit]:
    """Those that are open or were not yet proved well again, for the desk."""
    return list(Circuit.objects.filter(opened_at__isnull=False).order_by(F("opened_at")))
