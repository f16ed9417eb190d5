"""Receivers of notices, and the outbox: what is to be told, to whom, and what came of each try. Times in UTC."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samspill.channels import credentials


class Kind(models.TextChoices):
    """What is told of. The values stand in the payload and in ``docs/webhooks.md``: never rename one."""

    STORY_PUBLISHED = "story.published", _("En sak er lagt ut i nyhetsrommet")
    DELIVERY_CONFIRMED = "delivery.confirmed", _("Et innlegg er bekreftet ute i en kanal")
    DELIVERY_NEEDS_PERSON = "delivery.needs_person", _("Et innlegg trenger en av oss")


TEST = "test"  # asked for by a person, to one receiver


class Endpoint(models.Model):
    """Where notices are sent. Its keys are sealed and shown once; the former one holds until ``previous_until``."""

    class Stopped(models.TextChoices):
        NO = ""
        PAUSED = "paused"  # by a person
        FAILED = "failed"  # three days without an answer that says yes
        GONE = "gone"  # answered 410

    address = models.CharField(_("adresse"), max_length=500, unique=True)
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("hva det varsles om"))
    sealed = models.TextField()
    previous_until = models.DateTimeField(null=True, blank=True)
    stopped = models.CharField(max_length=10, choices=Stopped.choices, default=Stopped.NO, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("mottaker av varsler")
        verbose_name_plural = _("mottakere av varsler")
        ordering = ["id"]
        default_permissions = ("change",)
        constraints = [
            models.CheckConstraint(
                name="stopped_since",
                condition=Q(stopped="", stopped_at=None) | (~Q(stopped="") & Q(stopped_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.address

    def keys(self, now: datetime | None = None) -> list[str]:
        """Those that hold now, newest first. Raises CredentialsUnreadableError."""
        kept = credentials.open_sealed(self.sealed)
        former = self.previous_until is not None and self.previous_until > (now or timezone.now())
        return [kept["now"], *([kept["before"]] if former and "before" in kept else [])]

    def set_keys(self, now: str, before: str = "") -> None:
        self.sealed = credentials.seal({"now": now, **({"before": before} if before else {})})


class Event(models.Model):
    """Something that happened, as it is told: ``body`` is sent as it stands, so that every try is the same bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    once = models.CharField(max_length=100, null=True, unique=True)  # what must not be told twice  # noqa: DJ001
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(name="webhook_event_age", fields=["created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Sending(models.Model):
    """An event on its way to one receiver. Whoever sends it holds ``lease_until``."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        GIVEN_UP = "given_up"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sendings")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="sendings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)  # since it was written or asked for anew
    next_try_at = models.DateTimeField(null=True, default=timezone.now)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="told_once_to_each"),
            models.CheckConstraint(
                name="waits_for_a_time",
                condition=Q(state="waiting", next_try_at__isnull=False) | (~Q(state="waiting") & Q(next_try_at=None)),
            ),
        ]
        indexes = [
            models.Index(name="webhook_next", fields=["endpoint", "next_try_at"], condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}"


class Attempt(models.Model):
    """One try. ``outcome``: ok, status, no_connection, no_answer, too_large, not_allowed, key_unreadable."""

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    seconds = models.FloatField()
    outcome = models.CharField(max_length=20)
    status = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.sending_id}: {self.outcome}"
