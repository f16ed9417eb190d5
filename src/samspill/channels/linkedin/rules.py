"""What a LinkedIn organisation takes, as data, and what is wrong with a post there."""

from __future__ import annotations

from bisect import bisect_right

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
from samspill.channels.linkedin import little

LIMIT = 3000  # of the little text (PostCreate.commentary, maxLength)
TITLE_LIMIT, DESCRIPTION_LIMIT = 400, 4086
LINKEDIN_VERSION = "202607"  # the version that these calls were written against; it is served for about a year
DOCUMENT_BYTES, DOCUMENT_PAGES = 100 * 1024 * 1024, 300
PICTURES = PictureRules(
    max_count=20,
    max_bytes=8 * 1024 * 1024,  # not published; what LinkedIn's own form takes
    mime_types=("image/jpeg", "image/png", "image/gif"),
    alt_limit=4086,
    max_pixels=36_152_320,
)
CAPABILITIES = Capabilities(
    platform="linkedin",
    name="LinkedIn",
    text_limit=LIMIT,
    pictures=PICTURES,
    link_card=True,
    link_in_text=False,
    actions={
        Action.PUBLISH: ActionWay(Way.API),
        Action.EDIT: ActionWay(Way.API),
        Action.DELETE: ActionWay(Way.API),
    },
    document_max_bytes=DOCUMENT_BYTES,
    pictures_with_link=False,
    short_preview=210,
    settle_seconds=60,
    compose_url="https://www.linkedin.com/feed/?shareActive=true",
    compose_field="text",
    post_addresses=(
        r"https://(?:\w+\.)?linkedin\.com/feed/update/urn:li:\w+:\d+",
        r"https://(?:\w+\.)?linkedin\.com/posts/(?P<account>[^/_]+)_.",
    ),
)


def count(value: str) -> Count:
    """Length of the little text against 3,000: each escaping backslash counts, a mention counts as its name.

    Where the urns of many mentions make the field as sent longer than 3,000, the text is too long as well.
    """
    composed = text.nfc(value)
    length, sent = little.length(composed), len(little.little(composed))
    problems: tuple[str, ...] = ()
    if not value.strip():
        problems += ("empty",)
    if length > LIMIT or sent > LIMIT:
        problems += ("too_long",)
    if text.INVALID.search(value):
        problems += ("invalid_characters",)
    keep = len(value) if "too_long" not in problems else fitting(value)
    return Count(length, LIMIT, not problems, problems, keep)


def fitting(value: str) -> int:
    """How many code points of ``value`` fit; a mention is never cut."""
    keep = bisect_right(range(min(len(value), LIMIT) + 1), LIMIT, key=lambda end: _sent(value[:end])) - 1
    for match in little.MENTION.finditer(value):
        if match.start() < keep < match.end():
            keep = match.start()
    while keep > 0 and (text.joins(value, keep) or _sent(value[:keep]) > LIMIT):
        keep -= 1
    return keep


def _sent(value: str) -> int:
    composed = text.nfc(value)
    return max(little.length(composed), len(little.little(composed)))


def has_card(post: Post) -> bool:
    """True when the link is sent as an article card: pictures, documents and cards exclude each other."""
    return post.link is not None and not post.pictures and post.document is None


def plain_text(post: Post) -> str:
    """The text before escaping, with the link where it has no card."""
    url = post.link.url if post.link is not None and not has_card(post) else ""
    return text.tidy(text.with_url(post.text, url))


def wire_text(post: Post) -> str:
    """The text as it is read: without escapes, mentions as names."""
    return little.visible(plain_text(post))


def check(post: Post) -> list[Problem]:
    """Errors that LinkedIn would answer with, and warnings about what hurts readers."""
    plain = plain_text(post)
    counted = count(plain)
    found = text.text_problems(post.text) + text.alt_problems(post)
    if "too_long" in counted.problems:
        over = max(counted.length, _sent(plain)) - LIMIT
        found.append(Problem("too_long", Severity.ERROR, "text", {"over": over, "max": LIMIT}))
    if not plain.strip() and not post.pictures and post.document is None and post.link is None:
        found.append(Problem("empty", Severity.ERROR, "text"))
    if text.nothing_but_link(plain) or (not plain.strip() and post.link is not None):
        found.append(Problem("nothing_but_link", Severity.WARNING, "text"))
    found += text.mention_problems(little.MENTION.sub("", post.text))
    if post.link is not None and not has_card(post):
        found.append(Problem("pictures_and_link", Severity.WARNING, "link"))
    return found + text.picture_problems(PICTURES, post.pictures) + _document_problems(post)


def _document_problems(post: Post) -> list[Problem]:
    document = post.document
    if document is None:
        return []
    found: list[Problem] = []
    if document.mime != "application/pdf":
        found.append(Problem("document_type", Severity.ERROR, "document", {"mime": document.mime}))
    if document.size > DOCUMENT_BYTES or document.pages > DOCUMENT_PAGES:
        limits = {"max": DOCUMENT_BYTES, "max_pages": DOCUMENT_PAGES}
        found.append(Problem("document_too_large", Severity.ERROR, "document", limits))
    if not document.title.strip():
        found.append(Problem("document_title_missing", Severity.ERROR, "document"))
    elif len(document.title) > TITLE_LIMIT:
        found.append(Problem("document_title_too_long", Severity.ERROR, "document", {"max": TITLE_LIMIT}))
    if post.pictures:
        found.append(Problem("pictures_and_document", Severity.ERROR, "document"))
    return found
