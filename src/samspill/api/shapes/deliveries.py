"""Deliveries as the API shows them: where each stands, in codes for systems and in words for people."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.urls import reverse
from pydantic import Field

from samspill.api import paging
from samspill.api.fields import Address, In, Instant, Out
from samspill.api.shapes.stories import absolute
from samspill.channels.contract import Action
from samspill.delivery import facts
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.desk import acts


class Decision(StrEnum):
    """What a person can decide; each is one of the desk's buttons."""

    IT_IS_OUT = "it_is_out"
    SEND_AGAIN = "send_again"
    LEAVE_IT = "leave_it"
    DELETED_BY_HAND = "deleted_by_hand"
    LOOK_AGAIN = "look_again"
    LET_IT_STAND = "let_it_stand"
    WITHDRAW = "withdraw"


CANCEL = "stopp"
ACT_OF: dict[Decision, str] = {
    Decision.IT_IS_OUT: "ute",
    Decision.SEND_AGAIN: "send",
    Decision.LEAVE_IT: "la-vaere",
    Decision.DELETED_BY_HAND: "slettet",
    Decision.LOOK_AGAIN: "let",
    Decision.LET_IT_STAND: "staar",
    Decision.WITHDRAW: "trekk",
}


WITH_URL = {Decision.IT_IS_OUT, Decision.LOOK_AGAIN}


class DecisionIn(In):
    decision: Decision
    url: Address = Field("", description="Hvor innlegget er, når du vet det. Bare til it_is_out og look_again.")


class DeliverySummary(Out):
    id: int
    code: str
    story_id: int | None
    version_id: int | None
    channel_id: int
    channel: str
    platform: str
    action: Action
    title: str
    state: State
    reason: str
    held: bool = Field(description="Om «Stopp alt» holder den tilbake nå.")
    says: str = Field(description="Hvor den står, i ord.")
    due_at: Instant | None
    next_try_at: Instant | None
    accepted_at: Instant | None
    confirmed_at: Instant | None
    changed_at: Instant
    external_url: str | None
    short_url: str
    clicks: int
    attempts: int
    desk_url: str


class Attempt(Out):
    number: int
    step: str
    kind: str
    started_at: Instant
    seconds: float | None
    outcome: str
    status: int | None
    reason: str
    detail: str
    followed: str
    next_try_at: Instant | None


class StateChange(Out):
    at: Instant
    before: str
    after: str
    by: str | None
    reason: str
    note: str


class DeliveryOut(DeliverySummary):
    text: str | None = Field(description="Teksten som ble godkjent.")
    differences: list[str] = Field(description="Det som ble annerledes enn sendt.")
    cancellable: bool
    decisions: list[Decision] = Field(description="Det du kan bestemme nå.")
    tries: list[Attempt]
    history: list[StateChange]


class DeliveryPage(paging.Page):
    items: list[DeliverySummary]


def summary(delivery: Delivery, circuits: facts.Circuits) -> dict[str, Any]:
    version = getattr(delivery, "version", None)
    return {
        "id": delivery.pk,
        "code": delivery.code,
        "story_id": delivery.page_id,
        "version_id": version.pk if version else None,
        "channel_id": delivery.channel_id,
        "channel": delivery.channel.name,
        "platform": delivery.channel.platform,
        "action": Action(delivery.action),
        "title": delivery.title,
        "state": State(delivery.state),
        "reason": delivery.reason,
        "held": bool(getattr(delivery, "held", False)),
        "says": str(facts.told(delivery, circuits).sentence),
        "due_at": delivery.due_at,
        "next_try_at": delivery.next_try_at,
        "accepted_at": delivery.accepted_at,
        "confirmed_at": delivery.confirmed_at,
        "changed_at": delivery.changed_at,
        "external_url": delivery.external_url or None,
        "short_url": absolute(reverse("short_address", args=[delivery.code])),
        "clicks": delivery.clicks,
        "attempts": delivery.attempt_number,
        "desk_url": absolute(reverse("desk_delivery", args=[delivery.pk])),
    }


def summaries(rows: Sequence[Delivery]) -> list[DeliverySummary]:
    circuits = facts.open_circuits()
    return [DeliverySummary(**summary(row, circuits)) for row in rows]


def whole(delivery: Delivery, user: Any) -> DeliveryOut:
    offered = {act.key for act in acts.offered(delivery, user)}
    return DeliveryOut(
        **summary(delivery, facts.open_circuits()),
        text=delivery.payload["text"] if delivery.payload else None,
        differences=list(delivery.differences),
        cancellable=CANCEL in offered,
        decisions=[decision for decision, key in ACT_OF.items() if key in offered],
        tries=[
            Attempt(**{name: getattr(one, name) for name in Attempt.model_fields})
            for one in delivery.attempts.order_by("number")
        ],
        history=[
            StateChange(
                at=one.at,
                before=one.before,
                after=one.after,
                by=(one.actor.get_full_name() or one.actor.get_username()) if one.actor else None,
                reason=one.reason,
                note=one.note,
            )
            for one in delivery.transitions.select_related("actor").order_by("id")
        ],
    )
