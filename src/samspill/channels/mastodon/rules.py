"""What a Mastodon server takes, as data, and what is wrong with a post there."""

from __future__ import annotations

import re

from samspill.channels import http, text
from samspill.channels.contract import (
    Account,
    Action,
    ActionWay,
    Capabilities,
    PictureRules,
    Post,
    Problem,
    Severity,
    Way,
)
from samspill.channels.mastodon.length import count
from samspill.channels.mastodon.limits import Limits, limits_of

BY_API = ActionWay(Way.API)


def picture_rules(limits: Limits) -> PictureRules:
    """The server's rules for pictures, with no limit to one side but to all pixels together."""
    return PictureRules(
        max_count=limits.pictures,
        max_bytes=limits.picture_bytes,
        mime_types=limits.picture_types,
        alt_limit=limits.alt,
        max_pixels=limits.picture_pixels,
    )


def post_pattern(account: Account | None) -> str:
    """How addresses of posts look on the account's server; without an account, on any."""
    server = re.escape(account.base_url.rstrip("/")) if account is not None else r"https://[^/]+"
    return server + r"/(?:@|users/)(?P<account>[^/]+)/(?:statuses/)?\d+"


def capabilities(account: Account | None) -> Capabilities:
    """What the account's server takes; without an account, what a server takes that has changed nothing."""
    limits = limits_of(account)
    return Capabilities(
        platform="mastodon",
        name="Mastodon",
        text_limit=limits.text,
        pictures=picture_rules(limits),
        link_card=True,  # the server makes it by itself, of the last link in the text, when there are no pictures
        link_in_text=True,
        actions={Action.PUBLISH: BY_API, Action.EDIT: BY_API, Action.DELETE: BY_API},
        short_preview=700,  # the web folds a text after fifteen lines of about so much in all
        settle_seconds=60,
        compose_url=http.address(account.base_url, "share") if account is not None else "",
        compose_field="text",
        post_addresses=(post_pattern(account),),
        reply=BY_API,
    )


def wire_text(post: Post) -> str:
    """The text as it is sent and read: composed, with the link on a last line unless the text holds it."""
    return text.tidy(text.with_url(post.text, post.link.url if post.link else ""))


def check(post: Post, account: Account | None) -> list[Problem]:
    """Errors the server would answer with, and warnings about what hurts readers; the link counts with the text."""
    limits = limits_of(account)
    wire = wire_text(post)
    counted = count(wire, limits)
    found = text.text_problems(post.text) + text.mention_problems(post.text) + text.alt_problems(post)
    if counted.length > counted.limit:
        over = {"over": counted.length - counted.limit, "max": counted.limit}
        found.append(Problem("too_long", Severity.ERROR, "text", over))
    if not wire.strip() and not post.pictures:
        found.append(Problem("empty", Severity.ERROR, "text"))
    if text.nothing_but_link(wire):
        found.append(Problem("nothing_but_link", Severity.WARNING, "text"))
    if post.document is not None:
        found.append(Problem("document_not_supported", Severity.ERROR, "document"))
    return found + text.picture_problems(picture_rules(limits), post.pictures)
