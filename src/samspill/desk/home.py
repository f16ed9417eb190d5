"""Oversikt: the desk's front page, in place of Wagtail's panels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from samspill.delivery.display import Word
from samspill.delivery.filters import GROUPS
from samspill.delivery.queries import count_by_state
from samspill.desk import needs, today, yesterday

SMALL = (
    gettext_noop("null"),
    gettext_noop("én"),
    gettext_noop("to"),
    gettext_noop("tre"),
    gettext_noop("fire"),
    gettext_noop("fem"),
    gettext_noop("seks"),
    gettext_noop("sju"),
    gettext_noop("åtte"),
    gettext_noop("ni"),
    gettext_noop("ti"),
    gettext_noop("elleve"),
    gettext_noop("tolv"),
)
NUMBERS = ("planlagt", "sendes", "uavklart", "for-hand")


class Overview(Component):
    """Everything on the page, by what the person may see."""

    name = "samspill_overview"
    order = 1
    template_name = "desk/overview.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        request = (parent_context or {})["request"]
        user = request.user
        sees = user.has_perm("delivery.view_delivery")
        found = needs.for_user(user)
        plan = today.plan() if sees else None
        return {
            "now": timezone.now(),
            "sees": sees,
            "needs": found,
            "plan": plan,
            "summary": summary(found.total, _later(plan) if plan else 0),
            "numbers": _numbers() if sees else [],
            "yesterday": yesterday.yesterday() if sees else None,
            "write": ways_to_write(user),
            "request": request,
            "perms": (parent_context or {}).get("perms"),
        }


def _later(plan: today.Day) -> int:
    """How many go out later today: what a person has stopped does not."""
    return sum(max(1, len(line.channels)) for line in plan.future if line.word is not Word.STOPPED)


def summary(waiting: int, later: int) -> str:
    """«Fire ting trenger deg. Fire innlegg går ut senere i dag.»"""
    if waiting:
        first = ngettext("%(count)s ting trenger deg.", "%(count)s ting trenger deg.", waiting) % {
            "count": in_words(waiting)
        }
    else:
        first = _("Ingenting trenger deg nå.")
    if not later:
        return capfirst(first)
    second = ngettext("%(count)s innlegg går ut senere i dag.", "%(count)s innlegg går ut senere i dag.", later) % {
        "count": in_words(later, neuter=True)
    }
    return f"{capfirst(first)} {capfirst(second)}"


def in_words(number: int, *, neuter: bool = False) -> str:
    """A number as bokmål writes it in a sentence: words to twelve."""
    if number == 1:
        return _("ett") if neuter else _("én")
    return _(SMALL[number]) if number < len(SMALL) else str(number)


def _numbers() -> list[dict[str, Any]]:
    """Numbers that are links."""
    counts = count_by_state()
    return [
        {
            "group": group,
            "count": sum(counts.get(state, 0) for state in group.states),
            "url": f"{reverse('desk_deliveries')}?gruppe={group.key}",
        }
        for group in GROUPS
        if group.key in NUMBERS
    ]


def ways_to_write(user: Any) -> list[tuple[str, str]]:
    """(name, address) for each kind of story that this person may begin, in the first place that takes it."""
    ways = []
    for model in today.story_types():
        # A page that has been taken down is a worse home than one that is out.
        allowed = [parent for parent in model.allowed_parent_page_models() if parent is not Page]
        types = Q()
        for parent in allowed:
            types |= Q(content_type__app_label=parent._meta.app_label, content_type__model=parent._meta.model_name)
        places = Page.objects.filter(types).order_by("-live", "path") if allowed else Page.objects.none()
        for place in places[:5]:
            if place.specific.permissions_for_user(user).can_add_subpage() and model.can_create_at(place.specific):
                address = reverse(
                    "wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, place.pk]
                )
                ways.append((capfirst(str(model.get_verbose_name())), address))
                break
    return ways


def replace_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Our page instead of Wagtail's; those who see no deliveries keep the list of what they last worked on."""
    recent = [panel for panel in panels if panel.name in ("recent_edits", "locked_pages")]
    panels[:] = [Overview()]
    if not request.user.has_perm("delivery.view_delivery"):
        panels += recent
