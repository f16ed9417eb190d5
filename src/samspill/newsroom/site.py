"""What stands around every page: the authority's name, menu, press duty. Read once for each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.models import Page, Site

from samspill.brands.models import Brand

if TYPE_CHECKING:
    from samspill.newsroom.models import FrontPage, PressDuty

_KEPT_AS = "_samspill_room"


@dataclass
class Room:
    """``front`` is None before a site has been set up: pages still show, with less around them."""

    site: Site | None
    front: FrontPage | None

    # Widths in pixels to make beside the first: of a teaser, and none of a portrait (every size is made once and kept).
    teaser_widths = (320, 800)
    portrait_widths = ()

    @property
    def name(self) -> str:
        return self.front.title if self.front else "Nyhetsrom"

    @property
    def root_url(self) -> str:
        """Scheme and host, without a slash at the end."""
        return self.site.root_url if self.site else settings.SAMSPILL_BASE_URL

    @cached_property
    def lists(self) -> list[Page]:
        """The public pages right below the front page that list stories, in the order that the editor gave them."""
        from samspill.newsroom.models import BlogIndexPage, StoryIndexPage

        if self.front is None:
            return []
        return list(self.front.get_children().live().type(StoryIndexPage, BlogIndexPage).select_related("content_type"))

    @cached_property
    def stories(self) -> Page | None:
        return next((page for page in self.lists if page.cached_content_type.model == "storyindexpage"), None)

    @cached_property
    def brands(self) -> list[Brand]:
        return list(Brand.objects.all())

    @cached_property
    def duty(self) -> PressDuty | None:
        from samspill.newsroom.models import PressDuty

        if self.site is None:
            return None
        found = PressDuty.objects.filter(site=self.site).first()
        return found if found and (found.phone or found.email) else None


def room_for(request: HttpRequest) -> Room:
    room = getattr(request, _KEPT_AS, None)
    if room is None:
        room = _read(request)
        setattr(request, _KEPT_AS, room)
    return room


def _read(request: HttpRequest) -> Room:
    from samspill.newsroom.models import FrontPage

    site = Site.find_for_request(request)
    front = FrontPage.objects.filter(pk=site.root_page_id).first() if site else None
    return Room(site, front)
