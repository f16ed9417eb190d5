"""Today's plan as a time line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, get_page_models

from samspill.channels.contract import Action
from samspill.channels.models import Channel
from samspill.delivery import facts
from samspill.delivery.display import Word
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.delivery.templatetags.ledger_tags import word_of
from samspill.publishing import walltime
from samspill.publishing.models import Version
from samspill.publishing.stories import Story

MOST = 60  # rows of a day: more is read in the list
# From least to most finished: several posts on one row show the least.
ORDER = (
    Word.DRAFT, Word.IN_REVIEW, Word.APPROVED, Word.PLANNED, Word.SENDING, Word.SENT, Word.CONFIRMED,
    Word.UNCLEAR, Word.BY_HAND, Word.REFUSED, Word.STOPPED, Word.WITHDRAWN,
)  # fmt: skip


@dataclass(slots=True)
class Line:
    """One story at one minute, with its tiles. ``newsroom``: the story itself goes out then."""

    at: datetime
    title: str
    url: str
    word: Word
    channels: list[Channel] = field(default_factory=list)
    newsroom: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    past: list[Line]
    future: list[Line]
    unapproved: list[str]
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.past or self.future)


def span(day: int = 0, now: datetime | None = None) -> tuple[datetime, datetime]:
    """The Oslo day ``day`` days from today, as two instants; 23 or 25 hours long when the clocks change."""
    midnight = timezone.localtime(now or timezone.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    start = (midnight.replace(tzinfo=None) + timedelta(days=day)).replace(tzinfo=walltime.OSLO)
    end = (midnight.replace(tzinfo=None) + timedelta(days=day + 1)).replace(tzinfo=walltime.OSLO)
    return start, end


def plan(now: datetime | None = None) -> Day:
    """What has gone and will go today. Unapproved posts with a time today are in it, and named."""
    now = now or timezone.now()
    start, end = span(now=now)
    lines = sorted(
        [*_deliveries(start, end), *_unapproved(start, end), *_stories(start, end)], key=lambda line: line.at
    )
    lines = _together(lines)
    waiting = sorted({line.title for line in lines if line.word in (Word.DRAFT, Word.IN_REVIEW)})
    more = max(0, len(lines) - MOST)
    lines = lines[:MOST]
    return Day([line for line in lines if line.at <= now], [line for line in lines if line.at > now], waiting, more)


def _deliveries(start: datetime, end: datetime) -> Iterable[Line]:
    found = Delivery.objects.filter(due_at__gte=start, due_at__lt=end, action=Action.PUBLISH)
    found = found.exclude(version__part__gt=0)  # a thread is one line
    found = (
        facts.with_all_that_words_need(found)
        .defer("payload", "detail", "version__text")
        .order_by("due_at", "channel__position")
    )
    for delivery in found[: MOST * 4]:
        url = reverse("desk_delivery", args=[delivery.pk])
        yield Line(delivery.due_at or start, delivery.title, url, word_of(delivery), [delivery.channel])


def _unapproved(start: datetime, end: datetime) -> Iterable[Line]:
    """Posts with a time of their own today that nobody has approved yet."""
    today = timezone.localtime(start).date()
    found = Version.objects.filter(
        current=True, timing=Version.Timing.AT, planned_date=today, delivery__state=State.PLANNED
    ).select_related("channel", "delivery")
    for version in found.defer("text")[: MOST * 4]:
        if version.planned_date and version.planned_time:
            at = walltime.resolve(version.planned_date, version.planned_time).instant
            yield Line(at, version.delivery.title, _compose_url(version), word_of(version), [version.channel])


def _compose_url(version: Version) -> str:
    if version.page_id:
        return f"{reverse('publishing_compose', args=[version.page_id])}?kanal={version.pk}"
    return reverse("publishing_compose_post", args=[version.pk])


def story_types() -> list[type[Page]]:
    return [model for model in get_page_models() if issubclass(model, Story)]


def _stories(start: datetime, end: datetime) -> Iterable[Line]:
    """The newsroom's own: what came out today, and what is approved to come out."""
    types = story_types()
    if not types:
        return
    stories = Page.objects.type(*types)
    out = stories.filter(live=True, first_published_at__gte=start, first_published_at__lt=end)
    for page in out[:MOST]:
        yield Line(page.first_published_at or start, page.title, _page_url(page), Word.CONFIRMED, newsroom=True)
    scheduled = stories.filter(_revisions__approved_go_live_at__gte=start, _revisions__approved_go_live_at__lt=end)
    for page in scheduled.annotate_approved_schedule().distinct()[:MOST]:
        revision = page.scheduled_revision
        if revision is not None:
            yield Line(revision.approved_go_live_at, page.title, _page_url(page), Word.PLANNED, newsroom=True)


def _page_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _together(lines: Iterable[Line]) -> list[Line]:
    """One story at one minute is one row; what a person must act on stands alone."""
    alone = {Word.UNCLEAR, Word.BY_HAND, Word.REFUSED, Word.STOPPED, Word.WITHDRAWN}
    rows: dict[tuple[Any, ...], Line] = {}
    for number, line in enumerate(lines):
        minute = line.at.replace(second=0, microsecond=0)
        key = (minute, line.title, number if line.word in alone else None)
        row = rows.get(key)
        if row is None:
            rows[key] = line
            continue
        row.channels += line.channels
        row.newsroom = row.newsroom or line.newsroom
        if ORDER.index(line.word) < ORDER.index(row.word):
            row.word, row.url = line.word, line.url
    return list(rows.values())
