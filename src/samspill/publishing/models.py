"""From a story to its posts: versions, rules, approvals and the editorial workflow task."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import AbstractGroupApprovalTask, Page, RevisionMixin, TaskState

from samspill.brands.models import Brand
from samspill.channels.contract import Action
from samspill.channels.models import Channel
from samspill.delivery.models import Delivery
from samspill.publishing import offsets
from samspill.publishing.offsets import MOST_DAYS, MOST_HOURS, AfterUnit
from samspill.publishing.stories import Story  # noqa: F401 - part of this room's models for others


class Version(RevisionMixin, ClusterableModel):
    """One story's text for one channel (or a post without a story), with a delivery of its own.

    ``edit_number`` grows with every save: two editors notice each other by it. ``based_on`` holds the
    story's title and lead as they were when the version was last brought in step.
    The plan is wall time in Oslo (``planned_date``, ``planned_time``), so that it survives the change of clocks.
    """

    class Review(models.TextChoices):
        DRAFT = "draft", _("Kladd")
        SUBMITTED = "submitted", _("Til godkjenning")
        APPROVED = "approved", _("Godkjent")

    class LinkTo(models.TextChoices):
        STORY = "story", _("Til saken i nyhetsrommet")
        OTHER = "other", _("Til en annen adresse")
        NONE = "none", _("Uten lenke")

    class Timing(models.TextChoices):
        WITH_STORY = "with_story", _("Sammen med saken")
        NOW = "now", _("Med en gang det er godkjent")
        AT = "at", _("Eget tidspunkt")

    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.CASCADE, related_name="versions")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="version")
    current = models.BooleanField(default=True)  # False: an earlier post of the same story in the channel
    # In a thread: 0 is the post itself, 1 the first answer below it. Each part's delivery answers the part before.
    part = models.PositiveSmallIntegerField(default=0)
    # A correction of a post that is out. Its delivery edits that post, or answers it; it belongs to no story itself,
    # so that it is approved alone and does not wait for the story.
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")

    text = models.TextField(_("tekst"), blank=True)
    link_to = models.CharField(_("lenke"), max_length=10, choices=LinkTo.choices, default=LinkTo.STORY)
    link_url = models.URLField(_("adresse"), max_length=500, blank=True)
    document = models.ForeignKey(
        "wagtaildocs.Document",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("dokument"),
    )
    timing = models.CharField(_("når"), max_length=12, choices=Timing.choices, default=Timing.WITH_STORY)
    planned_date = models.DateField(_("dato"), null=True, blank=True)
    planned_time = models.TimeField(_("klokkeslett (norsk tid)"), null=True, blank=True)
    # How long after the story, where the timing is with it; 0: at once. See offsets.py.
    after_amount = models.PositiveSmallIntegerField(_("hvor lenge etter saken"), default=0)
    after_unit = models.CharField(_("enhet"), max_length=5, choices=AfterUnit.choices, default=AfterUnit.HOURS)

    review = models.CharField(max_length=10, choices=Review.choices, default=Review.DRAFT)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    sent_back_note = models.TextField(blank=True)
    edit_number = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    based_on = models.JSONField(default=dict, blank=True)
    accepted_warnings = models.JSONField(default=list, blank=True)  # codes that a person has said yes to

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="version")

    class Meta:
        verbose_name = _("innlegg")
        verbose_name_plural = _("innlegg")
        ordering = ["channel__position", "id"]
        permissions = [
            ("write_version", "Can write posts and send them to approval"),
            ("approve_version", "Can approve posts of others"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "channel", "part"], condition=Q(current=True), name="one_current_version_per_channel"
            ),
            models.CheckConstraint(name="thread_belongs_to_story", condition=Q(part=0) | Q(page__isnull=False)),
            models.CheckConstraint(
                name="own_time_has_date_and_time",
                condition=~Q(timing="at") | (Q(planned_date__isnull=False) & Q(planned_time__isnull=False)),
            ),
            models.CheckConstraint(
                name="correction_stands_alone", condition=Q(corrects__isnull=True) | Q(page__isnull=True)
            ),
            models.CheckConstraint(
                name="with_story_needs_story", condition=~Q(timing="with_story") | Q(page__isnull=False)
            ),
            models.CheckConstraint(
                name="not_too_long_after_story",
                condition=Q(after_unit=AfterUnit.HOURS, after_amount__lte=MOST_HOURS)
                | Q(after_unit=AfterUnit.DAYS, after_amount__lte=MOST_DAYS),
            ),
        ]
        indexes = [
            models.Index(
                name="version_by_planned_date", fields=["planned_date"], condition=Q(timing="at", current=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.text[:40]}"

    after_units = AfterUnit.choices

    @property
    def is_edit(self) -> bool:
        """Whether it changes the text of a post that is out: everything but the text stays as it is there."""
        return self.corrects_id is not None and self.delivery.action == Action.EDIT

    @property
    def after_words(self) -> str:
        """«2 timer etter saken» for a post that follows its story later on, else empty."""
        follows = self.timing == self.Timing.WITH_STORY
        return offsets.words(self.after_amount, self.after_unit) if follows else ""

    @property
    def revisions(self) -> GenericRelation:
        return self._revisions


class VersionPicture(models.Model):
    """A picture of a version, in order, with its own alt text when the photo's does not fit."""

    version = ParentalKey(Version, on_delete=models.CASCADE, related_name="pictures")
    photo = models.ForeignKey("library.Photo", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.TextField(_("alternativ tekst"), blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.position}: {self.photo}"


class Approval(models.Model):
    """What was approved, by whom, until when. Rows stay: they are what the next change is compared with."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="approvals")
    payload = models.JSONField()
    payload_hash = models.CharField(max_length=64)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(auto_now_add=True)
    lapses_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.approved_at}"


class PlanAddress(models.Model):
    """A person's secret address of the plan as iCalendar. Only the hash of the key is kept; a new key ends the old."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at}"


class Rule(models.Model):
    """Which kind of story, of which brand, goes to which channel: by itself once approved, or by choice."""

    class Kind(models.TextChoices):
        PRESS_RELEASE = "press_release", _("Pressemelding")
        BLOG_POST = "blog_post", _("Blogginnlegg")

    kind = models.CharField(_("slags sak"), max_length=30, choices=Kind.choices)
    brand = models.ForeignKey(
        Brand,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        verbose_name=_("avsender"),
        help_text=_("Tom: for alle avsendere."),
    )
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="rules", verbose_name=_("kanal"))
    automatic = models.BooleanField(
        _("av seg selv"),
        default=True,
        help_text=_("På: innlegget lages av seg selv og går ut når saken er godkjent. Av: redaktøren velger."),
    )

    class Meta:
        verbose_name = _("regel")
        verbose_name_plural = _("regler")
        ordering = ["kind", "channel__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "brand", "channel"], name="one_rule_per_kind_brand_channel", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.channel}"


@register_setting(icon="check")
class PublishingSettings(BaseGenericSetting):
    approval_hours = models.PositiveIntegerField(
        _("timer en godkjenning gjelder"),
        default=72,
        help_text=_("Regnes fra godkjenningen, eller fra tidspunktet innlegget skal ut når det er senere."),
    )

    class Meta:
        verbose_name = _("godkjenning")


class EditorialApproval(AbstractGroupApprovalTask):
    """Another person reads before anything goes out. Nobody approves what they have written on.

    Wagtail's own buttons do not approve: they show neither versions nor payload. The desk's page for
    approval does (``approve.py``), and hands over what the approver has seen.
    """

    class Meta:
        verbose_name = _("godkjenning av en annen")
        verbose_name_plural = _("godkjenning av en annen")

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, str, bool]]:
        """Only sending back: a writer calls the story back instead, by Wagtail's "cancel"."""
        from samspill.publishing import four_eyes

        if self._may_act(user) and not four_eyes.wrote_on(user, obj):
            return [("reject", str(_("Send tilbake")), True)]
        return []

    def _may_act(self, user: Any) -> bool:
        in_group = user.is_superuser or self._user_in_groups(user)
        return bool(user.is_active and in_group and user.has_perm("publishing.approve_version"))

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Freeze, approve and publish in one transaction. Raises PermissionDenied (four eyes) or ApprovalError."""
        from samspill.publishing import approve

        if not self._may_act(user):
            raise PermissionDenied
        alone = kwargs.pop("alone", None)
        if action_name == "approve":
            approve.before_task_approval(task_state, user, kwargs.pop("seen", None), alone)
        super().on_action(task_state, user, action_name, **kwargs)
        if action_name == "reject":
            approve.after_rejection(task_state, user, kwargs.get("comment", ""))

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        from samspill.publishing import four_eyes

        states = super().get_task_states_user_can_moderate(user, **kwargs)
        page_of = {pk: int(key) for pk, key in states.values_list("pk", "workflow_state__object_id")}
        wrote = four_eyes.writers_of(Page.objects.filter(pk__in=page_of.values()))
        return states.exclude(pk__in=[pk for pk, page in page_of.items() if user.pk in wrote.get(page, ())])

    @classmethod
    def get_description(cls) -> str:
        return str(_("En i gruppen må lese og godkjenne. Den som har skrevet, kan ikke godkjenne selv."))
