"""What a hold keeps back and a person must go through: posts, and stories with the posts that go along with them.

In the list stands what should have gone out already, and what is planned for the coming days. The number of queries
does not grow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q
from django.utils import timezone
from wagtail.models import Page, Revision

from samspill.channels.models import Channel
from samspill.delivery import hold as holds
from samspill.delivery.models import Delivery, Hold, HoldAnswer
from samspill.delivery.payload import fingerprint
from samspill.delivery.states import State

COMING = timedelta(days=3)  # planned later than this goes as planned: there is time to look at it in the ordinary way
Kind = HoldAnswer.Kind


@dataclass
class Item:
    """One row of the review. Times in UTC; ``at`` is None when it has none.

    ``revision``: a story's, that is for the newsroom. ``deliveries``: the post itself, or all that go along with the
    story. A post whose story is not out (``story_out``) goes with it or after it (``story_at``).
    """

    key: str
    title: str
    at: datetime | None
    now: datetime
    page: Page | None = None
    revision: Revision | None = None
    deliveries: list[Delivery] = field(default_factory=list)
    story_out: bool = True
    story_at: datetime | None = None

    @property
    def channels(self) -> list[Channel]:
        return [delivery.channel for delivery in self.deliveries]

    @property
    def past(self) -> bool:
        """Its time is over, or it had none and should have gone at once: it cannot go "as planned"."""
        return self.at is None or self.at <= self.now

    @property
    def choices(self) -> list[Kind]:
        """What may be answered. A post does not go before its story."""
        found = [] if self.past else [Kind.AS_PLANNED]
        return [*found, *([Kind.NOW] if self.revision or self.story_out else []), Kind.MOVE, Kind.CANCEL]

    @property
    def token(self) -> str:
        """By what an answer knows that the item is still the one that was shown."""
        parts = [[one.pk, one.payload_hash, str(one.approved_at)] for one in self.deliveries]
        about = [self.revision.pk, str(self.revision.approved_go_live_at)] if self.revision else []
        return fingerprint({"posts": parts, "story": about, "at": str(self.at)})[:16]


def items(hold: Hold, now: datetime | None = None) -> list[Item]:
    """What nobody has gone through yet in this hold, by time; what has none first."""
    now = now or timezone.now()
    posts, stories = _posts(hold, now), _stories(hold, now)
    found = {page_id: _of_story(revision, now) for page_id, revision in stories.items() if _is_in(hold, revision, now)}
    rows = []
    for delivery in posts:
        story = found.get(delivery.page_id or 0)
        goes_with = delivery.with_story and delivery.due_at is None
        if story is not None and goes_with:
            story.deliveries.append(delivery)
            continue
        revision = stories.get(delivery.page_id or 0) if goes_with else None
        at = revision.approved_go_live_at if revision else delivery.due_at
        waits = goes_with and revision is None and not (delivery.page and delivery.page.live)
        if waits or (at is not None and at > now + COMING):
            continue  # its story has no time yet, or a late one
        planned = stories.get(delivery.page_id or 0)
        story_at = planned.approved_go_live_at if planned else None
        out = delivery.page is None or delivery.page.live
        rows.append(Item(f"p{delivery.pk}", delivery.title, at, now, delivery.page, None, [delivery], out, story_at))
    return sorted(
        [*found.values(), *rows], key=lambda item: (item.at is not None, item.at or now, item.title, item.key)
    )


def _posts(hold: Hold, now: datetime) -> list[Delivery]:
    soon = Q(due_at__lte=now + COMING) | Q(due_at=None, with_story=True)
    rows = Delivery.objects.filter(
        holds.in_scope(hold) & ~Q(holds.answered(hold)) & holds.stoppable(),
        Q(state=State.DUE) | Q(state=State.APPROVED) & soon,
    )
    return list(rows.select_related("channel", "channel__brand", "page").defer("payload", "detail").order_by("pk"))


def _stories(hold: Hold, now: datetime) -> dict[int, Revision]:
    """Planned stories of the coming days, by page, with ``gone_through`` (in this hold)."""
    through = holds.story_answered(hold, OuterRef("pk"))
    rows = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), approved_go_live_at__lte=now + COMING
    )
    return {int(one.object_id): one for one in rows.annotate(gone_through=through).order_by("approved_go_live_at")}


def _is_in(hold: Hold, revision: Revision, now: datetime) -> bool:
    return holds.covers_story(hold, revision.content.get("brand")) and not revision.gone_through


def _of_story(revision: Revision, now: datetime) -> Item:
    title = revision.content.get("title") or revision.object_str
    page = Page(pk=int(revision.object_id), title=title)
    return Item(f"s{revision.pk}", title, revision.approved_go_live_at, now, page, revision)


def count(found: Iterable[Item]) -> tuple[int, int]:
    """(stories, posts) among the items."""
    rows = list(found)
    return sum(item.revision is not None for item in rows), sum(len(item.deliveries) for item in rows)
