"""The frozen payload: a Post as JSON, and the hash that an approval stands for. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from samspill.channels.contract import Document, Link, Picture, Post

VERSION = 1


def to_json(post: Post) -> dict[str, Any]:
    """A post as plain JSON, with the format's version."""
    return {"version": VERSION, **asdict(post), "pictures": [asdict(picture) for picture in post.pictures]}


def from_json(payload: Mapping[str, Any]) -> Post:
    """The post again. Raises ValueError for a format that this release does not know."""
    if payload.get("version") != VERSION:
        raise ValueError(f"payload of version {payload.get('version')!r}")
    link, document = payload.get("link"), payload.get("document")
    if link:
        thumbnail = link.get("thumbnail")
        link = Link(**{**link, "thumbnail": Picture(**thumbnail) if thumbnail else None})
    return Post(
        text=payload["text"],
        language=payload["language"],
        pictures=tuple(Picture(**picture) for picture in payload["pictures"]),
        link=link or None,
        document=Document(**document) if document else None,
    )


def fingerprint(payload: Mapping[str, Any]) -> str:
    """SHA-256 of the payload in canonical JSON (sorted keys, UTF-8, no spaces)."""
    canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def files(post: Post) -> set[str]:
    """SHA-256 of every frozen file that the post needs."""
    pictures = list(post.pictures)
    if post.link and post.link.thumbnail:
        pictures.append(post.link.thumbnail)
    return {picture.sha256 for picture in pictures} | ({post.document.sha256} if post.document else set())
