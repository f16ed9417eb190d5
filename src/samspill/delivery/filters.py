"""How the list of deliveries is narrowed down: by what stands behind a word, channel, sender and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from samspill.brands.models import Brand
from samspill.channels.models import Channel
from samspill.delivery.models import Delivery
from samspill.delivery.states import State

S = State


@dataclass(frozen=True, slots=True)
class Group:
    """States that a person looks for together. ``key`` stands in addresses, so it never changes."""

    key: str
    label: Any
    icon: str
    tone: str
    states: frozenset[State]


GROUPS: tuple[Group, ...] = (
    Group("uavklart", _("Uavklart"), "help", "warn", frozenset({S.UNKNOWN, S.NEEDS_PERSON})),
    Group("for-hand", _("For hånd"), "s-hand", "warn", frozenset({S.BY_HAND})),
    Group("avvist", _("Avvist"), "circle-xmark", "crit", frozenset({S.REFUSED})),
    Group("planlagt", _("Planlagt"), "calendar-alt", "", frozenset({S.APPROVED})),
    Group("sendes", _("Sendes"), "s-plane", "", frozenset({S.DUE, S.SENDING})),
    Group("ute", _("Ute"), "circle-check", "", frozenset({S.ACCEPTED, S.CONFIRMED})),
    Group("stoppet", _("Stoppet"), "s-pause", "", frozenset({S.CANCELLED, S.EXPIRED})),
    Group("trukket", _("Trukket"), "s-undo", "", frozenset({S.WITHDRAWN})),
    Group("kladd", _("Kladd og til godkjenning"), "edit", "", frozenset({S.PLANNED})),
)
BY_KEY: Mapping[str, Group] = {group.key: group for group in GROUPS}


def approved_once(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """What has been on its way out: drafts belong to their story, and are listed only when asked for."""
    return deliveries.filter(approved_at__isnull=False)


def narrow_to_group(deliveries: QuerySet[Delivery], name: str, key: str) -> QuerySet[Delivery]:
    return deliveries.filter(state__in=BY_KEY[key].states)


class DeliveryFilters(WagtailFilterSet):
    gruppe = django_filters.ChoiceFilter(
        label=_("Tilstand"), choices=[(group.key, group.label) for group in GROUPS], method=narrow_to_group
    )
    kanal = django_filters.ModelChoiceFilter(
        label=_("Kanal"), field_name="channel", queryset=Channel.objects.select_related("brand")
    )
    avsender = django_filters.ModelChoiceFilter(label=_("Avsender"), method="of_brand", queryset=Brand.objects.all())
    periode = django_filters.DateFromToRangeFilter(label=_("Tid"), field_name="due_at", widget=DateRangePickerWidget)

    class Meta:
        model = Delivery
        fields: list[str] = []

    def of_brand(self, deliveries: QuerySet[Delivery], name: str, brand: Brand) -> QuerySet[Delivery]:
        """An account without a sender of its own speaks for all."""
        return deliveries.filter(Q(channel__brand=brand) | Q(channel__brand=None))
