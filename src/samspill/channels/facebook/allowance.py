"""What Facebook's answers say is left to use: no numbers, only per cent used of a rolling hour.

Source: developers.facebook.com, Graph API, rate limiting.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from samspill.channels.http import Response
from samspill.channels.terms import Allowance, Measure

SHARES = ("call_count", "total_time", "total_cputime")


def allowance(method: str, address: str, answer: Response, now: datetime) -> Allowance | None:
    """What is left of the most used of calls, time and processor time, of the app and of the page."""
    used = [*_app(answer.headers.get("x-app-usage", "")), *_page(answer.headers.get("x-business-use-case-usage", ""))]
    if not used:
        return None
    return Allowance(Measure.SHARE, max(0, 100 - round(max(used))), 100)


def _app(header: str) -> Iterator[float]:
    yield from _shares(_object(header))


def _page(header: str) -> Iterator[float]:
    for entries in _object(header).values():
        for entry in entries if isinstance(entries, list) else []:
            yield from _shares(entry)


def _shares(usage: Any) -> Iterator[float]:
    for name in SHARES if isinstance(usage, dict) else ():
        value = usage.get(name)
        if isinstance(value, int | float) and 0 <= value < 10_000:
            yield float(value)


def _object(header: str) -> dict[str, Any]:
    try:
        found = json.loads(header or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
