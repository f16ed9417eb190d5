"""What a Facebook Page takes, as data, and what is wrong with a post there."""

from __future__ import annotations

from samspill.channels import text
from samspill.channels.contract import (
    Action,
    ActionWay,
    Capabilities,
    Count,
    PictureRules,
    Post,
    Problem,
    Severity,
    Way,
)

LIMIT = 63_206  # signs of a post; not in the API's reference, but what Facebook's own form says
GRAPH_VERSION = "v25.0"  # served until 2028 by Meta's rule of two years
# 4 MB and JPG or PNG: error subcode 1366046. Ten pictures and 1,000 signs of alt text are our own limits,
# for the reference names none.
PICTURES = PictureRules(max_count=10, max_bytes=4_000_000, mime_types=("image/jpeg", "image/png"), alt_limit=1000)
CAPABILITIES = Capabilities(
    platform="facebook",
    name="Facebook",
    text_limit=LIMIT,
    pictures=PICTURES,
    link_card=True,
    link_in_text=False,
    actions={
        Action.PUBLISH: ActionWay(Way.API),
        Action.EDIT: ActionWay(Way.API),
        Action.DELETE: ActionWay(Way.API),
    },
    pictures_with_link=False,
    short_preview=477,
    settle_seconds=60,
    compose_url="https://www.facebook.com/",
    post_addresses=(
        r"https://(?:[\w-]+\.)?facebook\.com/(?P<account>[\w.-]+)/(?:posts|photos|videos)/.",
        r"https://(?:[\w-]+\.)?facebook\.com/(?:permalink|story)\.php\?(?:[^#]*&)?id=(?P<account>\d+)",
        r"https://(?:[\w-]+\.)?facebook\.com/(?:share/\w|photo)",
    ),
)


def count(value: str) -> Count:
    """Length in code points of the composed text, against 63,206."""
    length = len(text.nfc(value))
    problems: tuple[str, ...] = ()
    if not value.strip():
        problems += ("empty",)
    if length > LIMIT:
        problems += ("too_long",)
    if text.INVALID.search(value):
        problems += ("invalid_characters",)
    return Count(length, LIMIT, not problems, problems, text.fitting(value, LIMIT))


def has_card(post: Post) -> bool:
    """True when the link is sent as a card. Pictures and a card exclude each other, and then it stands in the text."""
    return post.link is not None and not post.pictures


def wire_text(post: Post) -> str:
    """The text as it is sent and read; the link is in it only when pictures take the card's place."""
    url = post.link.url if post.link is not None and post.pictures else ""
    return text.tidy(text.with_url(post.text, url))


def check(post: Post) -> list[Problem]:
    """Errors that Facebook would answer with, and warnings about what hurts readers."""
    wire = wire_text(post)
    counted = count(wire)
    found = text.text_problems(post.text) + text.mention_problems(post.text) + text.alt_problems(post)
    if counted.length > LIMIT:
        found.append(Problem("too_long", Severity.ERROR, "text", {"over": counted.length - LIMIT, "max": LIMIT}))
    if not wire.strip() and not post.pictures and post.link is None:
        found.append(Problem("empty", Severity.ERROR, "text"))
    if text.nothing_but_link(wire) or (not wire.strip() and post.link is not None):
        found.append(Problem("nothing_but_link", Severity.WARNING, "text"))
    if post.document is not None:
        found.append(Problem("document_not_supported", Severity.ERROR, "document"))
    if post.pictures and post.link is not None:
        found.append(Problem("pictures_and_link", Severity.WARNING, "link"))
    return found + text.picture_problems(PICTURES, post.pictures)
