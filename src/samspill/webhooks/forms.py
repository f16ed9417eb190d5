"""What an administrator says about a receiver."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samspill.channels.guarded import is_public
from samspill.channels.http import checked_address
from samspill.webhooks.models import Endpoint, Kind


class EndpointForm(forms.ModelForm):
    """Address and kinds. Where the name leads is looked at again at each sending: it may change."""

    kinds = forms.MultipleChoiceField(
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Hva vi varsler om"),
        error_messages={"required": gettext_lazy("Velg minst én ting å varsle om.")},
    )

    class Meta:
        model = Endpoint
        fields = ["address", "kinds"]
        labels = {"address": gettext_lazy("Adresse hos mottakeren")}
        help_texts = {"address": gettext_lazy("Begynner med https://. Den som drifter mottakeren, vet adressen.")}
        error_messages = {
            "address": {
                "required": gettext_lazy("Skriv adressen som varslene skal sendes til."),
                "unique": gettext_lazy("Denne adressen er registrert fra før. Åpne den i listen for å endre den."),
            }
        }

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        try:
            checked_address(address)
            parts = urlsplit(address)
            _port = parts.port
        except ValueError:
            raise forms.ValidationError(
                _("Dette er ikke en nettadresse vi kan sende til. Skriv den slik: https://system.no/varsler")
            ) from None
        if parts.fragment:
            raise forms.ValidationError(_("Ta bort det som står etter # i adressen."))
        if settings.SAMSPILL_MODE == "production":
            self._check_for_production(parts.scheme, parts.hostname or "")
        return address

    def _check_for_production(self, scheme: str, host: str) -> None:
        if scheme != "https":
            raise forms.ValidationError(_("Adressen må begynne med https://, så ingen kan lese varslene på veien."))
        plain_number = host.replace(".", "").isdigit() or ":" in host
        if host == "localhost" or (plain_number and not is_public(host)):
            raise forms.ValidationError(_("Adressen fører til et eget nett, og dit sender vi ikke varsler."))

    def changed_names(self) -> list[str]:
        """For the audit log."""
        return sorted(self.changed_data)

    def clean_kinds(self) -> list[Any]:
        return sorted(self.cleaned_data["kinds"])
