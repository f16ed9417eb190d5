"""The id that ties log lines together, from a person's click to the platform's answer.

A request has one (``config.middleware``); the act that sends a delivery on its way leaves it on the delivery,
and the worker binds it again. Work that nobody clicked for (a plan's time, the sweep) goes on under the delivery's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


def of_click() -> str:
    """The id of the request we are in; a new one outside of requests, as in a command."""
    return str(structlog.contextvars.get_contextvars().get("trace") or uuid.uuid4().hex)


@contextmanager
def followed(trace: str) -> Iterator[None]:
    """Log lines within carry the delivery's id."""
    with structlog.contextvars.bound_contextvars(trace=trace):
        yield
