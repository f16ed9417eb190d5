"""What Bluesky takes, as data, and what is wrong with a post there."""

from __future__ import annotations

from samspill.channels import text
from samspill.channels.bluesky.graphemes import LIMIT, count, graphemes
from samspill.channels.contract import (
    Action,
    ActionWay,
    Capabilities,
    PictureRules,
    Post,
    Problem,
    Severity,
    Way,
)

# Sizes: the lexicons app.bsky.embed.images and app.bsky.embed.external (maxSize). The lexicons do not limit the alt
# text; 2,000 is what Bluesky's own app lets people write, and so what its readers are shown whole.
TYPES = ("image/jpeg", "image/png", "image/webp")
PICTURES = PictureRules(max_count=4, max_bytes=2_000_000, mime_types=TYPES, alt_limit=2000)
THUMBNAIL = PictureRules(max_count=1, max_bytes=1_000_000, mime_types=TYPES, alt_limit=2000)
CAPABILITIES = Capabilities(
    platform="bluesky",
    name="Bluesky",
    text_limit=LIMIT,
    pictures=PICTURES,
    thumbnail=THUMBNAIL,
    link_card=True,
    link_in_text=False,
    actions={
        Action.PUBLISH: ActionWay(Way.API),
        Action.DELETE: ActionWay(Way.API),
        # A record can be written over, but readers keep the text that was there first: Bluesky's app shows neither the
        # new text nor that it was changed. An edit that nobody sees is none: delete it, or answer it.
        Action.EDIT: ActionWay(Way.NOT_AT_ALL),
    },
    reply=ActionWay(Way.API),
    pictures_with_link=False,
    settle_seconds=30,
    compose_url="https://bsky.app/intent/compose",
    compose_field="text",
    post_addresses=(r"https://bsky\.app/profile/(?P<account>[^/]+)/post/\w+",),
)


def has_card(post: Post) -> bool:
    """True when the link is a card of its own: a post holds pictures or a card, never both."""
    return post.link is not None and not post.pictures


def wire_text(post: Post) -> str:
    """The text as it is sent and read: composed, with the link on a last line where it has no card."""
    url = post.link.url if post.link is not None and not has_card(post) else ""
    return text.tidy(text.with_url(post.text, url))


def check(post: Post) -> list[Problem]:
    """Errors that Bluesky would answer with, and warnings about what hurts readers; the text is counted as sent."""
    wire = wire_text(post)
    counted = count(wire)
    found = text.text_problems(post.text) + text.mention_problems(post.text) + text.alt_problems(post)
    if "too_long" in counted.problems:
        # In signs, also when it is the bytes that are too many: those are what a person can take away.
        over = graphemes(wire[counted.keep :])
        found.append(Problem("too_long", Severity.ERROR, "text", {"over": over, "max": counted.length - over}))
    if not wire.strip() and not post.pictures and post.link is None:
        found.append(Problem("empty", Severity.ERROR, "text"))
    if text.nothing_but_link(wire) or (not wire.strip() and post.link is not None):
        found.append(Problem("nothing_but_link", Severity.WARNING, "text"))
    if post.link is not None and not has_card(post):
        found.append(Problem("pictures_and_link", Severity.WARNING, "link"))
    if post.document is not None:
        found.append(Problem("document_not_supported", Severity.ERROR, "document"))
    return found + text.picture_problems(PICTURES, post.pictures)
