"""Keys that run out, seen from the ledger: whoever asks a platform first has a key that works, or waits."""

from __future__ import annotations

from django.conf import settings

from samspill.channels import tokens
from samspill.channels.contract import Later, NotSent, Reason, Refused, Result
from samspill.channels.http import Client
from samspill.channels.models import Channel
from samspill.delivery import instant

FRESH = ("sealed", "key_place", "key_expires_at", "options")


class KeyNotReadyError(Exception):
    """There is no key to be used now. ``result`` is what that means for a step: surely nothing was sent."""

    def __init__(self, result: Refused | Later | NotSent) -> None:
        super().__init__(str(result.reason))
        self.result = result


def client() -> Client:
    """For talk about keys: short, since nothing large is sent."""
    return Client(read_timeout=settings.SAMSPILL_REQUEST_SECONDS)


def make_ready(channel: Channel) -> None:
    """Renew the channel's key if its time is near. Raises KeyNotReadyError, CredentialsUnreadableError."""
    if not channel.key_place:
        return
    refused = tokens.ready(channel.pk, client(), instant.now)
    if refused is not None:
        raise KeyNotReadyError(refused)
    channel.refresh_from_db(fields=FRESH)


def mended(channel: Channel, result: Result) -> bool:
    """After the platform refused the key (surely nothing was done): whether there is a new one to try once with."""
    dead = isinstance(result, Refused) and result.reason is Reason.TOKEN_DEAD
    if not dead or not channel.key_place:
        return False
    used = channel.account().credentials.get("access_token", "")
    refused = tokens.ready(channel.pk, client(), instant.now, dead_key=used)
    channel.refresh_from_db(fields=FRESH)
    return refused is None and channel.account().credentials.get("access_token", "") not in ("", used)
