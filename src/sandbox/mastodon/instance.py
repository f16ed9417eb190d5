"""What the server tells of itself: its limits are settings, so that a server with others can be practised on."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from sandbox.mastodon.media import TYPES
from sandbox.platform import Call, answer


def show(call: Call) -> Response:
    """GET /api/v2/instance; asks for no key."""
    return answer(described(call))


def described(call: Call) -> dict[str, Any]:
    return {
        "domain": call.request.host,
        "title": "Mastodon på øvingsplassen",
        "version": "4.7.0",
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "En server på liksom.",
        "usage": {"users": {"active_month": 1}},
        "thumbnail": {"url": f"{call.server}/_static/icon.svg"},
        "icon": [],
        "languages": ["nb"],
        "api_versions": {"mastodon": 6},
        "configuration": {
            "urls": {
                "streaming": None,
                "status": None,
                "about": None,
                "privacy_policy": None,
                "terms_of_service": None,
            },
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": {
                name: int(call.setting(name))
                for name in ("max_characters", "max_media_attachments", "characters_reserved_per_url")
            },
            "media_attachments": {
                "supported_mime_types": list(TYPES),
                "description_limit": int(call.setting("description_limit")),
                "image_size_limit": int(call.setting("image_size_limit")),
                "image_matrix_limit": int(call.setting("image_matrix_limit")),
                "video_size_limit": 103809024,
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8294400,
            },
            "polls": {
                "max_options": 4,
                "max_characters_per_option": 50,
                "min_expiration": 300,
                "max_expiration": 2629746,
            },
            "translation": {"enabled": False},
        },
        "registrations": {"enabled": False, "approval_required": False, "message": None},
        "contact": {"email": "post@sandbox.example", "account": None},
        "rules": [],
    }
