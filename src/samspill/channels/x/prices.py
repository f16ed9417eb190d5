"""What X takes for what, as data. A new price list is a new ``PRICES``; what was sent before is not recounted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from samspill.channels.contract import Action, Post
from samspill.channels.terms import Item, Prices
from samspill.channels.x.rules import wire_text
from samspill.channels.x.steps import plan
from samspill.channels.x.urls import find_urls

# Pay-per-use, per call that succeeds. Reading own posts back is charged too, but by how much X finds: not counted here.
PRICES = Prices(
    currency="USD",
    as_of=date(2026, 11, 1),
    source="https://docs.x.com/x-api/getting-started/pricing",
    items={
        Item.POST: Decimal("0.015"),
        Item.POST_WITH_LINK: Decimal("0.200"),
        Item.ALT_TEXT: Decimal("0.005"),
        Item.DELETE: Decimal("0.010"),
    },
)


def charges(action: Action, post: Post) -> Mapping[str, Item]:
    """The steps that cost something. What X reads as an address makes it a post with a link, also without a scheme.

    The link home counts always, also where our own address is one that X would not read as such (a machine at home).
    """
    link = post.link is not None or bool(find_urls(wire_text(post)))
    items = {"post": Item.POST_WITH_LINK if link else Item.POST, "alt": Item.ALT_TEXT, "delete": Item.DELETE}
    found = {step.name: items.get(step.name.partition(":")[0]) for step in plan(action, post)}
    return {name: item for name, item in found.items() if item is not None}
