"""What a person can do with a delivery where it stands: each act with its effect told beforehand, and its right.

The ledger decides whether an act is still possible when it is pressed (IllegalMoveError); this module only offers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samspill.channels.contract import Action, Reason, Way
from samspill.delivery import answers, decide, hold, ledger
from samspill.delivery.facts import facts_of
from samspill.delivery.models import Delivery
from samspill.delivery.states import OUT, IllegalMoveError, State
from samspill.desk import correcting
from samspill.desk.act import Act
from samspill.publishing import corrections

DECIDE, WITHDRAW = "delivery.decide_delivery", "delivery.withdraw_delivery"
WRITE = "publishing.write_version"


def offered(delivery: Delivery, user: Any) -> list[Act]:
    """The acts that make sense in the delivery's state and that this person may do. Steps and channel are at hand."""
    rights = {right: user.has_perm(right) for right in (DECIDE, WITHDRAW, WRITE)}
    return [act for act in _in_state(delivery) if rights[VERBS[act.key].right]]


def _in_state(delivery: Delivery) -> list[Act]:
    deletes, changes = delivery.action == Action.DELETE, delivery.action == Action.EDIT
    match State(delivery.state):
        case State.APPROVED | State.DUE if not facts_of(delivery).published:
            return [_cancel(delivery)]
        case State.NEEDS_PERSON:
            if deletes:
                return [_deleted(delivery), _again(delivery), _leave(delivery)]
            return correcting.for_a_person(delivery) if changes else _for_unclear(delivery)
        case State.BY_HAND:
            if deletes:
                return [_deleted(delivery), _leave(delivery)]
            return [_done_by_hand(delivery), *_by_itself_after_all(delivery), _leave(delivery)]
        case State.REFUSED | State.EXPIRED:
            return [_leave(delivery)]
        case State.ACCEPTED | State.CONFIRMED if changes:
            return [_stand()] if _differs(delivery) else []
        case State.ACCEPTED | State.CONFIRMED if not deletes:
            found = correcting.offered(delivery)
            if delivery.channel.capabilities().way(Action.DELETE).way is not Way.NOT_AT_ALL:
                found.append(_withdraw(delivery))
            again = [_look_again(delivery)] if decide.is_not_found(delivery) else []
            return [*again, _stand(), *found] if _differs(delivery) else found
        case _:
            return []


def _differs(delivery: Delivery) -> bool:
    return delivery.state == State.ACCEPTED and delivery.next_try_at is None and bool(delivery.differences)


def _for_unclear(delivery: Delivery) -> list[Act]:
    name = delivery.channel.platform_name
    out = Act(
        "ute",
        _("Det er ute"),
        _("Lim inn adressen hvis du har den. Innlegget blir bekreftet, og ingenting sendes."),
        _("Bekreft at det er ute"),
        "circle-check",
        address=True,
    )
    found = facts_of(delivery)
    if found.published:
        return [out]
    page_is_out = (delivery.page is None or delivery.page.live) and answers.may_go(delivery)
    again = [_again(delivery)] if page_is_out and delivery.reason != "payload_changed" else []
    leave = _leave(delivery)
    if found.unclear:
        return [out, *again, leave]
    return [*again, leave, out] if name else []


def _again(delivery: Delivery) -> Act:
    name = {"name": delivery.channel.platform_name}
    if delivery.action == Action.DELETE:
        return Act(
            "send",
            _("Prøv å slette på nytt"),
            _("Vi ber %(name)s slette innlegget en gang til.") % name,
            _("Prøv på nytt nå"),
            "s-plane",
        )
    if facts_of(delivery).unclear:
        effect = (
            _("Innlegget sendes til %(name)s nå, én gang. Kommer det første fram likevel, blir det to like innlegg.")
            % name
        )
        return Act("send", _("Det er ikke ute. Send på nytt"), effect, _("Send på nytt nå"), "s-plane")
    return Act(
        "send",
        _("Send på nytt"),
        _("Innlegget sendes til %(name)s nå, én gang.") % name,
        _("Send på nytt nå"),
        "s-plane",
    )


def _others(delivery: Delivery) -> str:
    count = getattr(delivery, "others", 0)
    if not count:
        return ""
    return " " + ngettext("Den andre kanalen berøres ikke.", "De %(count)d andre kanalene berøres ikke.", count) % {
        "count": count
    }


