"""Signatures by the Standard Webhooks specification 1.0.0 (symmetric: ``v1``, HMAC-SHA256). No Django.

What is signed: ``{id}.{timestamp}.{body}``; the key is the base64 after ``whsec_``; several signatures, one for each
key that still holds, stand in the header with a space between.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
KEY_BYTES = 32  # the specification asks for 24 to 64


def new_key() -> str:
    """A key as the receiver is given it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def headers(event_id: str, timestamp: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """The three headers. ``timestamp``: Unix seconds of this attempt, so that a receiver can refuse a replay."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in keys),
    }


def _signature(key: str, signed: bytes) -> str:
    raw = base64.b64decode(key.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()
