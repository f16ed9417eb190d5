"""Correcting what is out, as it is offered: the ways that the platform has, each with what readers will see."""

from __future__ import annotations

from django.utils.translation import gettext as _

from samspill.channels.contract import Action, Way
from samspill.delivery import answers
from samspill.delivery.models import Delivery
from samspill.desk.act import Act
from samspill.publishing import corrections
from samspill.publishing.models import Version


def version_of(delivery: Delivery) -> Version | None:
    """The version that the delivery sent; None for what was sent without one."""
    return getattr(delivery, "version", None)


def offered(delivery: Delivery) -> list[Act]:
    """How this post can be corrected. One that is being withdrawn, or has no version, is not offered anything."""
    if version_of(delivery) is None:
        return []
    if delivery.channel.capabilities().way(Action.PUBLISH).way is Way.BY_HAND:
        return [_by_hand(delivery, action) for action in corrections.ways(delivery)]
    made = {Action.EDIT: _edit, Action.PUBLISH: _answer}
    return [made[action](delivery) for action in corrections.ways(delivery)]


def _by_hand(delivery: Delivery, action: Action) -> Act:
    name = {"name": delivery.channel.platform_name}
    if action is Action.EDIT:
        effect = _("Når en annen har godkjent den nye teksten, bytter du den på %(name)s og sier fra her.") % name
        return Act("rett", _("Rett teksten"), effect, _("Skriv den nye teksten"), "edit")
    effect = _("Når en annen har godkjent svaret, legger du det under innlegget på %(name)s og sier fra her.") % name
    return Act("svar", _("Svar med en rettelse"), effect, _("Skriv rettelsen"), "comment")


def _edit(delivery: Delivery) -> Act:
    effect = _(
        "Teksten på %(name)s byttes når en annen har godkjent den nye. Bilder og lenke blir som de er. "
        "%(name)s viser at innlegget er redigert."
    )
    return Act(
        "rett",
        _("Rett teksten"),
        effect % {"name": delivery.channel.platform_name},
        _("Skriv den nye teksten"),
        "edit",
    )


def _answer(delivery: Delivery) -> Act:
    name = {"name": delivery.channel.platform_name}
    effect = _(
        "Rettelsen legges som et svar under innlegget når en annen har godkjent den. "
        "Innlegget blir stående, og den som deler det, deler det uten rettelsen."
    )
    if delivery.channel.capabilities().way(Action.EDIT).way is not Way.API:
        effect = _("%(name)s lar oss ikke endre teksten.") % name + " " + effect
    return Act("svar", _("Svar med en rettelse"), effect, _("Skriv rettelsen"), "comment")


def leave() -> Act:
    effect = _("Teksten blir ikke rettet. Innlegget står som før.")
    return Act("la-vaere", _("La det være"), effect, _("Stopp rettelsen"), "s-pause", stops=True)


def stop() -> Act:
    effect = _("Teksten blir ikke rettet. Innlegget står som før.")
    return Act("stopp", _("Stopp rettelsen"), effect, _("Stopp rettelsen"), "s-pause", stops=True)


def for_a_person(delivery: Delivery) -> list[Act]:
    """A correction that came to a stop."""
    name = {"name": delivery.channel.platform_name}
    again = Act(
        "send",
        _("Prøv å rette på nytt"),
        _("Vi ber %(name)s bytte teksten en gang til.") % name,
        _("Prøv på nytt nå"),
        "s-plane",
    )
    by_hand = Act(
        "ute",
        _("Teksten er rettet for hånd"),
        _("Vi leser %(name)s etterpå og bekrefter at den nye teksten er der.") % name,
        _("Jeg har rettet den"),
        "check",
    )
    possible = answers.may_go(delivery) and delivery.reason != "payload_changed"
    return [again, by_hand, leave()] if possible else [leave()]
