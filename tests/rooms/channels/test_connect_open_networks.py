"""Connecting where there are many servers: an app that is registered by itself, and a name with an app password."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from samspill.channels import connect_store, tokens
from samspill.channels.models import Channel, ConnectAttempt, PlatformApp
from samspill.delivery import instant
from samspill.delivery.keys import client
from tests.rooms.channels.connecting import Person, words
from tests.rooms.desk import world

PASSWORD = "sand-kass-eneb-lues"


@pytest.fixture
def kari(db: None, sandbox: Any, settings: Any) -> Person:
    settings.SAMSPILL_SANDBOX_URL = sandbox.url
    settings.SAMSPILL_BASE_URL = "http://127.0.0.1:8000"
    return Person(world.people()["admin"])


def sign_in(kari: Person, password: str = PASSWORD, **fields: str) -> Any:
    form = {"hvor": "oving", "navn": "@lottstift.test", "passord": password, **fields}
    return kari.client.post("/desk/kanaler/ny/bluesky/koble/", form, follow=True)


def test_a_name_and_an_app_password_become_a_key_and_the_password_is_not_kept(kari: Person) -> None:
    answer = sign_in(kari)
    assert "er koblet til" in words(answer)
    channel = Channel.objects.get()
    assert channel.external_id.startswith("did:plc:")
    assert channel.key_expires_at is not None
    assert PASSWORD not in str(channel.account().credentials) + str(list(ConnectAttempt.objects.values()))
    assert tokens.ready(channel.pk, client(), instant.now) is None
    assert isinstance(connect_store.disconnect(channel.pk, client(), instant.now()), connect_store.Done)


def test_a_session_is_renewed_although_no_app_is_needed(kari: Person) -> None:
    sign_in(kari)
    channel = Channel.objects.get()
    Channel.objects.update(key_expires_at=instant.now())
    assert tokens.ready(channel.pk, client(), instant.now) is None
    assert Channel.objects.get().key_expires_at > instant.now()


def test_a_wrong_password_says_so_connects_nothing_and_is_not_shown_again(kari: Person) -> None:
    page = sign_in(kari, "feil-pass-ord-her")
    assert "Ingenting er koblet til." in words(page)
    assert "feil-pass-ord-her" not in page.content.decode()
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("server", "says"),
    [
        ("", "Skriv adressen til serveren."),
        ("http://eksempel.no", "Adressen må begynne med https://."),
        ("https://10.0.0.7", "ikke i vårt eget nett"),
        ("https://navn:passord@eksempel.no", "Skriv bare adressen til serveren"),
    ],
)
def test_a_server_must_be_out_on_the_net_and_encrypted(server: str, says: str, kari: Person) -> None:
    page = sign_in(kari, hvor="ekte", server=server)
    assert says in page.content.decode()
    assert not Channel.objects.exists()


def test_a_server_gets_an_app_of_ours_by_itself(kari: Person, sandbox: Any) -> None:
    page = kari.begin("mastodon")
    assert PlatformApp.objects.get().base_url == f"{sandbox.url}/mastodon"
    assert page.startswith(f"{sandbox.url}/mastodon/oauth/authorize?")
    assert httpx2.get(page).status_code == 200
