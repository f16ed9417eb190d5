"""Utsendelser: everything that is on its way out, or has been."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy

from samspill.delivery import facts
from samspill.delivery.filters import BY_KEY, GROUPS, DeliveryFilters, approved_once
from samspill.delivery.models import Delivery
from samspill.delivery.queries import count_by_state


class ChannelColumn(Column):
    cell_template_name = "delivery/cells/channel.html"


class StateColumn(Column):
    cell_template_name = "delivery/cells/state.html"


class TimeColumn(Column):
    cell_template_name = "delivery/cells/time.html"


class DeliveryList(generic.IndexView):
    """The list; ``?sak=<page id>`` keeps to one story. Drafts show only when they are asked for (``?gruppe=kladd``)."""

    model = Delivery
    permission_policy = ModelPermissionPolicy(Delivery)
    any_permission_required = ["view"]
    page_title = gettext_lazy("Utsendelser")
    header_icon = "s-plane"
    index_url_name = "desk_deliveries"
    index_results_url_name = "desk_deliveries_results"
    template_name = "delivery/list.html"
    results_template_name = "delivery/list_results.html"
    filterset_class = DeliveryFilters
    search_fields = ["title", "code", "external_url"]
    search_backend_name = None
    paginate_by = 20
    header_buttons: list[Any] = []  # nothing is added by hand: deliveries come from approvals
    default_ordering = ("-due_at", "-id")
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.get_page_title()}]

    @cached_property
    def story(self) -> Page | None:
        number = self.request.GET.get("sak", "")
        return Page.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None

    def get_base_queryset(self) -> QuerySet[Delivery]:
        found = super().get_base_queryset().filter(channel__isnull=False)
        if self.story is not None:
            return found.filter(page=self.story)
        return found if self.request.GET.get("gruppe") == "kladd" else approved_once(found)

    def get_queryset(self) -> QuerySet[Delivery]:
        found = facts.with_all_that_words_need(super().get_queryset())
        # Frozen texts are long and not shown here.
        return found.defer("payload", "detail", "version__text", "version__based_on")

    def get_valid_orderings(self) -> list[str]:
        return [*super().get_valid_orderings(), "due_at", "-due_at"]

    @cached_property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("title", label=_("Sak"), get_url=lambda delivery: reverse("desk_delivery", args=[delivery.pk])),
            ChannelColumn("channel", label=_("Kanal")),
            StateColumn("state", label=_("Tilstand"), accessor=lambda delivery: delivery),
            Column(
                "told", label=_("Hva skjedde"), accessor=lambda delivery: facts.told(delivery, self.circuits).sentence
            ),
            TimeColumn("due_at", label=_("Tid"), sort_key="due_at", accessor=lambda delivery: delivery),
        ]

    @cached_property
    def circuits(self) -> facts.Circuits:
        return facts.open_circuits()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        numbers = count_by_state()
        chosen = self.request.GET.get("gruppe", "")
        context["groups"] = [
            {
                "group": group,
                "count": sum(numbers.get(state, 0) for state in group.states),
                "chosen": group.key == chosen,
            }
            for group in GROUPS
            if group.key != "kladd"
        ]
        context["chosen_group"] = BY_KEY.get(chosen)
        context["story"] = self.story
        return context
