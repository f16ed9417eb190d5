"""A new file under an old name would change what is out without a second reader: refused for what live pages use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.documents import get_document_model
from wagtail.documents.views import documents
from wagtail.images import get_image_model
from wagtail.images.views import images
from wagtail.models import Page, ReferenceIndex


@receiver(pre_save, sender=get_image_model())
@receiver(pre_save, sender=get_document_model())
def keep_file_of_what_is_out(sender: Any, instance: Any, **kwargs: Any) -> None:
    if instance.pk is None or kwargs.get("raw"):
        return
    before = sender.objects.filter(pk=instance.pk).values_list("file", flat=True).first()
    unchanged = before is None or (before == instance.file.name and instance.file._committed)
    if not unchanged and used_by_live_page(instance):
        raise PermissionDenied(
            _(
                "Filen er ikke byttet: den står i en sak som er ute. Last opp det nye som en egen fil, "
                "bytt den i saken, og send saken til godkjenning."
            )
        )


@receiver(pre_delete, sender=get_image_model())
@receiver(pre_delete, sender=get_document_model())
def keep_what_is_out(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A picture in the text of a page protects nothing by itself: deleted, it would be gone from what is out."""
    if used_by_live_page(instance):
        raise PermissionDenied(_("Filen er ikke slettet: den står i en sak som er ute."))


@hooks.register("before_bulk_action")
def keep_what_is_used(request: HttpRequest, action: str, objects: Iterable[Any], view: Any) -> HttpResponse | None:
    """Wagtail asks one by one whether a file is in use, but not when several are deleted together."""
    files = (get_image_model(), get_document_model())
    used = [str(item) for item in objects if isinstance(item, files) and in_use(item)] if action == "delete" else []
    if not used:
        return None
    messages.error(
        request,
        _("Ingenting er slettet. Dette er i bruk i en sak eller et innlegg: %(names)s. Ta det ut der først.")
        % {"names": ", ".join(used)},
    )
    return redirect(view.next_url)


def in_use(item: Any) -> bool:
    """In a post, in a page that is out, or protected by whatever else points to it."""
    try:
        Collector(DEFAULT_DB_ALIAS).collect([item])
    except ProtectedError:
        return True
    return used_by_live_page(item)


class Keeping:
    """Deletes nothing that is in use, and says why; Wagtail's own view knows of pages only, and fails."""

    request: HttpRequest
    object: Any

    def form_valid(self, form: Any) -> HttpResponse:
        if not in_use(self.object):
            return super().form_valid(form)  # type: ignore[misc]
        messages.error(
            self.request,
            _("«%(name)s» er i bruk i en sak eller et innlegg, og er ikke slettet. Ta det ut der først.")
            % {"name": self.object},
        )
        return redirect(self.object.usage_url)


class PhotoDelete(Keeping, images.DeleteView):
    pass


class DocumentDelete(Keeping, documents.DeleteView):
    pass


@hooks.register("register_admin_urls", order=-1)  # before Wagtail's own, at the same addresses
def addresses() -> list[URLPattern]:
    return [
        path("images/<int:image_id>/delete/", PhotoDelete.as_view()),
        path("documents/delete/<int:document_id>/", DocumentDelete.as_view()),
    ]


def used_by_live_page(item: Any) -> bool:
    references = ReferenceIndex.get_references_to(item).values_list("object_id", flat=True)
    pages = [int(pk) for pk in references if str(pk).isdecimal()]
    return bool(pages) and Page.objects.filter(pk__in=pages, live=True).exists()
