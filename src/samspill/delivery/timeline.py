"""What happened to a delivery, as a story in sentences, from its transitions and attempts. Pure but for the language.

"14.02.11 Sendt. X svarte ikke innen 20 sekunder. 14.02.41 Slått opp: innlegget er ute." Looks and retries that
say the same again are drawn together, so that a night of retrying is one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samspill.channels.contract import Action, Reason
from samspill.delivery.clock import clock, day_and_clock
from samspill.delivery.display import Tone
from samspill.delivery.models import Attempt, Delivery, HoldAnswer, Transition
from samspill.delivery.states import State
from samspill.delivery.words import difference, what


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, what, how it went. ``until`` and ``times`` when the same came several times in a row.

    ``important`` should stand out; ``note`` is a person's own words; ``same`` is what makes lines alike.
    """

    at: datetime
    text: str
    tone: Tone = Tone.NEUTRAL
    important: str = ""
    note: str = ""
    until: datetime | None = None
    times: int = 1
    same: str = ""

    @property
    def clock(self) -> str:
        """14.02.11, or 14.02.41-14.32.00 for several in a row."""
        start = clock(self.at, seconds=True)
        return start if self.until is None else f"{start}\u2013{clock(self.until, seconds=True)}"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the sentences need to know: the platform's name, which steps are done once only, what the act is."""

    name: str
    once: frozenset[str] = frozenset({"post"})
    action: Action = Action.PUBLISH


def story(
    transitions: Iterable[Transition],
    attempts: Iterable[Attempt],
    setting: Setting,
    answers: Iterable[HoldAnswer] = (),
) -> list[Entry]:
    """All that happened, in order. A transition that an attempt has told already is left out.

    ``answers``: what people decided about it after a stop.
    """
    lines: list[tuple[datetime, int, Entry]] = [(entry.at, 0, entry) for entry in map(_of_answer, answers)]
    for number, transition in enumerate(transitions):
        entry = _of_transition(transition, setting)
        if entry is not None:
            lines.append((entry.at, 100_000 + number, entry))
    for attempt in attempts:
        entry = _of_attempt(attempt, setting)
        lines.append((entry.at, attempt.number, entry))
    return _drawn_together([entry for _at, _order, entry in sorted(lines, key=lambda line: line[:2])])


def _drawn_together(entries: Sequence[Entry]) -> list[Entry]:
    """The first stands; those that say the same after it become one line."""
    found: list[Entry] = []
    run: list[Entry] = []

    def flush() -> None:
        if len(run) > 2:
            rest = run[1:]
            more = ngettext("Det samme %(count)d gang til.", "Det samme %(count)d ganger til.", len(rest)) % {
                "count": len(rest)
            }
            found.extend([run[0], replace(rest[0], text=more, important="", until=rest[-1].at, times=len(rest))])
        else:
            found.extend(run)
        run.clear()

    for entry in entries:
        if run and (not entry.same or entry.same != run[0].same):
            flush()
        run.append(entry)
    flush()
    return found


# --- what people and the ledger did ------------------------------------------------------


def _of_transition(transition: Transition, setting: Setting) -> Entry | None:
    actor = _name(transition.actor, transition.actor_id)
    text = _by_person(transition, actor, setting) if actor else _by_itself(transition, setting)
    if text is None:
        return None
    tone = {
        State.NEEDS_PERSON: Tone.WARN,
        State.BY_HAND: Tone.WARN,
        State.REFUSED: Tone.CRIT,
        State.EXPIRED: Tone.WARN,
        State.APPROVED: Tone.OK,
        State.ACCEPTED: Tone.OK,
    }.get(State(transition.after), Tone.NEUTRAL)
    handed_over = _("Vi ga oppgaven til dere.") if transition.after == State.NEEDS_PERSON and not actor else ""
    return Entry(transition.at, text, tone, important=handed_over, note=transition.note)


