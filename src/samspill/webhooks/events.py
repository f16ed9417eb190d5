"""What is told of, and how little of it: ids, titles that are public, states, public addresses; no people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from samspill.channels.models import Channel
from samspill.delivery.models import Delivery, Transition
from samspill.delivery.states import FOR_A_PERSON, State
from samspill.publishing.stories import Story
from samspill.webhooks import outbox
from samspill.webhooks.models import Kind

JUST_NOW = timedelta(minutes=1)  # a later save of a story that is out is no publishing


@receiver(post_save)
def story_is_out(sender: type, instance: Any, **kwargs: Any) -> None:
    """In the transaction that makes the story public: Wagtail's own signal comes after it, and may never come.

    Once for each text that goes out. Old stories that are taken in from elsewhere are no news.
    """
    if not isinstance(instance, Story) or not instance.live or instance.live_revision_id is None:
        return
    out_at = instance.last_published_at
    if out_at is None or timezone.now() - out_at > JUST_NOW or not instance.goes_to_channels():
        return
    once = f"story {instance.pk} {instance.live_revision_id}"
    outbox.tell(Kind.STORY_PUBLISHED, lambda: story_data(instance), once=once)


@receiver(post_save, sender=Transition)
def delivery_has_moved(sender: type, instance: Transition, created: bool, **kwargs: Any) -> None:
    """In the transaction of the move itself."""
    if not created:
        return
    if instance.after == State.CONFIRMED:
        outbox.tell(Kind.DELIVERY_CONFIRMED, lambda: delivery_data(instance.delivery))
    elif instance.after in FOR_A_PERSON and instance.before not in FOR_A_PERSON:
        outbox.tell(Kind.DELIVERY_NEEDS_PERSON, lambda: delivery_data(instance.delivery))


def story_data(story: Story) -> dict[str, Any]:
    """``changed``: it was out before, and this is a newer text."""
    first, last = story.first_published_at, story.last_published_at
    return {
        "id": story.pk,
        "kind": story.kind,
        "title": story.title,
        "language": story.language,
        "brand": story.brand.key if story.brand else None,
        "address": story.full_url or None,
        "published_at": first.isoformat() if first else None,
        "changed": bool(first and last and last > first),
    }


def delivery_data(delivery: Delivery) -> dict[str, Any]:
    """The title only once it is public: what waits may be under embargo."""
    page = delivery.page
    public = delivery.is_out or bool(page is not None and page.live)
    return {
        "id": delivery.code,
        "action": delivery.action,
        "state": str(delivery.state),
        "reason": str(delivery.reason) or None,
        "title": delivery.title if public else None,
        "platform": delivery.channel.platform,
        "channel": delivery.channel_id,
        "training": delivery.channel.mode == Channel.Mode.SANDBOX,
        "address": delivery.external_url or None,
        "story": {"id": page.pk, "address": page.full_url if page.live else None} if page is not None else None,
    }
