"""X's ids: 64 bits, the upper ones milliseconds since X's own beginning of time."""

from __future__ import annotations

EPOCH_MS = 1288834974657


def snowflake(ms: int) -> str:
    """An id for a moment in Unix milliseconds; the caller never uses the same moment twice."""
    return str(((ms - EPOCH_MS) << 22) | (ms % 4096))
