"""What X takes, as data, and what is wrong with a post there."""

from __future__ import annotations

from samspill.channels import text
from samspill.channels.contract import (
    Action,
    ActionWay,
    Capabilities,
    PictureRules,
    Post,
    Problem,
    Reason,
    Severity,
    Way,
)
from samspill.channels.x.length import LIMIT, count

# Limits: docs.x.com, media best practices and create post; alt text 1,000 also in the OpenAPI (maxLength).
PICTURES = PictureRules(
    max_count=4,
    max_bytes=5 * 1024 * 1024,
    mime_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
    alt_limit=1000,
    max_side=8192,
)
CAPABILITIES = Capabilities(
    platform="x",
    name="X",
    text_limit=LIMIT,
    pictures=PICTURES,
    link_card=True,
    link_in_text=True,
    actions={
        Action.PUBLISH: ActionWay(Way.API),
        Action.DELETE: ActionWay(Way.API),
        # Editing needs Premium and is open for one hour; there is no API for it on the self-serve tiers.
        Action.EDIT: ActionWay(Way.BY_HAND, Reason.NOT_ALLOWED_BY_API),
    },
    settle_seconds=90,
    compose_url="https://x.com/intent/post",
    compose_field="text",
    post_addresses=(r"https://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?:i/web|i|(?P<account>\w+))/status/\d+",),
    # Answers to others need an invitation on the self-serve tiers; an answer to a post of one's own does not.
    reply=ActionWay(Way.API),
)


def wire_text(post: Post) -> str:
    """The text as it is sent and read: composed, with the link on a last line unless the text holds it."""
    return text.tidy(text.with_url(post.text, post.link.url if post.link else ""))


def check(post: Post) -> list[Problem]:
    """Errors X would answer with, and warnings about what hurts readers; the text is counted with its link."""
    wire = wire_text(post)
    counted = count(wire)
    found = text.text_problems(post.text) + text.mention_problems(post.text) + text.alt_problems(post)
    if "too_long" in counted.problems:
        over = {"over": counted.length - counted.limit, "max": counted.limit}
        found.append(Problem("too_long", Severity.ERROR, "text", over))
    if "invalid_characters" in counted.problems and not text.INVALID.search(post.text):
        # U+FEFF, elsewhere only an invisible sign, is one that X refuses.
        found.append(Problem("invalid_characters", Severity.ERROR, "text"))
    if not wire.strip() and not post.pictures:
        found.append(Problem("empty", Severity.ERROR, "text"))
    if text.nothing_but_link(wire):
        found.append(Problem("nothing_but_link", Severity.WARNING, "text"))
    if post.document is not None:
        found.append(Problem("document_not_supported", Severity.ERROR, "document"))
    if len(post.pictures) > 1 and any(picture.mime == "image/gif" for picture in post.pictures):
        found.append(Problem("gif_not_alone", Severity.ERROR, "pictures"))
    return found + text.picture_problems(PICTURES, post.pictures)
