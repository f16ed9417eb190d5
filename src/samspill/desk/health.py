"""How a channel is: not the states of posts, but words of its own, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from samspill.channels.models import Channel
from samspill.delivery.clock import clock, day_and_clock
from samspill.delivery.display import Tone
from samspill.delivery.facts import Circuits
from samspill.delivery.words import mend, what


@dataclass(frozen=True, slots=True)
class Health:
    """``word`` with icon and tone; ``says`` what it is about; ``todo`` what a person does, or ""."""

    word: str
    icon: str
    tone: Tone
    says: str = ""
    todo: str = ""


def health(channel: Channel, circuits: Circuits) -> Health:
    """The worst that holds for the channel now."""
    name = channel.platform_name
    if channel.mode == Channel.Mode.PAUSED:
        return Health(_("Pause"), "s-pause", Tone.NEUTRAL, _("Ingenting sendes. Det som er godkjent, blir liggende."))
    if channel.mode == Channel.Mode.WAITING:
        return Health(_("Vi venter"), "date", Tone.WARN if overdue(channel) else Tone.NEUTRAL, channel.wait_reason)
    if channel.mode == Channel.Mode.BY_HAND:
        says = _("Dere legger ut selv når tiden er inne. Vi trenger ingen nøkkel.")
        return Health(_("For hånd"), "s-hand", Tone.NEUTRAL, says)
    if channel.trouble:
        return Health(_("Virker ikke"), "warning", Tone.CRIT, what(channel.trouble, name), mend(channel.trouble, name))
    until = circuits.get((channel.platform, channel.api_address))
    if until:
        says = _("%(name)s svarer ingen av oss. Vi prøver igjen kl. %(clock)s.") % {"name": name, "clock": clock(until)}
        return Health(_("Svarer ikke"), "warning", Tone.WARN, says)
    if channel.held_until and channel.held_until > timezone.now():
        says = _("%(name)s ber oss vente til %(when)s.") % {"name": name, "when": day_and_clock(channel.held_until)}
        return Health(_("Må vente"), "time", Tone.WARN, says)
    if channel.last_error_at and (channel.last_success_at is None or channel.last_error_at > channel.last_success_at):
        says = _("Sist forsøk, %(when)s: %(what)s") % {
            "when": day_and_clock(channel.last_error_at), "what": what(channel.last_error, name),
        }  # fmt: skip
        return Health(_("Treg"), "help", Tone.WARN, says)
    if channel.mode == Channel.Mode.SANDBOX:
        return Health(_("Øving"), "glasses", Tone.INFO, _("Går til øvingsplattformen, ikke ut."))
    if channel.last_success_at is None:
        return Health(_("Klar"), "check", Tone.NEUTRAL, _("Ikke brukt ennå."))
    return Health(_("Virker"), "circle-check", Tone.OK)


def overdue(channel: Channel, today: date | None = None) -> bool:
    """The day to look again at a channel that we wait with has passed, or is today."""
    waits = channel.mode == Channel.Mode.WAITING
    return waits and channel.look_again_on is not None and channel.look_again_on <= (today or timezone.localdate())
