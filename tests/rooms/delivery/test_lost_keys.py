"""Keys that can't be read any more: said at once and in words, to the desk and to whoever runs the servers."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet

from samspill.config.checkup import account_findings
from samspill.delivery import tasks
from samspill.delivery.states import State
from samspill.delivery.words import mend, what
from tests.rooms.delivery.conftest import let_time_pass, turn, until


@pytest.fixture
def lose_keys(settings: Any) -> Any:
    """Start again with other keys; gives the old ones."""

    def lose() -> list[str]:
        before = list(settings.SAMSPILL_CREDENTIAL_KEYS)
        settings.SAMSPILL_CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
        return before

    return lose


def test_the_channel_says_so_before_anything_is_sent(channel_on, lose_keys) -> None:
    channel = channel_on("facebook")
    lose_keys()
    tasks.verify_accounts(timestamp=0)
    channel.refresh_from_db()
    assert channel.trouble == "credentials_unreadable"
    assert "kryptert" in what(channel.trouble, "Facebook")
    assert "krypteringsnøkkelen" in mend(channel.trouble, "Facebook")


def test_the_check_of_the_command_says_so_at_once_also_for_a_channel_at_rest(channel_on, lose_keys) -> None:
    channel = channel_on("x")
    channel.mode = "paused"
    channel.save()
    assert list(account_findings()) == [(f"Konto {channel}", None)]
    lose_keys()
    ((subject, problem),) = account_findings()
    assert subject == f"Konto {channel}" and "krypteringsnøkkelen" in (problem or "")


def test_a_post_waits_and_goes_out_once_when_the_key_is_put_back(world, deliver, settings, lose_keys) -> None:
    delivery = deliver("x")
    kept = lose_keys()
    assert turn(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.DUE, "credentials_unreadable")
    assert world.posts("x") == []
    settings.SAMSPILL_CREDENTIAL_KEYS = kept
    let_time_pass(delivery, 3600)
    tasks.verify_accounts(timestamp=0)
    until(delivery, State.CONFIRMED)
    assert len(world.posts("x")) == 1
