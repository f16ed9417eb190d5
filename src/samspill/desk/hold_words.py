"""What the desk says about holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from samspill.delivery.clock import day, day_and_clock
from samspill.delivery.models import Hold


@dataclass(frozen=True, slots=True)
class Shown:
    """A hold in words. ``title``: «Alt er stoppet»."""

    hold: Hold
    what: str
    title: str
    by: str
    when: str
    ended: str = ""


def shown(hold: Hold) -> Shown:
    """Brand, channel and people are at hand (``hold.open_holds``)."""
    what = _what(hold)
    ended = ""
    if hold.released_at:
        ended = _("Opphevet av %(who)s %(when)s.") % {
            "who": _name(hold.released_by), "when": day_and_clock(hold.released_at),
        }  # fmt: skip
        title = _("%(what)s var stoppet") % {"what": what}
    else:
        title = _("%(what)s er stoppet") % {"what": what}
    return Shown(hold, what, title, _name(hold.by), day_and_clock(hold.at), ended)


def _what(hold: Hold) -> str:
    if hold.brand:
        return str(hold.brand.name)
    return str(hold.channel) if hold.channel else _("Alt")


def _name(person: Any) -> str:
    return str(person.get_full_name() or person.get_username()) if person else _("en som har sluttet")


def until(coming: timedelta) -> str:
    """The last moment of what must be gone through: «27. november»."""
    return day(timezone.now() + coming)


def refusal(code: str) -> str:
    """Why an answer was not carried out, and what to do."""
    words = {
        "gone": _("En kollega rakk det først, eller innlegget er gått videre. Ingenting ble gjort to ganger."),
        "changed": _("Dette er endret siden du åpnet siden. Se på det igjen, og velg."),
        "past": _("Tiden er passert. Velg en senere tid, eller send det nå."),
        "too_late": _("Godkjenningen gjelder ikke så lenge. Velg en tidligere tid, eller velg «Ikke send» og send det "
                      "til ny godkjenning."),
        "story_not_out": _("Saken er ikke ute da. Velg en tid etter saken, eller send saken først."),
    }  # fmt: skip
    return words[code]
