"""A page's post as the public sees it."""

from __future__ import annotations

import re
from typing import Any

from sandbox import accounts, links, media
from sandbox.facebook import nodes
from sandbox.pieces import cut
from sandbox.platform import Piece
from sandbox.posts import Post
from sandbox.store import Store

URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]|\bwww\.[^\s<>\"]+[^\s<>\".,;:!?)]", re.I)

TAG = re.compile(r"(?<![\w&])#(\w*[^\W\d]\w*)")


def public(store: Store, post: Post, base: str) -> dict[str, Any]:
    author = accounts.by_id(store, "facebook", post.account)
    pictures = []
    for item in post.data["media"]:
        found = media.by_id(store, "facebook", item["id"])
        if found:
            pictures.append(
                {
                    "url": media.address(base, found),
                    "alt": item["alt"],
                    "width": found.width,
                    "height": found.height,
                    "mime": found.mime,
                    "sha256": found.sha256,
                    "id": found.id,
                }
            )
    shown = []
    for url in dict.fromkeys([post.data["link"]] if post.data["link"] else URL.findall(post.text)):
        shown.append({**links.card(store, url, base), "expanded": url, "card": url == post.data["link"]})
    return {
        "account_name": author.name if author else "",
        "handle": author.handle if author else "",
        "pictures": pictures,
        "links": shown,
        "url": nodes.permalink(f"{base}/facebook", post),
    }


def rich(store: Store, post: Post) -> list[Piece]:
    marks = [
        (m.start(), m.end(), Piece(m[0], m[0] if "//" in m[0] else f"https://{m[0]}", "link"))
        for m in URL.finditer(post.text)
    ]
    marks += [(m.start(), m.end(), Piece(m[0], "", "tag")) for m in TAG.finditer(post.text)]
    return cut(post.text, marks)
