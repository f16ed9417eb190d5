"""A server's own limits: read from its description, kept among a channel's options, with Mastodon's as defaults.

Source: GET /api/v2/instance, ``configuration`` (docs.joinmastodon.org, entities/Instance). Counts in signs, bytes
and pixels. Options are texts; one that is no number that can be (a person may write them too) is left aside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samspill.channels.contract import Account

# What the desk can make of a picture; servers take more (HEIC, AVIF), but show those as one of these.
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
VISIBILITIES = ("public", "unlisted", "private")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server takes, and how one channel posts there. The defaults are those of Mastodon 4.7."""

    text: int = 500
    url: int = 23
    pictures: int = 4
    picture_bytes: int = 16 * 1024 * 1024
    picture_pixels: int = 33_177_600
    picture_types: tuple[str, ...] = PICTURE_TYPES
    alt: int = 1500
    content_warning: str = ""
    visibility: str = "public"


# Option's name -> (place in the instance's configuration, field of Limits).
NUMBERS = {
    "text_limit": (("statuses", "max_characters"), "text"),
    "url_length": (("statuses", "characters_reserved_per_url"), "url"),
    "picture_limit": (("statuses", "max_media_attachments"), "pictures"),
    "picture_bytes": (("media_attachments", "image_size_limit"), "picture_bytes"),
    "picture_pixels": (("media_attachments", "image_matrix_limit"), "picture_pixels"),
    "alt_limit": (("media_attachments", "description_limit"), "alt"),
}


def limits_of(account: Account | None) -> Limits:
    """The limits that hold for an account; Mastodon's own without one."""
    options = account.options if account is not None else {}
    numbers = {
        field: int(options[name]) for name, (_, field) in NUMBERS.items() if _is_number(str(options.get(name, "")))
    }
    told = tuple(sorted(set(re.split(r"[\s,]+", str(options.get("picture_types", "")))) & set(PICTURE_TYPES)))
    visibility = str(options.get("visibility", ""))
    return Limits(
        **numbers,
        picture_types=told or PICTURE_TYPES,
        content_warning=str(options.get("content_warning", "")).strip(),
        visibility=visibility if visibility in VISIBILITIES else "public",
    )


def _is_number(value: str) -> bool:
    return re.fullmatch(r"0*[1-9]\d{0,11}", value) is not None


def options_of(instance: Mapping[str, Any]) -> dict[str, str]:
    """A server's description as options of a channel; what it does not tell is left out."""
    configuration = instance.get("configuration")
    options: dict[str, str] = {}
    for name, ((group, key), _) in NUMBERS.items():
        value = _part(configuration, group).get(key)
        if isinstance(value, int) and value > 0:
            options[name] = str(value)
    types = _part(configuration, "media_attachments").get("supported_mime_types")
    pictures = sorted(set(types) & set(PICTURE_TYPES)) if isinstance(types, list) else []
    return {**options, "picture_types": ",".join(pictures)} if pictures else options


def _part(whole: object, name: str) -> Mapping[str, Any]:
    part = whole.get(name) if isinstance(whole, dict) else None
    return part if isinstance(part, dict) else {}
