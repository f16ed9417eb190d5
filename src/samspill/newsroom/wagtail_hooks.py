"""The newsroom in the desk: lists that an administrator keeps, and a word about unseen signs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from samspill.newsroom.choosers import ChooserViewSet
from samspill.newsroom.models import Audience, Contact, Subject


class SubjectViewSet(SnippetViewSet):
    model = Subject
    chooser_viewset_class = ChooserViewSet
    icon = "tag"
    list_display = ["name_nb", "name_nn", "name_en"]
    search_fields = ["name_nb", "name_nn", "name_en"]
    ordering = ["sort_key"]


class AudienceViewSet(SnippetViewSet):
    model = Audience
    chooser_viewset_class = ChooserViewSet
    icon = "group"
    list_display = ["name_nb", "name_nn", "name_en"]
    ordering = ["sort_key"]


class ContactViewSet(SnippetViewSet):
    model = Contact
    chooser_viewset_class = ChooserViewSet
    icon = "user"
    list_display = ["name", "title_nb", "phone", "email"]
    ordering = ["sort_key"]


for viewset in (SubjectViewSet, AudienceViewSet, ContactViewSet):
    register_snippet(viewset)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_what_was_done_to_it(request: HttpRequest, page: Any) -> None:
    """What was taken out, and what a time means, is told; but not at each autosave."""
    if request.headers.get("X-Requested-With") or "application/json" in request.headers.get("Accept", ""):
        return
    removed = getattr(page, "unseen_signs_removed", 0)
    if removed:
        text = ngettext(
            "Vi tok bort ett usynlig tegn fra teksten.", "Vi tok bort %(count)d usynlige tegn fra teksten.", removed
        )
        messages.info(request, text % {"count": removed})
    for note in getattr(page, "time_notes", []):
        messages.info(request, note)


@hooks.register("register_log_actions")
def words_of_imports(actions: LogActionRegistry) -> None:
    actions.register_action("samspill.import.made", _("Hent inn sak"), _("Saken ble hentet inn fra et annet sted"))
    actions.register_action("samspill.import.changed", _("Hent inn endring"), _("En endring ble hentet inn"))
    actions.register_action(
        "samspill.import.live",
        _("Legg ut innhentet sak"),
        _("Saken ble lagt ut fra kommandolinjen, uten at en annen har godkjent den"),
    )
