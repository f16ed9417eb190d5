"""What channels have cost, from the ledger: each step that the platform has done, or may have done, for real money."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from samspill.channels import costs, registry
from samspill.channels.contract import Action
from samspill.channels.models import Channel, practice_address
from samspill.channels.terms import Item
from samspill.delivery.models import Attempt, Delivery
from samspill.delivery.payload import from_json
from samspill.delivery.states import State

# An unclear try that nobody has told us was for nothing: it is counted, rather too much than too little.
MAY_BE_OUT = frozenset({State.UNKNOWN, State.NEEDS_PERSON, State.ACCEPTED, State.CONFIRMED, State.WITHDRAWN})
UNCLEAR = ("unknown", "worker_lost")


@dataclass(slots=True)
class Spent:
    """How much of what: in use, and on the pretend platform, where it is for training and free."""

    real: Counter[Item] = field(default_factory=Counter)
    training: Counter[Item] = field(default_factory=Counter)


def since(channels: Iterable[Channel], start: datetime) -> dict[int, Spent]:
    """By channel: what was done from ``start`` (UTC) on. Two queries, however many channels; one when none costs."""
    priced = {channel.pk: channel for channel in channels if costs.prices_of(registry.platform(channel.platform))}
    found: dict[int, Spent] = {pk: Spent() for pk in priced}
    if not priced:
        return found
    tries = _tries(list(priced), start)
    for delivery in Delivery.objects.filter(pk__in=list(tries)).only(
        "channel", "action", "state", "approved_for", "sent_to", "payload"
    ):
        platform = registry.platform(priced[delivery.channel_id].platform)
        items = costs.charges(platform, Action(delivery.action), from_json(delivery.payload or {}))
        practice = delivery.approved_for.startswith("training ") or delivery.sent_to.startswith(
            practice_address(platform.name)
        )
        spent = found[delivery.channel_id]
        counter = spent.training if practice else spent.real
        for step, (done, unclear) in tries[delivery.pk].items():
            times = done or int(bool(unclear) and delivery.state in MAY_BE_OUT)
            if times and step in items:
                counter[items[step]] += times
    return found


def _tries(channel_ids: list[int], start: datetime) -> dict[int, dict[str, tuple[int, int]]]:
    """Delivery → step → how often it was done, and how often it was unclear."""
    rows = (
        Attempt.objects.filter(
            delivery__channel__in=channel_ids, delivery__changed_at__gte=start, started_at__gte=start, kind="send"
        )
        .filter(Q(outcome="done") | Q(outcome__in=UNCLEAR))
        .order_by()
        .values_list("delivery_id", "step")
        .annotate(done=Count("id", filter=Q(outcome="done")), unclear=Count("id", filter=Q(outcome__in=UNCLEAR)))
    )
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for delivery_id, step, done, unclear in rows:
        found[delivery_id][step] = (done, unclear)
    return found
