"""What the pages about channels show besides health: key, version, limits and money. The number of queries is fixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from samspill.channels import connect_store, connect_words, costs, registry
from samspill.channels.costs import Cost
from samspill.channels.models import Channel
from samspill.channels.terms import Item
from samspill.delivery import spent
from samspill.desk import watch_words
from samspill.desk.watch_words import Left, Said
from samspill.publishing import plan_costs


@dataclass(frozen=True, slots=True)
class Money:
    """What was paid this month, what training would have cost, and what the plan will cost, each in words too."""

    spent: Cost
    training: Cost
    plan: Cost

    @property
    def paid(self) -> str:
        return watch_words.total(self.spent)

    @property
    def would(self) -> str:
        """What training would have cost in use; "" when there was none."""
        return watch_words.total(self.training) if self.training.lines else ""

    @property
    def paid_for(self) -> list[str]:
        return watch_words.parts(self.spent if self.spent.lines else self.training)

    @property
    def planned(self) -> str:
        return watch_words.total(self.plan) if self.plan.lines else ""

    @property
    def planned_for(self) -> list[str]:
        return watch_words.parts(self.plan)

    @property
    def price_list(self) -> list[tuple[str, str]]:
        return watch_words.price_list(self.spent)


@dataclass(frozen=True, slots=True)
class Watched:
    """One channel. ``tells_left``: the platform tells how much is left, though perhaps not yet."""

    key: Said
    version: Said | None
    left: Left | None
    tells_left: bool
    money: Money | None
    missing: list[tuple[str, str]]


def watch(channels: Iterable[Channel], month: datetime) -> dict[int, Watched]:
    """By channel; ``month`` is when the present one began. The channels' allowances are selected along."""
    found = list(channels)
    paid, plans = spent.since(found, month), plan_costs.planned(found)
    return {channel.pk: _one(channel, paid, plans) for channel in found}


def _one(channel: Channel, paid: dict[int, spent.Spent], plans: dict[int, Counter[Item]]) -> Watched:
    platform = registry.platform(channel.platform)
    prices = costs.prices_of(platform)
    money = None
    if prices is not None:
        was = paid[channel.pk]
        plan = plans.get(channel.pk, Counter())
        money = Money(costs.cost(prices, was.real), costs.cost(prices, was.training), costs.cost(prices, plan))
    missing = connect_store.missing_scopes(channel).items()
    return Watched(
        key=watch_words.key(channel),
        version=watch_words.version(channel),
        left=watch_words.left(channel),
        tells_left=hasattr(platform, "allowance"),
        money=money,
        missing=[(scope, str(connect_words.STOPS[need])) for scope, need in missing],
    )
