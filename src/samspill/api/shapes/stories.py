"""Stories as the API shows and takes them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from pydantic import Field
from wagtail.models import Page, Revision

from samspill.api import access, paging, story_body
from samspill.api.fields import Digest, In, Instant, Moment, Number, Out, Short, Text, Title
from samspill.newsroom.models import NewsroomStory
from samspill.publishing.seen import story_hash


class Kind(StrEnum):
    PRESS_RELEASE = "press_release"
    BLOG_POST = "blog_post"


class Language(StrEnum):
    NB = "nb"
    NN = "nn"
    EN = "en"


class StoryState(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"
    PLANNED = "planned"
    LIVE = "live"
    CHANGED = "changed"


class StoryIn(In):
    """A new story. It is a draft until another person has approved it."""

    kind: Kind = Kind.PRESS_RELEASE
    title: Title
    lead: Text = ""
    language: Language = Language.NB
    brand: str | None = Field(None, max_length=50, pattern=r"^[-a-zA-Z0-9_]+$", description="Avsenderens kortnavn.")
    main_picture_id: Number | None = None
    body: story_body.Body = []
    publish_at: Moment | None = Field(None, description="Når saken skal ut. null: med en gang den er godkjent.")


class StoryChange(In):
    """Only the fields that are to change."""

    title: Title = ""
    lead: Text = ""
    language: Language = Language.NB
    brand: str | None = Field(None, max_length=50, pattern=r"^[-a-zA-Z0-9_]+$", description="Avsenderens kortnavn.")
    main_picture_id: Number | None = None
    body: story_body.Body = []
    publish_at: Moment | None = None


class StorySummary(Out):
    id: int
    kind: Kind
    title: str
    language: Language
    brand: str | None
    state: StoryState
    url: str | None = Field(description="Adressen for publikum, når saken er ute.")
    desk_url: str
    changed_at: Instant | None
    first_published_at: Instant | None


class Story(StorySummary):
    lead: str
    main_picture_id: int | None
    body: list[story_body.OutBlock]
    publish_at: Instant | None
    last_published_at: Instant | None
    revision: str = Field(description="Det samme som ETag. Send det i If-Match når du endrer.")


class StoryPage(paging.Page):
    items: list[StorySummary]


class SeenVersion(In):
    id: Number
    hash: Digest


class ApprovalIn(In):
    """What the approver has read: the hashes from the review."""

    story: Digest | None = Field(None, description="Hash for saken, når saken selv venter på godkjenning.")
    versions: list[SeenVersion] = Field([], max_length=100)


class SendBackIn(In):
    note: Short = Field(min_length=1, description="Hva som må endres, til den som skriver.")


class SubmitIn(In):
    """Nothing needs to be said."""


def states(pages: Sequence[Any]) -> dict[int, StoryState]:
    """Where stories stand, in two queries for however many."""
    keys = [str(page.pk) for page in pages]
    kind = ContentType.objects.get_for_model(Page)
    waiting = set(access.waiting_pages().filter(object_id__in=keys).values_list("object_id", flat=True))
    planned = set(
        Revision.objects.filter(
            base_content_type=kind, object_id__in=keys, approved_go_live_at__isnull=False
        ).values_list("object_id", flat=True)
    )
    return {page.pk: _state(page, str(page.pk) in waiting, str(page.pk) in planned) for page in pages}


def _state(page: Any, waiting: bool, planned: bool) -> StoryState:
    if waiting:
        return StoryState.WAITING
    if planned:
        return StoryState.PLANNED
    if page.live:
        return StoryState.CHANGED if page.has_unpublished_changes else StoryState.LIVE
    return StoryState.DRAFT


def summaries(pages: Sequence[NewsroomStory], own: set[int]) -> list[StorySummary]:
    """Rows of a list. ``own``: ids of stories whose newest title this person may see."""
    where = states(pages)
    return [StorySummary(**_common(page, where[page.pk], page.pk in own)) for page in pages]


def _common(page: Any, state: StoryState, draft: bool) -> dict[str, Any]:
    return {
        "id": page.pk,
        "kind": Kind(page.kind_name),
        "title": (page.draft_title or page.title) if draft or state is StoryState.WAITING else page.title,
        "language": Language(page.language),
        "brand": page.brand.key if page.brand else None,
        "state": state,
        "url": page.full_url if page.live else None,
        "desk_url": absolute(reverse("wagtailadmin_pages:edit", args=[page.pk])),
        "changed_at": page.latest_revision_created_at,
        "first_published_at": page.first_published_at,
    }


def revision_of(page: Any) -> str:
    """The revision of the newest draft, as a client names it."""
    return story_hash(page.get_latest_revision())


def whole(page: Any, user: Any) -> Story:
    """One story: the newest draft for who may see it, else what the public reads."""
    draft = access.sees_draft(user, page)
    shown = page.get_latest_revision_as_object() if draft else page
    common = _common(page, states([page])[page.pk], draft)
    return Story(
        **{
            **common,
            "title": shown.title,
            "language": Language(shown.language),
            "brand": shown.brand.key if shown.brand else None,
        },
        lead=shown.lead,
        main_picture_id=shown.main_image_id,
        body=story_body.from_stream(shown.body),
        publish_at=shown.go_live_at,
        last_published_at=page.last_published_at,
        revision=revision_of(page) if draft else "",
    )


def absolute(path: str) -> str:
    return settings.SAMSPILL_BASE_URL.rstrip("/") + path
