"""The desk's menu: what an editor does, in the order of a day. Each item is shown to those who may open it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.permissions import page_permission_policy

from samspill.publishing import waiting


class DeskItem(MenuItem):
    """A menu item by the name of its address, shown to whoever ``allowed`` says, with a count per request."""

    def __init__(
        self,
        name: str,
        label: Any,
        url_name: str,
        *,
        icon_name: str,
        order: int,
        allowed: Callable[[HttpRequest], bool] = lambda request: True,
        count: Callable[[HttpRequest], int] | None = None,
    ) -> None:
        super().__init__(label, "", name=name, icon_name=icon_name, order=order)
        self.url_name, self.allowed, self.count = url_name, allowed, count

    def is_shown(self, request: HttpRequest) -> bool:
        try:
            reverse(self.url_name)
        except NoReverseMatch:
            return False
        return self.allowed(request)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        number = self.count(request) if self.count else 0
        label = f"{self.label} ({number})" if number else self.label
        return LinkMenuItem(self.name, label, reverse(self.url_name), icon_name=self.icon_name)


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _sees_stories(request: HttpRequest) -> bool:
    return page_permission_policy.explorable_root_instance(request.user) is not None


def items() -> list[DeskItem]:
    """The items that replace Wagtail's page explorer and home."""
    return [
        DeskItem("oversikt", _("Oversikt"), "wagtailadmin_home", icon_name="home", order=1),
        DeskItem("saker", _("Saker"), "wagtailadmin_explore_root", icon_name="edit", order=2, allowed=_sees_stories),
        DeskItem(
            "godkjenn",
            _("Godkjenn"),
            "desk_approvals",
            icon_name="glasses",
            order=3,
            allowed=_may("publishing.approve_version"),
            count=lambda request: waiting.count_for(request.user),
        ),
        DeskItem(
            "kalender",
            _("Kalender"),
            "desk_calendar",
            icon_name="calendar-alt",
            order=4,
            allowed=_may("delivery.view_delivery"),
        ),
        DeskItem(
            "utsendelser",
            _("Utsendelser"),
            "desk_deliveries",
            icon_name="s-plane",
            order=4,
            allowed=_may("delivery.view_delivery"),
        ),
        DeskItem(
            "kanaler", _("Kanaler"), "desk_channels", icon_name="s-cast", order=5, allowed=_may("channels.view_channel")
        ),
    ]


# Wagtail's own that the items above replace, or that lead out of the house.
HIDDEN = frozenset({"explorer"})
HIDDEN_HELP = ("whats-new-in-wagtail", "editor-guide")


def tidy(request: HttpRequest, found: list[MenuItem]) -> None:
    """Take Wagtail's explorer out of the main menu: «Saker» opens the same pages."""
    found[:] = [item for item in found if item.name not in HIDDEN]


def tidy_help(request: HttpRequest, found: list[MenuItem]) -> None:
    """Nothing in the menu leads to another host."""
    found[:] = [item for item in found if not item.name.startswith(HIDDEN_HELP)]
