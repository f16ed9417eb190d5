"""What every story is, whatever page type it has: the abstract page that newsroom's types build on.

Nobody publishes a story directly: the permission tester below says no to every way that Wagtail has
(editor, create form, copy, alias, bulk, API, superuser). Approval does it (``approve.py``), ``take_down.py`` undoes it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page, PagePermissionTester, Revision

from samspill.brands.models import Brand
from samspill.delivery import hold


class Language(models.TextChoices):
    NB = "nb", _("Bokmål")
    NN = "nn", _("Nynorsk")
    EN = "en", _("Engelsk")


class FourEyesTester(PagePermissionTester):
    """Wagtail's permissions, less every way past the approval. Superusers are no exception."""

    def can_publish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False  # take_down.py

    def can_set_view_restrictions(self) -> bool:
        return False  # opening a closed page would publish it

    def can_unschedule(self) -> bool:
        return bool(self.can_edit() and self.user.has_perm("publishing.write_version"))

    def can_submit_for_moderation(self) -> bool:
        return bool(self.user.has_perm("publishing.write_version") and super().can_submit_for_moderation())

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Only what has never been out: a live story is taken down, one with posts is kept as the record of them."""
        return not self._has_been_out() and self._owns_or_edits(ignore_bulk)

    def can_move(self) -> bool:
        return not self._is_live() and self._owns_or_edits(ignore_bulk=True)

    def can_move_to(self, destination: Page) -> bool:
        return bool(self.can_move() and super().can_move_to(destination))  # Wagtail asks no superuser

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:
        """Never to Wagtail's root: it is no page of ours, so that its own rules let superusers publish there."""
        return bool(destination.depth > 1 and super().can_copy_to(destination, recursive))

    # These are asked for each row of a list of pages, and most pages have none below them: then the row answers.

    def _owns_or_edits(self, ignore_bulk: bool) -> bool:
        """Wagtail's rule for deleting and moving. For a page alone it is said here, without asking the database."""
        if not (self.page.is_leaf() and self.user.is_active) or self.page_is_root or self.user.is_superuser:
            return bool(super().can_delete(ignore_bulk))
        edits = "change" in self.permissions
        owns = "add" in self.permissions and self.page.owner_id == self.user.pk
        return bool(not self.page.live and (edits or owns))

    def _is_live(self) -> bool:
        if self.page.live or self.page.is_leaf():
            return bool(self.page.live)
        return self.page.get_descendants(inclusive=True).live().exists()

    def _has_been_out(self) -> bool:
        if self.page.live:
            return True
        approved = getattr(self.page, "has_approved_posts", None)
        if self.page.is_leaf() and approved is not None:
            return bool(approved)
        below = self.page.get_descendants(inclusive=True)
        return below.filter(models.Q(live=True) | models.Q(versions__approvals__isnull=False)).exists()


class DraftCopyForm(CopyForm):
    """A copy is a draft. Neither "publish the copy" nor an alias, which would be live at once, is offered or heard."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


def _without_what_is_gone(model: type[models.Model], data: dict[str, Any]) -> dict[str, Any]:
    fields = (field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey) and field.null)
    gone = [
        field.name
        for field in fields
        if data.get(field.name) is not None
        and not field.related_model._default_manager.filter(pk=data[field.name]).exists()  # type: ignore[union-attr]
    ]
    return {**data, **dict.fromkeys(gone)}


class FourEyesPage(Page):
    """A page that goes public by approval only."""

    copy_form_class = DraftCopyForm

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> FourEyesTester:
        return FourEyesTester(user, self)

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """Every way to the public comes by here: approval, a plan whose time has come, a command.

        While everything is stopped (``delivery.hold``) a page that would go public now is planned instead, for the
        moment that has come, and waits for the person who goes through what was stopped.
        """
        hold.share()
        planned = revision.content.get("go_live_at")
        # A text when the revision comes from the database, a time when it was made in this very process.
        goes_live_at = parse_datetime(planned) if isinstance(planned, str) else planned
        now = timezone.now()
        later = goes_live_at is not None and goes_live_at > now  # Wagtail plans it; nothing goes public
        if later or not hold.story_is_held(revision.content.get("brand"), revision.pk):
            super().publish(revision, *args, **kwargs)
        elif revision.approved_go_live_at is None:
            others = Revision.objects.for_instance(self).exclude(pk=revision.pk)
            others.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=None)
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=now)

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """A draft that points to something deleted since opens without it; modelcluster refuses it for PROTECT.

        PROTECT knows of rows only: what a draft alone uses, a picture, say, can be deleted.
        """
        try:
            return super().from_serializable_data(data, *args, **kwargs)
        except Exception:  # modelcluster raises no narrower one
            whole = _without_what_is_gone(cls, data)
            if whole == data:
                raise
            return super().from_serializable_data(whole, *args, **kwargs)


class Story(FourEyesPage):
    """A story with a home in the newsroom and versions in the channels."""

    kind: ClassVar[str] = "story"  # names the kind in rules: press_release, blog_post

    lead = models.TextField(_("ingress"), blank=True, help_text=_("To eller tre setninger som sier det viktigste."))
    language = models.CharField(_("språk"), max_length=2, choices=Language.choices, default=Language.NB)
    brand = models.ForeignKey(
        Brand,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("avsender"),
        help_text=_("La stå tomt når saken gjelder begge."),
    )
    main_image = models.ForeignKey(
        "library.Photo", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hovedbilde")
    )

    def goes_to_channels(self) -> bool:
        """Whether rules make posts for it by themselves. A person can always add a channel."""
        return True

    class Meta:
        abstract = True
