"""The desk's pages about receivers: who gets in, what is shown once, what each press does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from samspill.desk import needs
from samspill.webhooks import outbox, send
from samspill.webhooks.models import Endpoint, Kind, Sending
from tests.rooms.publishing.approval_world import World
from tests.rooms.webhooks.conftest import Receiver, genuine

KEY = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
FORM = {"address": "https://system.invalid/varsler", "kinds": [Kind.STORY_PUBLISHED.value]}


def press(client: Client, endpoint: Endpoint, what: str, **more: Any) -> Any:
    return client.post(f"/desk/varsler/{endpoint.pk}/gjor/", {"gjor": what, **more}, follow=True)


def test_only_an_administrator_gets_in(world: World, receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    pages = ("/desk/varsler/", "/desk/varsler/ny/", f"/desk/varsler/{endpoint.pk}/")
    for person in (world.nobody, world.jonas, world.liv, world.amir):
        client = world.as_(person)
        for page in pages:
            answer = client.get(page)
            assert answer.status_code in (302, 403) and endpoint.address not in answer.content.decode()
        for what in ("pause", "slett", "ny-nokkel", "prov"):
            client.post(f"/desk/varsler/{endpoint.pk}/gjor/", {"gjor": what})
        client.post("/desk/varsler/ny/", FORM)
        assert needs._of_webhooks(person) == []
    endpoint.refresh_from_db()
    assert Endpoint.objects.count() == 1 and not endpoint.stopped and not Sending.objects.exists()
    assert all(world.as_(world.tor).get(page).status_code == 200 for page in pages)


def test_the_key_is_shown_once_works_and_is_nowhere_else(world: World, receiver: Receiver) -> None:
    client = world.as_(world.tor)
    answer = client.post("/desk/varsler/ny/", {**FORM, "address": f"{receiver.server.url}/inn"})
    (key,) = set(KEY.findall(answer.content.decode()))
    assert "no-store" in answer["Cache-Control"]
    endpoint = Endpoint.objects.get()
    assert endpoint.kinds == ["story.published"] and key not in endpoint.sealed
    for page in ("/desk/varsler/", f"/desk/varsler/{endpoint.pk}/"):
        assert not KEY.search(client.get(page).content.decode())
    assert key not in str(list(ModelLogEntry.objects.values_list("data", flat=True)))
    press(client, endpoint, "prov")
    send.work_off(endpoint.pk)
    assert genuine(receiver.requests[0], key) and receiver.events[0]["type"] == "test"


def test_a_new_key_leaves_the_old_one_a_day(world: World, receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    answer = press(world.as_(world.tor), endpoint, "ny-nokkel")
    (key,) = set(KEY.findall(answer.content.decode()))
    endpoint.refresh_from_db()
    assert endpoint.keys() == [key, receiver.key]
    assert 23 < (endpoint.previous_until - timezone.now()).total_seconds() / 3600 <= 24
    assert "Den gamle nøkkelen virker til" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("", "demo"), ("system", "demo"), ("ftp://system.no/", "demo"), ("https://a:b@system.no/", "demo"),
        ("https://system.no/#x", "demo"), ("https://system.no:99999/", "demo"), ("javascript:alert(1)", "demo"),
        ("http://system.no/", "production"), ("https://127.0.0.1/", "production"), ("https://localhost/", "production"),
        ("https://10.0.0.1/", "production"), ("https://[::1]/", "production"), ("https://2130706433/", "production"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_told_so_and_nothing_is_saved(
    world: World, settings: Any, address: str, mode: str
) -> None:
    settings.SAMSPILL_MODE = mode
    answer = world.as_(world.tor).post("/desk/varsler/ny/", {**FORM, "address": address})
    assert "Mottakeren er ikke lagret" in answer.content.decode() and not Endpoint.objects.exists()


def test_the_same_address_twice_and_no_choice_are_told_so(world: World, receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    client = world.as_(world.tor)
    assert (
        "registrert fra før" in client.post("/desk/varsler/ny/", {**FORM, "address": endpoint.address}).content.decode()
    )
    assert "minst én ting" in client.post("/desk/varsler/ny/", {"address": "https://b.invalid/"}).content.decode()
    assert Endpoint.objects.count() == 1


def test_a_stopped_receiver_stands_on_the_front_page_until_it_is_in_use_again(world: World, receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    receiver.status = [410]
    send.work_off(endpoint.pk)
    client = world.as_(world.tor)
    assert "Varsler til 127.0.0.1 er stoppet." in client.get("/desk/").content.decode()
    assert "Varsler til 127.0.0.1" not in world.as_(world.jonas).get("/desk/").content.decode()
    receiver.status = 200
    press(client, endpoint, "i-bruk")
    send.work_off(endpoint.pk)
    assert "er stoppet" not in client.get("/desk/").content.decode()
    assert sorted(Sending.objects.values_list("state", flat=True)) == ["done", "given_up"]


def test_a_notice_is_sent_again_with_the_same_number(world: World, receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    send.work_off(endpoint.pk)
    client = world.as_(world.tor)
    press(client, endpoint, "igjen", varsel=Sending.objects.get().pk)
    send.work_off(endpoint.pk)
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    other = Endpoint.objects.create(address="https://b.invalid/", kinds=[])
    for wrong in (Sending.objects.get().pk, "0", "x", "²"):
        assert press(client, other, "igjen", varsel=wrong).status_code == 404


def test_pausing_resuming_changing_and_deleting_stand_in_the_audit_log(world: World, receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    client = world.as_(world.tor)
    press(client, endpoint, "pause")
    endpoint.refresh_from_db()
    assert endpoint.stopped == "paused" and needs._of_webhooks(world.tor) == []
    press(client, endpoint, "i-bruk")
    client.post(f"/desk/varsler/{endpoint.pk}/", {**FORM, "kinds": [Kind.DELIVERY_CONFIRMED.value]})
    endpoint.refresh_from_db()
    assert (endpoint.kinds, endpoint.stopped) == (["delivery.confirmed"], "")
    press(client, endpoint, "slett")
    assert not Endpoint.objects.exists()
    entries = ModelLogEntry.objects.filter(action__startswith="samspill.webhook.").order_by("pk")
    actions = entries.values_list("action", flat=True)
    assert [action.rpartition(".")[2] for action in actions] == ["pause", "resume", "edit", "delete"]
    assert press(client, Endpoint(pk=1), "finnes-ikke").status_code == 404


def test_the_page_of_a_receiver_asks_no_more_when_its_log_grows(
    world: World, receiver: Receiver, django_assert_max_num_queries: Any
) -> None:
    endpoint = receiver.endpoint()
    client = world.as_(world.tor)
    for _turn in range(2):
        outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
        send.work_off(endpoint.pk)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(f"/desk/varsler/{endpoint.pk}/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/desk/varsler/{endpoint.pk}/")
    for _turn in range(10):
        outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
        send.work_off(endpoint.pk)
    with django_assert_max_num_queries(len(few)):
        client.get(f"/desk/varsler/{endpoint.pk}/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "light"), (320, "dark")])
def test_the_pages_are_whole_in_a_browser(
    new_page: Callable[..., Any], live_server: Any, axe: Callable[..., None], receiver: Receiver, width: int,
    scheme: str, tmp_path: Any,
) -> None:  # fmt: skip
    world = World()
    endpoint = receiver.endpoint()
    for status in (200, 500):
        receiver.status = status
        outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
        send.work_off(endpoint.pk)
    page = new_page(base_url=live_server.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    cookie = world.as_(world.tor).cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    for name, address in (
        ("liste", "/desk/varsler/"),
        ("ny", "/desk/varsler/ny/"),
        ("en", f"/desk/varsler/{endpoint.pk}/"),
    ):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)
    page.get_by_role("button", name="Lag ny nøkkel").press("Enter")
    page.get_by_role("heading", name="Kopier nøkkelen nå").wait_for()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.screenshot(path=tmp_path / f"nokkel-{width}.png", full_page=True)
