"""A post on Bluesky as the public sees it."""

from __future__ import annotations

from typing import Any

from sandbox import accounts, links, media
from sandbox.pieces import cut
from sandbox.platform import Piece
from sandbox.posts import Post
from sandbox.store import Store


def public(store: Store, post: Post, base: str) -> dict[str, Any]:
    author = accounts.by_id(store, "bluesky", post.account)
    record = post.data["shown"]
    embed = record.get("embed") or {}
    return {
        "account_name": author.name if author else "",
        "handle": author.handle if author else "",
        "pictures": [_picture(store, image, base) for image in embed.get("images", [])],
        "links": _links(store, record, base),
        "url": f"{base}/bluesky/profile/{post.account}/post/{post.id.rsplit('/', 1)[-1]}",
        "reply_to": ((record.get("reply") or {}).get("parent") or {}).get("uri"),
        "languages": record.get("langs", []),
        "edited": None,  # nobody sees that a record was written over
    }


def _picture(store: Store, image: dict[str, Any], base: str) -> dict[str, Any]:
    blob = image["image"]
    found = media.by_id(store, "bluesky", blob["ref"]["$link"])
    ratio = image.get("aspectRatio") or {}
    return {
        "url": media.address(base, found) if found else "",
        "alt": image["alt"],
        # What the sender says, as on the platform: a picture without it is drawn square until it has come.
        "width": ratio.get("width") or (found.width if found else None),
        "height": ratio.get("height") or (found.height if found else None),
        "mime": blob["mimeType"],
        "sha256": found.sha256 if found else None,
        "id": blob["ref"]["$link"],
    }


def _links(store: Store, record: dict[str, Any], base: str) -> list[dict[str, Any]]:
    """Links in the text, and the card last: its words are the sender's, nothing is fetched."""
    bare = {"title": "", "description": "", "image": "", "card": False}
    shown = [
        {"url": uri, "expanded": uri, "host": links.card(store, uri, base)["host"], **bare}
        for _, _, feature in pressable(record)
        if (uri := feature.get("uri"))
    ]
    card = (record.get("embed") or {}).get("external")
    if card:
        thumb = media.by_id(store, "bluesky", card["thumb"]["ref"]["$link"]) if card.get("thumb") else None
        shown.append(
            {
                "url": card["uri"],
                "expanded": card["uri"],
                "title": card["title"],
                "description": card["description"],
                "image": media.address(base, thumb) if thumb else "",
                "card": True,
                "host": links.card(store, card["uri"], base)["host"],
            }
        )
    return shown


def pressable(record: dict[str, Any]) -> list[tuple[int, int, dict[str, Any]]]:
    """Facets as (start, end, feature) in signs of the text. One whose bytes cut a sign, or lie outside, is left out."""
    raw = record["text"].encode()
    found = []
    for facet in record.get("facets", []):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        if not 0 <= start < end <= len(raw) or not facet["features"]:
            continue
        try:
            before, inside = raw[:start].decode(), raw[start:end].decode()
        except UnicodeDecodeError:
            continue
        found.append((len(before), len(before) + len(inside), facet["features"][0]))
    return found


def rich(store: Store, post: Post) -> list[Piece]:
    record = post.data["shown"]
    marks = []
    for start, end, feature in pressable(record):
        kind = feature.get("$type", "").rpartition("#")[2]
        href = {"link": feature.get("uri", ""), "mention": f"/bluesky/profile/{feature.get('did')}"}.get(kind, "")
        if kind in ("link", "mention", "tag"):
            marks.append((start, end, Piece(record["text"][start:end], href, kind)))
    return cut(record["text"], marks)
