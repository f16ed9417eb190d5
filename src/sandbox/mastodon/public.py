"""A post as the public sees it."""

from __future__ import annotations

from typing import Any

from sandbox import accounts, links, media
from sandbox.mastodon import text
from sandbox.pieces import cut
from sandbox.platform import Piece
from sandbox.posts import Post
from sandbox.store import Store


def public(store: Store, post: Post, base: str) -> dict[str, Any]:
    author = accounts.by_id(store, "mastodon", post.account)
    handle = author.handle if author else "ukjent"
    pictures = [
        {
            "url": media.address(base, found),
            "alt": item["alt"],
            "width": found.width,
            "height": found.height,
            "mime": found.mime,
            "sha256": found.sha256,
            "id": found.id,
        }
        for item in post.data["media"]
        if (found := media.by_id(store, "mastodon", item["id"]))
    ]
    return {
        "account_name": author.name if author else "",
        "handle": handle,
        "pictures": pictures,
        "links": [
            {**links.card(store, url, base), "url": url, "expanded": url} for url in text.links(post.data["shown"])
        ],
        "url": f"{base}/mastodon/@{handle}/{post.id}",
        "warning": post.data["warning"],
        "language": post.data["language"],
        "visibility": post.data["visibility"],
        "reply_to": post.data.get("reply_to"),
    }


def rich(store: Store, post: Post) -> list[Piece]:
    shown = post.data["shown"]
    marks = []
    for mark in text.marks(shown):
        written = shown[mark.start : mark.end]
        if mark.kind == "link":
            _, middle, after = text.shown(mark.word)
            piece = Piece(middle + ("…" if after else ""), mark.word, "link")
        elif mark.kind == "tag":
            piece = Piece(written, "", "tag")
        else:
            known = accounts.by_handle(store, "mastodon", mark.word.partition("@")[0])
            piece = Piece(written, f"/mastodon/@{known.handle}" if known else "", "mention")
        marks.append((mark.start, mark.end, piece))
    return cut(shown, marks)
