"""Length of a text on Bluesky: 300 graphemes and 3,000 bytes, whichever ends first.

A grapheme is what a reader takes for one sign: an extended grapheme cluster by UAX #29. Source: the lexicon
app.bsky.feed.post (maxGraphemes, maxLength; the latter in bytes of UTF-8, atproto.com/specs/lexicon).
"""

from __future__ import annotations

from samspill.channels import text
from samspill.channels.clusters import CLUSTER
from samspill.channels.contract import Count

LIMIT, BYTE_LIMIT = 300, 3000


def count(value: str) -> Count:
    """Graphemes against 300, with ``bytes`` in ``more``. Problems: ``empty``, ``too_long``, ``invalid_characters``."""
    length, size = graphemes(value), len(encoded(value))
    too_long = length > LIMIT or size > BYTE_LIMIT
    problems: tuple[str, ...] = ()
    if not value.strip():
        problems += ("empty",)
    if too_long:
        problems += ("too_long",)
    if text.INVALID.search(value):
        problems += ("invalid_characters",)
    keep = fitting(value) if too_long else len(value)
    return Count(length, LIMIT, not problems, problems, keep, {"bytes": size})


def graphemes(value: str) -> int:
    """How many signs a reader sees in ``value``."""
    if value.isascii() and "\r" not in value:  # of ASCII, only a carriage return and a line feed make one together
        return len(value)
    return sum(1 for _ in CLUSTER.finditer(value))


def fitting(value: str) -> int:
    """How many code points of ``value`` fit. Never cuts a grapheme in two."""
    room = BYTE_LIMIT
    for number, match in enumerate(CLUSTER.finditer(value)):
        room -= len(encoded(match.group()))
        if number >= LIMIT or room < 0:
            return match.start()
    return len(value)


def encoded(value: str) -> bytes:
    """UTF-8, in which lengths and places of facets are counted. Half a surrogate pair takes its three bytes too."""
    return value.encode("utf-8", "surrogatepass")
