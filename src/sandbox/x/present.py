"""Posts, pictures and users in the shape of X's API."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import Any

from sandbox import accounts, media
from sandbox.accounts import Account
from sandbox.platform import Call
from sandbox.posts import Post
from sandbox.x import text


def when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def composed(post: Post, handle: str) -> tuple[str, dict[str, Any]]:
    """The text as X's API gives it, with its entities.

    Links are shortened, `&`, `<` and `>` escaped, and a link to the pictures stands last:
    all three as on the real platform. Positions count signs of the text given back.
    """
    raw, parts, at = post.data["shown"], [], 0
    marks: list[tuple[int, int, str, str]] = []
    found = text.links(raw)
    marks += [(u.start, u.end, "urls", u.expanded) for u in found]
    marks += [(m.start, m.end, "hashtags", m.word) for m in text.hashtags(raw)]
    marks += [(m.start, m.end, "mentions", m.word) for m in text.mentions(raw)]
    entities: dict[str, Any] = {}
    length = 0
    for start, end, kind, value in sorted(marks):
        before = html.escape(raw[at:start], quote=False)
        inner = text.short(value, post.id) if kind == "urls" else raw[start:end]
        parts += [before, inner]
        begin = length + len(before)
        length = begin + len(inner)
        entity: dict[str, Any] = {"start": begin, "end": length}
        if kind == "urls":
            entity |= {"url": inner, "expanded_url": value, "display_url": text.displayed(value)}
        elif kind == "hashtags":
            entity["tag"] = value
        else:
            entity["username"] = value
        entities.setdefault(kind, []).append(entity)
        at = end
    rest = html.escape(raw[at:], quote=False)
    whole = "".join([*parts, rest])
    if post.data["media"]:
        whole += " " if whole else ""
        picture = text.short("picture", post.id)
        for item in post.data["media"]:
            entities.setdefault("urls", []).append(
                {
                    "start": len(whole),
                    "end": len(whole) + len(picture),
                    "url": picture,
                    "expanded_url": f"https://x.com/{handle}/status/{post.id}/photo/1",
                    "display_url": f"pic.x.com/{picture[-10:]}",
                    "media_key": f"3_{item['id']}",
                }
            )
        whole += picture
    return whole, entities


def post_shape(call: Call, post: Post, fields: set[str], expansions: set[str]) -> dict[str, Any]:
    """A post with the fields asked for; id, text and history always."""
    author = accounts.by_id(call.store, "x", post.account)
    handle = author.handle if author else "i"
    shown, entities = composed(post, handle)
    shape: dict[str, Any] = {"id": post.id, "text": shown, "edit_history_post_ids": [post.id]}
    if "author_id" in expansions:
        shape["author_id"] = post.account
    if post.data["media"] and ("attachments" in fields or "attachments.media_keys" in expansions):
        shape["attachments"] = {"media_keys": [f"3_{m['id']}" for m in post.data["media"]]}
    extra = {
        "conversation_id": post.data.get("reply_to") or post.id,
        "created_at": when(post.created),
        "display_text_range": [0, len(shown)],
        "lang": "no",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "source": "Sandbox",
        "edit_controls": {"edits_remaining": 5, "is_edit_eligible": False, "editable_until": when(post.created + 3600)},
        "public_metrics": dict.fromkeys(
            ("repost_count", "reply_count", "like_count", "quote_count", "bookmark_count", "impression_count"), 0
        ),
    }
    shape |= {k: v for k, v in extra.items() if k in fields}
    if "entities" in fields and entities:
        shape["entities"] = entities
    return shape


def includes(call: Call, found: list[Post], asked: dict[str, set[str]]) -> dict[str, Any]:
    """The `includes` part of an answer: pictures with alt text, and authors."""
    out: dict[str, Any] = {}
    if "attachments.media_keys" in asked["expansions"]:
        items = [i for p in found for i in p.data["media"]]
        shapes = [_media_shape(call, item, asked["media.fields"]) for item in items]
        if shapes:
            out["media"] = shapes
    if "author_id" in asked["expansions"]:
        authors = {p.account: accounts.by_id(call.store, "x", p.account) for p in found}
        out["users"] = [user_shape(call, a, asked["user.fields"]) for a in authors.values() if a]
    return out


def _media_shape(call: Call, item: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    found = media.by_id(call.store, "x", item["id"])
    shape: dict[str, Any] = {"media_key": f"3_{item['id']}", "type": item["type"]}
    if found:
        extra = {
            "url": media.address(call.server, found),
            "width": found.width,
            "height": found.height,
            "alt_text": item["alt"] or None,
        }
        shape |= {k: v for k, v in extra.items() if k in fields and v is not None}
    return shape


def user_shape(call: Call, account: Account, fields: set[str]) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": account.id, "name": account.name, "username": account.handle}
    extra = {
        "created_at": "2011-03-01T08:00:00.000Z",
        "description": account.data.get("about", ""),
        "protected": False,
        "verified": True,
        "verified_type": "government",
        "url": f"{call.base}/{account.handle}",
        "public_metrics": {"followers_count": 0, "following_count": 0, "post_count": 0, "listed_count": 0},
    }
    return shape | {k: v for k, v in extra.items() if k in fields}