def _of_answer(answer: HoldAnswer) -> Entry:
    """The note is why it was stopped."""
    who = {"who": _name(answer.by, answer.by_id), "when": day_and_clock(answer.moved_to) if answer.moved_to else ""}
    text = {
        HoldAnswer.Kind.AS_PLANNED: _("%(who)s gikk gjennom innlegget etter stopp: Det går ut som planlagt."),
        HoldAnswer.Kind.NOW: _("%(who)s gikk gjennom innlegget etter stopp: Det går ut nå."),
        HoldAnswer.Kind.MOVE: _("%(who)s gikk gjennom innlegget etter stopp: Det går ut %(when)s."),
        HoldAnswer.Kind.CANCEL: _("%(who)s gikk gjennom innlegget etter stopp: Det går ikke ut."),
    }[HoldAnswer.Kind(answer.kind)]
    return Entry(answer.at, text % who, note=answer.hold.reason)


def _name(actor: Any, actor_id: int | None) -> str:
    if not actor_id:
        return ""
    return str(actor.get_full_name() or actor.get_username()) if actor else _("En som har sluttet")


def _by_person(transition: Transition, actor: str, setting: Setting) -> str | None:
    before, after = State(transition.before), State(transition.after)
    deletes = setting.action is Action.DELETE
    if setting.action is Action.EDIT and (told := _of_change_by_person(before, after, actor, setting)):
        return told
    who = {"who": actor, "name": setting.name}
    if after is State.APPROVED:
        if deletes:
            return _("%(who)s trakk innlegget.") % who
        if before is State.DUE:
            return _("%(who)s ga innlegget en ny tid.") % who
        if transition.reason == "alone":
            return _("%(who)s godkjente innlegget alene, uten at en annen leste det først.") % who
        return _("%(who)s godkjente innlegget, og det ble låst.") % who
    if after is State.PLANNED:
        if transition.reason == "sent_in_again":
            return _("%(who)s sendte innlegget til ny godkjenning.") % who
        return _("%(who)s endret innlegget. Det trenger en ny godkjenning.") % who
    if after is State.CANCELLED:
        return _("%(who)s stoppet utsendelsen.") % who
    if after is State.DUE and before is State.APPROVED:
        return None  # a withdrawal goes on at once; the line before has told it
    if after is State.DUE:
        return _("%(who)s ba oss sende på nytt.") % who
    if after is State.BY_HAND:
        if transition.reason == Reason.HAND_CHOSEN:
            return _("Vi gjør alt for hånd på %(name)s. Det må slettes der.") % who if deletes else None
        return _("%(name)s lar ikke systemer slette innlegget. Det må gjøres for hånd.") % who if deletes else None
    if after is State.ACCEPTED:
        if deletes:
            return _("%(who)s sa fra at innlegget er slettet.") % who
        if before is State.BY_HAND:
            return _("%(who)s la innlegget ut for hånd.") % who
        return _("%(who)s sa fra at innlegget er ute.") % who
    if after is State.CONFIRMED:
        return _("%(who)s så på innlegget og lot det stå.") % who
    if after is State.WITHDRAWN:
        return _("%(who)s sa fra at innlegget er slettet.") % who
    return None


def _of_change_by_person(before: State, after: State, actor: str, setting: Setting) -> str:
    """What differs for a correction; "" for what is told as for a post."""
    who = {"who": actor, "name": setting.name}
    if after is State.APPROVED and before is State.PLANNED:
        return _("%(who)s godkjente rettelsen, og den ble låst.") % who
    if after is State.PLANNED:
        return _("%(who)s endret rettelsen. Den trenger en ny godkjenning.") % who
    if after is State.CANCELLED:
        return _("%(who)s stoppet rettelsen. Innlegget står som før.") % who
    if after is State.ACCEPTED:
        return _("%(who)s rettet innlegget for hånd.") % who
    return ""


def corrections(changes: Iterable[Delivery], name: str) -> list[Entry]:
    """Lines in the post's own story: when it was corrected, by a change or by an answer, and by whose approval."""
    entries = []
    for change in changes:
        if change.accepted_at is None or change.action == Action.DELETE:
            continue
        if getattr(getattr(change, "version", None), "part", 0):
            entries.append(Entry(change.accepted_at, _("Neste del av tråden gikk ut."), Tone.OK))
            continue
        text = (
            _("Teksten ble rettet på %(name)s. %(who)s godkjente rettelsen.")
            if change.action == Action.EDIT
            else _("Vi svarte på innlegget på %(name)s. %(who)s godkjente svaret.")
        )
        who = _name(change.approved_by, change.approved_by_id) or _("En som har sluttet")
        entries.append(Entry(change.accepted_at, text % {"name": name, "who": who}, Tone.OK))
    return entries


