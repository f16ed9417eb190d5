"""Where this room enters Wagtail's admin: its addresses, and the ways from a story to its channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from samspill.publishing import calendar_hooks, urls  # noqa: F401 - the calendar registers itself
from samspill.publishing.models import Approval
from samspill.publishing.stories import Story


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urls.urlpatterns


@hooks.register("construct_explorer_page_queryset")
def with_what_rows_ask(parent: Page, pages: Any, request: HttpRequest) -> Any:
    """Whether a page may be deleted hangs on its posts: told for the whole list at once (see FourEyesTester)."""
    return pages.annotate(has_approved_posts=Exists(Approval.objects.filter(version__page=OuterRef("pk"))))


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
    """The next step after the text: saves the draft and goes on to the channels."""

    name = "action-channels"
    label = _("Videre til kanalene")
    icon_name = "s-cast"
    order = 15

    def is_shown(self, context: dict[str, Any]) -> bool:
        user = context["request"].user
        if context["view"] == "create":
            return bool(
                issubclass(_page_class(context["request"]), Story) and user.has_perm("publishing.write_version")
            )
        return context["view"] == "edit" and _may_compose(context.get("page"), user)

    def get_url(self, parent_context: dict[str, Any]) -> str | None:
        """A link when there is nothing to save; else None, which makes it a button of the form."""
        page = parent_context.get("page")
        if parent_context["view"] == "edit" and page is not None and parent_context.get("locked_for_user"):
            return reverse("publishing_compose", args=[page.pk])
        return None


def _page_class(request: HttpRequest) -> type[Any]:
    """The type of page that the create form is for."""
    found = request.resolver_match.kwargs if request.resolver_match else {}
    try:
        return apps.get_model(found["content_type_app_name"], found["content_type_model_name"])
    except (KeyError, LookupError):
        return Page


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def on_to_the_channels(request: HttpRequest, page: Page) -> HttpResponse | None:
    if "action-channels" in request.POST and _may_compose(page, request.user):
        return redirect("publishing_compose", page.pk)
    return None


@hooks.register("register_page_action_menu_item")
def menu_item() -> ActionMenuItem:
    return ChannelsMenuItem()
