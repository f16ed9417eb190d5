"""Done by hand: where a person writes, with what is filled in there, and the address that comes back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samspill.channels import registry
from samspill.channels.by_hand import WrongAddress, fills_in, judge, write_address
from samspill.channels.contract import Action
from samspill.channels.models import Channel
from samspill.delivery.models import Delivery
from samspill.desk.payload import Sent, safe_address

WITH_ADDRESS = {"ute", "let"}  # the acts that a post's address can be given with


class AddressForm(forms.Form):
    """Where a post is, when a person knows it. With its channel, the address of another's post is refused."""

    adresse = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": gettext_lazy(
                "Dette er ikke en adresse. Kopier den fra nettleseren, så den begynner med https://."
            )
        },
    )

    def __init__(self, *args: Any, channel: Channel | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel

    def clean_adresse(self) -> str:
        address = self.cleaned_data["adresse"]
        if address and not safe_address(address):
            raise forms.ValidationError(self.fields["adresse"].error_messages["invalid"])
        if address and self.channel is not None:
            _check_whose(address, self.channel)
        return address


def _check_whose(address: str, channel: Channel) -> None:
    account = channel.account(with_credentials=False)
    wrong = judge(address, account, channel.public_url, registry.platform(channel.platform))
    name = {"name": channel.platform_name, "account": channel.name}
    if wrong is WrongAddress.OTHER_PLACE:
        raise forms.ValidationError(
            _("Dette er ikke adressen til et innlegg på %(name)s. Åpne innlegget, og kopier adressen der.") % name
        )
    if wrong is WrongAddress.OTHER_ACCOUNT:
        raise forms.ValidationError(
            _(
                "Dette innlegget er fra en annen konto enn %(account)s. "
                "Ble det lagt ut derfra, må det slettes der og legges ut fra riktig konto."
            )
            % name
        )


def writing(delivery: Delivery, content: Sent | None) -> dict[str, Any]:
    """What the page for doing it by hand needs: the platform's own page to write on, and what is filled in there.

    In training that is the pretend platform. An answer is written below the post that it answers, a change on the
    post itself.
    """
    channel, target = delivery.channel, delivery.target
    own = safe_address(channel.public_url)
    if target is not None:
        below = safe_address(target.external_url)
        return {"write_address": below or own, "below": below, "filled_in": False}
    if channel.mode == Channel.Mode.SANDBOX or content is None or delivery.action != Action.PUBLISH:
        return {"write_address": own, "below": "", "filled_in": False}
    capabilities = channel.capabilities()
    link = content.link.url if content.link and not content.link_is_in_text else ""
    address = write_address(registry.platform(channel.platform), capabilities, content.text, link)
    # A page that takes no text is only a way in: then the account's own page is nearer.
    nearest = address if capabilities.compose_field or not own else own
    return {
        "write_address": safe_address(nearest) or own,
        "below": "",
        "filled_in": bool(address) and fills_in(capabilities, address),
    }
