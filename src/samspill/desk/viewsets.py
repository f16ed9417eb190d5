"""Senders and rules, edited with Wagtail's own lists and forms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.admin.viewsets.model import ModelViewSet

from samspill.brands.models import Brand
from samspill.publishing.models import Rule


class RuleViewSet(ModelViewSet):
    """Which kind of story, of which sender, goes to which channel."""

    model = Rule
    name = "rules"
    url_prefix = "regler"
    icon = "tasks"
    menu_label = _("Regler")
    menu_name = "regler"
    menu_order = 20
    add_to_settings_menu = True
    list_display = ["kind", "brand", "channel", "automatic"]
    list_per_page = 50
    inspect_view_enabled = False
    copy_view_enabled = False
    panels = [
        HelpPanel(
            content=_(
                "En regel sier hvor en slags sak går. Redaktøren kan alltid legge til og ta bort kanaler i saken."
            )
        ),
        FieldPanel("kind"),
        FieldPanel("brand"),
        FieldPanel("channel"),
        FieldPanel("automatic"),
    ]


class BrandViewSet(ModelViewSet):
    """The names under which the authority speaks."""

    model = Brand
    name = "brands"
    url_prefix = "avsendere"
    icon = "group"
    menu_label = _("Avsendere")
    menu_name = "avsendere"
    menu_order = 30
    add_to_settings_menu = True
    list_display = ["name", "key", "color", "position"]
    copy_view_enabled = False
    form_fields = ["name", "key", "color", "position"]


VIEWSETS = [RuleViewSet(), BrandViewSet()]
