"""What a warning about a channel says: what is, what it means for posts, what to do."""

from __future__ import annotations

from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samspill.channels import ends
from samspill.channels.models import Channel
from samspill.channels.watch_models import ChannelWarning
from samspill.delivery.clock import absolute
from samspill.delivery.words import mend, what
from samspill.desk.watch_words import midnight

Kind = ChannelWarning.Kind


def title(channel: Channel, kind: str, now: datetime) -> str:
    """One sentence: the front page's and the letter's first."""
    name = {"name": channel.platform_name, "account": channel.name}
    if kind == Kind.TROUBLE:
        return what(channel.trouble, channel.platform_name)
    if kind == Kind.UNCLEAR:
        return _("Vi vet ikke om nøkkelen til %(name)s ble fornyet.") % name
    if kind == Kind.VERSION:
        return _version(channel, now)
    found = ends.key_end(channel)
    end = found.at if found else None
    days = ends.days_left(end, now) if end else 0
    if end is None or days == 0:
        return _("Nøkkelen til %(name)s er gått ut.") % name
    when = {**name, "day": absolute(end, now), "days": _in_days(days)}
    return _("Nøkkelen til %(name)s går ut %(day)s, %(days)s.") % when


def _version(channel: Channel, now: datetime) -> str:
    found = ends.version_of(channel)
    if found is None:
        return ""
    days = ends.days_left(midnight(found.ends), now)
    said = {
        "name": channel.platform_name,
        "version": found.name,
        "day": formats.date_format(found.ends, "j. F Y"),
        "days": _in_days(days),
    }
    if days == 0:
        return _("%(name)s kan ha sluttet å ta imot API-versjonen vi bruker (%(version)s).") % said
    if found.estimated:
        return _("%(name)s kan slutte å ta imot API-versjonen vi bruker (%(version)s) fra %(day)s, %(days)s.") % said
    return _("%(name)s slutter å ta imot API-versjonen vi bruker (%(version)s) %(day)s, %(days)s.") % said


def _in_days(days: int) -> str:
    return ngettext("om %(count)d dag", "om %(count)d dager", days) % {"count": days}


def meaning(channel: Channel, kind: str, now: datetime) -> str:
    """What it means for posts, and what to do."""
    name = {"name": channel.platform_name}
    if kind == Kind.TROUBLE:
        return _("Innlegg dit venter så lenge.") + " " + mend(channel.trouble, channel.platform_name)
    if kind == Kind.VERSION:
        return _("Etter det kan vi ikke sende dit. Oppgrader Samspill før den dagen. Køen og historikken beholdes.")
    if kind == Kind.UNCLEAR:
        return " ".join([_("Svaret kom bort mens %(name)s fornyet den.") % name, _old_key(channel, now), _again()])
    found = ends.key_end(channel)
    if found is not None and found.at is not None and found.at <= now:
        return _("Innlegg dit venter så lenge.") + " " + _again()
    return _("Etter det kan vi ikke sende dit. Koble til kanalen på nytt før det. Køen og historikken beholdes.")


def _again() -> str:
    return _("Koble til kanalen på nytt nå. Køen og historikken beholdes.")


def _old_key(channel: Channel, now: datetime) -> str:
    end = channel.key_expires_at
    if end is None:
        return _("Vi vet ikke hvor lenge den gamle virker.")
    if end <= now:
        return _("Den gamle nøkkelen gikk ut %(when)s.") % {"when": absolute(end, now)}
    return _("Den gamle nøkkelen virker til %(when)s.") % {"when": absolute(end, now)}


def letter(channel: Channel, kind: str, now: datetime) -> tuple[str, str]:
    """Subject and text, the address left out."""
    said = title(channel, kind, now)
    text = f"{said} {meaning(channel, kind, now)}"
    about = _("Kanalen: %(account)s på %(name)s.") % {"account": channel.name, "name": channel.platform_name}
    return said.rstrip("."), f"{text}\n\n{about}"
