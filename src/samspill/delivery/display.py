"""The twelve words for where a post stands: the same everywhere in the desk. Pure.

A delivery has thirteen states and a version three; a person sees one of twelve words, with an icon and
a tone. Colour is never alone: the word is always in the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from samspill.delivery.states import State


class Tone(StrEnum):
    NEUTRAL = "neutral"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    CRIT = "crit"


class Word(StrEnum):
    """Keys of the twelve words."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    UNCLEAR = "unclear"
    BY_HAND = "by_hand"
    REFUSED = "refused"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Face:
    """How a word looks: ``label`` is lazy bokmål, ``icon`` a name in Wagtail's sprite."""

    label: Any
    icon: str
    tone: Tone


FACES: dict[Word, Face] = {
    Word.DRAFT: Face(_("Kladd"), "edit", Tone.NEUTRAL),
    Word.IN_REVIEW: Face(_("Til godkjenning"), "glasses", Tone.INFO),
    Word.APPROVED: Face(_("Godkjent"), "check", Tone.OK),
    Word.PLANNED: Face(_("Planlagt"), "calendar-alt", Tone.INFO),
    Word.SENDING: Face(_("Sendes"), "s-plane", Tone.INFO),
    Word.SENT: Face(_("Sendt"), "s-plane", Tone.OK),
    Word.CONFIRMED: Face(_("Bekreftet"), "circle-check", Tone.OK),
    Word.UNCLEAR: Face(_("Uavklart"), "help", Tone.WARN),
    Word.BY_HAND: Face(_("Må gjøres for hånd"), "s-hand", Tone.WARN),
    Word.REFUSED: Face(_("Avvist"), "circle-xmark", Tone.CRIT),
    Word.STOPPED: Face(_("Stoppet"), "s-pause", Tone.NEUTRAL),
    Word.WITHDRAWN: Face(_("Trukket"), "s-undo", Tone.NEUTRAL),
}

_BY_STATE: dict[State, Word] = {
    State.DUE: Word.SENDING,
    State.SENDING: Word.SENDING,
    State.ACCEPTED: Word.SENT,
    State.CONFIRMED: Word.CONFIRMED,
    State.UNKNOWN: Word.UNCLEAR,
    State.NEEDS_PERSON: Word.UNCLEAR,
    State.BY_HAND: Word.BY_HAND,
    State.REFUSED: Word.REFUSED,
    State.CANCELLED: Word.STOPPED,
    State.EXPIRED: Word.STOPPED,
    State.WITHDRAWN: Word.WITHDRAWN,
}

# Words in which something still happens by itself: a page that shows one of them keeps looking.
MOVING = frozenset({State.DUE, State.SENDING, State.UNKNOWN, State.ACCEPTED})


def word_for(state: State | str, review: str = "", *, goes_by_itself: bool = False, held: bool = False) -> Word:
    """The word for a delivery's state and its version's review (draft, submitted, approved; "" without a version).

    ``goes_by_itself``: an approved delivery has a time, or goes out with its story. ``held``: a
    person has stopped it for a while. Raises ValueError for
    a state that there is not.
    """
    state = State(state)
    if state is State.PLANNED:
        return Word.IN_REVIEW if review == "submitted" else Word.DRAFT
    if held and state in (State.APPROVED, State.DUE):
        return Word.STOPPED
    if state is State.APPROVED:
        return Word.PLANNED if goes_by_itself else Word.APPROVED
    return _BY_STATE[state]


def states_of(word: Word) -> frozenset[State]:
    """The states of a delivery that a word may stand for: for filters and counts."""
    if word in (Word.DRAFT, Word.IN_REVIEW):
        return frozenset({State.PLANNED})
    if word in (Word.APPROVED, Word.PLANNED):
        return frozenset({State.APPROVED})
    return frozenset(state for state, known in _BY_STATE.items() if known is word)
