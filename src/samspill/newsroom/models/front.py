"""The newsroom's front page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from samspill.newsroom.blocks import ElsewhereBlocks, FooterBlocks, UsefulBlocks
from samspill.newsroom.models.base import NewsroomPageMixin, tabs
from samspill.publishing.stories import FourEyesPage, Language


class FrontPage(NewsroomPageMixin, FourEyesPage):
    """The latest stories, the press duty, what is useful for whom, and where else we are.

    Its title is the authority's name, and stands on top of every page.
    """

    template = "newsroom/front_page.html"
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["newsroom.StoryIndexPage", "newsroom.BlogIndexPage", "newsroom.InfoPage"]

    language = models.CharField(
        _("språk"),
        max_length=2,
        choices=Language.choices,
        default=Language.NB,
        help_text=_("Språket disse tekstene er skrevet på."),
    )
    about = models.TextField(_("om oss"), blank=True, help_text=_("To setninger. Står nederst på alle sider."))
    useful = StreamField(UsefulBlocks(), blank=True, verbose_name=_("nyttig for deg"))
    elsewhere_intro = models.TextField(_("innledning"), blank=True)
    elsewhere = StreamField(ElsewhereBlocks(), blank=True, verbose_name=_("kanalene"))
    footer = StreamField(FooterBlocks(), blank=True, verbose_name=_("lenker nederst på alle sider"))

    _paragraphs = (*NewsroomPageMixin._paragraphs, "about", "elsewhere_intro")
    edit_handler = tabs(
        [
            FieldPanel("useful"),
            MultiFieldPanel([FieldPanel("elsewhere_intro"), FieldPanel("elsewhere")], heading=_("Her finner du oss")),
            MultiFieldPanel([FieldPanel("about"), FieldPanel("footer")], heading=_("Nederst på alle sider")),
        ],
        [FieldPanel("language")],
    )

    class Meta:
        verbose_name = _("forside")
        verbose_name_plural = _("forsider")

    def changed_at(self) -> None:
        return None  # it changes with each new story

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from samspill.newsroom import meta, queries

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        newest = queries.for_teasers(queries.public_stories()[:4])
        context["latest"], context["next_stories"] = (newest[0] if newest else None), newest[1:]
        context["channels"] = queries.channels(self)
        context["meta"] = meta.of_page(self, request)
        return context
