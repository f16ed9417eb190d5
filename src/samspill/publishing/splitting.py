"""Cutting a long text into parts that fit, where a reader would pause. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

_PAUSES = (re.compile(r"\n\s*\n"), re.compile(r"(?<=[.!?…])\s+"), re.compile(r"\s+"))
_EARLIEST = 0.4  # of what fits: a pause before this leaves the part too short


def cut(text: str, keep: int) -> tuple[str, str]:
    """What comes first and what is left, when ``keep`` code points fit: cut at a paragraph, a sentence or a word."""
    if keep >= len(text):
        return text.strip(), ""
    for pause in _PAUSES:
        ends = [match for match in pause.finditer(text) if _EARLIEST * keep <= match.start() <= keep]
        if ends:
            return text[: ends[-1].start()].strip(), text[ends[-1].end() :].strip()
    return text[:keep].strip(), text[keep:].strip()


def pieces(text: str, keep_first: Callable[[str], int], keep_rest: Callable[[str], int], most: int) -> list[str]:
    """The text in parts. ``keep_*``: how many code points of a text fit in the first part, and in those after it.

    What still does not fit in ``most`` parts, or fits nowhere, is left whole in the last: the editor shortens it.
    """
    found: list[str] = []
    rest = text
    while rest and len(found) < most - 1:
        keep = (keep_rest if found else keep_first)(rest)
        first, left = cut(rest, keep)
        if not left or not first:
            break
        found.append(first)
        rest = left
    return [*found, rest] if rest else found
