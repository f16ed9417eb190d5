"""Connecting a Bluesky account in the desk: against the pretend server and the one that others wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from samspill.channels import connect, connect_store, tokens
from samspill.channels.connect import Connected, Failed, Wish
from samspill.channels.contract import Done, Reason
from samspill.channels.http import Client
from samspill.channels.models import Channel
from samspill.channels.registry import platform
from tests.rooms.channels.pds.running import DataServer, data_server
from tests.rooms.desk import world

DID = "did:plc:lottstiftsandbox22222222"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataServer]:
    with data_server(tmp_path_factory.mktemp("pds")) as running:
        yield running


@pytest.fixture
def people(transactional_db: None, sandbox: Any, settings: Any) -> dict[str, Any]:
    settings.SAMSPILL_SANDBOX_URL = sandbox.url
    found: dict[str, Any] = world.people()
    return found


@pytest.fixture
def press(people: dict[str, Any]) -> Callable[..., Any]:
    """Fill in the form for connecting, as a person of that role."""

    def send(role: str = "admin", **fields: str) -> Any:
        browser = Browser(headers={"accept-language": "nb"})
        browser.force_login(people[role])
        form = {"hvor": "oving", "navn": "@lottstift.test", "passord": "sand-kass-eneb-lues", **fields}
        return browser.post("/desk/kanaler/ny/bluesky/koble/", form, follow=True)

    return send


def test_a_name_and_an_app_password_make_a_channel_that_speaks(press):
    answer = press()
    channel = Channel.objects.get()
    assert "er koblet til" in answer.content.decode()
    assert (channel.external_id, channel.handle, channel.mode) == (DID, "lottstift.test", "sandbox")
    assert channel.name == "Lotteri- og stiftelsestilsynet"
    assert channel.key_expires_at is not None
    assert isinstance(platform("bluesky").verify(_context(channel)), Done)
    assert "sand-kass-eneb-lues" not in str(channel.account().credentials)


def test_a_wrong_password_is_said_and_nothing_is_stored(press):
    answer = press(passord="aaaa-bbbb-cccc-dddd")
    assert answer.status_code == 200
    assert "Ingenting er koblet til." in answer.content.decode()
    assert "aaaa-bbbb" not in answer.content.decode()
    assert not Channel.objects.exists()


@pytest.mark.parametrize("role", ["editor", "expert", "leader", "nobody"])
def test_those_who_may_not_change_channels_connect_none(press, sandbox, role):
    answer = press(role)
    assert "er koblet til" not in answer.content.decode()
    assert not Channel.objects.exists()
    asked = sandbox.app.journal.of("bluesky")
    assert asked == []


@pytest.mark.slow
def test_a_true_servers_key_is_renewed_by_itself_and_ended_when_disconnected(server, people):
    """No app of ours is entered anywhere: an app password needs none."""
    made = server.account("kobling.test")
    now = timezone.now()
    wish = Wish(people["admin"], "en-økt", "bluesky", server.url)
    outcome = connect.sign_in(wish, "kobling.test", made["app_password"], Client(), now)
    assert isinstance(outcome, Connected), outcome
    channel = outcome.channel
    first = channel.key_account().credentials
    assert tokens.ready(channel.pk, Client(), timezone.now) is None
    channel.refresh_from_db()
    assert channel.key_account().credentials == first

    Channel.objects.filter(pk=channel.pk).update(key_expires_at=now + timedelta(minutes=5))
    assert tokens.ready(channel.pk, Client(), timezone.now) is None
    channel.refresh_from_db()
    renewed = channel.key_account().credentials
    assert renewed["refresh_token"] != first["refresh_token"]
    assert channel.key_expires_at > now + timedelta(minutes=30)

    # The server has just refused the key: it is renewed at once, without waiting for its time.
    assert tokens.ready(channel.pk, Client(), timezone.now, dead_key=renewed["access_token"]) is None
    channel.refresh_from_db()
    again = channel.key_account().credentials
    assert again["refresh_token"] != renewed["refresh_token"]

    assert isinstance(connect_store.disconnect(channel.pk, Client(), timezone.now()), Done)
    channel.refresh_from_db()
    assert channel.sealed == ""
    ended = server.ask("POST", "com.atproto.server.refreshSession", again["refresh_token"])
    assert ended.json()["error"] == "ExpiredToken"


@pytest.mark.slow
def test_another_account_does_not_take_over_a_channel(server, people):
    one, two = server.account("konto-en.test"), server.account("konto-to.test")
    now = timezone.now()
    wish = Wish(people["admin"], "en-økt", "bluesky", server.url)
    first = connect.sign_in(wish, "konto-en.test", one["app_password"], Client(), now)
    assert isinstance(first, Connected)
    wish = Wish(people["admin"], "en-økt", "bluesky", server.url, first.channel)
    other = connect.sign_in(wish, "konto-to.test", two["app_password"], Client(), now)
    assert isinstance(other, Failed)
    assert other.fault is connect.Fault.OTHER_ACCOUNT
    first.channel.refresh_from_db()
    assert first.channel.external_id == one["did"]
    wrong = connect.sign_in(wish, "konto-en.test", "feil", Client(), now)
    assert isinstance(wrong, Failed)
    assert wrong.why.reason is Reason.TOKEN_DEAD


def _context(channel: Channel) -> Any:
    from samspill.channels.contract import Context

    return Context(channel.account(), Client(), lambda thing: b"", timezone.now)
