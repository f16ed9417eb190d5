"""What every story is, whatever page type it has: the abstract page that newsroom's types build on.

Nobody publishes a story directly: the permission tester below says no to every way that Wagtail has
(editor, create form, bulk, API, superuser). Approval does it (``approve.py``).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PagePermissionTester

from samspill.brands.models import Brand


class Language(models.TextChoices):
    NB = "nb", _("Bokmål")
    NN = "nn", _("Nynorsk")
    EN = "en", _("Engelsk")


class FourEyesTester(PagePermissionTester):
    """Wagtail's permissions, less every way past the approval."""

    def can_publish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return self.user.is_superuser or "publish" in self.permissions

    def can_unschedule(self) -> bool:
        return self.can_edit()


class FourEyesPage(Page):
    """A page that goes public by approval only."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: object) -> FourEyesTester:
        return FourEyesTester(user, self)


class Story(FourEyesPage):
    """A story with a home in the newsroom and versions in the channels."""

    kind: ClassVar[str] = "story"  # names the kind in rules: press_release, blog_post

    lead = models.TextField(_("ingress"), blank=True, help_text=_("To eller tre setninger som sier det viktigste."))
    language = models.CharField(_("språk"), max_length=2, choices=Language.choices, default=Language.NB)
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("avsender"),
        help_text=_("La stå tomt når saken gjelder begge."),
    )
    main_image = models.ForeignKey(
        "library.Photo", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hovedbilde")
    )

    class Meta:
        abstract = True
