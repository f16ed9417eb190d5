"""A channel: one account on one platform, speaking for one brand."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samspill.brands.models import Brand
from samspill.channels import by_hand, contract, credentials
from samspill.channels.connect_models import ConnectAttempt, PlatformApp
from samspill.channels.registry import platform
from samspill.channels.watch_models import ChannelAllowance, ChannelWarning

__all__ = ["Channel", "ChannelAllowance", "ChannelWarning", "ConnectAttempt", "PlatformApp"]

# All that a key brings with it: saved together, forgotten together.
KEY_FIELDS = (
    "sealed", "key_place", "key_expires_at", "refresh_expires_at", "scopes", "connected_at", "connected_by",
    "key_checked_at", "renewing_until", "renewal_unclear_at",
    "trouble", "trouble_detail", "trouble_since", "verify_at",
)  # fmt: skip


class Channel(models.Model):
    """Platform + brand + account + mode. Rows are kept: the history of a channel outlives its key.

    ``held_until``: the platform asked us to wait. ``trouble``: nothing goes through until the
    account is mended (a :class:`contract.Reason`), looked at again by itself at ``verify_at``.

    Of a connected channel's key: ``key_place`` is the API's base address that it is for (it is sent nowhere else),
    ``key_expires_at`` and ``refresh_expires_at`` when it and what renews it run out (None = not, or not told),
    ``scopes`` those that were granted (None = not told). ``renewing_until``: somebody is renewing it, until then;
    when that time passes, nobody knows what became of it. ``renewal_unclear_at``: since when we do not know whether
    a renewal happened.
    """

    class Mode(models.TextChoices):
        LIVE = "live", _("I bruk")
        SANDBOX = "sandbox", _("Øving")
        BY_HAND = "by_hand", _("For hånd")
        PAUSED = "paused", _("Pause")
        WAITING = "waiting", _("Vi venter")

    SENDING = (Mode.LIVE, Mode.SANDBOX, Mode.BY_HAND)  # by us or by hand

    platform = models.CharField(_("plattform"), max_length=30)
    brand = models.ForeignKey(
        Brand,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("avsender"),
        help_text=_("Tom: kontoen er felles for alle avsendere."),
    )
    name = models.CharField(_("navn"), max_length=100, help_text=_("Slik kontoen heter for publikum"))
    handle = models.CharField(_("brukernavn"), max_length=100, blank=True)
    external_id = models.CharField(_("kontoens id"), max_length=200, blank=True)
    base_url = models.URLField(_("adresse til API-et"), blank=True)
    public_url = models.URLField(_("adresse for publikum"), blank=True)
    mode = models.CharField(_("modus"), max_length=10, choices=Mode.choices, default=Mode.PAUSED)
    options = models.JSONField(_("innstillinger"), default=dict, blank=True)
    sealed = models.TextField(editable=False, blank=True)
    template = models.TextField(_("mal for nye innlegg"), blank=True)
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)

    wait_reason = models.TextField(_("hvorfor vi venter"), blank=True)
    look_again_on = models.DateField(_("se på det igjen"), null=True, blank=True)

    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    trouble = models.CharField(max_length=40, blank=True, editable=False)
    trouble_detail = models.TextField(blank=True, editable=False)
    trouble_since = models.DateTimeField(null=True, blank=True, editable=False)
    verify_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_success_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=40, blank=True, editable=False)
    last_error_detail = models.TextField(blank=True, editable=False)

    key_place = models.URLField(blank=True, editable=False)
    key_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    refresh_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    scopes = models.JSONField(null=True, blank=True, editable=False)
    connected_at = models.DateTimeField(null=True, blank=True, editable=False)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    key_checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    renewing_until = models.DateTimeField(null=True, blank=True, editable=False)
    renewal_unclear_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("kanal")
        verbose_name_plural = _("kanaler")
        ordering = ["position", "platform", "name"]
        constraints = [
            models.CheckConstraint(
                name="waiting_channel_says_why_and_until_when",
                condition=~Q(mode="waiting") | (~Q(wait_reason="") & Q(look_again_on__isnull=False)),
            ),
            models.UniqueConstraint(
                name="one_channel_per_account",
                fields=["platform", "base_url", "external_id"],
                condition=~Q(external_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform_name}: {self.name}"

    @property
    def platform_name(self) -> str:
        return platform(self.platform).capabilities().name

    @property
    def sends(self) -> bool:
        """Whether posts go out here at all, by us or by hand."""
        return self.mode in self.SENDING

    @property
    def speaks_in_public(self) -> bool:
        """Whether what goes out here is for real: not training, and not stopped."""
        return self.mode in (self.Mode.LIVE, self.Mode.BY_HAND)

    @property
    def can_look(self) -> bool:
        """Whether we hold what is needed to read what stands there."""
        return bool(self.sealed and self.external_id and not self.trouble)

    @property
    def api_address(self) -> str:
        """Where the API is: as set, else the platform's own (in use) or the pretend platforms' (training)."""
        if self.base_url:
            return self.base_url.rstrip("/")
        if self.speaks_in_public:
            return platform(self.platform).default_base_url.rstrip("/")
        if self.key_place and not self.sends:
            return self.key_place  # a pause moves nobody: its key is for the same place as before
        return practice_address(self.platform)

    @property
    def has_readable_credentials(self) -> bool:
        """False when they are sealed with a key that is no longer among SAMSPILL_CREDENTIAL_KEYS."""
        try:
            credentials.open_sealed(self.sealed)
        except credentials.CredentialsUnreadableError:
            return False
        return True

    def account(self, *, with_credentials: bool = True) -> contract.Account:
        """What an adapter needs. Raises credentials.CredentialsUnreadableError.

        A connected channel that was moved to another place has no key there: an adapter then says so, unsent.
        """
        here = self.key_place in ("", self.api_address)
        return contract.Account(
            key=str(self.pk),
            base_url=self.api_address,
            external_id=self.external_id,
            handle=self.handle,
            credentials=credentials.open_sealed(self.sealed) if with_credentials and here else {},
            options={str(key): str(value) for key, value in self.options.items()},
        )

    def key_account(self) -> contract.Account:
        """The account where its key is for, wherever the channel sends now. Raises CredentialsUnreadableError."""
        return dataclasses.replace(
            self.account(with_credentials=False),
            base_url=self.key_place,
            credentials=credentials.open_sealed(self.sealed),
        )

    def set_credentials(self, values: Mapping[str, str]) -> None:
        """Seal new credentials; what was known of the old ones, and their trouble, is forgotten. Does not save:
        whoever saves names KEY_FIELDS."""
        self.forget_key()
        self.sealed = credentials.seal(values)

    def forget_key(self) -> None:
        """No key, and nothing known of one. Does not save."""
        self.sealed = self.key_place = self.trouble = self.trouble_detail = ""
        self.key_expires_at = self.refresh_expires_at = self.key_checked_at = None
        self.scopes = self.connected_at = self.connected_by = None
        self.renewing_until = self.renewal_unclear_at = None
        self.trouble_since = self.verify_at = None

    def capabilities(self) -> contract.Capabilities:
        """What can be done here, and how; needs no credentials."""
        found = platform(self.platform).capabilities(self.account(with_credentials=False))
        return by_hand.all_by_hand(found) if self.mode == self.Mode.BY_HAND else found


def practice_address(platform_name: str) -> str:
    """The base address of a pretend platform."""
    return f"{settings.SAMSPILL_SANDBOX_URL.rstrip('/')}/{platform_name}"
