"""What is said of a channel's key, API version, limits and cost, on its page, in the list and on the front page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from samspill.channels import ends
from samspill.channels.costs import Cost
from samspill.channels.models import Channel
from samspill.channels.money import money
from samspill.channels.terms import Item, Measure
from samspill.channels.watch_models import ChannelAllowance
from samspill.delivery.clock import absolute, clock, day_and_clock
from samspill.delivery.display import Tone

KEY_DAYS, VERSION_DAYS = (14, 7, 1), (60, 30, 7)
LITTLE = 10  # per cent left


@dataclass(frozen=True, slots=True)
class Said:
    """``says`` in words; ``badge`` where it needs somebody (``tone`` then is not neutral); ``more`` below, smaller."""

    says: str
    more: str = ""
    badge: str = ""
    tone: Tone = Tone.NEUTRAL
    icon: str = "key"


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to use, also as per cent for the bar."""

    says: str
    percent: int
    tone: Tone


def countdown(days: int) -> str:
    """«7 dager igjen»."""
    return ngettext("%(count)d dag igjen", "%(count)d dager igjen", days) % {"count": days}


def key(channel: Channel, now: datetime | None = None) -> Said:
    """How the key is, and until when."""
    now = now or timezone.now()
    found = ends.key_end(channel)
    if not channel.sealed:
        return Said(_("Trengs ikke") if channel.mode == Channel.Mode.BY_HAND else _("Mangler"))
    if found is None:
        return Said(_("Satt"))
    if found.unclear_since is not None:
        until = _("Virker til %(when)s") % {"when": absolute(found.at)} if found.at else ""
        return Said(_("Vi vet ikke om den ble fornyet"), until, _("Uklar"), Tone.WARN)
    if found.at is None:
        if found.renews:
            return Said(_("Fornyes av seg selv"))
        return Said(_("Uten sluttdato"), "" if channel.key_place else _("Vi vet ikke om den går ut"))
    until = _("Til %(when)s") % {"when": absolute(found.at, now)}
    days = ends.days_left(found.at, now)
    more = _("Fornyes av seg selv til da") if found.renews else ""
    if days == 0:
        return Said(_("Gikk ut %(when)s") % {"when": absolute(found.at, now)}, "", _("Gått ut"), Tone.CRIT)
    if days <= KEY_DAYS[0]:
        return Said(until, more, countdown(days), Tone.CRIT if days <= KEY_DAYS[-1] else Tone.WARN)
    return Said(until, more)


def version(channel: Channel, now: datetime | None = None) -> Said | None:
    """The API version and its end; None where the platform ends none."""
    now = now or timezone.now()
    found = ends.version_of(channel)
    if found is None:
        return None
    day = formats.date_format(found.ends, "j. F Y")
    until = _("%(version)s, til tidligst %(day)s") if found.estimated else _("%(version)s, til %(day)s")
    says = until % {"version": found.name, "day": day}
    days = ends.days_left(midnight(found.ends), now)
    if days == 0:
        return Said(says, "", _("Gått ut"), Tone.CRIT, "warning")
    if days <= VERSION_DAYS[0]:
        tone = Tone.CRIT if days <= VERSION_DAYS[-1] else Tone.WARN
        return Said(says, _("Oppgrader Samspill før den dagen."), countdown(days), tone, "date")
    return Said(says)


def midnight(day: Any) -> datetime:
    """The beginning of a day, as we count it here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def left(channel: Channel, now: datetime | None = None) -> Left | None:
    """What the platform said is left; None when it has said nothing, or its window has ended since."""
    now = now or timezone.now()
    told: ChannelAllowance | None = getattr(channel, "allowance", None)
    if told is None or (told.resets_at is not None and told.resets_at <= now):
        return None
    percent = round(100 * told.left / told.of)
    numbers = {"left": _whole(told.left), "of": _whole(told.of)}
    says = {
        Measure.POSTS: _("%(left)s av %(of)s innlegg"),
        Measure.CALLS: _("%(left)s av %(of)s kall"),
        Measure.POINTS: _("%(left)s av %(of)s poeng"),
        Measure.SHARE: _("%(left)s prosent denne timen"),
    }[Measure(told.measure)] % numbers
    if told.resets_at is not None:
        today = timezone.localdate(told.resets_at) == timezone.localdate(now)
        until = _("kl. %(clock)s") % {"clock": clock(told.resets_at)} if today else day_and_clock(told.resets_at, now)
        says += " " + _("til %(when)s") % {"when": until}
    return Left(says, percent, Tone.WARN if percent <= LITTLE else Tone.OK)


def _whole(value: int) -> str:
    return str(formats.number_format(value, force_grouping=True))


def total(cost: Cost) -> str:
    return money(cost.total, cost.prices.currency)


ITEMS: dict[Item, Any] = {
    Item.POST: gettext_lazy("Innlegg uten lenke"),
    Item.POST_WITH_LINK: gettext_lazy("Innlegg med lenke"),
    Item.ALT_TEXT: gettext_lazy("Alternativ tekst til bilde"),
    Item.DELETE: gettext_lazy("Sletting"),
}


def price_list(cost: Cost) -> list[tuple[str, str]]:
    """Each item and its price, the dearest first."""
    found = sorted(cost.prices.items.items(), key=lambda pair: -pair[1])
    return [(str(ITEMS[item]), money(amount, cost.prices.currency)) for item, amount in found]


def parts(cost: Cost) -> list[str]:
    """«6 × innlegg med lenke: 1,20 USD»."""
    return [
        f"{line.count} × {str(ITEMS[line.item])[0].lower()}{str(ITEMS[line.item])[1:]}: "
        f"{money(line.amount, cost.prices.currency)}"
        for line in cost.lines
    ]
