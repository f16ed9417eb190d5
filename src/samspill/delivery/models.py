"""The ledger: everything that leaves the house, what was tried, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from samspill.channels.contract import Action, Nature
from samspill.channels.models import Channel
from samspill.delivery.codes import new_code
from samspill.delivery.states import OUT, State


def choices(enum: type) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]  # type: ignore[attr-defined]


class Delivery(models.Model):
    """One act in one channel: publish a post, edit it, or delete it.

    The payload is frozen at approval (see ``payload.py``); its hash is what was approved. The
    code is its short address on the own site (``/l/<code>``): it counts clicks and is the mark by
    which the post is found again. Times in UTC.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("kanal"))
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries")
    title = models.CharField(_("sak"), max_length=255)
    destination = models.CharField(max_length=500, blank=True)  # where the short address leads when there is no page
    action = models.CharField(max_length=10, choices=choices(Action), default=Action.PUBLISH)
    target = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="changes")
    trace = models.CharField(max_length=36, blank=True)  # one id from click to platform: see trace.py

    state = models.CharField(_("tilstand"), max_length=15, choices=choices(State), default=State.PLANNED)
    reason = models.CharField(max_length=40, blank=True)  # contract.Reason or a ledger's own word
    detail = models.TextField(blank=True)  # technical, for the platform's support
    changed_at = models.DateTimeField(auto_now_add=True)

    payload = models.JSONField(null=True, blank=True)
    payload_hash = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lapses_at = models.DateTimeField(null=True, blank=True)
    approved_for = models.CharField(max_length=450, blank=True)  # whose public: training, or an account

    with_story = models.BooleanField(default=False)
    due_at = models.DateTimeField(_("tid"), null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    give_up_at = models.DateTimeField(null=True, blank=True)

    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    attempt_number = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)  # in a row
    unclear = models.PositiveIntegerField(default=0)  # how often a once step ended unknown
    looks = models.PositiveIntegerField(default=0)  # since the last unclear answer
    unknown_since = models.DateTimeField(null=True, blank=True)
    hint_id = models.CharField(max_length=200, blank=True)
    sent_to = models.CharField(max_length=450, blank=True)  # the account and address that it was last sent to

    external_id = models.CharField(max_length=300, blank=True)
    external_url = models.URLField(max_length=500, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    differences = models.JSONField(default=list, blank=True)  # codes of contract.Seen
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("utsendelse")
        verbose_name_plural = _("utsendelser")
        ordering = ["-id"]
        permissions = [
            ("decide_delivery", "Can decide what happens to a delivery that needs a person"),
            ("withdraw_delivery", "Can withdraw what is out"),
        ]
        constraints = [
            models.CheckConstraint(
                name="nothing_moves_without_frozen_payload",
                condition=Q(state__in=[State.PLANNED, State.CANCELLED])
                | (Q(payload__isnull=False) & ~Q(payload_hash="")),
            ),
            models.CheckConstraint(
                name="sending_has_lease",
                condition=~Q(state=State.SENDING) | (Q(lease_until__isnull=False) & ~Q(lease_owner="")),
            ),
            models.CheckConstraint(
                name="change_has_target", condition=Q(action=Action.PUBLISH) | Q(target__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_delete_at_a_time",
                fields=["target"],
                condition=Q(action=Action.DELETE) & ~Q(state__in=[State.CANCELLED, State.REFUSED, State.EXPIRED]),
            ),
            models.UniqueConstraint(
                name="one_edit_at_a_time",
                fields=["target"],
                condition=Q(action=Action.EDIT)
                & ~Q(state__in=[State.CANCELLED, State.REFUSED, State.EXPIRED, State.ACCEPTED, State.CONFIRMED]),
            ),
        ]
        indexes = [
            models.Index(name="delivery_next", fields=["state", "next_try_at"]),
            models.Index(name="delivery_channel_next", fields=["channel", "state", "next_try_at"]),
            models.Index(name="delivery_lease", fields=["lease_until"], condition=Q(lease_until__isnull=False)),
            models.Index(name="delivery_by_time", fields=["-due_at", "-id"]),
            # Counting for the list's pages and filters, without reading the frozen texts that stand in the rows.
            models.Index(
                name="delivery_approved_once", fields=["channel", "state"], condition=Q(approved_at__isnull=False)
            ),
            models.Index(name="delivery_accepted", fields=["accepted_at"], condition=Q(accepted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"

    @property
    def is_out(self) -> bool:
        return self.state in OUT


class Step(models.Model):
    """One step of a delivery's plan, and what it gave. A done step is never done again by a later failure."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        UNKNOWN = "unknown"
        DONE = "done"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    nature = models.CharField(max_length=12, choices=choices(Nature))
    index = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    redone = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)  # contract.Done: id, url, data

    class Meta:
        ordering = ["delivery_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "name"], name="unique_step_name"),
            models.UniqueConstraint(fields=["delivery", "position"], name="unique_step_position"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_once(self) -> bool:
        """Must not be performed again without knowing that it did not happen."""
        return self.nature == Nature.ONCE


class Attempt(models.Model):
    """One try, written once when it is over and never changed (a trigger in the database holds that).

    ``outcome``: done, refused, later, not_sent, unknown, redo, worker_lost, found, absent, cannot_tell,
    seen, not_seen. ``followed``: the state that it led to.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)  # send, find, confirm
    started_at = models.DateTimeField()
    seconds = models.FloatField(null=True)  # None: the worker was lost, nobody knows
    outcome = models.CharField(max_length=12)
    status = models.PositiveSmallIntegerField(null=True)  # HTTP
    reason = models.CharField(max_length=40, blank=True)
    detail = models.TextField(blank=True)
    followed = models.CharField(max_length=15, blank=True)
    next_try_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["delivery_id", "number"]
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="unique_attempt")]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.number} {self.step}: {self.outcome}"


class Transition(models.Model):
    """One change of state: who or what, when, why. Append-only, as attempts are."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="transitions")
    at = models.DateTimeField()
    before = models.CharField(max_length=15)
    after = models.CharField(max_length=15)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    reason = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)  # a person's words

    class Meta:
        ordering = ["delivery_id", "id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Circuit(models.Model):
    """A platform that failed for all: nothing is sent there until ``open_until``, then one try at a time."""

    platform = models.CharField(max_length=30)
    base_url = models.CharField(max_length=300)
    failures = models.PositiveIntegerField(default=0)  # in a row, over all channels
    opened_at = models.DateTimeField(null=True, blank=True)
    open_until = models.DateTimeField(null=True, blank=True)
    openings = models.PositiveIntegerField(default=0)  # in a row

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "base_url"], name="unique_circuit")]

    def __str__(self) -> str:
        return f"{self.platform} {self.base_url}"


from samspill.delivery.hold_models import Alone, Hold, HoldAnswer  # noqa: E402, F401 - part of this room's models
