"""Keys are renewed and looked at before posts are due: what is wrong is told at once, not when a post should go."""

from __future__ import annotations

from samspill.channels import connect, tokens
from samspill.channels.contract import Reason, Refusal, Refused
from samspill.channels.credentials import CredentialsUnreadableError
from samspill.channels.models import Channel
from samspill.delivery import instant, trouble
from samspill.delivery.keys import client


def renew_due() -> int:
    """Renew keys before they run out, also where nothing is sent just now. Returns how many were looked at."""
    found = tokens.due(instant.now())
    for channel_id in found:
        try:
            refused = tokens.ready(channel_id, client(), instant.now)
        except CredentialsUnreadableError:
            continue  # told by trouble.report_unreadable
        if isinstance(refused, Refused):
            _tell(channel_id, refused)
    return len(found)


def check_daily() -> int:
    """Once a day: does each key still work, until when, and what may it? Before posts are due, not when they are."""
    found = tokens.unchecked(instant.now())
    for channel_id in found:
        try:
            told = tokens.check(channel_id, client(), instant.now())
        except CredentialsUnreadableError:
            continue
        channel = Channel.objects.get(pk=channel_id)
        if isinstance(told, Refused) and told.kind is Refusal.ACCOUNT and told.reason is not Reason.APP_REFUSED:
            _tell(channel_id, told)
        elif not channel.trouble:
            trouble.verify(channel)
    return len(found)


def _tell(channel_id: int, refused: Refused) -> None:
    trouble.note(channel_id, refused.reason, refused.detail)
    trouble.report(channel_id, refused.reason, refused.detail)


def forget_old_attempts() -> None:
    """What connecting kept for a while."""
    connect.forget_old(instant.now())
