"""What X's answers say is left to use. Source: docs.x.com, rate limits."""

from __future__ import annotations

from datetime import datetime

from samspill.channels.http import Response
from samspill.channels.terms import Allowance, Measure, told


def allowance(method: str, address: str, answer: Response, now: datetime) -> Allowance | None:
    """Posts left: each address has limits of its own, and only that of new posts says how many we may send.

    The day's limit counts when less is left of it than of the quarter of an hour's.
    """
    if method != "POST" or not address.endswith("/2/tweets"):
        return None
    windows = [told(answer.headers, prefix, Measure.POSTS, now) for prefix in ("x-rate-limit-", "x-user-limit-24hour-")]
    return min((window for window in windows if window), key=lambda window: window.left, default=None)
