"""What a number of paid things costs, by a platform's price list. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from samspill.channels.contract import Action, Platform, Post
from samspill.channels.terms import Item, Prices


@dataclass(frozen=True, slots=True)
class Line:
    """``count`` of one item, and what they cost together."""

    item: Item
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """A sum, and what it is made of, the dearest first."""

    prices: Prices
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


def cost(prices: Prices, counts: Mapping[Item, int]) -> Cost:
    """What ``counts`` cost. An item that the list does not hold is free."""
    lines = [
        Line(item, counts[item], counts[item] * prices.items[item])
        for item in Item
        if counts.get(item) and item in prices.items
    ]
    return Cost(prices, tuple(sorted(lines, key=lambda line: -line.amount)))


def prices_of(platform: Platform) -> Prices | None:
    """The platform's price list; None where nothing costs anything."""
    return getattr(platform, "prices", None)


def charges(platform: Platform, action: Action, post: Post) -> Mapping[str, Item]:
    """What each step of an action costs, by the step's name; empty where nothing costs anything."""
    found = getattr(platform, "charges", None)
    return found(action, post) if found is not None else {}


def price(platform: Platform, action: Action, post: Post) -> Decimal:
    """What the action costs when all goes well, in the currency of the platform's prices."""
    prices = prices_of(platform)
    if prices is None:
        return Decimal(0)
    free = Decimal(0)
    return sum((prices.items.get(item, free) for item in charges(platform, action, post).values()), free)
