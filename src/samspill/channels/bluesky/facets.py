"""What can be pressed in a text: links, tags and mentions, with their places in bytes of UTF-8.

Bluesky finds nothing by itself; what has no facet is plain text. Sources: the lexicon app.bsky.richtext.facet,
atproto.com/specs/handle, docs.bsky.app (links, mentions and rich text).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from samspill.channels import text
from samspill.channels.bluesky.graphemes import encoded, graphemes
from samspill.channels.domains import tld_end

TAG_GRAPHEMES, TAG_BYTES = 64, 640
# A name is a host name (RFC 1035: labels of at most 63 signs) of at most 253; a top-level domain begins with a letter.
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
MENTION = re.compile(rf"(?<![\w@./])@((?:{LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?)(?![\w@]|-\w|\.\w)")
HOST = re.compile(r"(?<![\w@./:#-])(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+")
PATH = re.compile(r"(?::\d{1,5})?(?:[/?#][^\s<>\"\u201c\u201d\u00ab\u00bb]*)?")


@dataclass(frozen=True, slots=True)
class Span:
    """Something to press: places in code points, and the kind's own value (an address, a tag, a name)."""

    start: int
    end: int
    kind: str  # link, tag, mention
    value: str


def spans(value: str) -> list[Span]:
    """Everything to press in ``value``, in order; what begins inside another one is left out."""
    found = sorted([*links(value), *tags(value), *mentions(value)], key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def links(value: str) -> Iterator[Span]:
    """Addresses with a scheme, and host names under a top-level domain that exists (``lottstift.no/sok``)."""
    for match in text.URL.finditer(value):
        address = text.bare_url(match.group())
        yield Span(match.start(), match.start() + len(address), "link", address)
    for match in HOST.finditer(value):
        end = tld_end(value, match.end())
        if not end or re.match(r"[\w@]|-\w|\.\w", value[end : end + 2]):
            continue
        path = PATH.match(value, end)
        bare = text.bare_url(value[match.start() : path.end() if path else end])
        yield Span(match.start(), match.start() + len(bare), "link", f"https://{bare}")


def tags(value: str) -> Iterator[Span]:
    """Hashtags that Bluesky takes: at most 64 signs and 640 bytes, without the sign before them."""
    for match in text.HASHTAG.finditer(value):
        tag = match.group(1)
        if graphemes(tag) <= TAG_GRAPHEMES and len(encoded(tag)) <= TAG_BYTES:
            yield Span(match.start(), match.end(), "tag", tag)


def mentions(value: str) -> Iterator[Span]:
    """``@name.domain``. Whether anybody has that name is for the platform to say."""
    for match in MENTION.finditer(value):
        if len(match.group(1)) <= 253:
            yield Span(match.start(), match.end(), "mention", match.group(1).lower())


def facets(value: str, did_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """Facets for the record. ``did_of`` gives a name's DID, or "" for a name that nobody has: then it stays text."""
    made: list[dict[str, Any]] = []
    for span in spans(value):
        feature = {"$type": f"app.bsky.richtext.facet#{span.kind}"}
        if span.kind == "mention":
            did = did_of(span.value)
            if not did:
                continue
            feature["did"] = did
        else:
            feature["uri" if span.kind == "link" else "tag"] = span.value
        start = len(encoded(value[: span.start]))
        end = start + len(encoded(value[span.start : span.end]))
        made.append({"index": {"byteStart": start, "byteEnd": end}, "features": [feature]})
    return made
