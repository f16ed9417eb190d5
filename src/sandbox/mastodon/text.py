"""A server's view of a text: how long it is, and the links, mentions and tags in it.

Written from docs.joinmastodon.org (user/posting: links count 23 signs, a remote mention without its server) and the
public rules of twitter-text for what a domain is; top domains are IANA's.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from sandbox.links import is_loopback

SHOWN = 30  # signs of an address that are shown
_LOCAL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]", re.I)
_MENTION = regex.compile(r"(?<![\w/=])@(?P<name>[a-zA-Z0-9_]+(?:[.-]+[a-zA-Z0-9_]+)*)(?:@(?P<host>\w+(?:[.-]+\w+)*))?")
_TAG = regex.compile(r"(?<![=/)\w&])#(?P<tag>[\w·]*[\p{L}\p{M}_][\w·]*)")


@dataclass(frozen=True)
class Mark:
    """A part of a text: `kind` is link, mention or tag; `word` the address, the name with its server, or the tag."""

    start: int
    end: int
    kind: str
    word: str


@cache
def _address() -> regex.Pattern[str]:
    names = files("sandbox.x").joinpath("tlds.txt").read_text("utf-8").split()
    inside = r"[^\s!'#%&()*+,\\\-./:;<=>?@\[\]\^_{|}~$\"]"
    label = rf"{inside}(?:(?:{inside}|[_-])*{inside})?"
    last = rf"{inside}(?:(?:{inside}|-)*{inside})?"
    sign = r"[^\s<>()?]"
    brackets = rf"\((?:{sign}|\({sign}*\))+\)"
    path = rf"/(?:(?:{sign}|{brackets})*(?:[^\s()?!*\"'「」<>;:=,.$%\[\]~&|@]|{brackets}))?"
    query = r"\?[^\s\"<>]*[\w&=#/\-]"
    return regex.compile(
        rf"(?<![A-Za-z0-9@＠$#＃])https?://(?:{label}\.){{0,20}}{last}\.(?:\L<names>(?![0-9A-Za-z@+\-])|xn--[\-0-9a-z]+)"
        rf"(?::\d+)?(?:{path})?(?:{query})?",
        regex.I,
        names=names,
    )


def _marks(text: str, local: bool) -> list[Mark]:
    found = [Mark(m.start(), m.end(), "link", m[0]) for m in _address().finditer(text)] if "://" in text else []
    if local:
        # Addresses on this machine become links too, for the demo lives there; they count sign by sign, though.
        found += [
            Mark(m.start(), m.end(), "link", m[0])
            for m in _LOCAL.finditer(text)
            if is_loopback(m[0]) and not any(f.start < m.end() and m.start() < f.end for f in found)
        ]
    for m in _MENTION.finditer(text):
        if not re.match(r"[@＠À-ɏ]|://", text[m.end() :]):
            found.append(Mark(m.start(), m.end(), "mention", m["name"] + (f"@{m['host']}" if m["host"] else "")))
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda m: m.start):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def length(text: str, warning: str, per_url: int) -> int:
    """How long a server finds a text and its content warning: in what readers take for one sign."""
    parts, at = [warning], 0
    for mark in _marks(text, local=False):
        parts += [text[at : mark.start], "_" * per_url if mark.kind == "link" else "@" + mark.word.partition("@")[0]]
        at = mark.end
    return len(regex.findall(r"\X", "".join([*parts, text[at:]])))


def marks(text: str) -> list[Mark]:
    """All that can be pressed, in order."""
    found = _marks(text, local=True)
    tags = [Mark(m.start(), m.end(), "tag", m["tag"]) for m in _TAG.finditer(text)]
    return sorted(
        found + [t for t in tags if not any(f.start <= t.start < f.end for f in found)], key=lambda m: m.start
    )


def links(text: str) -> list[str]:
    return [m.word for m in marks(text) if m.kind == "link"]


def shown(url: str) -> tuple[str, str, str]:
    """What of an address is hidden before, shown, and hidden after."""
    before = re.match(r"https?://(www\.)?", url, re.I)
    start = before.end() if before else 0
    return url[:start], url[start : start + SHOWN], url[start + SHOWN :]


def content(text: str, base: str, local: set[str]) -> str:
    """The text as a server's HTML. `local` are names of accounts here; other mentions stay plain."""
    parts, at = [], 0
    for mark in marks(text):
        parts += [html.escape(text[at : mark.start], quote=False), _pressed(mark, text, base, local)]
        at = mark.end
    whole = "".join([*parts, html.escape(text[at:], quote=False)]).strip()
    paragraphs = re.split(r"\n{2,}", re.sub(r"\r\n?", "\n", whole))
    return "".join(f"<p>{p.replace(chr(10), '<br />')}</p>" for p in paragraphs if p)


def _pressed(mark: Mark, text: str, base: str, local: set[str]) -> str:
    if mark.kind == "link":
        before, middle, after = (html.escape(part) for part in shown(mark.word))
        ellipsis = ' class="ellipsis"' if after else ' class=""'
        return (
            f'<a href="{html.escape(mark.word)}" target="_blank" rel="nofollow noopener noreferrer" translate="no">'
            f'<span class="invisible">{before}</span><span{ellipsis}>{middle}</span>'
            f'<span class="invisible">{after}</span></a>'
        )
    if mark.kind == "tag":
        address = html.escape(f"{base}/tags/{mark.word}")
        return f'<a href="{address}" class="mention hashtag" rel="tag">#<span>{html.escape(mark.word)}</span></a>'
    name = mark.word.partition("@")[0]
    if mark.word.lower() not in local:
        return html.escape(text[mark.start : mark.end], quote=False)
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(f"{base}/@{name}")}" class="u-url mention">'
        f"@<span>{html.escape(name)}</span></a></span>"
    )
