"""«Stopp alt» as rows: what is held and why, what a person answered for each item, and what one person sent out alone.

Rows are history: the database lets nobody delete one, or change more than an ending that is written once (migration 6).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from samspill.brands.models import Brand
from samspill.channels.models import Channel


def _person() -> models.ForeignKey:
    """Who did it. The row stays as it is when that account goes."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )


def _page() -> models.ForeignKey:
    return models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )


class Hold(models.Model):
    """Nothing in its scope leaves while it is open (``released_at`` is NULL). See ``hold.py``.

    A brand's hold covers the channels that speak for all brands, too. ``under_way``: posts whose sending could no
    longer be stopped when it began.
    """

    class Scope(models.TextChoices):
        ALL = "all", _("Alt")
        BRAND = "brand", _("En avsender")
        CHANNEL = "channel", _("En kanal")

    scope = models.CharField(max_length=10, choices=Scope.choices)
    # Without the database's own check, which would wait for whoever has locked the channel (a key being renewed, say).
    brand = models.ForeignKey(Brand, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="holds", db_constraint=False)
    reason = models.TextField()
    by = _person()
    at = models.DateTimeField()
    under_way = models.PositiveIntegerField(default=0)
    released_by = _person()
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [
            ("place_hold", "Can stop everything that is about to go out"),
            ("release_hold", "Can go through what was stopped and let it go out again"),
        ]
        constraints = [
            models.CheckConstraint(
                name="hold_scope_names_its_own",
                condition=Q(scope="all", brand=None, channel=None)
                | Q(scope="brand", brand__isnull=False, channel=None)
                | Q(scope="channel", brand=None, channel__isnull=False),
            ),
            models.CheckConstraint(name="hold_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="hold_released_by_somebody",
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_open_hold_of_all", fields=["scope"], condition=Q(scope="all", released_at=None)
            ),
            models.UniqueConstraint(
                name="one_open_hold_per_brand", fields=["brand"], condition=Q(scope="brand", released_at=None)
            ),
            models.UniqueConstraint(
                name="one_open_hold_per_channel", fields=["channel"], condition=Q(scope="channel", released_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.at}"

    @property
    def is_open(self) -> bool:
        return self.released_at is None


class HoldAnswer(models.Model):
    """What a person decided for one delivery, or one planned story (a page's revision), in the review of a hold.

    It counts for the delivery as it was approved then: a newer approval is held again.
    """

    class Kind(models.TextChoices):
        AS_PLANNED = "as_planned", _("Som planlagt")
        NOW = "now", _("Send nå")
        MOVE = "move", _("Ny tid")
        CANCEL = "cancel", _("Ikke send")

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="answers")
    delivery = models.ForeignKey("delivery.Delivery", null=True, on_delete=models.PROTECT, related_name="hold_answers")
    page = _page()
    revision = models.BigIntegerField(null=True)  # of the page; revisions may be tidied away, the answer stays
    kind = models.CharField(max_length=10, choices=Kind.choices)
    moved_to = models.DateTimeField(null=True)
    by = _person()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="hold_answer_is_about_one_thing",
                condition=Q(delivery__isnull=False, page=None, revision=None)
                | Q(delivery=None, page__isnull=False, revision__isnull=False),
            ),
            models.CheckConstraint(
                name="hold_answer_moves_to_a_time", condition=Q(kind="move") ^ Q(moved_to__isnull=True)
            ),
        ]
        indexes = [models.Index(name="hold_answer_revision", fields=["hold", "revision"])]

    def __str__(self) -> str:
        return f"{self.hold_id}: {self.kind}"


class Alone(models.Model):
    """What one person sent out without a second one: who, why, and who has read it afterwards.

    ``writers``: ids of all who had written on it; none of them reads it as the second person.
    """

    page = _page()
    revision = models.BigIntegerField(null=True)
    deliveries = models.ManyToManyField("delivery.Delivery", related_name="sent_alone")
    title = models.CharField(max_length=255)
    reason = models.TextField()
    by = _person()
    at = models.DateTimeField()
    writers = models.JSONField(default=list)
    read_by = _person()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("publish_alone", "Can publish without a second person in an emergency")]
        constraints = [
            models.CheckConstraint(name="alone_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="alone_read_by_another",
                condition=Q(read_at=None, read_by=None) | (Q(read_at__isnull=False) & ~Q(read_by=F("by"))),
            ),
        ]
        indexes = [models.Index(name="alone_unread", fields=["id"], condition=Q(read_at=None))]

    def __str__(self) -> str:
        return f"{self.title} {self.at}"
