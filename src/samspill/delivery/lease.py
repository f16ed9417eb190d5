"""Who owns what is being sent. A worker that dies leaves a lease that runs out; one that lives renews it.

One thread per process renews every lease that the process holds, so that a slow upload keeps its lease
and a killed process loses it within ``SAMSPILL_LEASE_SECONDS``.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import Error, connection

from samspill.delivery import instant
from samspill.delivery.models import Delivery

log = structlog.get_logger(__name__)


class LeaseLostError(Exception):
    """Another worker has taken over: this one must not send anything more."""


def worker_name() -> str:
    """A name for one piece of work: host, process and chance, so that no two are alike."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def length() -> timedelta:
    return timedelta(seconds=settings.SAMSPILL_LEASE_SECONDS)


def renew(delivery_id: int, number: int, owner: str) -> None:
    """Prolong the lease if it is still ours. Raises LeaseLostError."""
    now = instant.now()
    still_ours = Delivery.objects.filter(
        pk=delivery_id, attempt_number=number, lease_owner=owner, lease_until__gt=now
    ).update(lease_until=now + length())
    if not still_ours:
        raise LeaseLostError


class _Heart:
    def __init__(self) -> None:
        self._held: dict[int, tuple[int, str]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def holding(self, delivery_id: int, number: int, owner: str) -> Iterator[None]:
        with self._lock:
            self._held[delivery_id] = (number, owner)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                if self._held.get(delivery_id) == (number, owner):
                    del self._held[delivery_id]

    def _beat(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(settings.SAMSPILL_LEASE_SECONDS / 4)
            with self._lock:
                held = dict(self._held)
                if not held:
                    self._thread = None
                    break
            try:
                for delivery_id, (number, owner) in held.items():
                    try:
                        renew(delivery_id, number, owner)
                    except LeaseLostError:
                        log.warning("lease_lost", delivery=delivery_id, attempt=number)
            except Error:
                # The database is away; the fence before each request decides what may still be sent.
                log.warning("lease_not_renewed")
                connection.close()
        connection.close()


_heart = _Heart()
holding = _heart.holding
