"""X's view of a text: its weighted length, and the links, tags and names in it.

Source: twitter-text configuration v3 and X's documentation "Counting characters".
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

import regex

from sandbox.links import is_loopback
from sandbox.x import urls
from sandbox.x.urls import Url

LIMIT = 280
URL_WEIGHT = 23
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
INVALID = re.compile("[\ufffe\ufeff\uffff]")
# A flag, a keycap, or pictures joined by U+200D, each with skin tone or variation selector.
_ONE = r"(?:[\p{Emoji_Presentation}\p{Extended_Pictographic}--[©®™]]|[©®™]\uFE0F)(?:\p{Emoji_Modifier}|\uFE0F)?"
EMOJI = regex.compile(
    rf"\p{{Regional_Indicator}}{{2}}|[0-9#*]\uFE0F?\u20E3"
    rf"|{_ONE}(?:[\U000E0020-\U000E007E]+\U000E007F)?(?:\u200D(?:{_ONE}|[♀♂⚕⚖✈❤]\uFE0F?))*",
    regex.V1,
)
_TAG = regex.compile(r"(?<![\w&/])[#＃]([\w\p{M}]*[\p{L}\p{M}][\w\p{M}]*)")
_NAME = re.compile(r"(?<![A-Za-z0-9_!#$%&*@＠])[@＠]([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@])")
_LOCAL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]", re.I)


def weighted_length(text: str, reply: bool = False) -> int:
    """How long X finds a text, of 280. Leading mentions of a reply don't count."""
    text = unicodedata.normalize("NFC", text)
    if reply:
        text = re.sub(r"^(?:\s*[@＠][A-Za-z0-9_]{1,15}\b)+\s*", "", text)
    skip = {u.start: (u.end, URL_WEIGHT) for u in urls.find(text)}
    for match in EMOJI.finditer(text):
        skip.setdefault(match.start(), (match.end(), 2))
    length = at = 0
    while at < len(text):
        end, weight = skip.get(at, (at + 1, _weight(text[at])))
        length, at = length + weight, end
    return length


def _weight(sign: str) -> int:
    return 1 if any(low <= ord(sign) <= high for low, high in LIGHT) else 2


def links(text: str) -> list[Url]:
    """The links that a reader can press.

    Beside what X finds, addresses on this machine with a scheme: the demo's newsroom lives
    there. They become links but don't weigh 23: the length is X's own, always.
    """
    found = urls.find(text)
    taken = [(u.start, u.end) for u in found]
    for match in _LOCAL.finditer(text):
        if is_loopback(match[0]) and not any(s < match.end() and match.start() < e for s, e in taken):
            found.append(Url(match.start(), match.end(), match[0]))
    return sorted(found, key=lambda u: u.start)


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    word: str


def _marks(pattern: re.Pattern[str], text: str) -> list[Mark]:
    within = links(text)
    return [
        Mark(m.start(), m.end(), m[1])
        for m in pattern.finditer(text)
        if not any(u.start <= m.start() < u.end for u in within)
    ]


def hashtags(text: str) -> list[Mark]:
    return _marks(_TAG, text)


def mentions(text: str) -> list[Mark]:
    return _marks(_NAME, text)


def short(url: str, post: str) -> str:
    """The shortened address that stands in the text that X gives back: always 23 signs."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    digest = hashlib.sha256(f"{post} {url}".encode()).digest()
    return "https://t.co/" + "".join(signs[b % len(signs)] for b in digest[:10])


def displayed(url: str) -> str:
    """An address as X shows it: no scheme, no www, the path cut after some signs."""
    bare = re.sub(r"^https?://(www\.)?", "", url, flags=re.I)
    host, slash, path = bare.partition("/")
    return host + (slash + path if len(path) <= 15 else f"/{path[:14]}…")
