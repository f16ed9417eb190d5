"""Pages, posts and photos in the shape of Graph, with the fields that were asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox import links, media
from sandbox.accounts import Account
from sandbox.facebook import errors
from sandbox.facebook.fields import Fields, parameter, parse
from sandbox.media import Media
from sandbox.platform import Call
from sandbox.posts import Post

# Fields that the contract names for each kind of node; those not answered here are simply absent.
POST = set(
    [
        "actions",
        "admin_creator",
        "application",
        "attachments",
        "backdated_time",
        "call_to_action",
        "can_reply_privately",
        "child_attachments",
        "comments",
        "coordinates",
        "created_time",
        "event",
        "feed_targeting",
        "from",
        "full_picture",
        "height",
        "icon",
        "id",
        "insights",
        "instagram_eligibility",
        "is_expired",
        "is_hidden",
        "is_inline_created",
        "is_instagram_eligible",
        "is_popular",
        "is_published",
        "is_spherical",
        "likes",
        "message",
        "message_tags",
        "multi_share_end_card",
        "multi_share_optimized",
        "parent_id",
        "permalink_url",
        "picture",
        "place",
        "privacy",
        "properties",
        "reactions",
        "scheduled_publish_time",
        "shares",
        "sharedposts",
        "status_type",
        "story",
        "story_tags",
        "subscribed",
        "target",
        "targeting",
        "timeline_visibility",
        "updated_time",
        "via",
        "width",
    ]
)
PHOTO = set(
    [
        "album",
        "alt_text",
        "alt_text_custom",
        "backdated_time",
        "backdated_time_granularity",
        "can_backdate",
        "can_delete",
        "can_tag",
        "comments",
        "created_time",
        "event",
        "from",
        "height",
        "icon",
        "id",
        "images",
        "insights",
        "likes",
        "link",
        "name",
        "name_tags",
        "page_story_id",
        "picture",
        "place",
        "position",
        "source",
        "target",
        "updated_time",
        "width",
    ]
)
PAGE = set(
    [
        "about",
        "access_token",
        "can_checkin",
        "can_post",
        "category",
        "category_list",
        "country_page_likes",
        "cover",
        "emails",
        "fan_count",
        "followers_count",
        "has_added_app",
        "has_transitioned_to_new_page_experience",
        "id",
        "is_community_page",
        "is_published",
        "is_unclaimed",
        "is_verified",
        "is_webhooks_subscribed",
        "link",
        "location",
        "name",
        "new_like_count",
        "overall_star_rating",
        "page_token",
        "phone",
        "promotion_eligible",
        "rating_count",
        "talking_about_count",
        "unread_message_count",
        "unread_notif_count",
        "unseen_message_count",
        "username",
        "verification_status",
        "website",
        "tasks",
    ]
)
Known = dict[str, Callable[[], Any]]


def when(seconds: float) -> str:
    """Graph's own form of time: `2026-11-25T12:00:00+0000`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def wanted(call: Call, allowed: set[str], kind: str, default: str) -> Fields:
    """The fields asked for, or the default ones. One that does not exist fails the whole call."""
    try:
        fields = parse(str(parameter(call, "fields") or default))
    except ValueError as error:
        raise errors.parameter(call, f"Syntax error in fields: {error}") from error
    for name in fields:
        if name not in allowed:
            raise errors.parameter(call, f"Tried accessing nonexisting field ({name}) on node type ({kind})")
    return {"id": {}} | fields


def _shape(fields: Fields, known: Known) -> dict[str, Any]:
    shape = {name: _trim(known[name](), inner) for name, inner in fields.items() if name in known}
    return {name: value for name, value in shape.items() if value is not None}


def _trim(value: Any, fields: Fields) -> Any:
    """Keeps what was asked for within a nested value; asking for nothing keeps all of it."""
    if not fields or value is None:
        return value
    if isinstance(value, list):
        return [_trim(v, fields) for v in value]
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        return value | {"data": [_trim(v, fields) for v in value["data"]]}
    return {k: _trim(v, fields[k]) for k, v in value.items() if k in fields}


