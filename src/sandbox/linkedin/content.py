"""What a LinkedIn post carries: one picture or document, several pictures, or an article card."""

from __future__ import annotations

import copy
import re
from typing import Any
from urllib.parse import urlsplit

from sandbox import media
from sandbox.linkedin import errors
from sandbox.platform import Call

TITLE, ALT = 400, 4086
URN = re.compile(r"urn:li:(image|document|video):[A-Za-z0-9_-]+")
KINDS = ("media", "multiImage", "article", "poll")


def check(call: Call, org: str, given: Any) -> dict[str, Any] | None:
    """The content, when it holds. Refuses wrong shapes, too long texts and media that is not ready."""
    if given is None:
        return None
    if not isinstance(given, dict) or len(given) != 1 or next(iter(given)) not in KINDS:
        raise errors.field("/content", "INVALID_VALUE_FOR_FIELD", f"/content :: must be one of {', '.join(KINDS)}")
    kind, part = next(iter(given.items()))
    if kind == "poll" or not isinstance(part, dict):
        raise errors.field(
            f"/content/{kind}", "INVALID_VALUE_FOR_FIELD", f"/content/{kind} :: not known to the sandbox"
        )
    if kind == "media":
        _media(call, org, part, "/content/media", {"image", "document"})
        _length(part, "title", TITLE, "/content/media")
        if part.get("altText") and ":image:" not in part["id"]:
            raise errors.field("/content/media/altText", "INVALID_VALUE_FOR_FIELD", "altText is for pictures only")
    elif kind == "multiImage":
        images = part.get("images")
        if not isinstance(images, list) or not 2 <= len(images) <= 20:
            raise errors.field("/content/multiImage/images", "INVALID_VALUE_FOR_FIELD", "There must be 2 to 20 images")
        for n, image in enumerate(images):
            _media(call, org, image, f"/content/multiImage/images/{n}", {"image"})
        if len({i["id"] for i in images}) < len(images):
            raise errors.field("/content/multiImage/images", "INVALID_VALUE_FOR_FIELD", "The same image twice")
    else:
        _article(call, org, part)
    return given


def _article(call: Call, org: str, part: dict[str, Any]) -> None:
    for name in ("source", "title"):
        if not part.get(name):
            raise errors.field(
                f"/content/article/{name}", "MISSING_FIELD", f"/content/article/{name} :: field is required"
            )
    parts = urlsplit(str(part["source"]))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise errors.field("/content/article/source", "INVALID_VALUE_FOR_FIELD", "/content/article/source :: is no URL")
    _length(part, "title", TITLE, "/content/article")
    _length(part, "description", ALT, "/content/article")
    if "thumbnail" in part:
        _media(call, org, {"id": part["thumbnail"]}, "/content/article/thumbnail", {"image"})


def _length(part: dict[str, Any], name: str, limit: int, path: str) -> None:
    value = part.get(name, "")
    if not isinstance(value, str) or len(value) > limit:
        raise errors.field(f"{path}/{name}", "FIELD_LENGTH_TOO_LONG", f"{path}/{name} :: exceeds {limit}")


def _media(call: Call, org: str, part: Any, path: str, kinds: set[str]) -> None:
    urn = part.get("id") if isinstance(part, dict) else None
    match = URN.fullmatch(str(urn))
    if not match or match[1] not in kinds:
        raise errors.field(f"{path}/id", "INVALID_URN_TYPE", f"{path}/id :: {urn!r} is not a urn of {sorted(kinds)}")
    _length(part, "altText", ALT, path)
    found = media.by_id(call.store, "linkedin", str(urn))
    if not found or found.account != org or found.expired:
        raise errors.field(f"{path}/id", "INVALID_URN_ID", f"{path}/id :: {urn} does not exist or is owned by another")
    if not found.available:
        raise errors.field(f"{path}/id", "INVALID_VALUE_FOR_FIELD", f"{path}/id :: {urn} is not AVAILABLE")


def media_ids(content: dict[str, Any] | None) -> list[str]:
    """The urns of everything uploaded that the content shows, thumbnail included."""
    kind, part = next(iter((content or {"": {}}).items()))
    if kind == "media":
        return [part["id"]]
    if kind == "multiImage":
        return [i["id"] for i in part["images"]]
    return [part["thumbnail"]] if part.get("thumbnail") else []


def without_alt(content: dict[str, Any] | None) -> dict[str, Any] | None:
    """The content with every alt text gone (an injected fault)."""
    bare = copy.deepcopy(content)
    for part in (bare or {}).values():
        for place in [part, *part.get("images", [])]:
            for name in ("altText", "thumbnailAltText"):
                place.pop(name, None)
    return bare
