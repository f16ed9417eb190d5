"""What follows in the newsroom when a story comes out."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Now
from django.dispatch import receiver
from wagtail.signals import page_published

from samspill.newsroom.models import ImportedStory, NewsroomStory


@receiver(page_published)
def imported_story_keeps_its_date(sender: type, instance: Any, **kwargs: Any) -> None:
    """Out here for the first time, but long out elsewhere: it is not shown as updated today."""
    if not isinstance(instance, NewsroomStory) or not instance.live:
        return
    row = ImportedStory.objects.filter(page=instance.pk, out_at=None).first()
    if row is None:
        return
    ImportedStory.objects.filter(pk=row.pk).update(out_at=Now())
    if row.published_at is not None:
        NewsroomStory.objects.filter(pk=instance.pk).update(last_published_at=row.published_at)
