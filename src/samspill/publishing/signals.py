"""What follows in the ledger when Wagtail sends in, publishes, calls off or deletes a story.

Wagtail's views have no transaction around them: what is called here brings its own.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, Revision, TaskState
from wagtail.signals import page_published, task_submitted, workflow_cancelled

from samspill.publishing import approval_hooks, approve, live_files, plans, take_down  # noqa: F401 - two register themselves
from samspill.publishing.stories import Story


@receiver(page_published)
def story_is_out(sender: type, instance: Any, **kwargs: Any) -> None:
    """Wagtail says "published" of a story that is only planned, too: then nothing is out yet."""
    if instance.live:
        plans.release_with_story(instance)


@receiver(task_submitted)
def story_is_sent_in(sender: type, instance: TaskState, user: Any, **kwargs: Any) -> None:
    """However it was sent in, for the first time or again, the versions go along."""
    page = instance.workflow_state.content_object
    page = page.specific if isinstance(page, Page) else None
    if isinstance(page, Story) and user is not None:
        approve.submit_with_story(page, user)


@receiver(workflow_cancelled)
def story_is_called_back(sender: type, instance: Any, user: Any, **kwargs: Any) -> None:
    """The writer took it back: nothing of it waits any more."""
    if isinstance(instance.content_object, Page):
        approve.take_back(instance.content_object, user)


@receiver(post_save, sender=Revision)
def plan_is_called_off(sender: type, instance: Revision, update_fields: Any = None, **kwargs: Any) -> None:
    """A planned story was called off: what was to go with it, or after it, needs a new approval."""
    if update_fields and set(update_fields) == {"approved_go_live_at"} and instance.approved_go_live_at is None:
        page = instance.content_object
        if isinstance(page, Story) and not page.live:
            take_down.stop_what_waits(page, None, reason="story_called_off")


@receiver(pre_delete, sender=Page)
def story_is_deleted(sender: type, instance: Page, **kwargs: Any) -> None:
    """A draft goes: its planned posts are cancelled (a story with approved posts cannot be deleted, see stories.py)."""
    take_down.cancel_planned(instance)
