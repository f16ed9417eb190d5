"""Whom the press may call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.search import index

from samspill.newsroom import tidy
from samspill.newsroom.alphabet import norwegian_key
from samspill.newsroom.models.named import SortKeyField, Subject, in_language

PHONE = RegexValidator(r"^\+?[0-9 ]{3,20}$", _("Skriv telefonnummeret med tall og mellomrom, slik: 123 45 678."))


def tel(number: str) -> str:
    """The number as a ``tel:`` address wants it; eight digits are Norwegian."""
    digits = number.replace(" ", "").replace("\xa0", "")
    return f"+47{digits}" if len(digits) == 8 and digits.isdigit() else digits


class Contact(index.Indexed, ClusterableModel):
    """A person or a desk that answers, with the subjects it answers on."""

    name = models.CharField(_("navn"), max_length=100)
    title_nb = models.CharField(_("stilling på bokmål"), max_length=120, blank=True)
    title_nn = models.CharField(_("stilling på nynorsk"), max_length=120, blank=True)
    title_en = models.CharField(_("stilling på engelsk"), max_length=120, blank=True)
    phone = models.CharField(_("telefon"), max_length=20, blank=True, validators=[PHONE])
    email = models.EmailField(_("e-post"), blank=True)
    portrait = models.ForeignKey(
        "library.Photo", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("portrett")
    )
    subjects = ParentalManyToManyField(Subject, blank=True, related_name="contacts", verbose_name=_("svarer på"))
    sort_key = SortKeyField()

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("title_nb"), FieldPanel("title_nn"), FieldPanel("title_en")]),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
        FieldPanel("portrait"),
        FieldPanel("subjects", widget=forms.CheckboxSelectMultiple),
    ]
    search_fields = [index.SearchField("name", boost=2), index.AutocompleteField("name"), index.SearchField("title_nb")]

    class Meta:
        verbose_name = _("pressekontakt")
        verbose_name_plural = _("pressekontakter")
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude: Any = None) -> None:
        """Tidied before it is judged: a name of unseen signs alone is no name."""
        self._tidy()
        super().clean_fields(exclude)

    def _tidy(self) -> None:
        for name in ("name", "title_nb", "title_nn", "title_en"):
            setattr(self, name, tidy.line(getattr(self, name)))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._tidy()
        self.sort_key = norwegian_key(self.name)
        super().save(*args, **kwargs)

    def title_in(self, language: str) -> tuple[str, str]:
        return in_language(self, "title", language)

    @property
    def tel(self) -> str:
        return tel(self.phone)


@register_setting(icon="mobile-alt")
class PressDuty(BaseSiteSetting):
    """Who answers the press just now. A setting and no page: it changes daily and waits for no approval."""

    phone = models.CharField(_("pressetelefon"), max_length=20, blank=True, validators=[PHONE])
    answered_until = models.TimeField(
        _("besvares til kl."), null=True, blank=True, help_text=_("Norsk tid (Europe/Oslo)")
    )
    on_duty = models.CharField(
        _("på vakt nå"), max_length=120, blank=True, help_text=_("Slik: kommunikasjonsrådgiver for pengespill")
    )
    email = models.EmailField(_("e-post for pressen"), blank=True)

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("phone"), FieldPanel("answered_until")]),
                FieldPanel("on_duty"),
                FieldPanel("email"),
            ],
            heading=_("Pressevakt"),
        )
    ]

    class Meta:
        verbose_name = _("pressevakt")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.on_duty = tidy.line(self.on_duty)
        super().save(*args, **kwargs)

    @property
    def tel(self) -> str:
        return tel(self.phone)
