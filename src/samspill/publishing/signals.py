"""What follows when Wagtail sends in or publishes a story: its versions go along, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published, workflow_submitted

from samspill.delivery import ledger
from samspill.publishing import approve
from samspill.publishing.stories import Story


@receiver(page_published)
def story_is_out(sender: type, instance: Any, **kwargs: Any) -> None:
    ledger.release_with_story(instance.pk)


@receiver(workflow_submitted)
def story_is_sent_in(sender: type, instance: Any, user: Any, **kwargs: Any) -> None:
    """However it was sent in, the versions go along."""
    page = instance.content_object
    if isinstance(page, Story) and user is not None:
        approve.submit_with_story(page, user)
