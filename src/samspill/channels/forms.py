"""The form for a channel. Keys are written, never read: what is stored is not shown, and an empty field keeps it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from samspill.channels import credentials, registry
from samspill.channels.contract import Platform
from samspill.channels.http import same_host, usable_key
from samspill.channels.models import KEY_FIELDS, Channel

KEY_PREFIX = "nokkel_"
LONGEST_KEY = 8000  # signs; longer is a pasted page, not a key
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Names of keys as the platforms' own pages call them, for those that a platform's folder does not explain.
KEY_LABELS: dict[str, Any] = {
    "access_token": gettext_lazy("Tilgangsnøkkel (access token)"),
    "refresh_token": gettext_lazy("Fornyelsesnøkkel (refresh token)"),
    "client_id": gettext_lazy("Appens id (client ID)"),
    "client_secret": gettext_lazy("Appens hemmelighet (client secret)"),
    "app_id": gettext_lazy("Appens id (app ID)"),
    "app_secret": gettext_lazy("Appens hemmelighet (app secret)"),
}


def credential_fields(platform: Platform) -> tuple[str, ...]:
    """The names of the keys a platform needs: its optional attribute ``credential_fields``, else one access token."""
    return tuple(getattr(platform, "credential_fields", ("access_token",)))


def lines_to_options(text: str) -> dict[str, str]:
    """``name = value`` lines as options. Raises ValidationError with the line that is not one."""
    options: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, sign, value = line.partition("=")
        if not sign or not name.strip():
            raise forms.ValidationError(
                _("Skriv én innstilling på hver linje, slik: navn = verdi. Denne er ikke slik: «%(line)s»")
                % {"line": line.strip()[:60]}
            )
        options[name.strip()] = value.strip()
    return options


class ChannelForm(forms.ModelForm):
    """Name, account, mode, template and keys of one channel. ``changed_keys`` names the keys that were written anew."""

    valg = forms.CharField(
        label=gettext_lazy("Innstillinger for plattformen"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Én på hver linje, slik: navn = verdi. La stå tomt når du ikke trenger det."),
    )

    base_url = forms.URLField(
        label=gettext_lazy("Adresse til API-et"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Tomt felt betyr plattformens egen, eller øvingsplattformen når modus er Øving."),
    )
    public_url = forms.URLField(
        label=gettext_lazy("Adresse for publikum"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Der folk ser kontoen, for eksempel https://x.com/lottstift."),
    )

    class Meta:
        model = Channel
        fields = (
            "name", "brand", "handle", "external_id", "mode", "wait_reason", "look_again_on",
            "template", "base_url", "public_url", "position",
        )  # fmt: skip
        widgets = {
            "wait_reason": forms.Textarea(attrs={"rows": 3}),
            "template": forms.Textarea(attrs={"rows": 4}),
            "look_again_on": AdminDateInput,
        }
        help_texts = {
            "mode": gettext_lazy(
                "I bruk og Øving sender. For hånd: dere legger ut selv når tiden er inne, og trenger ingen nøkkel. "
                "Pause og Vi venter sender ikke; det som er godkjent, blir liggende."
            ),
            "wait_reason": gettext_lazy("Fyll ut når modus er «Vi venter»."),
            "brand": gettext_lazy("«Alle avsendere»: kontoen er felles."),
            "external_id": gettext_lazy("Tallet eller navnet som plattformen kjenner kontoen under."),
        }

    def __init__(self, *args: Any, platform: Platform, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.platform = platform
        self.changed_keys: list[str] = []
        self._address_before = self.instance.api_address if self.instance.pk else ""
        brand = self.fields["brand"]
        assert isinstance(brand, forms.ModelChoiceField)
        brand.empty_label = _("Alle avsendere")
        self.initial["valg"] = "\n".join(f"{name} = {value}" for name, value in (self.instance.options or {}).items())
        for name in credential_fields(platform):
            self.fields[KEY_PREFIX + name] = forms.CharField(
                label=KEY_LABELS.get(name, name),
                required=False,
                max_length=LONGEST_KEY,
                widget=forms.PasswordInput(
                    render_value=False, attrs={"autocomplete": "new-password", "spellcheck": "false"}
                ),
            )

    @property
    def key_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(KEY_PREFIX)]

    def clean_valg(self) -> dict[str, str]:
        return lines_to_options(self.cleaned_data["valg"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_mode(cleaned)
        self._check_address(cleaned)
        self._check_move(cleaned)
        self._check_account(cleaned)
        self._check_keys(cleaned)
        return cleaned

    def _check_keys(self, cleaned: Mapping[str, Any]) -> None:
        """What cannot be a key (a line break from a mail, a blank) is told now, not when the first post should go."""
        for name in credential_fields(self.platform):
            given = str(cleaned.get(KEY_PREFIX + name) or "").strip()
            if given and not usable_key(given):
                self.add_error(
                    KEY_PREFIX + name,
                    _("Nøkkelen har mellomrom, linjeskift eller andre tegn som ikke hører til. Kopier den på nytt."),
                )

    def _check_mode(self, cleaned: Mapping[str, Any]) -> None:
        if cleaned.get("mode") != Channel.Mode.WAITING:
            return
        if not str(cleaned.get("wait_reason") or "").strip():
            self.add_error("wait_reason", _("Skriv hvorfor vi venter."))
        if not cleaned.get("look_again_on") and "look_again_on" not in self.errors:
            self.add_error("look_again_on", _("Velg en dato for når vi ser på det igjen."))

    def _check_address(self, cleaned: Mapping[str, Any]) -> None:
        """Keys never travel unencrypted, but for the pretend platforms on this very machine."""
        address = cleaned.get("base_url") or ""
        if not address:
            return  # the platform's own, or the pretend platforms' in training
        parts = urlsplit(address)
        if parts.username or parts.password:
            self.add_error("base_url", _("Ta bort brukernavn og passord fra adressen. Nøkler skrives i feltene under."))
        elif inside(parts.hostname or "") and not may_be_inside(address):
            self.add_error("base_url", _("Adressen må være til en plattform ute på nettet, ikke i vårt eget nett."))
        elif parts.scheme != "https" and parts.hostname not in LOOPBACK:
            self.add_error("base_url", _("Adressen må begynne med https://. Ellers går nøkkelen åpent over nettet."))
        elif cleaned.get("mode") == Channel.Mode.SANDBOX and parts.hostname == urlsplit(self._own_address).hostname:
            self.add_error("base_url", _("Dette er den ekte plattformen. La feltet stå tomt når kanalen er til øving."))

    def _check_move(self, cleaned: Mapping[str, Any]) -> None:
        """A key is for the place it was written for: else a new address would read it out to whoever sits there."""
        given = any(str(cleaned.get(KEY_PREFIX + name) or "").strip() for name in credential_fields(self.platform))
        if self._moves(cleaned) and not given and self._stored(self.instance):
            self.add_error("base_url", _("Skriv nøklene på nytt. De som er lagret, sendes ikke til en ny adresse."))

    def _moves(self, cleaned: Mapping[str, Any]) -> bool:
        """True when the keys would go to another place than before: our own pretend platforms are none."""
        address = cleaned.get("base_url") or ""
        if not self.instance.pk or not address:
            return False
        return not same_host(address, self._address_before)

    @property
    def _own_address(self) -> str:
        return str(getattr(self.platform, "default_base_url", ""))

    def _check_account(self, cleaned: Mapping[str, Any]) -> None:
        number, address = cleaned.get("external_id"), cleaned.get("base_url")
        if not number or address is None:
            return
        same = Channel.objects.filter(platform=self.platform.name, base_url=address, external_id=number)
        other = same.exclude(pk=self.instance.pk).first()
        if other is not None:
            self.add_error("external_id", _("Denne kontoen er allerede en kanal: «%(name)s».") % {"name": other.name})

    @transaction.atomic
    def save(self, commit: bool = True) -> Channel:
        """Save what the form holds, and nothing of what the ledger writes about the channel meanwhile."""
        channel: Channel = super().save(commit=False)
        channel.platform = self.platform.name
        channel.options = self.cleaned_data["valg"]
        fields = [*self._meta.fields, "options", "platform"]  # type: ignore[misc]
        given = {
            name.removeprefix(KEY_PREFIX): self.cleaned_data[name].strip()
            for name in self.fields
            if name.startswith(KEY_PREFIX) and self.cleaned_data.get(name, "").strip()
        }
        if given:
            kept = {} if self._moves(self.cleaned_data) else self._stored(channel)
            channel.set_credentials({**kept, **given})
            self.changed_keys = sorted(given)
            fields += KEY_FIELDS
        if channel.pk:
            channel.save(update_fields=fields)
        else:
            channel.save()
        return channel

    @staticmethod
    def _stored(channel: Channel) -> dict[str, str]:
        """Keys that are kept when others are written anew; none when they can no longer be read."""
        try:
            return credentials.open_sealed(channel.sealed)
        except credentials.CredentialsUnreadableError:
            return {}


def inside(host: str) -> bool:
    """True for this machine, and for an address as a number that is not out on the open net."""
    if host in LOOPBACK:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False  # a name: nothing inside has a certificate for it that we would trust


def may_be_inside(address: str) -> bool:
    """The pretend platforms' own address; and this machine, but in production."""
    if same_host(address, settings.SAMSPILL_SANDBOX_URL):
        return True
    return urlsplit(address).hostname in LOOPBACK and settings.SAMSPILL_MODE != "production"


def choices_of_platforms() -> list[tuple[str, str]]:
    """Every platform there is a folder for, with its name."""
    return [(name, found.capabilities().name) for name, found in registry.platforms().items()]


class PlatformForm(forms.Form):
    """The first question about a new channel."""

    plattform = forms.ChoiceField(label=gettext_lazy("Plattform"), choices=choices_of_platforms)
