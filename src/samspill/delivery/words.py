"""What the ledger knows, in sentences: what happened, what it means for the post, what to do next.

The words for each reason stand in ``reasons.py``; here they become a whole answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from samspill.channels.contract import Action, Reason
from samspill.delivery.clock import clock, day_and_clock
from samspill.delivery.reasons import (
    CHANGE,
    CHANGE_OTHERWISE,
    LATER_STEP,
    MEND,
    NOT_FOUND,
    ON_WORD,
    WHAT,
    difference,
    fill,
    mend,
    what,
)
from samspill.delivery.states import State

# Why an answer or a change cannot go: what it belongs to is not there.
ANSWERS_NOTHING = {"target_not_out", "target_without_id", Reason.TARGET_GONE}
__all__ = ["CHANGE", "LATER_STEP", "MEND", "WHAT", "Facts", "Told", "difference", "mend", "tell", "what"]

# --- a whole answer --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What the words need to know of a delivery. Times in UTC; ``name`` is the platform's.

    ``unclear``: a step that makes the post may or may not have happened. ``channel_stops``: "stopped" (by a
    person, see hold.py), "paused", "trouble", "circuit", "held" or "": what keeps a post waiting, with
    ``stopped_until`` where it is known.
    """

    state: State
    name: str
    reason: str = ""
    review: str = ""
    action: Action = Action.PUBLISH
    unclear: bool = False
    published: bool = False
    with_story: bool = False
    after: str = ""  # "2 timer etter saken", for one that follows its story later on
    due_at: datetime | None = None
    next_try_at: datetime | None = None
    accepted_at: datetime | None = None
    differences: tuple[str, ...] = ()
    looking: bool = False  # an accepted post that is still being read back
    searched: bool = False  # looked for at least once, and not found yet
    channel_stops: str = ""
    trouble: str = ""
    stopped_until: datetime | None = None
    waits: bool = False  # for the post that it answers or changes, which is not out yet


@dataclass(frozen=True, slots=True)
class Told:
    """Three answers, each "" when there is nothing to say."""

    what: str
    means: str = ""
    todo: str = ""

    @property
    def sentence(self) -> str:
        """What happened and what it means, for a line in a list."""
        return " ".join(part for part in (self.what, self.means) if part)


def tell(facts: Facts, now: datetime | None = None) -> Told:
    """Where a delivery stands, in words."""
    if facts.action is Action.DELETE:
        return _tell_deletion(facts, now)
    if facts.action is Action.EDIT:
        return _tell_change(facts, now)
    match facts.state:
        case State.PLANNED:
            return _tell_planned(facts)
        case State.APPROVED | State.DUE if facts.channel_stops == "stopped":
            return _tell_stopped(facts, now)
        case State.APPROVED if facts.waits:
            return Told(_("Venter på innlegget det svarer på."), _("Det går ut når det innlegget er ute."))
        case State.APPROVED:
            return Told(_goes_out(facts, now))
        case State.DUE:
            return _tell_due(facts, now)
        case State.SENDING:
            return Told(_("Sendes til %(name)s nå.") % {"name": facts.name})
        case State.UNKNOWN:
            return Told(
                what(facts.reason, facts.name),
                _("Vi vet ikke om innlegget kom ut."),
                _("Vi leter etter det nå. Du trenger ikke gjøre noe."),
            )
        case State.NEEDS_PERSON:
            return _tell_person(facts)
        case State.BY_HAND:
            return _tell_by_hand(facts)
        case State.REFUSED:
            return Told(
                what(facts.reason, facts.name),
                _("Innlegget er ikke ute."),
                fill(CHANGE.get(facts.reason, CHANGE_OTHERWISE), facts.name),
            )
        case State.EXPIRED:
            return Told(
                what(facts.reason, facts.name),
                _("Innlegget er ikke sendt."),
                _("Send det til ny godkjenning, eller la det være."),
            )
        case State.CANCELLED:
            return Told(what(facts.reason, facts.name) or _("Stoppet før det gikk ut."), _("Innlegget er ikke ute."))
        case State.ACCEPTED:
            return _tell_accepted(facts)
        case State.CONFIRMED if facts.differences:
            return Told(
                " ".join(difference(code, facts.name) for code in facts.differences), _("En av dere lot det stå.")
            )
        case State.CONFIRMED:
            return Told(_("Ute. Vi har sett det på %(name)s, slik det ble sendt.") % {"name": facts.name})
        case State.WITHDRAWN:
            return Told(_("Trukket. Innlegget er slettet fra %(name)s.") % {"name": facts.name})


