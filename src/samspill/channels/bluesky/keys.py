"""The record key that we choose, so that every try of a delivery writes the same record.

A TID: 53 bits of microseconds since 1970 and 10 bits that tell writers apart, as 13 signs of base 32 that sort by
time. Source: atproto.com/specs/tid.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

SIGNS = "234567abcdefghijklmnopqrstuvwxyz"
TID = re.compile(r"[234567abcdefghij][234567a-z]{12}")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLLECTION = "app.bsky.feed.post"
ADDRESS = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/([a-z][A-Za-z0-9.-]*)/([A-Za-z0-9._:~-]{1,512})")


def record_key(key: str, since: datetime) -> str:
    """A TID from the delivery's own key and the moment of its first try: the same two always give the same.

    The time counts to the millisecond. The rest of the microseconds and the writer's bits, 20 bits in all, come from
    the key, so that two posts of the same millisecond do not write over each other.
    """
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    milliseconds = (since - EPOCH) // timedelta(milliseconds=1)
    number = (milliseconds * 1000 + seed % 1000) << 10 | (seed // 1000) % 1024
    return "".join(SIGNS[number >> shift & 31] for shift in range(60, -1, -5))


def created_at(since: datetime) -> str:
    """The post's time as the record has it: UTC, milliseconds."""
    return since.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uri(did: str, rkey: str) -> str:
    """The record's address."""
    return f"at://{did}/{COLLECTION}/{rkey}"


def key_in(address: str, did: str) -> str:
    """The record key in the address of an own post; "" when it is not one."""
    match = ADDRESS.fullmatch(address)
    return match.group(3) if match and match.group(1) == did and match.group(2) == COLLECTION else ""
