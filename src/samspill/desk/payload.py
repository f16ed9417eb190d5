"""The frozen payload as a person reads it: exactly what goes out, never the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse

from samspill.channels import registry
from samspill.channels.contract import Document, Link, Picture
from samspill.delivery.models import Delivery
from samspill.delivery.payload import from_json


@dataclass(frozen=True, slots=True)
class SentPicture:
    picture: Picture
    url: str


@dataclass(frozen=True, slots=True)
class Sent:
    """``text`` as the public reads it, link included where the platform has it in the text."""

    text: str
    language: str
    pictures: Sequence[SentPicture]
    link: Link | None
    document: Document | None
    document_url: str = ""
    link_is_in_text: bool = False


def sent(delivery: Delivery) -> Sent | None:
    """What the delivery sends; None for a draft, and for a payload of a later release."""
    if delivery.payload is None:
        return None
    try:
        post = from_json(delivery.payload)
    except (ValueError, KeyError, TypeError):
        return None
    capabilities = delivery.channel.capabilities()
    text = registry.platform(delivery.channel.platform).wire_text(post)
    return Sent(
        text,
        post.language,
        [SentPicture(picture, reverse("library_frozen", args=[picture.sha256])) for picture in post.pictures],
        post.link,
        post.document,
        reverse("library_frozen", args=[post.document.sha256]) if post.document else "",
        # Facebook has it in the text only when pictures take the place of the card.
        capabilities.link_in_text or bool(post.link and post.link.url in text),
    )


def safe_address(url: str) -> str:
    """An address that may be a link: http or https. Anything else (a platform's mistake, script) gives ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""
