"""Writing down what is to be told, in the caller's own transaction: what is rolled back is never told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from samspill.webhooks.models import TEST, Endpoint, Event, Sending


def tell(kind: str, data: Callable[[], Mapping[str, Any]], *, once: str | None = None) -> Event | None:
    """Have everybody told who asked for this kind. None when nobody has, or when ``once`` has been told already.

    ``data`` is asked for only where somebody listens. A receiver that is stopped gets it when it is in use again.
    """
    endpoints = list(Endpoint.objects.filter(kinds__contains=[kind]))
    if not endpoints or (once and Event.objects.filter(once=once).exists()):
        return None
    return _write(kind, data(), endpoints, once)


@transaction.atomic
def test(endpoint: Endpoint) -> Sending:
    """A notice to one receiver that says nothing but that it works."""
    return _write(TEST, {}, [endpoint]).sendings.get()


@transaction.atomic
def _write(kind: str, data: Mapping[str, Any], endpoints: list[Endpoint], once: str | None = None) -> Event:
    from samspill.webhooks import tasks  # tasks import what sends

    now = timezone.now()
    body = {
        "type": kind,
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": dict(data),
    }
    event = Event.objects.create(kind=kind, body=json.dumps(body, ensure_ascii=False), created_at=now, once=once)
    Sending.objects.bulk_create(Sending(event=event, endpoint=endpoint, next_try_at=now) for endpoint in endpoints)
    for endpoint in endpoints:
        tasks.wake(endpoint.pk)
    return event
