"""Lists that an administrator keeps: what stories are about, and whom they are for."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from samspill.newsroom import tidy
from samspill.newsroom.alphabet import norwegian_key
from samspill.newsroom.slugs import slug_of

LANGUAGES = ("nb", "nn", "en")


def in_language(thing: object, field: str, language: str) -> tuple[str, str]:
    """What a reader of ``language`` gets of ``field_nb``, ``_nn`` and ``_en``, and the language it is in."""
    for candidate in (language, *LANGUAGES):
        text = getattr(thing, f"{field}_{candidate}", "").strip()
        if text:
            return text, candidate
    return "", ""


class SortKeyField(models.CharField):
    """Holds ``alphabet.norwegian_key`` of a name; compared sign by sign, whatever order the database prefers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=401, editable=False, db_collation="C", db_index=True, default="")
        super().__init__(*args, **kwargs)


class Named(models.Model):
    """A name in up to three languages; bokmål is always there."""

    name_nb = models.CharField(_("navn på bokmål"), max_length=80, validators=[MinLengthValidator(2)])
    name_nn = models.CharField(
        _("navn på nynorsk"), max_length=80, blank=True, help_text=_("Bare når det er et annet.")
    )
    name_en = models.CharField(_("navn på engelsk"), max_length=80, blank=True)
    slug = models.SlugField(_("adresse"), max_length=80, unique=True, blank=True, help_text=_("Lages av navnet."))
    sort_key = SortKeyField()

    panels = [FieldRowPanel([FieldPanel("name_nb"), FieldPanel("name_nn"), FieldPanel("name_en")]), FieldPanel("slug")]

    class Meta:
        abstract = True
        ordering = ["sort_key"]

    def __str__(self) -> str:
        """Always in bokmål: the desk's word for it, whatever language is active."""
        return self.name_nb

    def clean_fields(self, exclude: Any = None) -> None:
        """Tidied before it is judged: a name of unseen signs alone is no name."""
        self._tidy()
        super().clean_fields(exclude)

    def clean(self) -> None:
        self.slug = self.slug or self._free_slug()

    def _tidy(self) -> None:
        for name in ("name_nb", "name_nn", "name_en"):
            setattr(self, name, tidy.line(getattr(self, name)))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._tidy()
        self.slug = self.slug or self._free_slug()
        self.sort_key = norwegian_key(self.name_nb)
        super().save(*args, **kwargs)

    def _free_slug(self) -> str:
        wanted = slug = slug_of(self.name_nb)[:70]
        others = type(self)._default_manager.exclude(pk=self.pk)
        number = 1
        while others.filter(slug=slug).exists():
            number += 1
            slug = f"{wanted}-{number}"
        return slug

    def name_in(self, language: str) -> tuple[str, str]:
        return in_language(self, "name", language)


class Subject(Named):
    """What a story is about; also a tag in the channels and a feed of its own."""

    class Meta(Named.Meta):
        verbose_name = _("emne")
        verbose_name_plural = _("emner")


class Audience(Named):
    """Whom a story is for, and a block under «Nyttig for deg»."""

    class Icon(models.TextChoices):
        PEOPLE = "people", _("To personer")
        BUILDING = "building", _("Bygning")
        PERSON = "person", _("Person")
        MEGAPHONE = "megaphone", _("Megafon")
        BRIEFCASE = "briefcase", _("Veske")
        CHAT = "chat", _("Snakkebobler")

    icon = models.CharField(_("tegn"), max_length=20, choices=Icon.choices, default=Icon.PEOPLE)

    panels = [*Named.panels, FieldPanel("icon")]

    class Meta(Named.Meta):
        verbose_name = _("målgruppe")
        verbose_name_plural = _("målgrupper")
