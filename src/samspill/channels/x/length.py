"""Length of a text on X, as twitter-text's configuration v3 counts it.

280 at most. Of the composed text (NFC), signs of most alphabets weigh 1, all others 2, an emoji sequence 2,
and any address 23. Source: developer.x.com, counting characters; twitter-text 3.1.0, config/v3.json.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from samspill.channels import text as shared
from samspill.channels.contract import Count
from samspill.channels.x.emoji import EMOJI
from samspill.channels.x.urls import DOT_LETTER, find_urls

LIMIT = 280
URL_LENGTH = 23
EMOJI_LENGTH = 2
LIGHT = "\x00-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037"
HEAVY = re.compile(f"[^{LIGHT}]")
HEAVY_RUN = re.compile(f"[^{LIGHT}]+")
# An address between spaces that can be read in one way only, which is most of them: the long way is then spared.
_LABEL = "[a-z0-9]{1,30}(?:-[a-z0-9]{1,30})?"
PLAIN_URL = re.compile(
    rf"(?<![^ \n])https?://(?:{_LABEL}\.){{1,5}}(?:no|com|org|net|eu|se|dk)(?:/[A-Za-z0-9_/-]{{0,300}})?(?![^ \n])"
)
ONE_HEAVY = "\u4e00"
INVALID = re.compile("[\ufffe\ufeff\uffff]")  # what twitter-text refuses
FAR = 25_000  # code points, the longest post that X knows at all; beyond it, signs are counted singly


def count(text: str) -> Count:
    """Weighted length against 280. Problems: ``empty``, ``too_long``, ``invalid_characters``."""
    composed = shared.nfc(text)
    length = weighted(composed)
    problems: tuple[str, ...] = ()
    if length == 0:
        problems += ("empty",)
    if length > LIMIT:
        problems += ("too_long",)
    if not composed.isascii() and INVALID.search(composed):
        problems += ("invalid_characters",)
    keep = len(text) if length <= LIMIT else fitting(text)
    return Count(length, LIMIT, not problems, problems, keep)


def weighted(composed: str) -> int:
    """Weighted length of a composed text."""
    if len(composed) > FAR:
        return len(composed) + _heavy(composed)
    if "." not in composed:
        return _outside(composed)
    rest, plain = PLAIN_URL.subn(" ", composed)
    if DOT_LETTER.search(rest) is None:
        return _outside(rest) + (URL_LENGTH - 1) * plain
    found = find_urls(composed)
    if not found:
        return _outside(composed)
    if all(composed[start].isascii() for start, _ in found):
        # No emoji goes on with an ASCII sign, so none reaches into an address: what is between can be weighed alone.
        between, position = [], 0
        for start, end in found:
            between.append(composed[position:start])
            position = end
        between.append(composed[position:])
        return URL_LENGTH * len(found) + _outside(" ".join(between)) - len(found)
    length = len(composed) + _heavy(composed)
    for start, end, weight in entities(composed):
        length += weight - _plain(composed, start, end)
    return length


def _outside(part: str) -> int:
    """Weight of what holds no address: an emoji weighs as much as any one heavy sign does."""
    if part.isascii():
        return len(part)
    if not HEAVY.search(part):
        return len(part)  # every emoji has a heavy sign in it
    part = EMOJI.sub(ONE_HEAVY, part)
    return len(part) + _heavy(part)


def _heavy(part: str) -> int:
    return len(part) - len(HEAVY_RUN.sub("", part))


def _plain(text: str, start: int, end: int) -> int:
    """Weight of a part, sign by sign."""
    part = text[start:end]
    return len(part) if part.isascii() else len(part) + _heavy(part)


def entities(composed: str) -> Iterator[tuple[int, int, int]]:
    """Addresses and emoji as (start, end, weight) in order. What begins inside another one is not counted."""
    if len(composed) > FAR:
        return
    found = [(start, end, URL_LENGTH) for start, end in find_urls(composed)]
    taken = {start for start, _, _ in found}
    spans = (match.span() for match in EMOJI.finditer(composed))
    found += [(start, end, EMOJI_LENGTH) for start, end in spans if start not in taken]
    found.sort()
    position = 0
    for start, end, weight in found:
        if start >= position:
            yield start, end, weight
            position = end


def fitting(text: str) -> int:
    """How many code points of ``text`` fit. Never cuts an address, an emoji or an accented letter in two."""
    composed = shared.nfc(text)
    keep = _fitting_composed(composed)
    if composed != text:
        # Composing moves places: take the longest part of the text as typed that is no longer when composed.
        keep = bisect_right(range(len(text) + 1), keep, key=lambda end: len(shared.nfc(text[:end]))) - 1
    # A cut can make an address of what was none ("lott.no" of "lott.nordisk"), so the rest is counted again.
    while keep > 0 and (shared.joins(text, keep) or weighted(shared.nfc(text[:keep])) > LIMIT):
        keep -= 1
    return keep


def _fitting_composed(text: str) -> int:
    """The last place, in one walk, up to which the weights add up to the limit."""
    room, position = LIMIT, 0
    for start, end, weight in entities(text):
        place = _walk(text, position, start, room)
        room -= _plain(text, position, place) + weight
        if place < start or room < 0:
            return place
        position = end
    return _walk(text, position, len(text), room)


def _walk(text: str, start: int, end: int, room: int) -> int:
    """The place in ``text[start:end]`` up to which the signs fit into ``room``."""
    for place in range(start, end):
        room -= 2 if HEAVY.match(text, place) else 1
        if room < 0:
            return place
    return end
