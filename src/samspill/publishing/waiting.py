"""What waits for approval, for a person's list. The number of queries does not grow with what waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.db.models.fields.json import KeyTextTransform
from django.utils.dateparse import parse_datetime
from wagtail.models import Page, TaskState

from samspill.publishing import four_eyes, walltime
from samspill.publishing.models import Approval, EditorialApproval, Version


@dataclass
class Item:
    """A story with its posts, or a post without a story. Times in UTC. ``wrote``: ids of the writers."""

    title: str
    page: Page | None = None
    with_story: bool = False
    versions: list[Version] = field(default_factory=list)
    asked_by: Any = None
    asked_at: datetime | None = None
    goes_live_at: datetime | None = None
    wrote: set[int] = field(default_factory=set)
    seen_before: bool = False
    people: list[Any] = field(default_factory=list)

    @property
    def due_at(self) -> datetime | None:
        """The first set time; None: as soon as it is approved."""
        times = [self.goes_live_at] if self.with_story and self.goes_live_at else []
        for version in self.versions:
            if version.timing == Version.Timing.AT and version.planned_date and version.planned_time:
                times.append(walltime.resolve(version.planned_date, version.planned_time).instant)
        return min(times) if times else None

    @property
    def corrects(self) -> bool:
        """A correction of a post that is out: readers see the mistake until it is approved."""
        return any(version.corrects_id for version in self.versions)

    @property
    def is_change(self) -> bool:
        return bool(self.with_story and self.page and self.page.live)


@dataclass
class Lists:
    """``mine``: I can approve. ``others``: I cannot, somebody else must. ``sent``: I sent them in."""

    mine: list[Item]
    others: list[Item]
    sent: list[Item]

    def __len__(self) -> int:
        return len(self.mine) + len(self.others) + len(self.sent)


def for_user(user: Any) -> Lists:
    """All that waits, most urgent first in each list."""
    items = everything()
    people = list(four_eyes.approvers())
    lists = Lists([], [], [])
    may = user.has_perm("publishing.approve_version")
    for item in items:
        item.people = [person for person in people if person.pk not in item.wrote]
        if may and user.pk not in item.wrote:
            lists.mine.append(item)
        elif item.asked_by is not None and item.asked_by.pk == user.pk:
            lists.sent.append(item)
        else:
            lists.others.append(item)
    return lists


def count_for(user: Any) -> int:
    """How many a person can approve now."""
    if not user.has_perm("publishing.approve_version"):
        return 0
    return sum(user.pk not in item.wrote for item in everything())


def everything() -> list[Item]:
    """Stories in the workflow and posts that were sent in, with who wrote; what has a time first, by time."""
    found: dict[object, Item] = {}
    pages = _pages_in_review(found)
    waiting = Version.objects.filter(current=True, review=Version.Review.SUBMITTED).select_related(
        "channel", "channel__brand", "delivery", "page", "submitted_by"
    )
    waiting = waiting.prefetch_related(Prefetch("approvals", Approval.objects.only("id", "version_id")))
    wrote = four_eyes.version_writers_of(waiting)
    for version in waiting:
        key = version.page_id or ("post", version.pk)
        item = found.get(key)
        if item is None:
            item = found[key] = Item(
                version.delivery.title, version.page, False, [], version.submitted_by, version.submitted_at
            )
        item.versions.append(version)
        item.wrote |= wrote[version.pk]
        item.seen_before = item.seen_before or bool(version.approvals.all())
    for pk, authors in four_eyes.writers_of(pages).items():
        found[pk].wrote |= authors
    return sorted(found.values(), key=lambda item: (item.due_at is None, item.due_at or item.asked_at, item.title))


def _pages_in_review(found: dict[object, Item]) -> list[Page]:
    states = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS, task__in=EditorialApproval.objects.values("pk")
    )
    states = states.select_related("workflow_state__requested_by").defer("comment")
    by_page = {int(state.workflow_state.object_id): state for state in states}
    pages = list(
        Page.objects.filter(pk__in=by_page).annotate(
            new_title=KeyTextTransform("title", "latest_revision__content"),
            new_go_live_at=KeyTextTransform("go_live_at", "latest_revision__content"),
        )
    )
    for page in pages:
        state = by_page[page.pk]
        at = parse_datetime(page.new_go_live_at) if page.new_go_live_at else None
        found[page.pk] = Item(
            page.new_title or page.title, page, True, [], state.workflow_state.requested_by, state.started_at, at
        )
    return pages