def _tell_by_hand(facts: Facts) -> Told:
    if facts.channel_stops == "stopped":
        return Told(
            _("Sendingen er stoppet av en av dere."),
            _("Innlegget er ikke ute."),
            _("Ikke legg det ut før dere har gått gjennom det som er stoppet."),
        )
    chosen = facts.reason == Reason.HAND_CHOSEN
    why = _("Tiden er inne.") if chosen else what(Reason.NOT_ALLOWED_BY_API, facts.name)
    ready = _("Innlegget er klart, men ikke ute.")
    return Told(why, ready, _("Legg det ut på %(name)s for hånd, og si fra her.") % {"name": facts.name})


def _tell_planned(facts: Facts) -> Told:
    if facts.review == "submitted":
        return Told(_("Venter på at en annen godkjenner."))
    return Told(_("Ikke sendt til godkjenning ennå."))


def _goes_out(facts: Facts, now: datetime | None) -> str:
    if facts.due_at:
        return _("Går ut %(when)s.") % {"when": day_and_clock(facts.due_at, now)}
    if facts.with_story and facts.after:
        return _("Går ut %(when)s.") % {"when": facts.after}
    if facts.with_story:
        return _("Går ut sammen med saken.")
    return _("Godkjent.")


def _tell_stopped(facts: Facts, now: datetime | None) -> Told:
    passed = facts.due_at is not None and facts.due_at <= (now or timezone.now())
    if passed and facts.due_at:
        means = _("Innlegget skulle gått ut %(when)s. Det venter, og ingenting er tapt.") % {
            "when": day_and_clock(facts.due_at, now)
        }
    else:
        means = _("Innlegget er planlagt som før, men går ikke ut så lenge.")
    return Told(_("Stoppet av en av dere."), means, _("Gå gjennom det som er stoppet, og velg hva som skal skje."))


def _tell_due(facts: Facts, now: datetime | None) -> Told:
    waits = _("Innlegget venter, og går ut av seg selv etterpå.")
    if facts.channel_stops == "paused":
        return Told(_("Kanalen er satt på pause."), _("Innlegget venter til noen slår kanalen på igjen."))
    if facts.channel_stops == "trouble":
        return Told(what(facts.trouble, facts.name), waits, mend(facts.trouble, facts.name))
    if facts.channel_stops and facts.stopped_until:
        why = (
            _("%(name)s svarer ikke noen akkurat nå.")
            if facts.channel_stops == "circuit"
            else _("%(name)s ber oss vente.")
        )
        return Told(
            why % {"name": facts.name},
            _("Vi prøver igjen kl. %(clock)s.") % {"clock": clock(facts.stopped_until, seconds=True)},
        )
    if facts.reason and facts.next_try_at:
        return Told(
            what(facts.reason, facts.name),
            _("Vi prøver igjen kl. %(clock)s.") % {"clock": clock(facts.next_try_at, seconds=True)},
            _("Du trenger ikke gjøre noe."),
        )
    return Told(_("Står for tur og sendes om et øyeblikk."))


def _tell_person(facts: Facts) -> Told:
    happened = what(facts.reason, facts.name)
    if facts.unclear:
        return Told(
            happened,
            _("Vi vet ikke om innlegget kom ut, og sender det ikke på nytt uten deg."),
            _("Se etter på %(name)s, og velg.") % {"name": facts.name},
        )
    if facts.reason == "story_not_out":
        return Told(
            happened, _("Innlegget er ikke sendt."), _("Få ut saken først, og send så innlegget. Eller la det være.")
        )
    if facts.reason in ANSWERS_NOTHING:
        return Told(happened, _("Innlegget er ikke sendt."), _("La det være, eller få ut det andre innlegget først."))
    return Told(happened, _("Innlegget er ikke sendt."), _("Velg om det skal sendes på nytt."))


def _tell_on_word(facts: Facts) -> Told:
    name = {"name": facts.name}
    if NOT_FOUND in facts.differences and not facts.looking:
        return Told(
            difference(NOT_FOUND, facts.name),
            _("Det kan ligge på en annen konto, eller ha fått en annen tekst eller lenke."),
            _("Se etter på %(name)s. Be oss så lete igjen, trekk innlegget eller la det stå.") % name,
        )
    said = _("En av dere sa at innlegget er ute.")
    if not facts.looking:
        return Told(said, _("Vi får ikke sett etter på %(name)s, så det står på det dere sa.") % name)
    if facts.searched:
        return Told(said, _("Vi finner det ikke ennå."), _("Vi ser etter igjen om litt. Du trenger ikke gjøre noe."))
    return Told(said, _("Vi ser etter det på %(name)s.") % name)


