"""Where this room enters Wagtail's admin: its addresses, and the ways from a story to its channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from samspill.publishing import urls
from samspill.publishing.stories import Story


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urls.urlpatterns


def _may_compose(page: Any, user: Any) -> bool:
    return bool(
        page
        and page.pk
        and issubclass(page.specific_class or Page, Story)
        and user.has_perm("publishing.write_version")
    )


@hooks.register("register_page_header_buttons")
def header_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if _may_compose(page, user):
        yield Button(_("Kanaler"), reverse("publishing_compose", args=[page.pk]), icon_name="s-cast", priority=5)


class ChannelsMenuItem(ActionMenuItem):
    """In the page editor's menu: on to the channels."""

    name = "action-channels"
    label = _("Tilpass for kanaler")
    icon_name = "s-cast"
    order = 15

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and _may_compose(context.get("page"), context["request"].user)

    def get_url(self, parent_context: dict[str, Any]) -> str | None:
        return reverse("publishing_compose", args=[parent_context["page"].pk])


@hooks.register("register_page_action_menu_item")
def menu_item() -> ActionMenuItem:
    return ChannelsMenuItem()
