"""What the public pages ask the database. Every list costs the same number of queries, however long it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Max, Q, QuerySet
from wagtail.models import Page

from samspill.brands.models import Brand
from samspill.channels.models import Channel
from samspill.delivery import queries as ledger
from samspill.delivery.models import Delivery
from samspill.newsroom.models.named import Subject

if TYPE_CHECKING:
    from samspill.newsroom.models import FrontPage, NewsroomStory

RELATED = 3


def public_stories() -> QuerySet[NewsroomStory]:
    """All that anybody may read, newest first."""
    from samspill.newsroom.models import NewsroomStory

    return NewsroomStory.objects.live().public().order_by("-first_published_at", "-pk")


def for_teasers(stories: QuerySet[NewsroomStory]) -> list[NewsroomStory]:
    """The rows with all that a teaser shows: two queries, whatever their number."""
    rows = stories.select_related("brand", "main_image", "content_type").prefetch_related("main_image__renditions")
    return list(rows.defer("body"))


def in_order(keys: list[int]) -> list[NewsroomStory]:
    """Stories as teasers need them, in the given order."""
    rows = {story.pk: story for story in for_teasers(public_stories().filter(pk__in=keys))}
    return [rows[key] for key in keys if key in rows]


def narrowed(
    stories: QuerySet[NewsroomStory], *, kind: str = "", brand: str = "", subject: str = "", language: str = ""
) -> QuerySet[NewsroomStory]:
    """By kind (press_release, blog_post), brand's key, subject's slug and language; a story for all brands has none."""
    from samspill.newsroom.models import BlogPost, PressRelease

    types = {PressRelease.kind: PressRelease, BlogPost.kind: BlogPost}
    if kind in types:
        stories = stories.filter(content_type=ContentType.objects.get_for_model(types[kind]))
    if brand:
        stories = stories.filter(Q(brand__key=brand) | Q(brand=None))
    if subject:
        stories = stories.filter(subjects__slug=subject)
    if language:
        stories = stories.filter(language=language)
    return stories


def found(words: str) -> Any:
    """Stories that hold all the words, in any inflection that PostgreSQL's Norwegian knows; best first."""
    from samspill.newsroom.models import NewsroomStory

    return NewsroomStory.objects.live().public().search(words, operator="and")


def related_to(story: NewsroomStory) -> list[Page]:
    """What the editor chose, as far as it is public; with no choice, the newest on the same subjects."""
    chosen = [row.target_id for row in story.related_pages.all()]
    if chosen:
        public = {page.pk: page for page in Page.objects.live().public().filter(pk__in=chosen)}
        stories = {page.pk: page for page in for_teasers(public_stories().filter(pk__in=public))}
        return [stories.get(pk) or public[pk].specific for pk in chosen if pk in public]
    subjects = [subject.pk for subject in story.subjects.all()]
    same = public_stories().exclude(pk=story.pk).filter(subjects__in=subjects).distinct()
    return list(for_teasers(same[:RELATED]))


def subjects_of(stories: list[NewsroomStory]) -> dict[int, list[Subject]]:
    """Story's key → its subjects, in one query."""
    found: dict[int, list[Subject]] = {}
    for subject in Subject.objects.filter(stories__in=stories).annotate(story_id=F("stories")).order_by("sort_key"):
        found.setdefault(subject.story_id, []).append(subject)
    return found


def newest_change(stories: QuerySet[NewsroomStory]) -> Any:
    return stories.order_by().aggregate(newest=Max("last_published_at"))["newest"]


def brands() -> list[Brand]:
    return list(Brand.objects.all())


def used_subjects() -> list[Subject]:
    """Subjects that a public story has, in Norwegian order."""
    return list(Subject.objects.filter(pk__in=public_stories().order_by().values("subjects")))


# --- elsewhere -------------------------------------------------------------------------


@dataclass
class Elsewhere:
    """A platform: what we use it for, our accounts there, and what we wait with."""

    name: str
    text: str = ""
    links: list[Any] = field(default_factory=list)
    accounts: list[Channel] = field(default_factory=list)
    waiting: list[Channel] = field(default_factory=list)


def channels(front: FrontPage) -> list[Elsewhere]:
    """What the front page says of each channel, with the accounts that the channel register holds."""
    rows = {block.value["name"].casefold(): _row(block.value) for block in front.elsewhere}
    for channel in Channel.objects.select_related("brand"):
        if not (shown(channel) or channel.mode == Channel.Mode.WAITING):
            continue
        name = channel.platform_name
        row = rows.setdefault(name.casefold(), Elsewhere(name))
        (row.waiting if channel.mode == Channel.Mode.WAITING else row.accounts).append(channel)
    return list(rows.values())


def _row(value: Any) -> Elsewhere:
    return Elsewhere(value["name"], value["text"], list(value["links"]))


def shown(channel: Channel) -> bool:
    """Whether the public may be sent there: a pretend platform only where everything is pretence."""
    pretence = settings.SAMSPILL_MODE != "production"
    return channel.speaks_in_public or (channel.mode == Channel.Mode.SANDBOX and pretence)


def elsewhere(story: NewsroomStory) -> list[Delivery]:
    """The story's posts in the channels, with addresses."""
    if not story.pk:
        return []
    rows = ledger.published_elsewhere(story.pk)
    return [delivery for delivery in rows if shown(delivery.channel) or delivery.channel.mode == Channel.Mode.PAUSED]
