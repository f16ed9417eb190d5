"""What a Bluesky server's answers say is left to use. Source: docs.bsky.app, rate limits."""

from __future__ import annotations

from datetime import datetime

from samspill.channels.http import Response
from samspill.channels.terms import Allowance, Measure, told


def allowance(method: str, address: str, answer: Response, now: datetime) -> Allowance | None:
    """Points left for writing: a new record takes three, a deletion one. Other calls have limits of their own."""
    if method != "POST" or not address.endswith(("com.atproto.repo.putRecord", "com.atproto.repo.createRecord")):
        return None
    return told(answer.headers, "ratelimit-", Measure.POINTS, now)
