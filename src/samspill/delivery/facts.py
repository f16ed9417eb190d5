"""From the ledger's rows to what the words need to know. Select channel and version along, and prefetch steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from samspill.channels.contract import Action, Nature
from samspill.delivery import answers, hold
from samspill.delivery.models import Circuit, Delivery, Step
from samspill.delivery.states import State
from samspill.delivery.words import Facts, Told, tell

Circuits = Mapping[tuple[str, str], datetime]


def with_all_that_words_need(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """So that no row asks the database again."""
    found = hold.with_held(deliveries).select_related("channel", "channel__brand", "version", "target")
    return found.defer("target__payload", "target__detail").prefetch_related("steps")


def open_circuits() -> dict[tuple[str, str], datetime]:
    """Platform and base address → until when nothing is sent there."""
    rows = Circuit.objects.filter(open_until__gt=timezone.now()).values_list("platform", "base_url", "open_until")
    return {(platform, base_url): until for platform, base_url, until in rows if until}


def facts_of(delivery: Delivery, circuits: Circuits | None = None) -> Facts:
    """What is known of a delivery, for ``words.tell``."""
    channel, steps = delivery.channel, list(delivery.steps.all())
    stops, until = _what_stops(delivery, circuits or {})
    return Facts(
        state=State(delivery.state),
        name=channel.platform_name,
        reason=delivery.reason,
        review=getattr(getattr(delivery, "version", None), "review", "") if delivery.state == State.PLANNED else "",
        action=Action(delivery.action),
        unclear=any(step.state == Step.State.UNKNOWN and step.nature == Nature.ONCE for step in steps),
        published=any(step.state == Step.State.DONE and step.nature == Nature.ONCE for step in steps),
        with_story=delivery.with_story,
        after=getattr(getattr(delivery, "version", None), "after_words", "") if delivery.with_story else "",
        due_at=delivery.due_at,
        next_try_at=delivery.next_try_at,
        accepted_at=delivery.accepted_at,
        differences=tuple(delivery.differences),
        searched=delivery.looks > 0 and not delivery.external_id,
        looking=delivery.state == State.ACCEPTED and delivery.next_try_at is not None,
        channel_stops=stops,
        trouble=channel.trouble,
        stopped_until=until,
        waits=answers.waits(delivery),
    )


def told(delivery: Delivery, circuits: Circuits | None = None) -> Told:
    """Where the delivery stands, in words."""
    return tell(facts_of(delivery, circuits))


def _what_stops(delivery: Delivery, circuits: Circuits) -> tuple[str, datetime | None]:
    channel = delivery.channel
    if getattr(delivery, "held", False) and delivery.state in (State.APPROVED, State.DUE, State.BY_HAND):
        return "stopped", None
    if delivery.state != State.DUE:
        return "", None
    if not channel.sends:
        return "paused", None
    if channel.trouble:
        return "trouble", None
    circuit = circuits.get((channel.platform, channel.api_address))
    if circuit:
        return "circuit", circuit
    if channel.held_until and channel.held_until > timezone.now():
        return "held", channel.held_until
    return "", None
