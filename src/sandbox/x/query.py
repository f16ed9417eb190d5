"""Reads query parameters as X does: only known ones, lists by comma, values from a set."""

from __future__ import annotations

from sandbox.platform import Call
from sandbox.x.problems import refuse_invalid

Lists = dict[str, set[str] | None]
POST_FIELDS = set(
    [
        "article",
        "article_title",
        "attachments",
        "card_uri",
        "community_id",
        "context_annotations",
        "conversation_id",
        "created_at",
        "display_text_range",
        "edit_controls",
        "entities",
        "geo",
        "id",
        "lang",
        "matched_media_notes",
        "media_metadata",
        "non_public_metrics",
        "note_post",
        "note_request_suggestions",
        "organic_metrics",
        "paid_partnership",
        "possibly_sensitive",
        "promoted_metrics",
        "public_metrics",
        "reply_settings",
        "scopes",
        "source",
        "suggested_source_links",
        "suggested_source_links_with_counts",
        "text",
        "withheld",
    ]
)
MEDIA_FIELDS = set(
    [
        "alt_text",
        "duration_ms",
        "height",
        "media_key",
        "non_public_metrics",
        "organic_metrics",
        "preview_image_url",
        "promoted_metrics",
        "public_metrics",
        "type",
        "url",
        "variants",
        "width",
    ]
)
USER_FIELDS = set(
    [
        "confirmed_email",
        "connection_status",
        "created_at",
        "description",
        "entities",
        "id",
        "is_identity_verified",
        "location",
        "name",
        "parody",
        "profile_banner_url",
        "profile_image_url",
        "protected",
        "public_metrics",
        "receives_your_dm",
        "subscribes_to_you",
        "subscription",
        "subscription_type",
        "url",
        "username",
        "verified",
        "verified_followers_count",
        "verified_type",
        "withheld",
    ]
)
POST_EXPANSIONS = set(
    [
        "article.cover_media",
        "article.media_entities",
        "attachments.media_keys",
        "attachments.media_source_tweet",
        "attachments.poll_ids",
        "author_id",
        "edit_history_post_ids",
        "entities.mentions.username",
        "geo.place_id",
        "in_reply_to_user_id",
        "referenced_posts",
        "username",
    ]
)
USER_EXPANSIONS = {"affiliation", "most_recent_post_id", "pinned_post_id"}
POST_QUERY: Lists = {
    "post.fields": POST_FIELDS,
    "expansions": POST_EXPANSIONS,
    "user.fields": USER_FIELDS,
    "media.fields": MEDIA_FIELDS,
    "poll.fields": None,
    "place.fields": None,
}
USER_QUERY: Lists = {"user.fields": USER_FIELDS, "expansions": USER_EXPANSIONS, "post.fields": POST_FIELDS}


def read(call: Call, lists: Lists, singles: frozenset[str] | set[str] = frozenset()) -> dict[str, set[str]]:
    """The list parameters by name, empty when absent. Refuses unknown names and values."""
    known = sorted(set(lists) | set(singles))
    for name in call.request.args:
        if name not in known:
            raise refuse_invalid(f"The query parameter [{name}] is not one of [{','.join(known)}]", **{name: ""})
    found = {}
    for name, allowed in lists.items():
        values = {v for v in call.request.args.get(name, "").split(",") if v}
        wrong = values - allowed if allowed is not None else set()
        if wrong:
            value = sorted(wrong)[0]
            raise refuse_invalid(
                f"The `{name}` query parameter value [{value}] is not one of [{','.join(sorted(allowed or ()))}]",
                **{name: value},
            )
        found[name] = values
    return found


def number(call: Call, name: str, low: int, high: int, default: int) -> int:
    raw = call.request.args.get(name)
    if raw is None:
        return default
    if not raw.isdigit() or not low <= int(raw) <= high:
        raise refuse_invalid(
            f"The `{name}` query parameter value [{raw}] is not between {low} and {high}", **{name: raw}
        )
    return int(raw)
