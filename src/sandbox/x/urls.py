"""Finds web addresses in a text as X does, with and without scheme.

Written from the published rules of twitter-text 3 (domain characters, valid top domains,
what may stand before, how a path may end); top domains from the IANA root zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
FORBIDDEN = "\ufffe\ufeff\uffff"
SPACES = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
PUNCTUATION = r"""!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"""
LATIN = (
    "\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268"
    "\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
CYRILLIC = "\u0400-\u04ff"


@dataclass(frozen=True)
class Url:
    """`text[start:end]` is the address as written; `expanded` has a scheme."""

    start: int
    end: int
    raw: str

    @property
    def expanded(self) -> str:
        return self.raw if re.match(r"https?://", self.raw, re.I) else f"http://{self.raw}"


@cache
def _patterns() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    names = files("sandbox.x").joinpath("tlds.txt").read_text("utf-8").split()
    # Named lists (\L<…>) are looked up, not tried one by one: 1,450 names at each dot would take minutes.
    end = r"(?=[^0-9A-Za-z@+\-]|$)"
    top, ascii_top = rf"(?:\L<names>{end})", rf"(?:\L<plain>{end})"
    sign = f"[^{PUNCTUATION}{SPACES}{FORBIDDEN}{DIRECTION}]"
    sub = rf"(?:(?:{sign}(?:[_-]|{sign})*)?{sign}\.)"
    name = rf"(?:(?:{sign}(?:-|{sign})*)?{sign}\.)"
    # No real name has over 20 parts; without a bound a text of dots takes minutes.
    domain = rf"(?:{sub}{{0,20}}{name}(?:{top}|xn--[\-0-9a-z]+))"
    general = rf"[a-z{CYRILLIC}0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{LATIN}]"
    parens = rf"\({general}+\)|\({general}*\({general}+\){general}*\)"
    ending = rf"(?:[+\-a-z{CYRILLIC}0-9=_#/{LATIN}]|{parens})"
    path = rf"(?:(?:{general}*(?:(?:{parens}){general}*)*{ending})|(?:@{general}+/))"
    query = r"[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]"
    before = rf"(?:[^A-Za-z0-9@＠$#＃{FORBIDDEN}]|[{DIRECTION}]|^)"
    whole = (
        rf"(?P<before>{before})(?P<url>(?P<scheme>https?://)?(?P<domain>{domain})(?P<port>:[0-9]+)?"
        rf"(?P<path>/{path}*)?(?P<query>\?{query}*[a-z0-9\-_&=#/])?)"
    )
    plain = rf"(?:(?:[\-a-z0-9{LATIN}]+)\.)+(?:{ascii_top}|xn--[\-0-9a-z]+)"
    return (
        regex.compile(whole, regex.I, names=names),
        regex.compile(plain, regex.I, plain=[n for n in names if n.isascii()]),
    )


def find(text: str) -> list[Url]:
    """The addresses in `text`, in order. `text` should be in Unicode form NFC."""
    if "." not in text:
        return []
    whole, plain = _patterns()
    found: list[Url] = []
    for match in whole.finditer(text):
        domain, start = match["domain"], match.start("url")
        if not _encodable(domain):
            continue
        if match["scheme"]:
            found.append(Url(start, match.end("url"), match["url"]))
            continue
        if re.search(r"[-_./]$", match["before"]):
            continue
        # Without scheme only the ASCII part of a name counts; path and query go to the last one.
        parts = [Url(start + m.start(), start + m.end(), m[0]) for m in plain.finditer(domain)]
        if parts and match["path"]:
            last = parts.pop()
            parts.append(Url(last.start, match.end("url"), text[last.start : match.end("url")]))
        found += parts
    return found


def _encodable(domain: str) -> bool:
    """A name that can't be written in DNS (a label of over 63 octets, over 253 in all) is no address."""
    try:
        encoded = ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in domain.split(".")
        )
    except UnicodeError:
        return False
    return len(encoded) <= 253 and all(len(label) <= 63 for label in encoded.split("."))
