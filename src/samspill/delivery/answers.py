"""What belongs to an earlier post of ours: an answer to it (a thread's next part, a correction), or a change of it.

Such a delivery has a ``target``. It leaves when its target is out and has an id there, never before; when the target
will not come, a person is asked. A withdrawal waits for the answers below it that are being withdrawn with it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from samspill.channels.contract import Action, ActionWay, Post, Way
from samspill.delivery.models import Delivery
from samspill.delivery.payload import from_json
from samspill.delivery.states import OUT, State

# It may still come out. One that waits for a person may, too: only that person knows.
COMING = frozenset(
    {State.PLANNED, State.APPROVED, State.DUE, State.SENDING, State.UNKNOWN, State.NEEDS_PERSON, State.BY_HAND}
)


def waiting() -> Q:
    """Deliveries that wait for their target: it is not out, has no id yet, or is being read back before a change."""
    being_read = Q(target__state=State.ACCEPTED, target__next_try_at__isnull=False)
    not_ready = Q(target__state__in=COMING) | (being_read & (Q(target__external_id="") | Q(action=Action.EDIT)))
    return Q(target__isnull=False) & ~Q(action=Action.DELETE) & not_ready


def waits(delivery: Delivery) -> bool:
    """As ``waiting``, for one. A change waits for the reading back, so that each is compared with its own text."""
    target = delivery.target
    if target is None or delivery.action == Action.DELETE:
        return False
    being_read = target.state == State.ACCEPTED and target.next_try_at is not None
    return target.state in COMING or (being_read and (not target.external_id or delivery.action == Action.EDIT))


def lost(delivery: Delivery) -> str:
    """Why its target will not do, as a reason; "" when it does, or may yet."""
    target = delivery.target
    if target is None or delivery.action == Action.DELETE or waits(delivery):
        return ""
    if target.state not in OUT:
        return "target_not_out"
    # A person finds the post without its id.
    return "" if target.external_id or way(delivery).way is Way.BY_HAND else "target_without_id"


def may_go(delivery: Delivery) -> bool:
    """Whether its target, if it has one, is out under an id."""
    return not waits(delivery) and not lost(delivery)


def since(delivery: Delivery) -> datetime | None:
    """When it could leave at the earliest: its own time, or when its target came out."""
    accepted = delivery.target.accepted_at if delivery.target and delivery.action != Action.DELETE else None
    times = [at for at in (delivery.due_at, accepted) if at is not None]
    return max(times) if times else None


def way(delivery: Delivery) -> ActionWay:
    """How it is done in its channel; answering has a way of its own."""
    capabilities = delivery.channel.capabilities()
    if delivery.action == Action.PUBLISH and delivery.target_id is not None:
        return capabilities.reply
    return capabilities.way(Action(delivery.action))


def latest_change(target: Delivery) -> Delivery:
    """The delivery whose text the public reads: the last change that was made, or the post itself."""
    made = target.changes.filter(action=Action.EDIT, state__in=OUT).order_by("-accepted_at", "-id")
    return made.first() or target


def in_force(target: Delivery) -> Post:
    """The post as it stands there, as far as we made it. Raises ValueError for a payload of a later release."""
    return from_json(latest_change(target).payload or {})


def withdrawn_first() -> Exists:
    """For a withdrawal: an answer below is being deleted at this moment. The last part of a thread goes first."""
    return Exists(
        Delivery.objects.filter(
            action=Action.DELETE,
            state__in=[State.DUE, State.SENDING],
            target__action=Action.PUBLISH,
            target__target=OuterRef("target"),
        )
    )
