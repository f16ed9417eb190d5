"""Filters of the pages for approval: people and times in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from samspill.publishing import when_words
from samspill.publishing.previews import initials as initials_of
from samspill.publishing.review import Review

register = template.Library()

SOON = timedelta(hours=4)


@register.filter
def person(user: Any) -> str:
    """A person's name; empty when the person has been deleted."""
    return (user.get_full_name() or user.get_username()) if user else ""


@register.filter
def people(users: Iterable[Any]) -> str:
    """«Marte Lien», «Marte Lien eller Jonas Berg», «Marte, Jonas eller Ali»."""
    names = [person(user) for user in users]
    if len(names) < 2:
        return "".join(names)
    return _("%(some)s eller %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}


@register.filter
def initials(name: str) -> str:
    return initials_of(name)


@register.filter
def lately(user: Any) -> str:
    """Whether a person has been here lately; the day only, no more is anybody's business."""
    if user.last_login is None:
        return _("Har ikke vært innom ennå")
    days = (timezone.localdate() - timezone.localdate(user.last_login)).days
    if days <= 0:
        return _("Innom i dag")
    return _("Innom i går") if days == 1 else _("Ikke innom de siste dagene")


@register.filter
def moment(instant: datetime | None) -> str:
    return when_words.moment(instant) if instant else ""


@register.filter
def until(instant: datetime | None) -> str:
    return when_words.until(instant) if instant else ""


@register.filter
def is_soon(instant: datetime | None) -> bool:
    return bool(instant) and instant - timezone.now() < SOON  # type: ignore[operator]


@register.filter
def bare(url: str) -> str:
    """An address without its scheme, as people say it."""
    return url.split("://", 1)[-1]


@register.filter
def first_blocked(review: Review) -> str:
    """The id of the first post with an error."""
    return next((f"post-{block.version.pk}" for block in review.blocks if block.blocked), "")


_RUN = re.compile(r'<span class="(deletion|addition)">([^<]*)</span>')


@register.filter
def compared(comparison: Any) -> SafeString:
    """Wagtail's comparison of a field, with what is gone and what is new said to a screen reader, too."""

    def said(match: re.Match[str]) -> str:
        tag, word = ("del", _("Fjernet:")) if match[1] == "deletion" else ("ins", _("Nytt:"))
        return f'<{tag}><span class="w-sr-only">{format_html("{}", word)} </span>{match[2]}</{tag}> '

    return mark_safe(_RUN.sub(said, str(comparison.htmldiff())))  # noqa: S308 - Wagtail has escaped it
