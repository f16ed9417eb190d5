"""Lists of stories, and plain pages about the newsroom itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from samspill.newsroom.blocks import StoryBlocks
from samspill.newsroom.languages import NAMES
from samspill.newsroom.models.base import NewsroomPageMixin, tabs
from samspill.publishing.stories import FourEyesPage, Language


class StoryList(NewsroomPageMixin, FourEyesPage):
    """A list of stories, newest first, that the reader may narrow. ``kind`` "" lists all kinds."""

    kind: ClassVar[str] = ""
    parent_page_types: ClassVar[list[str]] = ["newsroom.FrontPage"]
    max_count_per_parent = 1

    intro = models.TextField(_("innledning"), blank=True)
    _paragraphs = (*NewsroomPageMixin._paragraphs, "intro")
    edit_handler = tabs([FieldPanel("intro")])

    class Meta:
        abstract = True

    def changed_at(self) -> None:
        return None  # the list changes with each new story

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from samspill.newsroom import meta
        from samspill.newsroom.listing import Listing

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["listing"] = Listing(request, self.kind)
        context["story_languages"] = list(NAMES.items())
        context["meta"] = meta.of_page(self, request)
        return context


class StoryIndexPage(StoryList):
    """``/saker/``: everything, press releases and blog posts alike; press releases lie below it."""

    template = "newsroom/story_list.html"
    subpage_types: ClassVar[list[str]] = ["newsroom.PressRelease"]

    class Meta:
        verbose_name = _("liste over saker")
        verbose_name_plural = _("lister over saker")


class BlogIndexPage(StoryList):
    """``/blogg/``: blog posts only."""

    kind = "blog_post"
    template = "newsroom/story_list.html"
    subpage_types: ClassVar[list[str]] = ["newsroom.BlogPost"]

    class Meta:
        verbose_name = _("blogg")
        verbose_name_plural = _("blogger")


class InfoPage(NewsroomPageMixin, FourEyesPage):
    """About the newsroom: privacy, accessibility, terms."""

    template = "newsroom/info_page.html"
    parent_page_types: ClassVar[list[str]] = ["newsroom.FrontPage"]
    subpage_types: ClassVar[list[str]] = []

    lead = models.TextField(_("ingress"), blank=True)
    language = models.CharField(_("språk"), max_length=2, choices=Language.choices, default=Language.NB)
    body = StreamField(StoryBlocks(), blank=True, verbose_name=_("innhold"))
    _paragraphs = (*NewsroomPageMixin._paragraphs, "lead")
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]
    edit_handler = tabs([FieldPanel("lead"), FieldPanel("body")], [FieldPanel("language")])

    class Meta:
        verbose_name = _("infoside")
        verbose_name_plural = _("infosider")

    def fixed_language(self) -> str:
        return self.language

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from samspill.newsroom import meta

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["meta"] = meta.of_page(self, request)
        return context
