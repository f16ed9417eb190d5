"""Mastodon's ids: milliseconds of Unix time in the upper 48 bits, so that they sort by time."""

from __future__ import annotations


def snowflake(ms: int) -> str:
    """An id for a moment in Unix milliseconds; the caller never uses the same moment twice."""
    return str((ms << 16) | (ms * 40503 % 65536))
