"""A key never comes back out: not on a page, not in a log, and not by sending it to an address of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from samspill.channels.forms import ChannelForm
from samspill.channels.http import handed_out
from samspill.channels.models import Channel
from samspill.channels.registry import platform
from tests.rooms.publishing.approval_world import World

SECRET, NEW = "aHemmelig-NOKKEL-4711", "en-NY-nokkel-4712"


@pytest.fixture
def channel(world: World) -> Channel:
    channel = Channel.objects.create(
        platform="facebook", name="Siden", mode="live", external_id="77", base_url="https://graph.eksempel.no"
    )
    channel.set_credentials({"access_token": SECRET, "app_secret": SECRET})
    channel.save()
    return channel


def save(client: Client, channel: Channel, **more: Any) -> Any:
    form = ChannelForm(instance=channel, platform=platform(channel.platform))
    found = {name: form.initial.get(name) for name in form.fields}
    data = {name: value for name, value in {**found, **more}.items() if value is not None}
    return client.post(f"/desk/kanaler/{channel.pk}/", data)


def keys(channel: Channel) -> dict[str, str]:
    return dict(Channel.objects.get(pk=channel.pk).account().credentials)


@pytest.mark.parametrize("address", ["https://ond.eksempel.no", "https://graph.eksempel.no:8443", "http://127.0.0.1:9"])
def test_an_administrator_cannot_send_a_stored_key_to_an_address_of_his_own(
    world: World, channel: Channel, address: str
) -> None:
    answer = save(world.as_(world.tor), channel, base_url=address)
    assert answer.status_code == 200
    assert "De som er lagret, sendes ikke til en ny adresse." in answer.content.decode()
    assert Channel.objects.get(pk=channel.pk).base_url == "https://graph.eksempel.no"


def test_with_a_new_address_only_the_keys_that_were_written_for_it_are_kept(world: World, channel: Channel) -> None:
    save(world.as_(world.tor), channel, base_url="https://ny.eksempel.no", nokkel_access_token=NEW)
    assert keys(channel) == {"access_token": NEW}


def test_the_same_place_under_another_path_keeps_the_keys(world: World, channel: Channel) -> None:
    save(world.as_(world.tor), channel, base_url="https://graph.eksempel.no/v25")
    assert keys(channel) == {"access_token": SECRET, "app_secret": SECRET}


@pytest.mark.parametrize(
    "address",
    ["https://169.254.169.254", "https://10.0.0.1", "https://[fd00:ec2::254]", "https://0.0.0.0", "https://192.168.1.1",
     "http://127.0.0.1:5432", "https://localhost", "https://[::1]", "https://[::ffff:169.254.169.254]"],
)  # fmt: skip
def test_in_production_no_address_leads_into_the_house(
    world: World, channel: Channel, settings: Any, address: str
) -> None:
    settings.SAMSPILL_MODE = "production"
    answer = save(world.as_(world.tor), channel, base_url=address, nokkel_access_token=NEW)
    assert "ikke i vårt eget nett" in answer.content.decode()
    assert Channel.objects.get(pk=channel.pk).base_url == "https://graph.eksempel.no"


@pytest.mark.parametrize("address", ["file:///etc/passwd", "gopher://a", "ftp://a.no", "javascript:alert(1)", "//a.no"])
def test_an_address_is_of_the_web(world: World, channel: Channel, address: str) -> None:
    save(world.as_(world.tor), channel, base_url=address, nokkel_access_token=NEW)
    assert Channel.objects.get(pk=channel.pk).base_url in ("https://graph.eksempel.no", "https://a.no")


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/", "https://169.254.169.254/", "http://127.0.0.1/", "file:///etc/passwd",
        "https://www.linkedin.com@ond.no/", "https://www.linkedin.com.ond.no/", "https://ondlinkedin.com/",
        "http://www.linkedin.com/", "https://www.linkedin.com:22/", "https://www.linkedin.com\\@ond.no/",
        "https://ond.no/#linkedin.com", "https://ond.no?linkedin.com", "//www.linkedin.com/", "", None, 7, "https://[",
        "https://www.linkedin.com/\r\nX-A: b",
    ],
)  # fmt: skip
def test_a_platform_does_not_send_our_files_elsewhere(address: Any) -> None:
    assert not handed_out(address, "https://api.linkedin.com", ("linkedin.com",))


@pytest.mark.parametrize("name", ["jonas", "amir", "liv", "nobody"])
def test_only_administrators_change_channels(world: World, channel: Channel, name: str) -> None:
    client = world.as_(getattr(world, name))
    save(client, channel, name="Kapret", nokkel_access_token=NEW)
    client.post(f"/desk/kanaler/{channel.pk}/modus/", {"modus": "paused"})
    found = Channel.objects.get(pk=channel.pk)
    assert (found.name, found.mode, keys(channel)["access_token"]) == ("Siden", "live", SECRET)


def test_no_page_log_or_column_holds_a_key_in_plain_text(world: World, channel: Channel) -> None:
    client = world.as_(world.superuser)
    save(client, channel, nokkel_access_token=NEW)
    for address in ("/desk/", "/desk/kanaler/", f"/desk/kanaler/{channel.pk}/", "/desk/reports/site-history/"):
        assert NEW not in client.get(address).content.decode()
    row = Channel.objects.filter(pk=channel.pk).values().get()
    assert NEW not in str(row)
    assert SECRET not in str(row)
    assert NEW not in str(list(ModelLogEntry.objects.values()))
    account = Channel.objects.get(pk=channel.pk).account()
    assert NEW not in repr(account) + str(account)


def test_an_exception_shows_neither_keys_nor_settings(world: World, channel: Channel) -> None:
    client = world.as_(world.superuser)
    client.raise_request_exception = False
    answer = client.get("/desk/failwhale/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Traceback" not in page
    assert "SECRET_KEY" not in page


def test_the_check_and_a_wrong_configuration_show_no_secret(tmp_path: Any) -> None:
    secrets = {
        "SAMSPILL_SECRET_KEY": "kort-hemmelighet",
        "SAMSPILL_CREDENTIAL_KEYS": "ikke-en-nokkel",
        "DATABASE_URL": "mysql://kari:passord-i-adressen@vert/base",
    }
    environment = {**os.environ, "SAMSPILL_MODE": "production", "SAMSPILL_DATA": str(tmp_path), **secrets}
    for verb in ("check", "web"):
        done = subprocess.run(
            [sys.executable, "-m", "samspill.config.cli", verb], env=environment, capture_output=True, text=True
        )
        said = done.stdout + done.stderr
        assert done.returncode
        for secret in ("kort-hemmelighet", "ikke-en-nokkel", "passord-i-adressen"):
            assert secret not in said