def _tell_accepted(facts: Facts) -> Told:
    if facts.reason == ON_WORD and (not facts.differences or NOT_FOUND in facts.differences):
        return _tell_on_word(facts)
    if facts.differences and not facts.looking:
        return Told(
            " ".join(difference(code, facts.name) for code in facts.differences),
            "" if any(code.startswith(LATER_STEP) for code in facts.differences) else _("Innlegget er ute."),
            _("Se på innlegget. Rett det på %(name)s, trekk det, eller la det stå.") % {"name": facts.name},
        )
    if not facts.looking:
        return Told(_("%(name)s tok imot innlegget.") % {"name": facts.name})
    return Told(_("%(name)s tok imot innlegget. Vi sjekker at det vises.") % {"name": facts.name})


def _tell_change(facts: Facts, now: datetime | None) -> Told:
    """A correction: the delivery changes the text of a post that is out."""
    name = {"name": facts.name}
    as_before = _("Innlegget står som før.")
    match facts.state:
        case State.PLANNED if facts.review == "submitted":
            return Told(_("Rettelsen venter på at en annen godkjenner."), as_before)
        case State.PLANNED:
            return Told(_("Rettelsen er ikke sendt til godkjenning ennå."), as_before)
        case State.APPROVED | State.DUE if facts.channel_stops == "stopped":
            return Told(
                _("Rettelsen er stoppet av en av dere."),
                as_before,
                _("Gå gjennom det som er stoppet, og velg hva som skal skje."),
            )
        case State.DUE if facts.reason or facts.channel_stops:
            waits = _tell_due(facts, now)
            return Told(waits.what, as_before, waits.todo)
        case State.APPROVED | State.DUE | State.SENDING | State.UNKNOWN:
            return Told(_("Teksten blir rettet på %(name)s.") % name, as_before)
        case State.BY_HAND:
            return Told(
                _("Teksten må rettes på %(name)s for hånd.") % name, as_before, _("Rett den der, og si fra her.")
            )
        case State.REFUSED | State.EXPIRED | State.NEEDS_PERSON:
            return Told(
                what(facts.reason, facts.name),
                as_before,
                _("Skriv rettelsen på nytt, rett teksten på %(name)s for hånd, eller trekk innlegget.") % name,
            )
        case State.CANCELLED:
            return Told(what(facts.reason, facts.name) or _("Rettelsen ble stoppet."), as_before)
        case State.ACCEPTED if facts.differences and not facts.looking:
            differs = " ".join(difference(code, facts.name) for code in facts.differences)
            return Told(differs, _("Rettelsen ble tatt imot."), _("Se etter på %(name)s.") % name)
        case State.ACCEPTED if facts.reason == ON_WORD and not facts.looking:
            return Told(_("En av dere sa at teksten er rettet på %(name)s. Vi får ikke sett etter.") % name)
        case State.ACCEPTED:
            return Told(_("%(name)s tok imot rettelsen. Vi sjekker at den vises.") % name)
        case _:
            return Told(_("Rettet. Vi har sett den nye teksten på %(name)s.") % name)


def _tell_deletion(facts: Facts, now: datetime | None) -> Told:
    """A withdrawal: the delivery deletes an earlier post."""
    name = {"name": facts.name}
    still_out = _("Innlegget er fortsatt ute.")
    match facts.state:
        case State.BY_HAND:
            return Told(
                _("Innlegget må slettes på %(name)s for hånd.") % name, still_out, _("Slett det der, og si fra her.")
            )
        case State.ACCEPTED if facts.differences and not facts.looking:
            return Told(
                _("%(name)s tok imot slettingen, men vi er ikke sikre på at innlegget er borte.") % name,
                todo=_("Se etter på %(name)s.") % name,
            )
        case State.ACCEPTED if facts.reason == ON_WORD:
            return Told(_("En av dere sa at innlegget er slettet fra %(name)s. Vi får ikke sett etter.") % name)
        case State.ACCEPTED:
            return Told(_("%(name)s tok imot slettingen. Vi sjekker at innlegget er borte.") % name)
        case State.CONFIRMED:
            return Told(_("Innlegget er borte fra %(name)s.") % name)
        case State.REFUSED | State.EXPIRED | State.NEEDS_PERSON:
            return Told(
                what(facts.reason, facts.name), still_out, _("Slett det på %(name)s for hånd, eller prøv igjen.") % name
            )
        case State.UNKNOWN:
            return Told(
                what(facts.reason, facts.name),
                _("Vi vet ikke om innlegget er borte."),
                _("Vi ser etter nå. Du trenger ikke gjøre noe."),
            )
        case State.CANCELLED:
            return Told(_("Slettingen ble stoppet."), still_out)
        case State.DUE if facts.reason or facts.channel_stops:
            return _tell_due(facts, now)
        case _:
            return Told(_("Innlegget blir slettet fra %(name)s.") % name, still_out)
