"""Channels: what is shown of them, who changes them, and that a key never comes back out."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from samspill.channels import credentials
from samspill.channels.forms import ChannelForm, credential_fields
from samspill.channels.models import Channel
from samspill.channels.registry import platform, platforms
from samspill.delivery.models import Circuit
from samspill.desk.health import health
from tests.rooms.desk.world import SECRET

NEW = "aHelt-NY-nokkel-99"


def values(channel: Channel, **more: Any) -> dict[str, Any]:
    """What the form sends for a channel as it stands."""
    form = ChannelForm(instance=channel, platform=platform(channel.platform))
    found = {name: form.initial.get(name) for name in form.fields}
    return {name: value for name, value in {**found, **more}.items() if value is not None}


def save(client: Client, channel: Channel, **more: Any) -> Any:
    return client.post(f"/desk/kanaler/{channel.pk}/", values(channel, **more), follow=True)


def test_a_key_is_written_and_never_shown_again(
    signed_in: Callable[[str], Client], channels: Any, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    client = signed_in("admin")
    channel = channels["x"]
    pages = [save(client, channel, nokkel_access_token=NEW)]
    pages += [
        client.get(path) for path in ("/desk/kanaler/", f"/desk/kanaler/{channel.pk}/", "/desk/", "/desk/regler/")
    ]
    pages.append(
        save(client, channel, nokkel_access_token=NEW, name="")
    )  # a form that fails shows what was typed, not keys
    channel.refresh_from_db()
    assert channel.account().credentials["access_token"] == NEW
    for page in pages:
        assert NEW not in page.content.decode()
        assert SECRET not in page.content.decode()
        assert channel.sealed not in page.content.decode()
    everything = (
        caplog.text + "".join(capsys.readouterr()) + repr(channel) + repr(channel.account()) + repr(vars(channel))
    )
    assert NEW not in everything
    assert NEW not in str([entry.data for entry in ModelLogEntry.objects.all()])


def test_an_empty_field_keeps_the_key(signed_in: Callable[[str], Client], channels: Any) -> None:
    save(signed_in("admin"), channels["x"], name="Nytt navn")
    channels["x"].refresh_from_db()
    assert channels["x"].name == "Nytt navn"
    assert channels["x"].account().credentials == {"access_token": SECRET}


def test_one_key_of_two_can_be_renewed_alone(signed_in: Callable[[str], Client], channels: Any) -> None:
    channel = channels["facebook"]
    assert credential_fields(platform("facebook")) == ("access_token", "app_secret")
    save(signed_in("admin"), channel, nokkel_app_secret=NEW)
    channel.refresh_from_db()
    assert channel.account().credentials == {"access_token": SECRET, "app_secret": NEW}


def test_a_new_key_forgets_the_trouble_of_the_old_one(signed_in: Callable[[str], Client], channels: Any) -> None:
    Channel.objects.filter(pk=channels["x"].pk).update(trouble="token_dead", trouble_since=timezone.now())
    save(signed_in("admin"), Channel.objects.get(pk=channels["x"].pk), nokkel_access_token=NEW)
    assert Channel.objects.get(pk=channels["x"].pk).trouble == ""


def test_the_form_does_not_undo_what_the_ledger_wrote_meanwhile(channels: Any) -> None:
    stale = Channel.objects.get(pk=channels["x"].pk)
    Channel.objects.filter(pk=stale.pk).update(trouble="token_dead", last_error="timeout")
    form = ChannelForm(values(stale, name="Nytt"), instance=stale, platform=platform("x"))
    assert form.is_valid(), form.errors
    form.save()
    fresh = Channel.objects.get(pk=stale.pk)
    assert (fresh.name, fresh.trouble, fresh.last_error) == ("Nytt", "token_dead", "timeout")


@pytest.mark.parametrize(
    ("field", "value", "at", "says"),
    [
        ("mode", "waiting", "wait_reason", "Skriv hvorfor vi venter."),
        ("mode", "waiting", "look_again_on", "Velg en dato for når vi ser på det igjen."),
        ("base_url", "http://eksempel.no", "base_url", "Adressen må begynne med https://."),
        ("base_url", "https://navn:passord@eksempel.no", "base_url", "Ta bort brukernavn og passord"),
        ("base_url", "gopher", "base_url", "gyldig"),
        ("valg", "graph_version v25", "valg", "Skriv én innstilling på hver linje"),
        ("name", "", "name", "fylle ut"),
    ],
)
def test_what_is_wrong_is_told_at_the_field_and_on_top(
    field: str, value: str, at: str, says: str, signed_in: Callable[[str], Client], channels: Any
) -> None:
    channel = channels["x"]
    answer = save(signed_in("admin"), channel, **{field: value})
    page = answer.content.decode()
    assert says in str(answer.context["form"].errors[at])
    assert f'href="#id_{at}"' in page
    assert "Kanalen er ikke lagret." in page
    assert Channel.objects.get(pk=channel.pk).mode == "live"


def test_the_same_account_cannot_be_two_channels(signed_in: Callable[[str], Client], channels: Any) -> None:
    other = channels["waiting"]
    answer = save(signed_in("admin"), channels["facebook"], external_id=other.external_id)
    assert "Denne kontoen er allerede en kanal: «Stiftelsestilsynet»." in answer.content.decode()


def test_a_new_channel_begins_paused_and_is_in_the_log(signed_in: Callable[[str], Client], people: Any) -> None:
    client = signed_in("admin")
    page = client.get("/desk/kanaler/ny/?plattform=x")
    data = {"name": "@ny", "mode": "paused", "position": "0", "nokkel_access_token": NEW, "base_url": ""}
    client.post("/desk/kanaler/ny/?plattform=x", data)
    made = Channel.objects.get(name="@ny")
    assert page.status_code == 200
    assert (made.platform, made.mode, made.base_url) == ("x", "paused", "")
    logged = ModelLogEntry.objects.filter(content_type__model="channel")
    assert set(logged.values_list("action", flat=True)) == {"samspill.channel.add", "samspill.channel.key"}
    assert logged.first().user == people["admin"]


@pytest.mark.parametrize("name", sorted(platforms()))
def test_every_platform_can_be_made_a_channel(name: str, signed_in: Callable[[str], Client]) -> None:
    page = signed_in("admin").get(f"/desk/kanaler/ny/?plattform={name}").content.decode()
    for key in credential_fields(platform(name)):
        assert f'name="nokkel_{key}"' in page


def test_pausing_and_resuming_is_logged(signed_in: Callable[[str], Client], channels: Any) -> None:
    client = signed_in("admin")
    for mode in ("paused", "sandbox", "live"):
        client.post(f"/desk/kanaler/{channels['x'].pk}/modus/", {"modus": mode})
        assert Channel.objects.get(pk=channels["x"].pk).mode == mode
    assert client.post(f"/desk/kanaler/{channels['x'].pk}/modus/", {"modus": "waiting"}).status_code == 404
    assert ModelLogEntry.objects.filter(action="samspill.channel.mode").count() == 3


def test_trying_a_key_against_a_platform_that_is_not_there_says_so(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    answer = signed_in("admin").post(f"/desk/kanaler/{channels['x'].pk}/prov/", follow=True)
    assert "Vi fikk ikke kontakt med X. Ingenting ble sendt." in answer.content.decode()


def test_trying_a_key_on_the_pretend_platform_tells_whose_it_is(
    signed_in: Callable[[str], Client], channels: Any, sandbox: Any
) -> None:
    channel = channels["x"]
    channel.base_url, channel.external_id = f"{sandbox.url}/x", "1700000000000000001"
    channel.set_credentials({"access_token": "sandbox-x-token"})
    channel.save()
    right = signed_in("admin").post(f"/desk/kanaler/{channel.pk}/prov/", follow=True).content.decode()
    channel.set_credentials({"access_token": "feil"})
    channel.save()
    wrong = signed_in("admin").post(f"/desk/kanaler/{channel.pk}/prov/", follow=True).content.decode()
    assert "Nøkkelen virker. X kjenner oss som" in right
    assert "Nøkkelen til X virker ikke lenger. En administrator må koble til kanalen på nytt." in wrong
    assert Channel.objects.get(pk=channel.pk).trouble == "token_dead"


def test_a_day_to_look_again_that_has_passed_is_amber_with_a_button(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    client = signed_in("admin")
    assert "Ses på igjen" in client.get("/desk/kanaler/").content.decode()
    Channel.objects.filter(pk=channels["waiting"].pk).update(look_again_on=timezone.localdate() - timedelta(days=2))
    page = client.get("/desk/kanaler/").content.decode()
    assert "Skulle vært sett på" in page
    assert "Se på det nå" in page
    assert "Se på Stiftelsestilsynet på Facebook igjen." in signed_in("editor").get("/desk/").content.decode()


def test_health_tells_the_worst_that_holds(channels: Any) -> None:
    channel, now = channels["x"], timezone.now()
    circuits = {("x", channel.base_url): now + timedelta(minutes=1)}
    assert health(channel, {}).word == "Klar"
    channel.last_success_at = now
    assert health(channel, {}).word == "Virker"
    channel.last_error_at, channel.last_error = now + timedelta(seconds=1), "timeout"
    assert health(channel, {}).word == "Treg"
    channel.held_until = now + timedelta(hours=1)
    assert health(channel, {}).word == "Må vente"
    assert health(channel, circuits).word == "Svarer ikke"
    channel.trouble = "token_dead"
    assert health(channel, circuits).word == "Virker ikke"
    channel.mode = "paused"
    assert health(channel, circuits).word == "Pause"


def test_the_list_costs_the_same_for_many_channels(signed_in: Callable[[str], Client], channels: Any) -> None:
    client = signed_in("editor")
    client.get("/desk/kanaler/")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/kanaler/")
        return len(queries)

    few = count()
    for number in range(20):
        Channel.objects.create(platform="x", name=f"Konto {number}", mode="live", brand=channels["facebook"].brand)
    Circuit.objects.create(
        platform="x", base_url="https://api.x.com", failures=9, opened_at=timezone.now(), open_until=timezone.now()
    )
    assert count() == few


def test_the_example_is_filled_and_counted_by_the_platform(signed_in: Callable[[str], Client], channels: Any) -> None:
    data = {"plattform": "x", "mal": "{tittel} {lenke} {emneknagger} {ukjent} <b>"}
    told = signed_in("admin").post("/desk/kanaler/eksempel/", data).json()
    assert "Slik kjenner du igjen et ulovlig lotteri" in told["text"]
    assert "#FrivilligLag" in told["text"] and "{ukjent} <b>" in told["text"]
    assert told["limit"] == 280
    assert signed_in("admin").post("/desk/kanaler/eksempel/", {**data, "plattform": "ingen"}).status_code == 404


def test_rotating_puts_every_key_under_the_first_one(channels: Any, settings: Any) -> None:
    old = settings.SAMSPILL_CREDENTIAL_KEYS
    new = Fernet.generate_key().decode()
    settings.SAMSPILL_CREDENTIAL_KEYS = [new, *old]
    said = io.StringIO()
    call_command("rotate_credentials", stdout=said)
    settings.SAMSPILL_CREDENTIAL_KEYS = [new]
    for channel in Channel.objects.all():
        assert channel.account().credentials == {"access_token": SECRET}
    assert said.getvalue() == "Nøklene til 4 kanaler er kryptert på nytt.\n"


def test_rotating_names_the_channels_whose_key_is_lost_and_leaves_them(channels: Any, settings: Any) -> None:
    sealed = channels["x"].sealed
    settings.SAMSPILL_CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="X: @lottstift"):
        call_command("rotate_credentials", stdout=io.StringIO())
    assert Channel.objects.get(pk=channels["x"].pk).sealed == sealed
    with pytest.raises(credentials.CredentialsUnreadableError):
        channels["x"].account()


def test_a_channel_for_training_cannot_point_at_the_real_platform(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    answer = save(signed_in("admin"), channels["x"], mode="sandbox", base_url="https://api.x.com")
    assert "Dette er den ekte plattformen." in answer.content.decode()
    assert save(signed_in("admin"), channels["x"], mode="sandbox", base_url="").context.get("form") is not None
    assert Channel.objects.get(pk=channels["x"].pk).mode == "sandbox"
