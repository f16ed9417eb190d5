"""A post on X as the public sees it."""

from __future__ import annotations

from typing import Any

from sandbox import accounts, links, media
from sandbox.pieces import cut
from sandbox.platform import Piece
from sandbox.posts import Post
from sandbox.store import Store
from sandbox.x import text


def public(store: Store, post: Post, base: str) -> dict[str, Any]:
    author = accounts.by_id(store, "x", post.account)
    handle = author.handle if author else "i"
    pictures = []
    for item in post.data["media"]:
        found = media.by_id(store, "x", item["id"])
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
    for url in text.links(post.data["shown"]):
        card = links.card(store, url.expanded, base)
        shown.append(
            {
                **card,
                "url": text.short(url.expanded, post.id),
                "expanded": url.expanded,
                "display": text.displayed(url.expanded),
            }
        )
    return {
        "account_name": author.name if author else "",
        "handle": handle,
        "pictures": pictures,
        "links": shown,
        "url": f"{base}/x/{handle}/status/{post.id}",
        "reply_to": post.data.get("reply_to"),
    }


def rich(store: Store, post: Post) -> list[Piece]:
    shown = post.data["shown"]
    marks = [(u.start, u.end, Piece(text.displayed(u.expanded), u.expanded, "link")) for u in text.links(shown)]
    marks += [(m.start, m.end, Piece(shown[m.start : m.end], "", "tag")) for m in text.hashtags(shown)]
    for m in text.mentions(shown):
        known = accounts.by_handle(store, "x", m.word)
        marks.append((m.start, m.end, Piece(shown[m.start : m.end], f"/x/{known.handle}" if known else "", "mention")))
    return cut(shown, marks)