def _leave(delivery: Delivery) -> Act:
    if delivery.action == Action.DELETE:
        effect = _("Innlegget blir stående på %(name)s.") % {"name": delivery.channel.platform_name}
        return Act("la-vaere", _("La innlegget stå"), effect, _("La innlegget stå"), "s-undo", stops=True)
    if delivery.action == Action.EDIT:
        return correcting.leave()
    effect = _("Ingenting sendes. Teksten beholdes, så du kan endre den og sende den inn igjen.") + _others(delivery)
    return Act("la-vaere", _("La det være"), effect, _("Stopp utsendelsen"), "s-pause", stops=True)


def _cancel(delivery: Delivery) -> Act:
    if delivery.action == Action.DELETE:
        effect = _("Innlegget blir stående på %(name)s.") % {"name": delivery.channel.platform_name}
        return Act("stopp", _("Stopp slettingen"), effect, _("Stopp slettingen"), "s-pause", stops=True)
    if delivery.action == Action.EDIT:
        return correcting.stop()
    effect = _("Innlegget går ikke ut. Teksten beholdes, så du kan sende den til ny godkjenning senere.") + _others(
        delivery
    )
    return Act("stopp", _("Stopp utsendelsen"), effect, _("Stopp utsendelsen"), "s-pause", stops=True)


def _done_by_hand(delivery: Delivery) -> Act:
    effect = _("Vi leser %(name)s etterpå og bekrefter at innlegget er der.")
    if not delivery.channel.can_look:
        effect = _("Vi får ikke sett etter på %(name)s, så innlegget regnes som ute når du sier det.")
    effect %= {"name": delivery.channel.platform_name}
    return Act("ute", _("Si fra at det er gjort"), effect, _("Jeg har lagt det ut"), "check", address=True)


def _by_itself_after_all(delivery: Delivery) -> list[Act]:
    """The channel was by hand when its time came, and is not any more."""
    page_is_out = delivery.page is None or delivery.page.live
    again = page_is_out and answers.may_go(delivery) and answers.way(delivery).way is Way.API
    if delivery.reason != Reason.HAND_CHOSEN or not again:
        return []
    effect = _("Innlegget sendes til %(name)s nå, én gang.") % {"name": delivery.channel.platform_name}
    return [Act("send", _("La Samspill sende det"), effect, _("Send nå"), "s-plane")]


def _deleted(delivery: Delivery) -> Act:
    effect = _("Vi ser etter på %(name)s at det er borte.")
    if not delivery.channel.can_look:
        effect = _("Vi får ikke sett etter på %(name)s, så innlegget regnes som slettet når du sier det.")
    effect %= {"name": delivery.channel.platform_name}
    return Act("slettet", _("Si fra at det er slettet"), effect, _("Jeg har slettet det"), "check")


def _look_again(delivery: Delivery) -> Act:
    name = {"name": delivery.channel.platform_name}
    effect = _("Lim inn adressen hvis du har den. Vi ser gjennom innleggene på %(name)s en gang til.") % name
    return Act("let", _("Let en gang til"), effect, _("Let nå"), "search", address=True)


def _stand() -> Act:
    return Act(
        "staar",
        _("La det stå"),
        _("Innlegget blir stående som det er, og saken går ut av oversikten."),
        _("La det stå"),
        "check",
    )


def _withdraw(delivery: Delivery) -> Act:
    name = {"name": delivery.channel.platform_name}
    clicks = ngettext("Det har fått %(count)d klikk.", "Det har fått %(count)d klikk.", delivery.clicks) % {
        "count": delivery.clicks
    }
    if delivery.channel.capabilities().way(Action.DELETE).way is Way.API and delivery.external_id:
        effect = _("Innlegget slettes fra %(name)s nå, og kan ikke hentes fram igjen.") % name
    else:
        effect = _("Vi kan ikke slette på %(name)s for deg. Du får vite hvordan du gjør det for hånd.") % name
    if delivery.changes.filter(action=Action.PUBLISH, state__in=OUT).exists():
        effect += " " + _("Svarene våre under det slettes også, det siste først.")
    return Act(
        "trekk",
        _("Trekk innlegget"),
        f"{effect} {clicks}{_others(delivery)}",
        _("Trekk innlegget"),
        "s-undo",
        stops=True,
    )


