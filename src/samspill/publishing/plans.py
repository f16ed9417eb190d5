"""What time does to approvals: planned stories go out, old approvals lapse. Run each minute (``tasks.py``)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from samspill.delivery import hold, ledger
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.publishing import approve, offsets
from samspill.publishing.models import PublishingSettings, Version

PUNCTUAL = timedelta(minutes=10)  # a story comes out by a round of once a minute


def run(now: datetime | None = None) -> None:
    """All of it, in the order that lets nothing too old out. Each part may fail and be done at the next turn."""
    now = now or timezone.now()
    call_off_lapsed_plans(now)
    call_command("publish_scheduled", verbosity=0)
    release_left_behind()
    drafts_again()


def call_off_lapsed_plans(now: datetime) -> int:
    """A planned story that could not go out for longer than an approval holds needs a new one. Returns how many."""
    oldest = now - timedelta(hours=PublishingSettings.load().approval_hours)
    late = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), approved_go_live_at__lt=oldest
    )
    count = 0
    for revision in late:
        if hold.story_is_held(revision.content.get("brand"), revision.pk):
            continue  # its time stands still until a person has gone through it
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])  # logged by Wagtail; signals.py stops the posts
        count += 1
    return count


def release_left_behind() -> int:
    """Posts that wait for a story which is out already: the process ended between the two. Returns how many."""
    planned = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), approved_go_live_at__isnull=False
    )
    pages = (
        Delivery.objects.filter(state=State.APPROVED, with_story=True, due_at=None, page__live=True)
        .exclude(page__in=[int(pk) for pk in planned.values_list("object_id", flat=True)])
        .order_by("page_id")
        .values_list("page_id", flat=True)
        .distinct()
    )
    return sum(release_with_story(page) for page in Page.objects.filter(pk__in=list(pages)).order_by("pk"))


def release_with_story(page: Page) -> int:
    """The story is out: what waits for it goes, or gets its time when it is to follow later on. Returns how many."""
    following = Version.objects.filter(
        page=page, current=True, timing=Version.Timing.WITH_STORY, after_amount__gt=0, delivery__state=State.APPROVED
    )
    out_at = came_out(page)
    return ledger.release_with_story(
        page.pk, {version.delivery_id: offsets.after_story(version, out_at) for version in following}
    )


def came_out(page: Page) -> datetime:
    """From when "after the story" counts: the time it was planned for, unless it came out much later than that."""
    at: datetime = page.last_published_at or timezone.now()
    planned: datetime | None = page.go_live_at
    return planned if planned is not None and timedelta(0) <= at - planned < PUNCTUAL else at


def drafts_again() -> int:
    """Posts whose approval has lapsed in the ledger are drafts again, so that they can be sent in. Returns how many."""
    lapsed = Version.objects.filter(review=Version.Review.APPROVED, delivery__state=State.EXPIRED)
    count = 0
    for pk in list(lapsed.filter(delivery__reason="approval_lapsed").values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            version = Version.objects.select_for_update(of=("self",)).select_related("channel", "page").get(pk=pk)
            if version.review == Version.Review.APPROVED:
                approve.to_draft(version, None, "", word="lapsed")
                count += 1
    return count
