"""How each thing is done in a channel, in words: by itself, by hand or not at all, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from samspill.channels.contract import Action, ActionWay, Capabilities, Way
from samspill.delivery.reasons import what


@dataclass(frozen=True, slots=True)
class WayTold:
    """``action`` and ``how`` as a pair ("Rette", "for hånd"); ``why`` is a sentence, or "" when there is none.

    ``later``: that a person must do it, as a sentence.
    """

    action: str
    how: str
    why: str
    way: Way
    later: str


def told(capabilities: Capabilities) -> list[WayTold]:
    """Publishing, answering our own post, changing and taking back, in that order."""
    name = {"name": capabilities.name}
    ways: list[tuple[str, ActionWay, str]] = [
        (_("Legge ut"), capabilities.way(Action.PUBLISH), _("Innlegg på %(name)s legges ut for hånd.") % name),
        (
            _("Svare på eget innlegg"),
            capabilities.reply,
            _("Svar på egne innlegg legges ut på %(name)s for hånd.") % name,
        ),
        (_("Rette"), capabilities.way(Action.EDIT), _("Rettelser på %(name)s må gjøres for hånd.") % name),
        (_("Trekke"), capabilities.way(Action.DELETE), _("Innlegg på %(name)s må slettes for hånd.") % name),
    ]
    how = {Way.API: _("av seg selv"), Way.BY_HAND: _("for hånd"), Way.NOT_AT_ALL: _("går ikke")}
    return [
        WayTold(action, how[way.way], what(way.reason, capabilities.name), way.way, later)
        for action, way, later in ways
    ]


def by_hand(capabilities: Capabilities) -> list[WayTold]:
    """What a person must do, and so had better know before a word is written."""
    return [one for one in told(capabilities) if one.way is Way.BY_HAND]


def whole(capabilities: Capabilities) -> bool:
    """Whether posts are put out by hand here: then the rest says nothing more."""
    return capabilities.way(Action.PUBLISH).way is Way.BY_HAND