def page(call: Call, account: Account, fields: Fields) -> dict[str, Any]:
    return _shape(
        fields,
        {
            "id": lambda: account.id,
            "name": lambda: account.name,
            "username": lambda: account.handle,
            "about": lambda: account.data.get("about"),
            "category": lambda: "Government organization",
            "link": lambda: f"{call.base}/{account.handle}",
            "access_token": lambda: account.token,
            "fan_count": lambda: 0,
            "followers_count": lambda: 0,
            "is_published": lambda: True,
            "can_post": lambda: True,
            "tasks": lambda: ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"],
        },
    )


def post(call: Call, found: Post, author: Account, fields: Fields) -> dict[str, Any]:
    planned = found.data.get("publish_at") or 0
    photos = media.several(call.store, "facebook", [m["id"] for m in found.data["media"]])
    return _shape(
        fields,
        {
            "id": lambda: found.id,
            "message": lambda: found.text or None,
            "created_time": lambda: when(found.created),
            "updated_time": lambda: when(found.updated),
            "permalink_url": lambda: permalink(call.base, found),
            "from": lambda: {"id": author.id, "name": author.name},
            "is_published": lambda: found.public(),
            "scheduled_publish_time": lambda: planned if planned and not found.public() else None,
            "is_hidden": lambda: False,
            "is_expired": lambda: False,
            "full_picture": lambda: media.address(call.server, photos[0]) if photos else None,
            "picture": lambda: media.address(call.server, photos[0]) if photos else None,
            "status_type": lambda: (
                "added_photos" if photos else "shared_story" if found.data["link"] else "mobile_status_update"
            ),
            "privacy": lambda: {"value": "EVERYONE", "description": "Public"},
            "attachments": lambda: attachments(call, found, photos),
            "likes": lambda: {"data": []},
            "comments": lambda: {"data": []},
        },
    )


def permalink(base: str, found: Post) -> str:
    page_id, _, own = found.id.partition("_")
    return f"{base}/{page_id}/posts/{own}"


def attachments(call: Call, found: Post, photos: list[Media]) -> dict[str, Any] | None:
    """One picture, an album with subattachments, or a shared link."""
    alts = {m["id"]: m["alt"] for m in found.data["media"]}
    each = [_photo_attachment(call, found, p, alts[p.id]) for p in photos]
    if len(each) == 1:
        return {"data": each}
    if each:
        return {
            "data": [
                {
                    "media": each[0]["media"],
                    "subattachments": {"data": each},
                    "target": {"id": found.id, "url": permalink(call.base, found)},
                    "title": "Bilder",
                    "type": "album",
                    "url": permalink(call.base, found),
                }
            ]
        }
    if not found.data["link"]:
        return None
    card = links.card(call.store, found.data["link"], call.server)
    shape = {
        "title": card["title"] or card["host"],
        "description": card["description"],
        "type": "share",
        "media_type": "link",
        "url": card["url"],
        "unshimmed_url": card["url"],
        "target": {"url": card["url"]},
    }
    if card["image"]:
        shape["media"] = {"image": {"src": card["image"]}}
    return {"data": [shape]}


def _photo_attachment(call: Call, found: Post, picture: Media, alt: str) -> dict[str, Any]:
    url = f"{permalink(call.base, found)}#bilde-{picture.id}"
    return {
        "media": {
            "image": {"src": media.address(call.server, picture), "width": picture.width, "height": picture.height}
        },
        "target": {"id": picture.id, "url": url, "alt_text_custom": alt},
        "type": "photo",
        "media_type": "photo",
        "title": "Bilde",
        "description": found.text,
        "url": url,
    }


def photo(call: Call, found: Media, author: Account, fields: Fields) -> dict[str, Any]:
    address = media.address(call.server, found)
    return _shape(
        fields,
        {
            "id": lambda: found.id,
            "created_time": lambda: when(found.created),
            "updated_time": lambda: when(found.created),
            "from": lambda: {"id": author.id, "name": author.name},
            "width": lambda: found.width,
            "height": lambda: found.height,
            "name": lambda: found.data.get("caption") or None,
            # Without a text of one's own, Facebook makes one; the sandbox says that it did.
            "alt_text": lambda: found.alt or "Kan være et bilde (laget av plattformen)",
            "alt_text_custom": lambda: found.alt or None,
            "source": lambda: address,
            "picture": lambda: address,
            "link": lambda: address,
            "page_story_id": lambda: found.used_by,
            "images": lambda: [{"source": address, "width": found.width, "height": found.height}],
        },
    )