def _by_itself(transition: Transition, setting: Setting) -> str | None:
    before, after, reason = State(transition.before), State(transition.after), transition.reason
    name = {"name": setting.name}
    match after:
        case State.DUE if before is State.APPROVED:
            return _("Tiden var inne.")
        case State.DUE if reason == "absent":
            return _("Innlegget kom ikke ut. Det sendes på nytt.")
        case State.DUE if reason == "held":
            return _("Sendingen ble stoppet før innlegget var laget.")
        case State.BY_HAND if reason == Reason.HAND_CHOSEN:
            return _("Tiden var inne. Vi legger ut for hånd på %(name)s.") % name
        case State.BY_HAND if before is State.APPROVED:
            return _("Tiden var inne. %(name)s lar ikke systemer legge ut dette, så det må gjøres for hånd.") % name
        case State.BY_HAND:
            return _("Det må gjøres for hånd.")
        case State.EXPIRED | State.NEEDS_PERSON:
            return what(reason, setting.name) or _("Vi fikk det ikke til.")
        case State.PLANNED:
            needs_new = _("Innlegget trenger en ny godkjenning.")
            return f"{what(reason, setting.name)} {needs_new}" if reason.startswith("story_") else needs_new
        case State.CANCELLED:
            return f"{what(reason, setting.name)} {_('Utsendelsen ble stoppet.')}".strip()
        case State.WITHDRAWN:
            return _("Innlegget ble slettet fra %(name)s.") % name
        case _:
            return None  # an attempt tells it


# --- what was tried ----------------------------------------------------------------------


def _of_attempt(attempt: Attempt, setting: Setting) -> Entry:
    tellers: dict[str, Callable[[Attempt, Setting], Entry]] = {"find": _of_find, "confirm": _of_confirmation}
    return tellers.get(attempt.kind, _of_sending)(attempt, setting)


def _of_find(attempt: Attempt, setting: Setting) -> Entry:
    name = {"name": setting.name}
    at = attempt.started_at
    if attempt.outcome == "found":
        return Entry(
            at,
            _("Slått opp: innlegget er ute.") if setting.action is Action.PUBLISH else _("Slått opp: det er gjort."),
            Tone.OK,
        )
    if attempt.outcome == "absent":
        return Entry(at, _("Vi lette etter innlegget på %(name)s. Fant det ikke.") % name, Tone.WARN, same="absent")
    return Entry(at, _("Vi prøvde å lete på %(name)s, men fikk ikke sett.") % name, Tone.WARN, same="cannot_tell")


def _of_confirmation(attempt: Attempt, setting: Setting) -> Entry:
    name = {"name": setting.name}
    at = attempt.started_at
    if setting.action is Action.DELETE:
        if attempt.followed == State.CONFIRMED:
            return Entry(at, _("Sett etter: innlegget er borte.") % name, Tone.OK)
        return Entry(at, _("Sett etter: innlegget vises fortsatt."), Tone.WARN, same="still_there")
    if attempt.outcome == "seen" and setting.action is Action.EDIT and not attempt.reason:
        return Entry(at, _("Lest tilbake: den nye teksten er ute."), Tone.OK)
    if attempt.outcome == "seen":
        codes = [code for code in attempt.reason.split(",") if code]
        if not codes:
            return Entry(at, _("Lest tilbake: innlegget er ute, slik det ble sendt."), Tone.OK)
        seen = " ".join(difference(code, setting.name) for code in codes)
        return Entry(at, _("Lest tilbake: %(seen)s") % {"seen": seen}, Tone.WARN, same=f"seen {attempt.reason}")
    if attempt.outcome == "cannot_tell":
        return Entry(at, _("Vi fikk ikke sett etter på %(name)s.") % name, same="cannot_confirm")
    return Entry(at, _("Vi så etter innlegget på %(name)s. Det vises ikke ennå.") % name, same="not_seen")


