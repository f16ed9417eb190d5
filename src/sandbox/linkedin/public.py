"""An organisation's post as the public sees it."""

from __future__ import annotations

import re
from typing import Any

from sandbox import accounts, links, media
from sandbox.files import look
from sandbox.linkedin.little import render
from sandbox.media import Media
from sandbox.pieces import cut
from sandbox.platform import Piece
from sandbox.posts import Post
from sandbox.store import Store

URL = re.compile(
    r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]|(?<![\w@.])(?:[a-z0-9æøå-]+\.)+(?:no|com|org|net|eu)(?:/[^\s<>\"]*[^\s<>\".,;:!?)])?(?![\w.])",
    re.I,
)


def public(store: Store, post: Post, base: str) -> dict[str, Any]:
    author = accounts.by_id(store, "linkedin", post.account)
    content = post.data["body"].get("content") or {}
    kind, part = next(iter(content.items())) if content else ("", {})
    images = part["images"] if kind == "multiImage" else [part] if kind == "media" and ":image:" in part["id"] else []
    pictures = [
        _picture(found, image.get("altText", ""), base)
        for image in images
        if (found := media.by_id(store, "linkedin", image["id"]))
    ]
    return {
        "account_name": author.name if author else "",
        "handle": author.handle if author else "",
        "pictures": pictures,
        "links": _links(store, post, kind, part, base),
        "document": _document(store, part, base) if kind == "media" and ":document:" in part["id"] else None,
        "url": f"{base}/linkedin/feed/update/{post.id}",
        "mentions": mentions(store, post),
    }


def mentions(store: Store, post: Post) -> list[dict[str, Any]]:
    """The organisations named in the text, with their place in it."""

    def name_of(urn: str) -> str | None:
        found = accounts.by_id(store, "linkedin", urn.rsplit(":", 1)[-1])
        return found.name if found else None

    return [
        {"start": s, "end": e, "urn": urn, "name": name_of(urn)}
        for s, e, urn in render(post.raw_text, name_of).mentions
        if e <= len(post.text)
    ]


def _picture(found: Media, alt: str, base: str) -> dict[str, Any]:
    return {
        "url": media.address(base, found),
        "alt": alt,
        "width": found.width,
        "height": found.height,
        "mime": found.mime,
        "sha256": found.sha256,
        "id": found.id,
    }


def _links(store: Store, post: Post, kind: str, part: dict[str, Any], base: str) -> list[dict[str, Any]]:
    shown = []
    if kind == "article":
        # A link is not read by LinkedIn: the card is what the sender gave.
        thumbnail = media.by_id(store, "linkedin", part.get("thumbnail", ""))
        shown.append(
            {
                "url": part["source"],
                "expanded": part["source"],
                "title": part["title"],
                "description": part.get("description", ""),
                "card": True,
                "image": media.address(base, thumbnail) if thumbnail else "",
                "image_alt": part.get("thumbnailAltText", ""),
                "host": links.card(store, part["source"], base)["host"],
            }
        )
    seen = {link["url"] for link in shown}
    for url in dict.fromkeys(URL.findall(post.text)):
        if url not in seen:
            expanded = url if re.match("https?://", url, re.I) else f"https://{url}"
            shown.append(
                {
                    **links.card(store, url, base),
                    "expanded": expanded,
                    "title": "",
                    "description": "",
                    "image": "",
                    "card": False,
                }
            )
    return shown


def _document(store: Store, part: dict[str, Any], base: str) -> dict[str, Any] | None:
    found = media.by_id(store, "linkedin", part["id"])
    if found is None:
        return None
    kind = look(found.content or b"")
    return {
        "url": media.address(base, found),
        "title": part.get("title", ""),
        "mime": found.mime,
        "sha256": found.sha256,
        "pages": kind.pages,
        "bytes": len(found.content or b""),
        "id": found.id,
    }


def rich(store: Store, post: Post) -> list[Piece]:
    text = post.text
    marks = [
        (
            m["start"],
            m["end"],
            Piece(text[m["start"] : m["end"]], f"/linkedin/company/{m['urn'].rsplit(':', 1)[-1]}", "mention"),
        )
        for m in mentions(store, post)
    ]
    marks += [
        (m.start(), m.end(), Piece(m[0], m[0] if "//" in m[0] else f"https://{m[0]}", "link"))
        for m in URL.finditer(text)
    ]
    marks += [(m.start(), m.end(), Piece(m[0], "", "tag")) for m in re.finditer(r"(?<![\w&])#\w+", text)]
    return cut(text, marks)
