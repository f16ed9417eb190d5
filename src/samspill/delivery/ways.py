"""How each thing is done in a channel, in words: by itself, by hand or not at all, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from samspill.channels.contract import Action, ActionWay, Capabilities, Way
from samspill.delivery.reasons import what


@dataclass(frozen=True, slots=True)
class WayTold:
    """``action`` and ``how`` as a pair ("Rette", "for hånd"); ``why`` is a sentence, or "" when there is none."""

    action: str
    how: str
    why: str
    way: Way

    @property
    def by_itself(self) -> bool:
        return self.way is Way.API


def told(capabilities: Capabilities) -> list[WayTold]:
    """Publishing, answering our own post, changing and taking back, in that order."""
    ways: list[tuple[str, ActionWay]] = [
        (_("Legge ut"), capabilities.way(Action.PUBLISH)),
        (_("Svare på eget innlegg"), capabilities.reply),
        (_("Rette"), capabilities.way(Action.EDIT)),
        (_("Trekke"), capabilities.way(Action.DELETE)),
    ]
    how = {Way.API: _("av seg selv"), Way.BY_HAND: _("for hånd"), Way.NOT_AT_ALL: _("går ikke")}
    return [WayTold(action, how[way.way], what(way.reason, capabilities.name), way.way) for action, way in ways]


def by_hand(capabilities: Capabilities) -> list[WayTold]:
    """What a person must do, and so had better know before a word is written."""
    return [one for one in told(capabilities) if one.way is Way.BY_HAND]


def whole(capabilities: Capabilities) -> bool:
    """Whether posts are put out by hand here: then the rest says nothing more."""
    return capabilities.way(Action.PUBLISH).way is Way.BY_HAND
