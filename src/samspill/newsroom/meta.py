"""What machines read about a page: canonical address, Open Graph, and JSON-LD as schema.org's NewsArticle."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page

from samspill.library.models import Photo, Rendition
from samspill.newsroom.site import room_for

if TYPE_CHECKING:
    from samspill.newsroom.models import NewsroomStory

# 1200 px wide, in the shape that link cards have; JPEG, since not every reader of Open Graph knows WebP.
SHARED_PICTURE = "fill-1200x630|format-jpeg|jpegquality-82"
_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass
class Meta:
    title: str
    description: str
    url: str
    language: str = "nb"
    kind: str = "website"
    image_url: str = ""
    image: Rendition | None = None
    image_alt: str = ""
    published: str = ""
    changed: str = ""
    linked_data: SafeString = field(default_factory=lambda: mark_safe(""))

    @property
    def locale(self) -> str:
        return _LOCALES.get(self.language, "nb_NO")


def plain(text: str) -> str:
    """Without the soft hyphens that an editor puts in long words for narrow screens."""
    return text.replace("\u00ad", "")


def of_page(page: Page, request: HttpRequest) -> Meta:
    """For front page, lists and plain pages."""
    language = getattr(page, "language", "nb")
    text = (
        page.search_description or getattr(page, "lead", "") or getattr(page, "intro", "") or getattr(page, "about", "")
    )
    return Meta(plain(page.seo_title or page.title), plain(text), page.get_full_url(request) or "", language)


def of_story(story: NewsroomStory, request: HttpRequest) -> Meta:
    meta = of_page(story, request)
    meta.kind = "article"
    meta.image = shared_picture(story.main_image)
    if story.main_image and meta.image:
        meta.image_url = absolute(request, meta.image.url)
        meta.image_alt = story.main_image.alt_in(story.language)[0]
    if story.first_published_at:
        meta.published = story.first_published_at.isoformat(timespec="seconds")
        meta.changed = (story.last_published_at or story.first_published_at).isoformat(timespec="seconds")
    meta.linked_data = in_script(_news_article(story, meta, request))
    return meta


def shared_picture(photo: Photo | None) -> Rendition | None:
    """The picture for link cards and feeds; None when there is none, or its file has gone."""
    if photo is None:
        return None
    try:
        return photo.get_rendition(SHARED_PICTURE)
    except (SourceImageIOError, OSError):
        return None


def absolute(request: HttpRequest, address: str) -> str:
    return address if "://" in address else room_for(request).root_url + address


def in_script(data: dict[str, Any]) -> SafeString:
    """JSON that can't end the script element around it, whatever the texts hold."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_IN_SCRIPT))  # noqa: S308 - < > & are escaped


def _news_article(story: NewsroomStory, meta: Meta, request: HttpRequest) -> dict[str, Any]:
    room = room_for(request)
    publisher = {"@type": "GovernmentOrganization", "name": room.name, "url": room.root_url + "/"}
    sender = {"@type": "GovernmentOrganization", "name": story.brand.name} if story.brand else publisher
    author = getattr(story, "author", None)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": plain(story.title),
        "description": meta.description,
        "url": meta.url,
        "mainEntityOfPage": meta.url,
        "inLanguage": story.language,
        "datePublished": meta.published,
        "dateModified": meta.changed,
        "author": {"@type": "Person", "name": author.name} if author else sender,
        "publisher": publisher,
        "isAccessibleForFree": True,
    }
    if meta.image:
        data["image"] = {
            "@type": "ImageObject",
            "url": meta.image_url,
            "width": meta.image.width,
            "height": meta.image.height,
        }
    return {name: value for name, value in data.items() if value not in ("", None)}
