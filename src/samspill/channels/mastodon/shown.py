"""A post's HTML as people read it: its text, and where its links lead.

A server answers with paragraphs, line breaks and links; a link's scheme and the end of a long one are hidden from
the eye, but stand in the HTML, so that the whole address comes out. Source: docs.joinmastodon.org, entities/Status.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from samspill.channels import text
from samspill.channels.mastodon.addresses import find_mentions


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        if tag == "a" and (href := dict(attrs).get("href")):
            self.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li", "blockquote", "pre"}:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def read(content: object) -> tuple[str, list[str]]:
    """The text of a post's HTML, and the addresses that its links lead to."""
    reader = _Reader()
    reader.feed(content if isinstance(content, str) else "")
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip(), reader.links


def plain(value: str) -> str:
    """A text with each mention as a server shows it: ``@name``, without its server."""
    parts, position = [], 0
    for start, end, name in find_mentions(value):
        parts += [value[position:start], name]
        position = end
    return "".join([*parts, value[position:]])


def holds_link(status: Mapping[str, Any], url: str) -> bool:
    """True when the post leads to ``url``: by a link, by its card, or at least by showing it.

    Servers make no link of a host without a public top-level domain, such as that of a site under trial.
    """
    words, links = read(status.get("content"))
    card = status.get("card")
    addresses = [*links, str(card.get("url") or "")] if isinstance(card, dict) else links
    return any(text.same_url(address, url) for address in addresses) or text.holds_url(words, url)
