"""The calendar in words: what is wrong, what a move does, why it was not made."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samspill.publishing import holidays, walltime
from samspill.publishing.calendar_items import Item
from samspill.publishing.crowding import Kind, Trouble
from samspill.publishing.plan_moves import Move, MoveError, Why


def clock(at: datetime) -> str:
    """10.05, by Oslo's clock."""
    return walltime.local(at).strftime("%H.%M")


def day(at: date) -> str:
    """«torsdag 26. november», with the year when it is not this one."""
    this_year = walltime.local(datetime.now().astimezone()).year
    return date_format(at, "l j. F" if at.year == this_year else "l j. F Y")


def day_and_clock(at: datetime) -> str:
    """«torsdag 26. november kl. 10.30»."""
    return _("%(day)s kl. %(clock)s") % {"day": day(walltime.local(at).date()), "clock": clock(at)}


def days(first: date, last: date) -> str:
    """«23.-29. november», «30. november-6. desember 2026»: the year is told when it is not this one."""
    year = "" if last.year == walltime.local(datetime.now().astimezone()).year else f" {last.year}"
    if first.month == last.month:
        return f"{first.day}.\u2013{date_format(last, 'j. F')}{year}"
    before = date_format(first, "j. F") if first.year == last.year else date_format(first, "j. F Y")
    return f"{before}\u2013{date_format(last, 'j. F')}{year or (f' {last.year}' if first.year != last.year else '')}"


def where(item: Item) -> str:
    """The channel's name, or the newsroom."""
    return item.channel.platform_name if item.channel else _("Nyhetsrom")


# --- what is wrong ---------------------------------------------------------------------


def short(trouble: Trouble, item: Item) -> str:
    """A few words, on the block."""
    match trouble.kind:
        case Kind.BEFORE_STORY if trouble.other and item.at >= trouble.other:
            return _("Samtidig med saken")
        case Kind.BEFORE_STORY:
            return _("Før saken er ute")
        case Kind.STOPPED:
            return _("Stoppet av en av dere")
        case Kind.CHANNEL_STOPPED:
            return _("Kanalen sender ikke")
        case Kind.CHANNEL_TROUBLE:
            return _("Kanalen står stille")
        case Kind.CHANNEL_HELD:
            return _("Kanalen venter")
        case Kind.PASSED:
            return _("Tiden er passert")
        case Kind.TIGHT:
            return _("Tett: %(gap)s etter") % {"gap": _gap(trouble, item)}
        case Kind.MANY:
            return _("%(n)s samme dag") % {"n": trouble.number}
        case Kind.NIGHT:
            return _("Få leser nå")
        case Kind.HOLIDAY:
            return capfirst(holidays.name_of(walltime.local(item.at).date()))


def _gap(trouble: Trouble, item: Item) -> str:
    minutes = int((item.at - trouble.other).total_seconds()) // 60 if trouble.other else 0
    return _("1 t") if minutes == 60 else _("%(minutes)s min") % {"minutes": minutes}


def sentence(trouble: Trouble, item: Item) -> tuple[str, str]:
    """What is wrong, and what it means for the post."""
    at = walltime.local(item.at)
    said = {
        "day": capfirst(date_format(at, "l j. F")),
        "channel": where(item),
        "clock": clock(item.at),
        "title": item.title,
        "other": clock(trouble.other) if trouble.other else "",
    }
    match trouble.kind:
        case Kind.BEFORE_STORY if trouble.other and item.at >= trouble.other:
            return (
                _("%(day)s: %(channel)s har eget tidspunkt kl. %(clock)s, i samme minutt som saken.") % said,
                _("Innlegget kan komme først, og da virker ikke lenken."),
            )
        case Kind.BEFORE_STORY:
            if trouble.other and walltime.local(trouble.other).date() != at.date():
                said["other"] = day_and_clock(trouble.other)
                what = _("%(day)s: %(channel)s går ut kl. %(clock)s, før saken er i Nyhetsrom %(other)s.")
            else:
                what = _("%(day)s: %(channel)s går ut kl. %(clock)s, før saken er i Nyhetsrom kl. %(other)s.")
            return what % said, _("Da virker ikke lenken.")
        case Kind.STOPPED:
            return (
                _("%(day)s kl. %(clock)s: «%(title)s» på %(channel)s er stoppet.") % said,
                _("Det går ikke ut før en av dere har gått gjennom det."),
            )
        case Kind.CHANNEL_STOPPED:
            return (
                _("%(day)s kl. %(clock)s: %(channel)s er ikke i bruk.") % said,
                _("Innlegget «%(title)s» går ikke ut før noen tar kanalen i bruk.") % said,
            )
        case Kind.CHANNEL_TROUBLE:
            return (
                _("%(day)s kl. %(clock)s: %(channel)s står stille til noen ordner kontoen.") % said,
                _("Innlegget «%(title)s» venter så lenge.") % said,
            )
        case Kind.CHANNEL_HELD:
            return (
                _("%(day)s kl. %(clock)s: %(channel)s ber oss vente til kl. %(other)s.") % said,
                _("Innlegget «%(title)s» går ut etter det.") % said,
            )
        case Kind.PASSED:
            return (
                _("%(day)s kl. %(clock)s er passert, og «%(title)s» er ikke godkjent.") % said,
                _("Det går ut når det blir godkjent. Flytt det hvis det skal ut senere."),
            )
        case Kind.TIGHT:
            return (
                _("%(day)s: to innlegg tett på %(channel)s, kl. %(other)s og kl. %(clock)s.") % said,
                _("Det siste kan ta leserne fra det første."),
            )
        case Kind.MANY:
            return (
                _("%(day)s: %(n)s innlegg på %(channel)s.") % {**said, "n": trouble.number},
                _("Så mange på en dag drukner for dem som følger oss."),
            )
        case Kind.NIGHT:
            return _("%(day)s: %(channel)s går ut kl. %(clock)s.") % said, _("Få leser innlegg på den tiden.")
        case Kind.HOLIDAY:
            name = holidays.name_of(at.date())
            return _("%(day)s er %(name)s.") % {**said, "name": name}, _("Sjekk at innlegget passer den dagen.")


