"""``{% state x %}`` and ``{% channel x %}``: the same mark everywhere, never colour alone.

``{% state %}`` takes a Delivery, a Version, a state of either, or one of the twelve keys of ``display.Word``.
``{% channel %}`` takes a Channel or the name of a platform.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from samspill.channels import registry
from samspill.channels.models import Channel
from samspill.delivery.clock import absolute
from samspill.delivery.display import FACES, Word, word_for
from samspill.delivery.models import Delivery
from samspill.delivery.states import State

register = template.Library()

TILE_COLOUR = "#4a4a55"  # for a platform that brings no colour of its own


def svg(name: str, classname: str = "") -> SafeString:
    """An icon of the sprite, for the eye only."""
    return format_html(
        '<svg class="icon icon-{0} {1}" aria-hidden="true"><use href="#icon-{0}"></use></svg>', name, classname
    )


def word_of(value: Any) -> Word:
    """The word for a delivery, a version, a state's value or a word's key. Raises ValueError for anything else."""
    if isinstance(value, Delivery):
        held = getattr(value, "held", False)
        return word_for(value.state, _review_of(value), goes_by_itself=_goes_by_itself(value), held=held)
    delivery = getattr(value, "delivery", None)
    if isinstance(delivery, Delivery):
        return word_for(delivery.state, value.review, goes_by_itself=_goes_by_itself(delivery))
    key = str(value)
    if key in Word.__members__.values():
        return Word(key)
    return Word.IN_REVIEW if key == "submitted" else word_for(State(key))


def _goes_by_itself(delivery: Delivery) -> bool:
    return delivery.with_story or delivery.due_at is not None


def _review_of(delivery: Delivery) -> str:
    """Only a planned delivery needs its version's review: no query for all others (lists select it along)."""
    if delivery.state != State.PLANNED:
        return ""
    return getattr(getattr(delivery, "version", None), "review", "")


@register.filter
def moment(at: datetime | None) -> str:
    """An instant by Oslo's clock: 25. november kl. 14.05, with the year when it is not this one."""
    return absolute(at) if at else ""


@register.simple_tag
def state(value: Any, short: bool = False) -> SafeString:
    """Icon + word + tone. ``short``: the icon alone for the eye, the word for a screen reader."""
    face = FACES[word_of(value)]
    if short:
        return format_html(
            '<span class="s-dot s-tone-{}">{}<span class="w-sr-only">{}</span></span>',
            face.tone,
            svg(face.icon),
            face.label,
        )
    return format_html('<span class="s-state s-tone-{}">{}{}</span>', face.tone, svg(face.icon), face.label)


@register.simple_tag
def badge(text: str, tone: str = "neutral", icon: str = "") -> SafeString:
    """A mark that looks like a state but is none: a channel's health, a deadline."""
    return format_html('<span class="s-state s-tone-{}">{}{}</span>', tone, svg(icon) if icon else "", text)


@register.simple_tag
def channel(value: Any, named: bool = False, account: bool = False) -> SafeString:
    """A tile with the platform's letters; the name stands beside it, or is there for screen readers.

    ``account``: name the account too ("X: Lotteritilsynet"). A platform brings its own mark: the optional
    attributes ``mark`` (one or two letters) and ``colour`` (dark enough for white letters) of its PLATFORM.
    """
    name = value.platform if isinstance(value, Channel) else str(value)
    if name == "newsroom":
        label, letters, colour = "Nyhetsrom", "N", "#2e1f5e"
    else:
        platform = registry.platform(name)
        label = platform.capabilities().name
        letters = getattr(platform, "mark", label[:1].upper())
        colour = getattr(platform, "colour", TILE_COLOUR)
    if account and isinstance(value, Channel):
        label = f"{label}: {value.name}"
    return format_html(
        '<span class="s-ch"><svg class="s-ch__mark" viewBox="0 0 24 24" aria-hidden="true">'
        '<rect width="24" height="24" rx="5" fill="{}"></rect>'
        '<text x="12" y="16.5" text-anchor="middle" fill="#fff">{}</text></svg>'
        '<span class="{}">{}</span></span>',
        colour,
        letters,
        "s-ch__name" if named else "w-sr-only",
        label,
    )
