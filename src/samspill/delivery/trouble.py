"""What deliveries teach us about a channel: its last success and error, holds, and a broken account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from samspill.channels import contract, registry
from samspill.channels.contract import Done
from samspill.channels.credentials import CredentialsUnreadableError
from samspill.channels.http import Client
from samspill.channels.models import Channel
from samspill.delivery import allowances, instant, keys
from samspill.library.freeze import read

log = structlog.get_logger(__name__)
FIRST_CHECK = timedelta(seconds=15)
LONGEST_CHECK = timedelta(minutes=30)
UNREADABLE = contract.Refused(
    contract.Reason.CREDENTIALS_UNREADABLE,
    contract.Refusal.ACCOUNT,
    "credentials cannot be decrypted with the present SAMSPILL_CREDENTIAL_KEYS",
)


def well(channel_id: int) -> None:
    Channel.objects.filter(pk=channel_id).update(last_success_at=instant.now())
    Channel.objects.filter(pk=channel_id, trouble="", trouble_since__isnull=False).update(trouble_since=None)


def note(channel_id: int, reason: str, detail: str) -> None:
    Channel.objects.filter(pk=channel_id).update(
        last_error_at=instant.now(), last_error=reason, last_error_detail=detail
    )


def hold(channel_id: int, until: datetime) -> None:
    """The platform asked all posts of the channel to wait. A longer wait that stands is not cut short."""
    shorter = Q(held_until__isnull=True) | Q(held_until__lt=until)
    Channel.objects.filter(shorter, pk=channel_id).update(held_until=until)


def report(channel_id: int, reason: str, detail: str) -> None:
    """Nothing goes through until the account is mended; it is looked at again by itself.

    An account that reads well and still refuses to post (a missing permission) comes here again and again: then
    it is the same trouble, and the pauses go on growing.
    """
    now = instant.now()
    with transaction.atomic():
        channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel_id)
        if not channel.trouble:
            channel.trouble_since = channel.trouble_since or now
            channel.verify_at = now + pause_after(now - channel.trouble_since)
        channel.trouble, channel.trouble_detail = reason, detail
        channel.save(update_fields=["trouble", "trouble_detail", "trouble_since", "verify_at"])


def pause_after(lasted: timedelta) -> timedelta:
    """How long until the account is looked at again: about as long as the trouble has lasted."""
    return min(max(lasted, FIRST_CHECK), LONGEST_CHECK)


def clear(channel_id: int) -> None:
    """The account can be read again. Since when it was in trouble is kept until a step goes through (``well``)."""
    Channel.objects.filter(pk=channel_id).update(trouble="", trouble_detail="", verify_at=None)


def verify(channel: Channel) -> contract.Result:
    """Ask the platform whether the account works: one cheap read. Clears or reports trouble accordingly."""
    try:
        result = _asked(channel)
        if keys.mended(channel, result):
            result = _asked(channel)
    except CredentialsUnreadableError:
        result = UNREADABLE
    except keys.KeyNotReadyError as error:
        result = error.result
    if isinstance(result, Done):
        clear(channel.pk)
        _keep_told(channel.pk, result.data.get("options") or {})
    elif isinstance(result, contract.Refused) and result.kind is contract.Refusal.ACCOUNT:
        report(channel.pk, result.reason, result.detail)
    return result


def _asked(channel: Channel) -> contract.Result:
    keys.make_ready(channel)
    context = contract.Context(
        account=channel.account(),
        http=Client(after_answer=allowances.listener(channel), read_timeout=settings.SAMSPILL_REQUEST_SECONDS),
        read=lambda file: read(file.sha256),
        now=instant.now,
    )
    return registry.platform(channel.platform).verify(context)


def _keep_told(channel_id: int, options: Mapping[str, str]) -> None:
    """What the server told of its own limits is kept among the channel's options."""
    if not options:
        return
    with transaction.atomic():
        channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel_id)
        channel.options = {**channel.options, **options}
        channel.save(update_fields=["options"])


def report_unreadable() -> None:
    """A key of ours that is lost is told at once, not when the next post should have gone."""
    for channel in Channel.objects.filter(trouble="").exclude(sealed=""):
        if not channel.has_readable_credentials:
            report(channel.pk, UNREADABLE.reason, UNREADABLE.detail)


def verify_troubled() -> list[int]:
    """Look again at channels in trouble whose time has come. Returns those that work again."""
    mended = []
    now = instant.now()
    for pk in list(Channel.objects.exclude(trouble="").filter(verify_at__lte=now).values_list("pk", flat=True)):
        with transaction.atomic():
            channel = (
                Channel.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(pk=pk, verify_at__lte=now)
                .first()
            )
            if channel is None:
                continue
            since = channel.trouble_since or now
            Channel.objects.filter(pk=pk).update(verify_at=now + pause_after(now - since))
        if isinstance(verify(channel), Done):
            log.info("account_works_again", channel=pk)
            mended.append(pk)
    return mended
