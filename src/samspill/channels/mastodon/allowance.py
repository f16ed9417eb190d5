"""What a Mastodon server's answers say is left to use. Source: docs.joinmastodon.org, api/rate-limits."""

from __future__ import annotations

from datetime import datetime

from samspill.channels.http import Response
from samspill.channels.terms import Allowance, Measure, told


def allowance(method: str, address: str, answer: Response, now: datetime) -> Allowance | None:
    """Posts left: the server limits new posts by themselves, besides all calls."""
    if method != "POST" or not address.endswith("/api/v1/statuses"):
        return None
    return told(answer.headers, "x-ratelimit-", Measure.POSTS, now)
