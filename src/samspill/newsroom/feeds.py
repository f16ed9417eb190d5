"""Atom and RSS: of everything, of a brand, of a subject. Each entry says its language (``xml:lang``)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import feedgenerator, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from samspill.brands.models import Brand
from samspill.newsroom import caching, meta, queries, tidy
from samspill.newsroom.models.named import Subject
from samspill.newsroom.site import room_for

if TYPE_CHECKING:
    from samspill.newsroom.models import NewsroomStory

LENGTH = 30  # entries
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


class Atom(feedgenerator.Atom1Feed):
    content_type = "application/atom+xml; charset=utf-8"

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}


class Rss(feedgenerator.Rss201rev2Feed):
    content_type = "application/rss+xml; charset=utf-8"

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}


FORMS: dict[str, type[Atom | Rss]] = {"atom": Atom, "rss": Rss}


@require_safe
def feed(request: HttpRequest, form: str, kind: str = "", key: str = "") -> HttpResponse:
    """The newest stories, by when they came out. 404 for a brand or subject that there is none of."""
    if form not in FORMS:
        raise Http404
    stories, about = _chosen(kind, key)
    room = room_for(request)
    changed = queries.newest_change(stories) or (room.front and room.front.last_published_at)
    with translation.override("nb"):
        title = f"{room.name}: {about}"
        made = FORMS[form](
            title=title,
            link=f"{room.root_url}/",
            description=_("Nye saker fra %(name)s") % {"name": room.name},
            language="nb",
            author_name=room.name,
            feed_url=room.root_url + request.path,
            feed_guid=room.root_url + reverse("feed", kwargs=_address(kind, key)),
        )
    # Django says "now" for an empty feed, which would make it a new one at each reading.
    made.latest_post_date = lambda: changed or BEFORE_ALL  # type: ignore[method-assign]
    newest = queries.for_teasers(stories[:LENGTH])
    subjects = queries.subjects_of(newest)
    for story in newest:
        made.add_item(**_entry(story, request), categories=_names(subjects.get(story.pk, []), story.language))
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    return caching.public(
        request, response, changed_at=changed, nothing_newer=True, by_reader=False, seconds=caching.FEED_SECONDS
    )


def _chosen(kind: str, key: str) -> tuple[Any, str]:
    """The stories, and what they have in common."""
    stories = queries.public_stories()
    if kind == "avsender" and (brand := Brand.objects.filter(key=key).first()):
        return queries.narrowed(stories, brand=key), brand.name
    if kind == "emne" and (subject := Subject.objects.filter(slug=key).first()):
        return queries.narrowed(stories, subject=key), subject.name_nb
    if kind:
        raise Http404
    with translation.override("nb"):
        return stories, _("alle saker")


def _address(kind: str, key: str) -> dict[str, str]:
    """Of the Atom form, whichever was asked for: one name for the same feed."""
    return {"form": "atom", **({"kind": kind, "key": key} if kind else {})}


def _entry(story: NewsroomStory, request: HttpRequest) -> dict[str, Any]:
    brand = story.brand.name if story.brand else room_for(request).name
    return {
        "title": tidy.line(meta.plain(story.title)),
        "link": story.get_full_url(request),
        "description": tidy.paragraphs(meta.plain(story.lead)),
        # The story's own key: neither a new title nor a new address makes it another story.
        "unique_id": f"urn:uuid:{story.translation_key}",
        "unique_id_is_permalink": False,
        "pubdate": story.first_published_at,
        "updateddate": story.last_published_at or story.first_published_at,
        "author_name": brand,
        "enclosures": _pictures(story, request),
        "language": story.language,
    }


def _names(subjects: list[Subject], language: str) -> list[str]:
    return [subject.name_in(language)[0] for subject in subjects]


def _pictures(story: NewsroomStory, request: HttpRequest) -> list[feedgenerator.Enclosure]:
    picture = meta.shared_picture(story.main_image)
    if picture is None:
        return []
    try:
        size = picture.file.size
    except OSError:
        return []
    return [feedgenerator.Enclosure(meta.absolute(request, picture.url), str(size), "image/jpeg")]
