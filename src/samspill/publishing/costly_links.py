"""A link that costs money and adds nothing, where a platform takes more for a post with a link. It never blocks."""

from __future__ import annotations

from dataclasses import replace

from samspill.channels import costs
from samspill.channels.contract import Action, Capabilities, Platform, Post, Problem, Severity, Way
from samspill.channels.money import money


def problems(post: Post, platform: Platform, capabilities: Capabilities) -> list[Problem]:
    """At most one, with ``more`` (what the link adds) and ``rest`` (what the post costs without it).

    ``link_beside_pictures``: with pictures the platform shows no card for a link in the text, so readers see a bare
    address. ``address_in_text``: a post that was to have no link has an address in its text.
    """
    prices = costs.prices_of(platform)
    if prices is None or capabilities.way(Action.PUBLISH).way is not Way.API:
        return []
    if post.link is not None and post.pictures and capabilities.link_in_text:
        code, field, without = "link_beside_pictures", "link", replace(post, link=None)
    elif post.link is None and post.text.strip():
        code, field, without = "address_in_text", "text", replace(post, text="…")
    else:
        return []
    rest = costs.price(platform, Action.PUBLISH, without)
    more = costs.price(platform, Action.PUBLISH, post) - rest
    if more <= 0:
        return []
    data = {"more": money(more, prices.currency), "rest": money(rest, prices.currency)}
    return [Problem(code, Severity.WARNING, field, data)]
