"""What is known of a channel besides what it is: how much is left to use, and what we have warned of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class ChannelAllowance(models.Model):
    """What the platform last said is left for a channel. Coarse: not every answer is written down.

    A row of its own, so that it never waits for those who hold the channel's. ``resets_at`` None = it rolls.
    """

    channel = models.OneToOneField("channels.Channel", on_delete=models.CASCADE, related_name="allowance")
    measure = models.CharField(max_length=10)  # terms.Measure
    left = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    resets_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="left_is_part_of_the_whole", condition=Q(of__gt=0) & Q(left__lte=F("of")))
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.left}/{self.of}"


class ChannelWarning(models.Model):
    """A warning that was given by e-mail: the row is what makes it once.

    ``about``: what it concerns (the day of an end, the moment that trouble began); ``days``: before that, 0 = it is so.
    """

    class Kind(models.TextChoices):
        KEY = "key"
        VERSION = "version"
        TROUBLE = "trouble"
        UNCLEAR = "unclear"

    channel = models.ForeignKey("channels.Channel", on_delete=models.CASCADE, related_name="warnings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    about = models.CharField(max_length=40)
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="each_warning_once", fields=["channel", "kind", "about", "days"]),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.kind} {self.about}, {self.days}"
