"""Forms for connecting an account, and for our app at a platform. Secrets are written, never read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samspill.brands.models import Brand
from samspill.channels import http
from samspill.channels.connect_contract import Connection, ConnectWay
from samspill.channels.forms import LOOPBACK, inside, may_be_inside
from samspill.channels.models import Channel, practice_address

PRACTICE, REAL = "oving", "ekte"
LONGEST_SECRET = 2000  # signs
SECRET = {"autocomplete": "new-password", "spellcheck": "false"}


def fixed_place(channel: Channel | None) -> str:
    """The base address that a channel can be connected at, where its mode or its server decides; "" = to be chosen."""
    if channel is None:
        return ""
    if channel.base_url or channel.sends:
        return channel.api_address
    return channel.key_place


def names_server(connection: Connection) -> bool:
    """Whether the person says which server the account is on."""
    return connection.way == ConnectWay.SIGN_IN or bool(getattr(connection, "asks_for_server", False))


class ConnectForm(forms.Form):
    """Where, for whom and, when the platform wants it so, with what. ``place()`` is the API's base address."""

    hvor = forms.ChoiceField(label=gettext_lazy("Hvor"), widget=forms.RadioSelect)
    server = forms.URLField(
        label=gettext_lazy("Server"), assume_scheme="https", required=False,
        help_text=gettext_lazy("Adressen til serveren der kontoen er. Trengs ikke til øving."),
    )  # fmt: skip
    brand = forms.ModelChoiceField(
        label=gettext_lazy("Avsender"), queryset=Brand.objects.all(), required=False,
        empty_label=gettext_lazy("Alle avsendere"),
    )  # fmt: skip
    navn = forms.CharField(label=gettext_lazy("Brukernavn"), max_length=200)
    passord = forms.CharField(
        label=gettext_lazy("App-passord"), max_length=LONGEST_SECRET,
        widget=forms.PasswordInput(render_value=False, attrs=SECRET),
        help_text=gettext_lazy("Lag et eget app-passord på plattformen. Vi bytter det i en nøkkel og lagrer det ikke."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, connection: Connection, platform: Any, channel: Channel | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.connection, self.platform, self.channel = connection, platform, channel
        self.fixed = fixed_place(channel)
        name = platform.capabilities().name
        hvor = self.fields["hvor"]
        assert isinstance(hvor, forms.ChoiceField)
        hvor.choices = [(PRACTICE, _("Øvingsplattformen")), (REAL, _("%(name)s på ordentlig") % {"name": name})]
        hvor.initial = REAL if settings.SAMSPILL_MODE == "production" else PRACTICE
        self.fields["server"].initial = getattr(connection, "default_server", "")
        unneeded = [
            *(["hvor"] if self.fixed else []),
            *(["server"] if self.fixed or not names_server(connection) else []),
            *(["brand"] if channel is not None else []),
            *(["navn", "passord"] if connection.way != ConnectWay.SIGN_IN else []),
        ]
        for field in unneeded:
            del self.fields[field]

    def clean_server(self) -> str:
        """Keys never travel unencrypted, and never into our own network (but to the pretend platforms)."""
        address = str(self.cleaned_data["server"]).rstrip("/")
        if not address:
            return ""
        parts = urlsplit(address)
        if parts.username or parts.password or parts.query or parts.fragment:
            raise forms.ValidationError(_("Skriv bare adressen til serveren, for eksempel https://mastodon.social."))
        if inside(parts.hostname or "") and not may_be_inside(address):
            raise forms.ValidationError(_("Adressen må være til en plattform ute på nettet, ikke i vårt eget nett."))
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise forms.ValidationError(_("Adressen må begynne med https://. Ellers går nøkkelen åpent over nettet."))
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        real = cleaned.get("hvor") == REAL
        if real and "server" in self.fields and not cleaned.get("server") and "server" not in self.errors:
            self.add_error("server", _("Skriv adressen til serveren."))
        return cleaned

    def place(self) -> str:
        if self.fixed:
            return self.fixed
        if self.cleaned_data["hvor"] == PRACTICE:
            return practice_address(self.platform.name)
        return str(self.cleaned_data.get("server") or self.platform.default_base_url).rstrip("/")


class AppForm(forms.Form):
    """Our app's id and secret at a platform. An empty secret keeps the stored one."""

    client_id = forms.CharField(
        label=gettext_lazy("Appens id"), max_length=300,
        help_text=gettext_lazy("Kalles client ID eller app ID hos plattformen."),
    )  # fmt: skip
    client_secret = forms.CharField(
        label=gettext_lazy("Appens hemmelighet"), max_length=LONGEST_SECRET, required=False,
        widget=forms.PasswordInput(render_value=False, attrs=SECRET),
        help_text=gettext_lazy("Kalles client secret eller app secret. Lagres kryptert og vises aldri igjen."),
    )  # fmt: skip

    def __init__(self, *args: Any, has_secret: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_secret = has_secret

    def clean_client_id(self) -> str:
        return self._usable(self.cleaned_data["client_id"].strip())

    def clean_client_secret(self) -> str:
        secret = self.cleaned_data["client_secret"].strip()
        if not secret and not self.has_secret:
            raise forms.ValidationError(_("Skriv appens hemmelighet."))
        return self._usable(secret) if secret else ""

    @staticmethod
    def _usable(value: str) -> str:
        if not http.usable_key(value):
            raise forms.ValidationError(
                _("Dette har mellomrom, linjeskift eller andre tegn som ikke hører til. Kopier det på nytt.")
            )
        return value
