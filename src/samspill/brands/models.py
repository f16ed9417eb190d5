"""Brands: the names under which the authority speaks. Data, not code: an administrator adds them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Brand(models.Model):
    """A sender's name, e.g. Lotteritilsynet. ``color`` is a main colour of the public theme."""

    class Color(models.TextChoices):
        LOTTERI = "lotteri", _("Grønnblå")
        STIFTELSE = "stiftelse", _("Plomme")

    key = models.SlugField(_("kortnavn"), unique=True)
    name = models.CharField(_("navn"), max_length=100, unique=True)
    color = models.CharField(_("farge"), max_length=20, choices=Color.choices, default=Color.LOTTERI)
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)

    class Meta:
        verbose_name = _("avsender")
        verbose_name_plural = _("avsendere")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
