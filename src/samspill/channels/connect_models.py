"""What connecting needs to remember: our app at each platform, and each attempt to connect, until it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from samspill.channels import connect_contract, credentials


class PlatformApp(models.Model):
    """Our registration with a platform, or with one server of it. The secret is sealed and never shown again.

    ``base_url`` is the API's base address that the app is for. The pretend platforms' app is known and has no row.
    """

    platform = models.CharField(_("plattform"), max_length=30)
    base_url = models.URLField(_("adresse til API-et"))
    client_id = models.CharField(_("appens id"), max_length=300)
    sealed = models.TextField(editable=False, blank=True)
    options = models.JSONField(default=dict, blank=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("app")
        verbose_name_plural = _("apper")
        constraints = [models.UniqueConstraint(name="one_app_per_server", fields=["platform", "base_url"])]

    def __str__(self) -> str:
        return f"{self.platform}: {self.base_url}"

    def set_secret(self, secret: str) -> None:
        """Seal a new secret. Does not save."""
        self.sealed = credentials.seal({"client_secret": secret})

    def app(self) -> connect_contract.App:
        """As the adapters take it. Raises credentials.CredentialsUnreadableError."""
        secret = credentials.open_sealed(self.sealed).get("client_secret", "")
        return connect_contract.App(self.base_url, self.client_id, secret, self.options)


class ConnectAttempt(models.Model):
    """One try to connect an account, from «Koble til» until the account is chosen. Kept for a day, to tell of it.

    The state that travels through the person's browser is known here by its SHA-256 only. It is used once: the
    first answer takes it, an error too. ``sealed`` holds the verifier, and later the grant that an account is
    chosen from; it is emptied as soon as it has served.
    """

    class Phase(models.TextChoices):
        ASKED = "asked"  # the person is at the platform
        ANSWERED = "answered"  # the state is used; the code is being traded
        CHOOSING = "choosing"  # the person chooses one of several accounts
        DONE = "done"
        FAILED = "failed"

    digest = models.CharField(max_length=64, unique=True)
    session_digest = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    platform = models.CharField(max_length=30)
    base_url = models.URLField()
    redirect_uri = models.URLField(max_length=500)
    channel = models.ForeignKey("channels.Channel", on_delete=models.CASCADE, null=True, related_name="+")
    brand = models.ForeignKey("brands.Brand", on_delete=models.CASCADE, null=True, related_name="+")
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.ASKED)
    sealed = models.TextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("forsøk på å koble til")
        verbose_name_plural = _("forsøk på å koble til")
        constraints = [
            models.CheckConstraint(
                name="finished_attempt_holds_no_secret",
                condition=~models.Q(phase__in=["done", "failed"]) | models.Q(sealed=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.phase}"

    def keep(self, values: Mapping[str, Any]) -> None:
        """Seal what is needed until the next move. Does not save."""
        self.sealed = credentials.seal(values)

    def kept(self) -> dict[str, Any]:
        """What was kept. Raises credentials.CredentialsUnreadableError."""
        return credentials.open_sealed(self.sealed)
