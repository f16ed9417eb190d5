"""The list of deliveries: what is in it, how it is narrowed, and that it costs the same however long it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from tests.rooms.desk import world

LIST = "/desk/utsendelser/"


def titles(client: Client, query: str = "") -> list[str]:
    return [delivery.title for delivery in client.get(LIST + query).context["object_list"]]


def test_drafts_are_not_in_the_list_until_they_are_asked_for(signed_in: Callable[[str], Client], channels: Any) -> None:
    world.delivery(channels["x"], State.PLANNED, "Kladden")
    world.delivery(channels["x"], State.CONFIRMED, "Den som er ute")
    client = signed_in("editor")
    assert titles(client) == ["Den som er ute"]
    assert titles(client, "?gruppe=kladd") == ["Kladden"]


def test_the_counts_above_the_table_are_the_filter(signed_in: Callable[[str], Client], channels: Any) -> None:
    world.delivery(channels["x"], State.NEEDS_PERSON, "Uklar", reason="timeout")
    world.delivery(channels["x"], State.UNKNOWN, "Leter", reason="timeout")
    world.delivery(channels["x"], State.REFUSED, "Nei", reason="content_rejected")
    client = signed_in("editor")
    page = client.get(LIST).content.decode()
    assert 'href="/desk/utsendelser/?gruppe=uavklart"' in page
    assert sorted(titles(client, "?gruppe=uavklart")) == ["Leter", "Uklar"]
    assert titles(client, "?gruppe=avvist") == ["Nei"]


def test_it_narrows_by_channel_sender_story_period_and_words(
    signed_in: Callable[[str], Client], channels: Any, story_page: Any
) -> None:
    now = timezone.now()
    world.delivery(channels["x"], State.CONFIRMED, "Felles på X")
    world.delivery(channels["facebook"], State.CONFIRMED, "Lotteri på Facebook", page=story_page)
    world.delivery(channels["waiting"], State.CONFIRMED, "Stiftelse på Facebook", at=now - timedelta(days=9))
    client = signed_in("editor")
    lottery, foundations = channels["facebook"], channels["waiting"]
    assert titles(client, f"?kanal={lottery.pk}") == ["Lotteri på Facebook"]
    assert sorted(titles(client, f"?avsender={foundations.brand_id}")) == ["Felles på X", "Stiftelse på Facebook"]
    assert titles(client, f"?sak={story_page.pk}") == ["Lotteri på Facebook"]
    assert titles(client, f"?periode_to={(now - timedelta(days=5)).date()}") == ["Stiftelse på Facebook"]
    assert titles(client, "?q=LOTTERI") == ["Lotteri på Facebook"]


@pytest.mark.parametrize(
    "query",
    ["?gruppe=finnes-ikke", "?kanal=9999999", "?sak=abc", "?sak=99999999999999", "?ordering=payload", "?p=9999",
     "?q=%00%3Cscript%3E",
    
     "?periode_from=i+g%C3%A5r", "?ordering=-due_at&ordering=1%27"],
)  # fmt: skip
def test_a_strange_address_gives_a_page(query: str, signed_in: Callable[[str], Client], channels: Any) -> None:
    world.delivery(channels["x"], State.CONFIRMED)
    assert signed_in("editor").get(LIST + query).status_code == 200


def test_hostile_titles_and_names_are_escaped_everywhere(signed_in: Callable[[str], Client], channels: Any) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202e'
    channels["x"].name = evil[:100]
    channels["x"].save()
    delivery = world.delivery(
        channels["x"], State.NEEDS_PERSON, evil, reason="timeout", detail=evil, external_url="javascript:alert(1)"
    )
    client = signed_in("root")
    for address in (LIST, f"{LIST}{delivery.pk}/", "/desk/", "/desk/kanaler/", f"/desk/kanaler/{channels['x'].pk}/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
        assert "javascript:alert" not in page, address


def make_many(channels: dict[str, Any], count: int) -> None:
    model = world.delivery(channels["x"], State.CONFIRMED, "Mal")
    states = (State.CONFIRMED, State.ACCEPTED, State.REFUSED, State.WITHDRAWN, State.APPROVED)
    start = timezone.now() - timedelta(days=300)
    Delivery.objects.bulk_create(
        (
            Delivery(
                channel=channels[("x", "facebook", "linkedin")[number % 3]], title=f"Sak {number}",
                state=states[number % 5],
                reason="content_rejected", payload=model.payload, payload_hash=model.payload_hash,
                approved_at=start, due_at=start + timedelta(minutes=number), accepted_at=start,
            )
            for number in range(count)
        ),
        batch_size=5000,
    )  # fmt: skip


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("query", ["", "?gruppe=ute&p=2", "?q=Sak+1"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    query: str, signed_in: Callable[[str], Client], channels: Any
) -> None:
    client = signed_in("editor")
    make_many(channels, 60)
    client.get(LIST)  # content types and the like are read once
    few = queries_of(client, LIST + query)
    make_many(channels, 600)
    assert queries_of(client, LIST + query) == few
    assert few <= 25


@pytest.mark.slow
def test_a_hundred_thousand_rows_answer_at_once(signed_in: Callable[[str], Client], channels: Any) -> None:
    client = signed_in("editor")
    make_many(channels, 100_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE delivery_delivery")
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{LIST}?gruppe=ute&p=3")
    assert sum(float(query["time"]) for query in queries) < 1.0


def test_an_empty_list_says_what_belongs_there(signed_in: Callable[[str], Client], channels: Any) -> None:
    client = signed_in("editor")
    assert "Ingen utsendelser ennå" in client.get(LIST).content.decode()
    assert "Ingen utsendelser passer" in client.get(LIST + "?q=finnes+ikke").content.decode()


def test_the_columns_say_what_happened_in_one_sentence(signed_in: Callable[[str], Client], channels: Any) -> None:
    world.delivery(channels["x"], State.UNKNOWN, reason="timeout")
    page = signed_in("editor").get(LIST).content.decode()
    assert "X svarte ikke i tide. Vi vet ikke om innlegget kom ut." in page


def test_reverse_of_the_list_is_the_norwegian_address() -> None:
    assert reverse("desk_deliveries") == LIST
