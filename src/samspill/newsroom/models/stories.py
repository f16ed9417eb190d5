"""Press releases and blog posts: one table for what they share, so that one query lists both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from samspill.newsroom.blocks import StoryBlocks
from samspill.newsroom.models.base import NewsroomPageMixin, tabs
from samspill.newsroom.models.named import Audience, Subject
from samspill.newsroom.models.people import Contact
from samspill.publishing.panels import ChannelsPanel
from samspill.publishing.stories import Story

# A story put right within some minutes of coming out is not called updated.
SETTLING = timedelta(minutes=10)

_content_panels = [
    FieldPanel("lead"),
    FieldPanel("main_image"),
    FieldPanel("body"),
    MultiFieldPanel(
        [InlinePanel("press_contacts", label=_("kontakt"), max_num=4)],
        heading=_("Pressekontakter"),
    ),
    MultiFieldPanel([InlinePanel("related_pages", label=_("side"), max_num=6)], heading=_("Les også")),
]
_settings_panels = [
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("language"), FieldPanel("brand")]),
            FieldPanel("subjects", widget=forms.CheckboxSelectMultiple),
            FieldPanel("audiences", widget=forms.CheckboxSelectMultiple),
        ],
        heading=_("Hva saken er, og for hvem"),
    ),
]

_channel_panels = [ChannelsPanel()]


class NewsroomStory(NewsroomPageMixin, Story):
    """What press releases and blog posts have in common. Not made by itself."""

    body = StreamField(StoryBlocks(), blank=True, verbose_name=_("innhold"))
    subjects = ParentalManyToManyField(Subject, blank=True, related_name="stories", verbose_name=_("emner"))
    audiences = ParentalManyToManyField(Audience, blank=True, related_name="stories", verbose_name=_("målgrupper"))

    is_creatable = False
    template = "newsroom/story.html"
    subpage_types: ClassVar[list[str]] = []
    _paragraphs = (*NewsroomPageMixin._paragraphs, "lead")
    page_description = _("En sak i nyhetsrommet")
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        index.SearchField("body"),
        index.FilterField("language"),
        index.FilterField("brand"),
        index.FilterField("first_published_at"),
    ]

    class Meta:
        verbose_name = _("sak")
        verbose_name_plural = _("saker")

    def fixed_language(self) -> str:
        return self.language

    def goes_to_channels(self) -> bool:
        """What was taken in from elsewhere has been told once already: no rule makes posts for it."""
        from samspill.newsroom.models.imported import ImportedStory

        return not ImportedStory.objects.filter(page=self.pk).exists()

    @cached_property
    def kind_name(self) -> str:
        """press_release or blog_post, also where only the shared table has been read."""
        return getattr(self.specific_class, "kind", self.kind)

    @property
    def updated_at(self) -> Any:
        """When it was changed after it came out; None when it was not."""
        first, last = self.first_published_at, self.last_published_at
        return last if first and last and last - first > SETTLING else None

    @cached_property
    def contacts(self) -> list[Contact]:
        return [row.contact for row in self.press_contacts.all()]

    @cached_property
    def related(self) -> list[Page]:
        """Public pages chosen by the editor; without a choice, the newest on the same subjects."""
        from samspill.newsroom import queries

        return queries.related_to(self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from samspill.newsroom import meta, queries

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["elsewhere"] = queries.elsewhere(self)
        context["meta"] = meta.of_story(self, request)
        return context


class PressRelease(NewsroomStory):
    kind = "press_release"
    template = "newsroom/story.html"
    parent_page_types: ClassVar[list[str]] = ["newsroom.StoryIndexPage"]
    page_description = _("En nyhet fra oss, med pressekontakt")
    edit_handler = tabs(_content_panels, _settings_panels, _channel_panels)

    class Meta:
        verbose_name = _("pressemelding")
        verbose_name_plural = _("pressemeldinger")


class BlogPost(NewsroomStory):
    kind = "blog_post"
    template = "newsroom/story.html"
    parent_page_types: ClassVar[list[str]] = ["newsroom.BlogIndexPage"]
    page_description = _("En fagperson forteller, under eget navn")

    author = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("forfatter")
    )
    edit_handler = tabs([FieldPanel("author"), *_content_panels], _settings_panels, _channel_panels)

    class Meta:
        verbose_name = _("blogginnlegg")
        verbose_name_plural = _("blogginnlegg")


class StoryContact(Orderable):
    """Whom the press may call about a story."""

    story = ParentalKey(NewsroomStory, on_delete=models.CASCADE, related_name="press_contacts")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", verbose_name=_("kontakt"))

    panels = [FieldPanel("contact")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["story", "contact"], name="contact_once_per_story")]

    def __str__(self) -> str:
        return str(self.contact)


class RelatedPage(Orderable):
    """What to read next."""

    story = ParentalKey(NewsroomStory, on_delete=models.CASCADE, related_name="related_pages")
    target = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+", verbose_name=_("side"))

    panels = [PageChooserPanel("target", ["newsroom.NewsroomStory", "newsroom.InfoPage"])]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["story", "target"], name="related_page_once_per_story")]

    def __str__(self) -> str:
        return str(self.target)
