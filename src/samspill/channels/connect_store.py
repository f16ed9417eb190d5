"""What a grant becomes: a channel's keys. One account is one channel; connecting it again renews that channel."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from samspill.channels import credentials, registry
from samspill.channels.connect_apps import app_for
from samspill.channels.connect_contract import Connection, Grant, GrantedAccount, Need, NotGranted
from samspill.channels.contract import Done
from samspill.channels.http import Client
from samspill.channels.models import KEY_FIELDS, Channel, ConnectAttempt, practice_address

LONGEST_NAME = 100  # signs, of a channel's name and handle


@dataclass(frozen=True, slots=True)
class Stored:
    """The channel that holds the keys now; ``made``: it is a new one."""

    channel: Channel
    made: bool


def connect(attempt: ConnectAttempt, grant: Grant, chosen: GrantedAccount, now: datetime) -> Stored | None:
    """Give the account's channel its keys, or make one. None: the account is another sender's channel already."""
    for _ in range(2):
        try:
            with transaction.atomic():
                return _connect(attempt, grant, chosen, now)
        except IntegrityError:
            continue  # somebody made the same channel at this very moment: now it is there
    return None  # a channel at another place (practice, real) has the same number


def _connect(attempt: ConnectAttempt, grant: Grant, chosen: GrantedAccount, now: datetime) -> Stored | None:
    there = channel_of(attempt.platform, attempt.base_url, chosen.external_id)
    wanted = attempt.channel
    if wanted is not None and there is not None and there.pk != wanted.pk:
        return None
    if wanted is None and there is not None and attempt.brand_id not in (None, there.brand_id):
        return None
    target = wanted or there
    channel = target and Channel.objects.select_for_update(of=("self",)).get(pk=target.pk)
    made = channel is None
    channel = channel or _new(attempt, chosen)
    channel.external_id = channel.external_id or chosen.external_id
    channel.handle = _kept(chosen.handle) or channel.handle
    channel.public_url = _public_address(chosen.public_url) or channel.public_url
    channel.options = {**channel.options, **chosen.options}
    channel.set_credentials({**grant.credentials, **chosen.credentials})
    channel.key_place = attempt.base_url
    channel.key_expires_at, channel.refresh_expires_at = grant.expires_at, grant.refresh_expires_at
    channel.scopes = None if grant.scopes is None else list(grant.scopes)
    channel.connected_at, channel.connected_by = now, attempt.user
    if made:
        channel.save()
    else:
        channel.save(update_fields=["external_id", "handle", "public_url", "options", *KEY_FIELDS])
    return Stored(channel, made)


def _new(attempt: ConnectAttempt, chosen: GrantedAccount) -> Channel:
    """Paused, so that nothing goes out by mistake; on a pretend platform there is nothing to be afraid of."""
    practice = attempt.base_url == practice_address(attempt.platform)
    own = attempt.base_url == registry.platform(attempt.platform).default_base_url
    return Channel(
        platform=attempt.platform,
        brand=attempt.brand,
        name=_kept(chosen.name) or chosen.external_id[:100],
        base_url="" if practice or own else attempt.base_url,
        mode=Channel.Mode.SANDBOX if practice else Channel.Mode.PAUSED,
    )


def _kept(words: str) -> str:
    """A platform's own words as our columns take them: one line of signs that can be seen, not longer than they are."""
    line = "".join(sign for sign in " ".join(words.split()) if sign.isprintable())
    return line[:LONGEST_NAME]


def _public_address(url: str) -> str:
    """An address that may be a link in the newsroom: anything but http and https (script) is left out."""
    try:
        Channel._meta.get_field("public_url").run_validators(url)
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except (ValidationError, ValueError):
        return ""


def channel_of(platform_name: str, base_url: str, external_id: str) -> Channel | None:
    """The channel that this account is, at this place. One that was never connected and does not send is at any."""
    for channel in Channel.objects.filter(platform=platform_name).exclude(external_id="").select_related("brand"):
        undecided = not (channel.key_place or channel.base_url or channel.sends)
        here = undecided or base_url in (channel.key_place, channel.api_address)
        if here and same_account(channel.external_id, external_id):
            return channel
    return None


def same_account(one: str, other: str) -> bool:
    """LinkedIn's organisations are known by urn or by the number at its end."""
    return one == other or (":" in one) != (":" in other) and one.rsplit(":", 1)[-1] == other.rsplit(":", 1)[-1]


def missing_scopes(channel: Channel) -> dict[str, Need]:
    """Scopes that we ask for and did not get, and what each is for; none when the platform does not tell."""
    connection: Connection | None = getattr(registry.platform(channel.platform), "connection", None)
    if connection is None or channel.scopes is None:
        return {}
    return {name: need for name, need in connection.scopes.items() if name not in channel.scopes}


# --- disconnecting --------------------------------------------------------------------------


class Shared:
    """The same person's consent carries another channel, so it was not taken back."""


def disconnect(channel_id: int, http: Client, now: datetime) -> Done | NotGranted | Shared | None:
    """Take the keys back at the platform and forget them here, whatever the platform answers.

    History and queue stay: what is approved waits until the channel is connected again. Returns what the platform
    said; None when it has no address for taking keys back, or we held no keys that we could read.
    """
    channel = Channel.objects.get(pk=channel_id)
    said = _revoke(channel, http, now)
    with transaction.atomic():
        channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel_id)
        channel.forget_key()
        channel.save(update_fields=list(KEY_FIELDS))
    return said


def _revoke(channel: Channel, http: Client, now: datetime) -> Done | NotGranted | Shared | None:
    connection: Connection | None = getattr(registry.platform(channel.platform), "connection", None)
    if connection is None or not channel.key_place:
        return None
    try:
        account, app = channel.key_account(), app_for(channel.platform, channel.key_place)
        owner = account.credentials.get("owner", "")
        if app is None or not account.credentials:
            return None
        if owner and _others_of(channel, owner):
            return Shared()
    except credentials.CredentialsUnreadableError:
        return None
    return connection.revoke(account, app, http, now)


def _others_of(channel: Channel, owner: str) -> bool:
    others = Channel.objects.filter(platform=channel.platform, key_place=channel.key_place).exclude(pk=channel.pk)
    return any(_owner(other) == owner for other in others.exclude(sealed=""))


def _owner(channel: Channel) -> str:
    try:
        return credentials.open_sealed(channel.sealed).get("owner", "")
    except credentials.CredentialsUnreadableError:
        return ""


# --- a grant on its way ---------------------------------------------------------------------


def to_text(grant: Grant) -> str:
    """As text, to be sealed until an account is chosen."""
    return json.dumps(dataclasses.asdict(grant), default=datetime.isoformat)


def from_text(text: str) -> Grant:
    held = json.loads(text)
    names = ("expires_at", "refresh_expires_at")
    times = {name: datetime.fromisoformat(held[name]) if held[name] else None for name in names}
    return Grant(
        held["credentials"],
        None if held["scopes"] is None else tuple(held["scopes"]),
        accounts=tuple(GrantedAccount(**account) for account in held["accounts"]),
        **times,
    )