# --- doing it ----------------------------------------------------------------------------


def _let_it_stand(delivery: Delivery, by: Any, address: str) -> None:
    """A person has looked at what is out and not as sent. What differed stays written down."""
    with transaction.atomic():
        delivery = ledger.locked(delivery.pk)
        if not _differs(delivery):
            raise IllegalMoveError(delivery.state, State.CONFIRMED)
        ledger.move(delivery, State.CONFIRMED, actor=by)


def _correct(action: Action) -> Callable[[Delivery, Any, str], Delivery]:
    def begin(delivery: Delivery, by: Any, address: str) -> Delivery:
        original = correcting.version_of(delivery)
        if original is None:
            raise IllegalMoveError(delivery.state, State.PLANNED)
        return corrections.begin(original, by, action).delivery

    return begin


def _withdraw_now(delivery: Delivery, by: Any, address: str) -> Delivery:
    return decide.withdraw(delivery, by=by)


def _leave_now(delivery: Delivery, by: Any, address: str) -> None:
    if delivery.state not in (State.NEEDS_PERSON, State.BY_HAND, State.REFUSED, State.EXPIRED):
        raise IllegalMoveError(delivery.state, State.CANCELLED)
    decide.leave_it(delivery, by=by)


@dataclass(frozen=True, slots=True)
class Verb:
    right: str
    do: Callable[[Delivery, Any, str], Delivery | None]
    said: Callable[[Delivery], str]


VERBS: dict[str, Verb] = {
    "stopp": Verb(
        DECIDE,
        lambda delivery, by, address: ledger.cancel(delivery, actor=by) and None,
        lambda delivery: _("Utsendelsen er stoppet."),
    ),
    "ute": Verb(
        DECIDE,
        lambda delivery, by, address: decide.it_is_out(delivery, by=by, url=address),
        lambda delivery: (
            _("Notert. Vi leser %(name)s for å bekrefte.") % {"name": delivery.channel.platform_name}
            if delivery.channel.can_look
            else _("Notert. Innlegget regnes som ute.")
        ),
    ),
    "let": Verb(
        DECIDE,
        lambda delivery, by, address: decide.look_again(delivery, by=by, url=address),
        lambda delivery: _("Vi ser etter på %(name)s nå.") % {"name": delivery.channel.platform_name},
    ),
    "send": Verb(
        DECIDE,
        lambda delivery, by, address: decide.send_again(delivery, by=by),
        lambda delivery: (
            _("Satt i kø. Det er stoppet nå, og venter til noen har gått gjennom det.")
            if hold.is_held(delivery)
            else _("Sendes på nytt nå.")
        ),
    ),
    "la-vaere": Verb(DECIDE, _leave_now, lambda delivery: _("Notert. Ingenting sendes.")),
    "slettet": Verb(
        DECIDE,
        lambda delivery, by, address: decide.removed_by_hand(delivery, by=by),
        lambda delivery: (
            _("Notert. Vi ser etter at innlegget er borte.")
            if delivery.channel.can_look
            else _("Notert. Innlegget regnes som slettet.")
        ),
    ),
    "staar": Verb(DECIDE, _let_it_stand, lambda delivery: _("Notert. Innlegget blir stående.")),
    "rett": Verb(
        WRITE, _correct(Action.EDIT), lambda delivery: _("Skriv den nye teksten, og send den til godkjenning.")
    ),
    "svar": Verb(WRITE, _correct(Action.PUBLISH), lambda delivery: _("Skriv rettelsen, og send den til godkjenning.")),
    "trekk": Verb(WITHDRAW, _withdraw_now, lambda delivery: _("Innlegget trekkes.")),
}


def perform(key: str, delivery: Delivery, user: Any, address: str = "") -> tuple[Delivery, str]:
    """Do it. Returns the delivery to show afterwards, and what to say.

    Raises KeyError for an act that there is not, PermissionDenied, and IllegalMoveError when somebody was faster.
    """
    verb = VERBS[key]
    if not user.has_perm(verb.right):
        raise PermissionDenied
    made = verb.do(delivery, user, address)
    return made or delivery, verb.said(delivery)
