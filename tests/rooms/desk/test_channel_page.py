"""A channel's page and its row in the list: key, API version, limits, money, what is missing, and the guide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samspill.channels import guides, registry
from samspill.channels.linkedin.versions import api_version
from samspill.channels.models import Channel, ChannelAllowance, practice_address
from samspill.delivery.models import Attempt, Delivery
from samspill.delivery.payload import fingerprint, to_json
from samspill.delivery.states import State
from samspill.desk import watch_words, watching
from samspill.desk.views.channels import this_month
from samspill.publishing.models import Version
from tests.rooms.desk import world

S = State


def connected(channel: Channel, *, keys: dict[str, str] | None = None, **more: Any) -> Channel:
    """A channel with a key that was given by the platform itself."""
    channel.set_credentials(keys or {"access_token": world.SECRET})
    channel.connected_at = timezone.now()
    for name, value in more.items():
        setattr(channel, name, value)
    channel.key_place = channel.api_address
    channel.save()
    return channel


def page_of(client: Client, channel: Channel) -> str:
    return " ".join(client.get(f"/desk/kanaler/{channel.pk}/").content.decode().split())


def list_of(client: Client) -> str:
    return " ".join(client.get("/desk/kanaler/").content.decode().split())


# --- the key --------------------------------------------------------------------------------


def test_a_key_that_ends_soon_is_told_on_the_page_in_the_list_and_on_the_front_page(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    channel = connected(channels["facebook"], key_expires_at=timezone.now() + timedelta(days=6, hours=12))
    client = signed_in("admin")
    assert "7 dager igjen" in list_of(client)
    assert f'href="/desk/kanaler/{channel.pk}/koble/"' in list_of(client)
    assert "Nøkkelen til Facebook går ut" in page_of(client, channel)
    front = " ".join(client.get("/desk/").content.decode().split())
    assert "om 7 dager." in front
    assert f'href="/desk/kanaler/{channel.pk}/koble/"' in front
    leader = " ".join(signed_in("leader").get("/desk/").content.decode().split())
    assert "om 7 dager." in leader and f"/desk/kanaler/{channel.pk}/koble/" not in leader


@pytest.mark.parametrize(("days", "told"), [(15, False), (14, True), (1, True), (-1, True)])
def test_the_front_page_tells_of_a_key_from_fourteen_days_before_until_it_is_renewed(
    days: int, told: bool, signed_in: Callable[[str], Client], channels: Any
) -> None:
    connected(
        channels["facebook"], key_expires_at=timezone.now() + timedelta(days=days, seconds=-60 if days > 0 else 0)
    )
    assert ("Nøkkelen til Facebook" in signed_in("admin").get("/desk/").content.decode()) is told


def test_a_key_that_renews_itself_ends_when_its_renewal_ends(channels: Any) -> None:
    now = timezone.now()
    keys = {"access_token": world.SECRET, "refresh_token": "fornyer-4711"}
    channel = connected(channels["x"], keys=keys, key_expires_at=now + timedelta(minutes=30))
    assert watch_words.key(channel).says == "Fornyes av seg selv"
    assert watch_words.key(channel).badge == ""
    channel.refresh_expires_at = now + timedelta(days=3)
    assert watch_words.key(channel).badge == "3 dager igjen"


def test_a_renewal_that_nobody_knows_of_is_told_as_long_as_it_lasts(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    now = timezone.now()
    channel = connected(channels["x"], key_expires_at=now + timedelta(minutes=50), renewal_unclear_at=now)
    client = signed_in("admin")
    assert "Vi vet ikke om nøkkelen til X ble fornyet." in page_of(client, channel)
    assert "Vi vet ikke om nøkkelen til X ble fornyet." in client.get("/desk/").content.decode()
    assert "Uklar" in list_of(client)


def test_missing_scopes_stand_in_the_list_with_what_they_stop(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    connected(channels["x"], scopes=["tweet.read", "tweet.write", "users.read", "offline.access"])
    page = list_of(signed_in("editor"))
    assert "Mangler tillatelse" in page
    assert "Innlegg med bilder kan ikke legges ut." in page


def test_before_a_channel_is_taken_into_use_it_is_told_that_its_key_is_for_training(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    channel = connected(channels["x"], base_url="", mode="sandbox")
    assert channel.key_place == practice_address("x")
    Channel.objects.filter(pk=channel.pk).update(mode="paused")
    assert "Nøkkelen gjelder bare øvingsplattformen." in page_of(signed_in("admin"), channel)
    Channel.objects.filter(pk=channel.pk).update(key_place="https://api.x.com")
    assert "Nøkkelen gjelder bare øvingsplattformen." not in page_of(signed_in("admin"), channel)


# --- the version ----------------------------------------------------------------------------


def test_linkedins_version_and_its_end_are_shown(signed_in: Callable[[str], Client], channels: Any) -> None:
    channel = Channel.objects.create(platform="linkedin", name="Tilsynet", mode="live")
    assert "202607, til tidligst 1. juli 2027" in page_of(signed_in("editor"), channel)
    assert "API-versjon" not in page_of(signed_in("editor"), channels["facebook"])


@pytest.mark.parametrize(
    ("today", "badge"),
    [("2027-05-01", ""), ("2027-05-02", "60 dager igjen"), ("2027-06-24", "7 dager igjen"), ("2027-07-01", "Gått ut")],
)
def test_a_version_that_ends_is_counted_down_from_sixty_days(today: str, badge: str, db: None) -> None:
    channel = Channel.objects.create(platform="linkedin", name="Tilsynet", mode="live")
    now = timezone.make_aware(datetime.fromisoformat(f"{today}T08:00:00"))
    said = watch_words.version(channel, now)
    assert said is not None and said.badge == badge


def test_a_version_that_a_channel_names_itself_has_its_own_end(db: None) -> None:
    channel = Channel(platform="linkedin", options={"linkedin_version": "202512"})
    found = api_version(channel.account(with_credentials=False))
    assert found is not None and (found.ends, found.estimated) == (date(2026, 12, 1), True)
    channel.options = {"linkedin_version": "nyeste"}
    assert api_version(channel.account(with_credentials=False)) is None


# --- how much is left -----------------------------------------------------------------------


def test_what_is_left_is_shown_until_the_window_ends(signed_in: Callable[[str], Client], channels: Any) -> None:
    now = timezone.now()
    ChannelAllowance.objects.create(
        channel=channels["x"], measure="posts", left=96, of=100, resets_at=now + timedelta(minutes=5), told_at=now
    )
    assert "96 av 100 innlegg til" in list_of(signed_in("editor"))
    assert "96 av 100 innlegg til" in page_of(signed_in("editor"), channels["x"])
    ChannelAllowance.objects.update(resets_at=now - timedelta(minutes=5))
    assert "96 av 100" not in list_of(signed_in("editor"))


# --- money ----------------------------------------------------------------------------------


def tried(delivery: Delivery, step: str, outcome: str, number: int, at: datetime | None = None) -> None:
    Attempt.objects.create(
        delivery=delivery, number=number, step=step, kind="send", started_at=at or timezone.now(), outcome=outcome
    )


def bare(channel: Channel, state: State, text: str, **more: Any) -> Delivery:
    """A delivery with a post of ``text`` alone, and no attempts."""
    payload = to_json(world.post(text)) | {"text": text, "link": None, "pictures": []}
    leased = {"due_at": timezone.now(), "approved_at": timezone.now()}
    return Delivery.objects.create(
        channel=channel, title=text, state=state, payload=payload, payload_hash=fingerprint(payload), **leased, **more
    )


def money(channel: Channel) -> watching.Money:
    found = watching.watch([channel], this_month())[channel.pk].money
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("state", "tries", "paid"),
    [
        (S.CONFIRMED, ["done"], "0.015"),
        (S.CONFIRMED, ["refused", "later", "not_sent", "done"], "0.015"),
        (S.REFUSED, ["refused"], "0"),
        (S.DUE, ["unknown"], "0"),  # looked for, and not there
        (S.UNKNOWN, ["unknown"], "0.015"),
        (S.NEEDS_PERSON, ["worker_lost"], "0.015"),
        (S.ACCEPTED, ["unknown"], "0.015"),  # found, or a person said so
        (S.CONFIRMED, ["unknown", "done"], "0.015"),  # absent, sent again
        (S.CANCELLED, ["unknown"], "0"),
        (S.CONFIRMED, [], "0"),  # by hand
    ],
)
def test_a_post_costs_when_the_platform_has_done_it_or_may_have(
    state: State, tries: list[str], paid: str, channels: Any
) -> None:
    delivery = bare(channels["x"], state, "Ring oss.")
    for number, outcome in enumerate(tries, 1):
        tried(delivery, "post", outcome, number)
    assert money(channels["x"]).spent.total == Decimal(paid)


@pytest.mark.parametrize(
    ("text", "paid"),
    [("Ring oss.", "0.015"), ("Les mer på https://eksempel.no/sak", "0.200"), ("Les mer på lottstift.no.", "0.200")],
)
def test_an_address_in_the_text_makes_a_post_with_a_link(text: str, paid: str, channels: Any) -> None:
    tried(bare(channels["x"], S.CONFIRMED, text), "post", "done", 1)
    assert money(channels["x"]).spent.total == Decimal(paid)


def test_alt_texts_and_deletions_cost_too(channels: Any) -> None:
    delivery = world.delivery(channels["x"], S.CONFIRMED, "Med bilder", pictures=2)
    tried(delivery, "alt:1", "done", 11)
    tried(delivery, "alt:2", "done", 12)
    gone = world.delivery(channels["x"], S.CONFIRMED, "Slettes", action="delete", target=delivery)
    Attempt.objects.create(
        delivery=gone, number=21, step="delete", kind="send", started_at=timezone.now(), outcome="done"
    )
    found = {str(line.item): line.count for line in money(channels["x"]).spent.lines}
    assert found == {"post_with_link": 1, "alt_text": 2, "delete": 1}


def test_last_month_and_training_are_not_paid_for(channels: Any) -> None:
    tried(bare(channels["x"], S.CONFIRMED, "Før"), "post", "done", 1, this_month() - timedelta(seconds=1))
    tried(bare(channels["x"], S.CONFIRMED, "Øving", approved_for="training 17"), "post", "done", 1)
    found = money(channels["x"])
    assert (found.spent.total, found.training.total) == (Decimal(0), Decimal("0.015"))


def test_the_plan_is_what_is_approved_and_what_is_written(channels: Any) -> None:
    x = channels["x"]
    bare(x, S.APPROVED, "Ring oss.")
    written = world.delivery(x, S.PLANNED, "Skrevet")
    Version.objects.filter(delivery=written).update(text="Ring lottstift.no", link_to="none")
    bare(x, S.CANCELLED, "Stoppet")
    assert money(x).plan.total == Decimal("0.215")
    Channel.objects.filter(pk=x.pk).update(mode="by_hand")
    assert money(Channel.objects.get(pk=x.pk)).plan.total == 0


def test_the_page_tells_what_was_paid_for_and_by_which_prices(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    for number in range(3):
        tried(bare(channels["x"], S.CONFIRMED, f"Les mer på lottstift.no {number}"), "post", "done", 1)
    page = page_of(signed_in("editor"), channels["x"])
    assert "3 × innlegg med lenke: 0,60 USD" in page
    assert "Alternativ tekst til bilde: 0,005 USD" in page
    assert "Per 1. november 2026" in page
    assert "Gratis" in page_of(signed_in("editor"), channels["facebook"])


# --- the guide, the list, who gets in -------------------------------------------------------


@pytest.mark.parametrize("name", sorted(registry.platforms()))
def test_each_platform_has_a_guide_that_names_every_scope(name: str, signed_in: Callable[[str], Client]) -> None:
    page = signed_in("editor").get(f"/desk/kanaler/veiledning/{name}/").content.decode()
    connect: Any = registry.platform(name)
    for scope in connect.connection.scopes:
        assert f"<code>{scope}</code>" in page
    for heading in ("Kort fortalt", "Det dere gjør", "Hva som går ut, og når"):
        assert f"<h2>{heading}</h2>" in page
    assert "anslag" in page


def test_a_guide_is_linked_from_the_channel_and_nobody_else_gets_a_page(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    assert "/desk/kanaler/veiledning/x/" in page_of(signed_in("editor"), channels["x"])
    assert signed_in("editor").get("/desk/kanaler/veiledning/README/").status_code == 404
    assert signed_in("nobody").get("/desk/kanaler/veiledning/x/").status_code in (302, 403)
    assert {path.stem for path in Path(guides.DOCS).glob("*.md")} == {*registry.platforms(), "README"}


def test_the_list_costs_the_same_for_many_deliveries_and_keys(
    signed_in: Callable[[str], Client], channels: Any
) -> None:
    client = signed_in("editor")
    tried(bare(channels["x"], S.CONFIRMED, "En"), "post", "done", 1)
    world.delivery(channels["x"], S.PLANNED, "Plan")
    client.get("/desk/kanaler/")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/kanaler/")
        return len(queries)

    few = count()
    for number in range(5):
        channel = Channel.objects.create(platform="x", name=f"Konto {number}", mode="live")
        connected(channel, key_expires_at=datetime(2026, 1, 1, tzinfo=UTC))
        tried(bare(channel, S.CONFIRMED, "To"), "post", "done", 1)
        world.delivery(channel, S.PLANNED, f"Plan {number}")
    assert count() == few
