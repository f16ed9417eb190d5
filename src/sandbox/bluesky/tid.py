"""Keys that sort by time (atproto.com/specs/tid)."""

from __future__ import annotations

SIGNS = "234567abcdefghijklmnopqrstuvwxyz"


def of(microseconds: int, writer: int = 0) -> str:
    number, out = microseconds << 10 | writer, ""
    for _ in range(13):
        number, place = divmod(number, 32)
        out = SIGNS[place] + out
    return out
