"""Where approval enters Wagtail's admin: addresses, the editor's buttons, the log's words, and two more doors shut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page

from samspill.publishing import take_down
from samspill.publishing.stories import FourEyesPage


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    from samspill.publishing.views import approvals

    return [
        path("godkjenn/", approvals.approvals, name="desk_approvals"),
        path("godkjenn/<int:page_id>/", approvals.story, name="desk_approval"),
        path("godkjenn/innlegg/<int:version_id>/", approvals.post, name="desk_approval_post"),
        path("pages/<int:page_id>/ta-ned/", approvals.take_down_story, name="desk_take_down"),
    ]


# --- doors that page permissions do not reach -------------------------------------------


@hooks.register("before_bulk_action")
def no_bulk_publishing(request: HttpRequest, action: str, objects: Any, view: Any) -> None:
    if action in ("publish", "unpublish") and any(isinstance(item, Page) for item in objects):
        raise PermissionDenied


@hooks.register("before_create_page")
def no_way_round_in_the_create_form(request: HttpRequest, parent_page: Page, page_class: type) -> None:
    """Wagtail's root is no page of ours: there its own rules would let a superuser create and publish in one go.

    And the create form asks nobody's rights before it sends in.
    """
    if not issubclass(page_class, FourEyesPage):
        return
    may_send_in = request.user.has_perm("publishing.write_version")  # type: ignore[union-attr]
    if request.POST.get("action-publish") or (request.POST.get("action-submit") and not may_send_in):
        raise PermissionDenied


# --- the page editor --------------------------------------------------------------------


class ReadAndApprove(ActionMenuItem):
    """The way from the editor to the desk's page for approval; Wagtail's own "approve" shows no posts."""

    name = "action-read-and-approve"
    label = gettext_lazy("Les og godkjenn")
    icon_name = "glasses"

    def is_shown(self, context: Any) -> bool:
        page, user = context.get("page"), context["request"].user
        return bool(
            context["view"] == "edit"
            and page
            and page.workflow_in_progress
            and user.has_perm("publishing.approve_version")
        )

    def get_url(self, context: Any) -> str:
        return reverse("desk_approval", args=[context["page"].pk])


hooks.register("register_page_action_menu_item", lambda: ReadAndApprove(order=5))


@hooks.register("construct_page_action_menu")
def next_step_first(items: list[Any], request: HttpRequest, context: Any) -> None:
    """Autosave keeps the draft, so the main button is the next step, not "save". Nothing here publishes."""
    page = context.get("page") or context.get("parent_page")
    if page is not None and issubclass(page.specific_class or Page, FourEyesPage):
        items[:] = [item for item in items if item.name not in ("action-publish", "action-unpublish")]
    if not request.user.has_perm("publishing.write_version"):
        items[:] = [item for item in items if item.name not in ("action-submit", "action-restart-workflow")]
    # A story goes by its channels on its way to approval: its posts are sent in together with it.
    first = ("action-read-and-approve", "action-channels", "action-restart-workflow", "action-submit")
    items.sort(key=lambda item: first.index(item.name) if item.name in first else len(first))


@hooks.register("register_page_header_buttons")
def take_down_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if take_down.may_take_down(user, page):
        url = reverse("desk_take_down", args=[page.pk])
        yield Button(_("Ta saken ned …"), url=url, icon_name="download", priority=60)


# --- the log ----------------------------------------------------------------------------


@hooks.register("register_log_actions")
def words_for_the_log(actions: LogActionRegistry) -> None:
    def register(name: str, label: Any, message: Any, in_channel: Any) -> None:
        formatter = type(
            "Formatter",
            (LogFormatter,),
            {
                "label": label,
                "format_message": lambda self, entry: (
                    in_channel % {"channel": entry.data["channel"]} if entry.data.get("channel") else message
                ),
                "format_comment": lambda self, entry: entry.data.get("comment", ""),
            },
        )
        actions.register_action(name)(formatter)

    for word, label, message, in_channel in _WORDS:
        register(f"samspill.version.{word}", label, message, in_channel)
    for name, label, message in _STORY_WORDS:
        register(name, label, message, message)
    register(
        "samspill.story.take_down",
        gettext_lazy("Ta ned"),
        gettext_lazy("Saken ble tatt ned"),
        gettext_lazy("Saken ble tatt ned"),
    )


_WORDS: tuple[tuple[str, Any, Any, Any], ...] = (
    (
        "add",
        gettext_lazy("Lag innlegg"),
        gettext_lazy("Innlegget ble laget"),
        gettext_lazy("Innlegg laget for %(channel)s"),
    ),
    (
        "correct",
        gettext_lazy("Rett innlegg"),
        gettext_lazy("En rettelse ble begynt"),
        gettext_lazy("Rettelse begynt: %(channel)s"),
    ),
    (
        "remove",
        gettext_lazy("Ta ut innlegg"),
        gettext_lazy("Innlegget ble tatt ut"),
        gettext_lazy("Innlegg tatt ut: %(channel)s"),
    ),
    (
        "submit",
        gettext_lazy("Send innlegg til godkjenning"),
        gettext_lazy("Innlegget ble sendt til godkjenning"),
        gettext_lazy("Innlegg sendt til godkjenning: %(channel)s"),
    ),
    (
        "take_back",
        gettext_lazy("Ta innlegg tilbake"),
        gettext_lazy("Innlegget ble tatt tilbake til kladd"),
        gettext_lazy("Innlegg tatt tilbake til kladd: %(channel)s"),
    ),
    (
        "approve",
        gettext_lazy("Godkjenn innlegg"),
        gettext_lazy("Innlegget ble godkjent"),
        gettext_lazy("Innlegg godkjent: %(channel)s"),
    ),
    (
        "send_back",
        gettext_lazy("Send innlegg tilbake"),
        gettext_lazy("Innlegget ble sendt tilbake"),
        gettext_lazy("Innlegg sendt tilbake: %(channel)s"),
    ),
    (
        "approval_withdrawn",
        gettext_lazy("Trekk godkjenning"),
        gettext_lazy("Godkjenningen gjelder ikke lenger"),
        gettext_lazy("Godkjenningen gjelder ikke lenger: %(channel)s"),
    ),
    (
        "lapsed",
        gettext_lazy("Godkjenning gikk ut"),
        gettext_lazy("Godkjenningen gikk ut på tid"),
        gettext_lazy("Godkjenningen gikk ut på tid: %(channel)s"),
    ),
)
_STORY_WORDS: tuple[tuple[str, Any, Any], ...] = (
    (
        "samspill.story.alone",
        gettext_lazy("Publiser alene"),
        gettext_lazy("Saken ble godkjent av én person alene (beredskap)"),
    ),
    (
        "samspill.version.alone",
        gettext_lazy("Publiser innlegg alene"),
        gettext_lazy("Innlegget ble godkjent av én person alene (beredskap)"),
    ),
    (
        "samspill.story.alone_read",
        gettext_lazy("Les etterpå"),
        gettext_lazy("Lest etterpå av en annen enn den som publiserte alene"),
    ),
    (
        "samspill.version.alone_read",
        gettext_lazy("Les innlegg etterpå"),
        gettext_lazy("Lest etterpå av en annen enn den som publiserte alene"),
    ),
    (
        "samspill.hold.as_planned",
        gettext_lazy("Gå gjennom etter stopp: som planlagt"),
        gettext_lazy("Gått gjennom etter stopp: går ut som planlagt"),
    ),
    (
        "samspill.hold.now",
        gettext_lazy("Gå gjennom etter stopp: send nå"),
        gettext_lazy("Gått gjennom etter stopp: går ut nå"),
    ),
    (
        "samspill.hold.move",
        gettext_lazy("Gå gjennom etter stopp: ny tid"),
        gettext_lazy("Gått gjennom etter stopp: fikk ny tid"),
    ),
    (
        "samspill.hold.cancel",
        gettext_lazy("Gå gjennom etter stopp: ikke send"),
        gettext_lazy("Gått gjennom etter stopp: går ikke ut"),
    ),
)
