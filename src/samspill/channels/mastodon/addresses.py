"""Finding addresses and mentions as a Mastodon server does when it counts.

An address needs a scheme and a top-level domain that is known: «lottstift.no» and «http://localhost» are plain
text. The rules are twitter-text's, with Mastodon's own for paths and queries. A mention is ``@name`` or
``@name@server``. Here the answer is worked out in time that grows with the text's length only.
Sources: github.com/mastodon/mastodon, the validator of lengths, the extractor and the patterns of accounts and
addresses (facts only); github.com/twitter/twitter-text, config v3 (Apache-2.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from samspill.channels.domains import MAX_LABEL, coded_length, tld_end

MAX_URL = 4096  # UTF-16 units
MAX_DOMAIN = 253  # signs of a server's name in a mention; a longer one is no mention (RFC 1035)

SPACES = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066\u2067\u2068\u2069"
INVALID = "\ufffe\ufeff\uffff"
PUNCTUATION = r"\!'#%&'\(\)*\+,\\\-\.\/:;<=>\?@\[\]\^_{|}~\$"
LABEL = re.compile(rf"(?:[^{PUNCTUATION}{SPACES}\u180e{INVALID}{DIRECTION}]|[_-])+")
NOT_BEFORE = re.compile(f"[A-Za-z0-9@\uff20$#\uff03{INVALID}]")
SCHEME = re.compile(r"(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://", re.IGNORECASE | re.ASCII)

_SIGN = rf"[^{SPACES}<>()?]"
_BRACKETS = rf"\((?:{_SIGN}+|{_SIGN}*\({_SIGN}+\){_SIGN}*)\)"
_LAST = rf"[^{SPACES}()?!*\"'\u300c\u300d<>;:=,.$%\[\]~&|@]"
_BEYOND = "\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr((plane << 16) + (0x1000 if plane == 14 else 0))}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17)
)
_QUERY = rf"\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^{_BEYOND}]*[a-z0-9_&=#/\-{_BEYOND}]"
AFTER_HOST = re.compile(
    rf"(?::[0-9]+)?(?P<path>/(?:(?:{_SIGN}|{_BRACKETS})*(?:{_LAST}|{_BRACKETS}))?)?(?P<query>{_QUERY})?", re.IGNORECASE
)

_NAME = r"[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*"
MENTION = regex.compile(rf"(?<![=/\w])@(?P<name>{_NAME})(?:@(?P<domain>\w+(?:[.-]+\w+)*))?")
NOT_AFTER_MENTION = re.compile(
    "[@\uff20\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272"
    "\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff]|://"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text that is counted in another way than it is written. ``shown`` is what stands for it."""

    start: int
    end: int
    shown: str


def entities(text: str, url_length: int) -> list[Entity]:
    """Addresses and mentions in order; of two that overlap, the first counts."""
    found = [Entity(start, end, "x" * url_length) for start, end in find_urls(text)]
    found += [Entity(start, end, name) for start, end, name in find_mentions(text)]
    kept: list[Entity] = []
    for entity in sorted(found, key=lambda each: each.start):
        if not kept or entity.start >= kept[-1].end:
            kept.append(entity)
    return kept


def find_mentions(text: str) -> Iterator[tuple[int, int, str]]:
    """Mentions as (start, end, ``@name`` without its server)."""
    if "@" not in text:
        return
    for match in MENTION.finditer(text):
        too_long = len(match["domain"] or "") > MAX_DOMAIN
        if not too_long and not NOT_AFTER_MENTION.match(text, match.end()):
            yield match.start(), match.end(), f"@{match['name']}"


def find_urls(text: str) -> list[tuple[int, int]]:
    """Addresses with a scheme as (start, end) in code points, in order, not overlapping."""
    found: list[tuple[int, int]] = []
    resume = 0
    for scheme in SCHEME.finditer(text):
        start = scheme.start()
        if start < resume or not _may_begin(text, start, resume):
            continue
        host_end = _host_end(text, scheme.end())
        if not host_end:
            continue
        outer = _end_of_bare(text, resume, start)
        if outer:
            resume = outer
            continue
        rest = AFTER_HOST.match(text, host_end)
        resume = rest.end() if rest else host_end
        if _valid_length(text[start:resume], text[scheme.end() : host_end]):
            found.append((start, resume))
    return found


def _may_begin(text: str, start: int, resume: int) -> bool:
    return start == 0 or (start > resume and NOT_BEFORE.match(text, start - 1) is None)


def _host_end(text: str, begin: int) -> int:
    """End of the host that begins at ``begin``: the longest that ends in a top-level domain, or 0."""
    end = 0
    while (label := LABEL.match(text, begin)) and text[label.end() : label.end() + 1] == ".":
        if text[begin] in "_-" or text[label.end() - 1] in "_-":
            break
        begin = label.end() + 1
        if "_" not in label.group():
            end = tld_end(text, begin) or end
    return end


def _end_of_bare(text: str, resume: int, start: int) -> int:
    """End of an address *without* scheme whose path holds ``start``, or 0.

    Such a one is no address to Mastodon, but it uses up what stands in it: «a.no/https://b.no» holds none.
    """
    begin = max(resume, *(text.rfind(sign, 0, start) + 1 for sign in " \n\t<>"))
    if not re.search("[/?]", text[begin:start]):
        return 0
    position = begin
    while position < start:
        label = LABEL.match(text, position)
        if label is None:
            position += 1
            continue
        host_end = _host_end(text, position) if _may_begin(text, position, resume) else 0
        rest = AFTER_HOST.match(text, host_end) if host_end else None
        if rest and (rest["path"] or rest["query"]) and rest.end() > start:
            return rest.end()
        position = label.end() + 1
    return 0


def _valid_length(url: str, host: str) -> bool:
    """True when every label fits into 63 bytes of Punycode, and the whole address into 4,096 units."""
    if not all(0 < coded_length(label) <= MAX_LABEL for label in host.split(".")):
        return False
    return len(url.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_URL
