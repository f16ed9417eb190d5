"""Personal tokens for the API, and the answers that are kept so that a request sent twice is done once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_LIFE = timedelta(days=366)


class Token(models.Model):
    """A key that lets another system act as one person, within scopes and until a day.

    Only the SHA-256 of it is kept: it has 256 random bits, so no slow hash is needed. ``start`` is what people
    recognise it by. ``last_used_on`` is a day and no more: enough to see what is no longer in use.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("navn"), max_length=100)
    start = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("nøkkel til API-et")
        verbose_name_plural = _("nøkler til API-et")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="token_lives_a_year_at_most", condition=Q(expires_at__lte=F("created_at") + LONGEST_LIFE)
            ),
            models.CheckConstraint(name="token_has_a_scope", condition=~Q(scopes=[])),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

    def works_at(self, moment: datetime) -> bool:
        """Neither revoked nor run out."""
        return self.revoked_at is None and moment < self.expires_at


class Answer(models.Model):
    """What was answered to a request with an ``Idempotency-Key``: written in the transaction of its effect."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, address and body
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