def cure(trouble: Trouble, item: Item) -> str:
    """What the button that mends it says, or empty: «Flytt X til kl. 10.05»."""
    if trouble.cure is None or not item.movable:
        return ""
    same_day = walltime.local(trouble.cure).date() == walltime.local(item.at).date()
    said = {
        "channel": where(item),
        "when": _("kl. %(clock)s") % {"clock": clock(trouble.cure)} if same_day else day_and_clock(trouble.cure),
    }
    return _("Flytt %(channel)s til %(when)s") % said


# --- a move ----------------------------------------------------------------------------


def of_wall_time(note: walltime.Note) -> str:
    match note:
        case walltime.Note.SKIPPED:
            return _("Klokken stilles fram den natten, så tidspunktet er flyttet en time fram.")
        case walltime.Note.TWICE:
            return _("Klokken stilles tilbake den natten. Den første gangen gjelder.")
    return ""


def effect(move: Move) -> str:
    """What a move does, beside when: who comes along, what joins or leaves its story, what must be approved again."""
    said = []
    if move.along:
        said.append(
            ngettext("%(n)s innlegg følger med saken.", "%(n)s innlegg følger med saken.", move.along)
            % {"n": move.along}
        )
    if move.joins:
        said.append(_("Innlegget går ut sammen med saken."))
    if move.leaves:
        said.append(_("Innlegget får et eget tidspunkt, og følger ikke saken lenger."))
    if move.reapprove:
        said.append(_("Godkjenningen gjelder ikke så lenge. Det må godkjennes på nytt."))
    note = of_wall_time(move.to.note)
    return " ".join([*said, note]).strip()


def done(move: Move) -> str:
    """What happened."""
    first = _("«%(title)s» er flyttet til %(when)s.") % {
        "title": move.titles[0],
        "when": day_and_clock(move.to.instant),
    }
    return f"{first} {effect(move)}".strip()


def refused(error: MoveError) -> str:
    """Why nothing was moved, and what to do."""
    said = {"title": error.title, "story": day_and_clock(error.at) if error.at else ""}
    words = {
        Why.NOTHING: _("Det du ville flytte, finnes ikke lenger. Last siden på nytt."),
        Why.CHANGED: _(
            "En annen har endret «%(title)s» siden du åpnet kalenderen. Se hvordan det er nå, og flytt igjen."
        ),
        Why.UNDER_WAY: _("«%(title)s» er sendt, stoppet eller på vei ut, og kan ikke flyttes."),
        Why.IN_PAST: _("Tidspunktet er passert. Velg et som ligger fram i tid."),
        Why.BEFORE_STORY: _("Saken er ikke ute før %(story)s. Velg et tidspunkt etter det, ellers virker ikke lenken."),
        Why.LOCKED: _("Noen har låst saken «%(title)s». Den kan ikke flyttes før den er låst opp."),
        Why.NEEDS_YES: _("Godkjenningen av «%(title)s» gjelder ikke så lenge. Si ja til at det må godkjennes på nytt."),
    }
    return words[error.why] % said
