"""When stories come out: planned, meant by their draft, or out already. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.dateparse import parse_datetime
from wagtail.models import Page, Revision, WorkflowState, get_page_models

from samspill.delivery.display import Word
from samspill.publishing.stories import Story


@dataclass(slots=True)
class StoryPlan:
    """A story's own time (UTC; None: none is set). ``scheduled``: approved for that time. ``out``: it is out then.

    ``revision``: id of the text that the time belongs to.
    """

    page_id: int
    title: str
    at: datetime | None
    live: bool
    scheduled: bool = False
    out: bool = False
    in_review: bool = False
    revision: int | None = None

    @property
    def word(self) -> Word:
        if self.out:
            return Word.CONFIRMED
        if self.scheduled:
            return Word.PLANNED
        return Word.IN_REVIEW if self.in_review else Word.DRAFT

    @property
    def token(self) -> str:
        """By what a move knows that nothing has changed since: the text and its time."""
        return f"{self.revision}-{int(self.at.timestamp()) if self.at else 0}"


def story_types() -> list[type[Page]]:
    return [model for model in get_page_models() if issubclass(model, Story)]


def _stories() -> QuerySet[Page]:
    return Page.objects.type(*story_types())


def coming(start: datetime, end: datetime) -> dict[int, StoryPlan]:
    """Stories that are to come out from ``start`` to before ``end``, by page id."""
    scheduled = Revision.objects.filter(approved_go_live_at__gte=start, approved_go_live_at__lt=end)
    meant = Revision.objects.annotate(meant=KeyTextTransform("go_live_at", "content")).filter(
        meant__gte=_text(start), meant__lt=_text(end)
    )
    newest = Page.objects.filter(latest_revision__in=meant).filter(Q(live=False) | Q(has_unpublished_changes=True))
    return _plans(_scheduled(scheduled), newest)


def plans_for(page_ids: Iterable[int]) -> dict[int, StoryPlan]:
    """The same for these stories, whenever they come; those that are live with nothing planned are left out."""
    ids = list(page_ids)
    scheduled = Revision.objects.filter(object_id__in=[str(pk) for pk in ids], approved_go_live_at__isnull=False)
    newest = Page.objects.filter(pk__in=ids).filter(Q(live=False) | Q(has_unpublished_changes=True))
    return _plans(_scheduled(scheduled), newest)


def _scheduled(revisions: QuerySet[Revision]) -> dict[int, tuple[datetime, int]]:
    rows = revisions.filter(base_content_type=ContentType.objects.get_for_model(Page))
    return {int(key): (at, pk) for key, at, pk in rows.values_list("object_id", "approved_go_live_at", "pk")}


def _plans(scheduled: dict[int, tuple[datetime, int]], newest: QuerySet[Page]) -> dict[int, StoryPlan]:
    wanted = Q(pk__in=newest) | Q(pk__in=scheduled) if scheduled else Q(pk__in=newest)
    pages = (
        _stories()
        .filter(wanted)
        .annotate(
            new_title=KeyTextTransform("title", "latest_revision__content"),
            new_go_live_at=KeyTextTransform("go_live_at", "latest_revision__content"),
        )
        .only("id", "title", "live", "latest_revision")
    )
    found = {}
    for page in pages:
        at, revision = scheduled.get(page.pk, (None, None))
        if at is None:
            at, revision = parse_datetime(page.new_go_live_at or ""), page.latest_revision_id
        found[page.pk] = StoryPlan(
            page.pk, page.new_title or page.title, at, page.live, page.pk in scheduled, revision=revision
        )
    for pk in _in_review(found):
        found[pk].in_review = True
    return found


def _in_review(found: Iterable[int]) -> Iterator[int]:
    waiting = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(pk) for pk in found],
        status=WorkflowState.STATUS_IN_PROGRESS,
    )
    return (int(key) for key in waiting.values_list("object_id", flat=True))


def came(start: datetime, end: datetime) -> Iterator[StoryPlan]:
    """Stories that came out from ``start`` to before ``end``, for the first time."""
    out = _stories().filter(live=True, first_published_at__gte=start, first_published_at__lt=end)
    for page in out.only("id", "title", "live", "first_published_at"):
        yield StoryPlan(page.pk, page.title, page.first_published_at, True, out=True)


def brands_of(page_ids: Iterable[int]) -> dict[int, int | None]:
    """Page id → its story's brand (None: all brands); one query for each type of story."""
    ids = list(page_ids)
    found: dict[int, int | None] = {}
    for model in story_types():
        found.update(model._default_manager.filter(pk__in=ids).values_list("pk", "brand_id"))
    return found


def _text(at: datetime) -> str:
    """As revisions hold it: text, so that it compares by sign."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