def _of_sending(attempt: Attempt, setting: Setting) -> Entry:
    at, once = attempt.started_at, attempt.step in setting.once
    happened = what(attempt.reason, setting.name, seconds=attempt.seconds)
    same = f"{attempt.step} {attempt.outcome} {attempt.reason}"
    started = _started(attempt.step, setting)
    match attempt.outcome:
        case "done":
            return Entry(at, _done(attempt.step, setting), Tone.OK)
        case "unknown" if once:
            unsure = _("Vi vet ikke om det kom ut.")
            return Entry(at, f"{started} {happened}", Tone.WARN, important=unsure, same=same)
        case "worker_lost":
            lost = what("worker_lost", setting.name)
            return Entry(
                at, f"{started} {lost}", Tone.WARN, important=_("Vi vet ikke om det kom ut.") if once else "", same=same
            )
        case "refused":
            return Entry(at, f"{started} {happened}", Tone.CRIT, same=same)
        case "redo":
            return Entry(
                at,
                _("Noe vi hadde lastet opp, var borte hos %(name)s. Vi laster det opp igjen.") % {"name": setting.name},
                same=same,
            )
        case _:
            again = ""
            if attempt.next_try_at:
                again = _("Vi prøver igjen kl. %(clock)s.") % {"clock": clock(attempt.next_try_at, seconds=True)}
            return Entry(at, " ".join(part for part in (started, happened, again) if part), Tone.WARN, same=same)


def _part(step: str) -> tuple[str, str]:
    """ "upload:2" → ("upload", "2")."""
    kind, _colon, number = step.partition(":")
    return kind, number


def _started(step: str, setting: Setting) -> str:
    if step in setting.once:
        return _("Innlegget ble sendt.")
    kind, part = _part(step)
    if kind in ("upload", "photo", "ready"):
        return _("%(part)s ble sendt.") % {"part": _named(part)}
    if kind == "delete":
        return _("Vi ba %(name)s slette innlegget.") % {"name": setting.name}
    if kind == "edit":
        return _("Vi ba %(name)s rette innlegget.") % {"name": setting.name}
    return ""


def _done(step: str, setting: Setting) -> str:
    name = {"name": setting.name}
    if step in setting.once:
        return _("Innlegget ble sendt, og %(name)s tok imot.") % name
    kind, part = _part(step)
    told = {
        "upload": _("%(part)s ble lastet opp til %(name)s."),
        "photo": _("%(part)s ble lastet opp til %(name)s."),
        "ready": _("%(part)s er klart hos %(name)s."),
        "alt": _("%(part)s fikk alternativ tekst."),
        "delete": _("%(name)s slettet innlegget."),
        "edit": _("%(name)s rettet innlegget."),
    }.get(kind, _("%(name)s tok imot «%(step)s»."))
    return told % {**name, "part": _named(part), "step": step}


def _named(part: str) -> str:
    if part == "document":
        return _("Dokumentet")
    if part == "thumbnail":
        return _("Bildet til lenken")
    return _("Bilde %(number)s") % {"number": part or "1"}


# --- for the platform's support ----------------------------------------------------------


def technical(attempts: Iterable[Attempt]) -> str:
    """One line for each attempt, in UTC, as a platform's support wants it. Details hold no secrets (the contract)."""
    lines = []
    for attempt in attempts:
        took = "?" if attempt.seconds is None else f"{attempt.seconds:.3f} s"
        parts = [
            f"#{attempt.number}",
            attempt.started_at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            f"{attempt.kind} {attempt.step}",
            took,
            attempt.outcome,
            f"HTTP {attempt.status}" if attempt.status else "",
            attempt.reason,
            f"-> {attempt.followed}" if attempt.followed else "",
        ]
        lines.append("  ".join(part for part in parts if part))
        if attempt.detail:
            lines.append("    " + attempt.detail.replace("\n", "\n    "))
    return "\n".join(lines)
