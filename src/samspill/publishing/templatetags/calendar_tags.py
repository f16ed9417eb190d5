"""What the calendar's templates say of a block."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode

from samspill.publishing import calendar_words
from samspill.publishing.calendar_grid import Day
from samspill.publishing.calendar_items import Block

register = template.Library()


@register.filter
def move_address(block: Block) -> str:
    """Where a block, or a part of it, is moved by date and time."""
    names = [("hva", item.what) for item in block.items if item.movable]
    return f"{reverse('desk_calendar_move')}?{urlencode(names)}"


@register.filter
def whats(block: Block) -> str:
    """What a move of the block names, for the script."""
    return " ".join(item.what for item in block.movers)


@register.filter
def trouble_short(block: Block) -> str:
    """The worst that is wrong, in a few words."""
    for item in block.items:
        if item.worst is not None and item.worst == block.worst:
            return calendar_words.short(item.worst, item)
    return ""


@register.filter
def trouble_long(block: Block) -> str:
    """The same, whole, for whoever has it read out."""
    for item in block.items:
        if item.worst is not None and item.worst == block.worst:
            return " ".join(calendar_words.sentence(item.worst, item))
    return ""


@register.filter
def whole_day(day: Day) -> str:
    """«torsdag 26. november»."""
    return calendar_words.day(day.date)


@register.filter
def short_day(day: Day) -> str:
    """«tor. 26.»."""
    return f"{date_format(day.date, 'D')[:3].lower()}. {day.date.day}."


@register.filter
def hour(value: int) -> str:
    return f"{value:02}"


@register.simple_tag
def now_line(day: Day, blocks: list[Block], shown_hour: int, now: Any) -> int:
    """Before which block of an hour the line of now stands (0 first); -1: in another hour or day."""
    if not day.today or now.hour != shown_hour:
        return -1
    return sum(block.minute <= now for block in blocks)


@register.filter
def iso_day(value: date) -> str:
    return value.isoformat()
