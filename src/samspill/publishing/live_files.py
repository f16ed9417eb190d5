"""A new file under an old name would change what is out without a second reader: refused for what live pages use."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
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


def used_by_live_page(item: Any) -> bool:
    references = ReferenceIndex.get_references_to(item).values_list("object_id", flat=True)
    pages = [int(pk) for pk in references if str(pk).isdecimal()]
    return bool(pages) and Page.objects.filter(pk__in=pages, live=True).exists()
