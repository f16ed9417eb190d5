"""For the page editor: where the story's posts stand, read only, and the way to them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from wagtail.admin.panels import Panel

from samspill.publishing.models import Version


class ChannelsPanel(Panel):
    """Put it in a tab of a story's ``edit_handler``: ``ObjectList([ChannelsPanel()], heading=_("Kanaler"))``."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "publishing/panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk) and bool(self.request.user.has_perm("publishing.write_version"))

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            found = Version.objects.filter(page_id=self.instance.pk, current=True)
            context["versions"] = found.select_related("channel", "delivery")
            context["address"] = reverse("publishing_compose", args=[self.instance.pk])
            return context
