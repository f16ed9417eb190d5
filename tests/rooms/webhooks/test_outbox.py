"""What is told, when, and how often. The receiver is a real HTTP server that checks each signature."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from samspill.channels.models import Channel
from samspill.delivery import instant, ledger
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.newsroom.models import ImportedStory
from samspill.publishing import plans
from samspill.webhooks import outbox, send, signing, tasks
from samspill.webhooks.models import Attempt, Endpoint, Event, Kind, Sending
from tests.rooms.channels.loopback import Reply
from tests.rooms.publishing.approval_world import World
from tests.rooms.webhooks.conftest import Receiver, due_now, genuine


def walk(delivery: Delivery, *states: State, **fields: Any) -> None:
    for state in states:
        with transaction.atomic():
            locked = ledger.locked(delivery.pk)
            for name, value in fields.items():
                setattr(locked, name, value)
            ledger.move(locked, state)


def approved(world: World) -> Delivery:
    """A post whose story is out."""
    version = world.post(world.jonas)
    world.submit()
    world.approve(world.marte)
    return Delivery.objects.get(pk=version.delivery_id)


# --- the signature -----------------------------------------------------------------------


def test_a_signature_is_the_one_that_the_specification_gives_as_its_example() -> None:
    found = signing.headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_key_is_long_random_and_marked() -> None:
    keys = {signing.new_key() for _turn in range(20)}
    assert len(keys) == 20 and all(key.startswith("whsec_") and len(key) == 50 for key in keys)


# --- what is told ------------------------------------------------------------------------


def test_a_story_that_comes_out_is_told_once_signed_and_with_public_facts_only(
    world: World, receiver: Receiver
) -> None:
    endpoint = receiver.endpoint(Kind.STORY_PUBLISHED)
    page = world.out()
    page.save()  # a later save is no publishing
    send.work_off(endpoint.pk)
    (request,) = receiver.requests
    assert request.method == "POST" and request.headers["content-type"] == "application/json"
    assert genuine(request, receiver.key) and not genuine(request, signing.new_key())
    (event,) = receiver.events
    assert event["type"] == "story.published" and datetime.fromisoformat(event["timestamp"]).tzinfo is not None
    assert event["data"] == {
        "id": page.pk, "kind": "press_release", "title": "Fristen er 1. september", "language": "nb", "brand": None,
        "address": page.full_url, "published_at": page.first_published_at.isoformat(), "changed": False,
    }  # fmt: skip
    assert "Jonas" not in request.body.decode() and "example.no" not in request.body.decode()


def test_a_newer_text_of_the_story_is_told_as_a_change(world: World, receiver: Receiver) -> None:
    endpoint = receiver.endpoint(Kind.STORY_PUBLISHED)
    page = world.out()
    world.edit(page, world.jonas, "Fristen er flyttet")
    world.out(page)
    send.work_off(endpoint.pk)
    assert [event["data"]["changed"] for event in receiver.events] == [False, True]


def test_an_old_story_that_was_taken_in_is_no_news(world: World, receiver: Receiver) -> None:
    receiver.endpoint(Kind.STORY_PUBLISHED)
    ImportedStory.objects.create(source="rss:x", id_hash="a", source_id="a", page=world.story)
    world.out()
    assert not Event.objects.exists()


def test_a_confirmed_post_is_told_with_its_public_address(world: World, receiver: Receiver) -> None:
    endpoint = receiver.endpoint(Kind.DELIVERY_CONFIRMED)
    delivery = approved(world)
    lease = {"lease_until": timezone.now(), "lease_owner": "w"}
    walk(delivery, State.SENDING, State.ACCEPTED, external_url="https://x.com/lottstift/status/1", **lease)
    walk(delivery, State.CONFIRMED)
    send.work_off(endpoint.pk)
    (event,) = receiver.events
    assert event["type"] == "delivery.confirmed"
    data = event["data"]
    assert (data["id"], data["state"], data["platform"]) == (delivery.code, "confirmed", "x")
    assert data["address"] == "https://x.com/lottstift/status/1"
    assert data["training"] is True
    assert data["story"] == {"id": world.story.pk, "address": world.fresh(world.story).full_url}


def test_a_post_that_needs_a_person_is_told_once_and_its_title_only_when_it_is_public(
    world: World, receiver: Receiver
) -> None:
    endpoint = receiver.endpoint(Kind.DELIVERY_NEEDS_PERSON)
    version = world.post(world.jonas)
    delivery = Delivery.objects.get(pk=version.delivery_id)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.APPROVED, payload={"text": "x"}, payload_hash="x", approved_at=timezone.now()
    )
    walk(delivery, State.NEEDS_PERSON, State.BY_HAND)
    send.work_off(endpoint.pk)
    (event,) = receiver.events
    assert event["data"]["state"] == "needs_person" and event["data"]["title"] is None
    assert event["data"]["story"]["address"] is None


def test_only_who_asked_for_a_kind_is_told_of_it_and_without_receivers_nothing_is_written(
    world: World, receiver: Receiver
) -> None:
    world.out()
    assert not Event.objects.exists()
    receiver.endpoint(Kind.DELIVERY_CONFIRMED)
    world.edit(world.story, world.jonas, "Ny")
    world.out()
    assert not Event.objects.exists()


# --- written with what it tells of -------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_told(receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.tell(Kind.STORY_PUBLISHED, lambda: {"id": 1})
        raise RuntimeError
    assert not Event.objects.exists() and _jobs() == 0
    send.work_off(endpoint.pk)
    assert receiver.requests == []
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {"id": 2})
    assert _jobs() == 1


def _jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'webhooks.work'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_publishing_that_fails_afterwards_tells_nothing(receiver: Receiver) -> None:
    world = World()
    endpoint = receiver.endpoint()
    with pytest.raises(RuntimeError), transaction.atomic():
        world.out()
        raise RuntimeError
    send.work_off(endpoint.pk)
    assert not Event.objects.exists() and receiver.requests == []


@pytest.mark.django_db(transaction=True)
def test_a_lost_job_is_found_by_the_sweep(receiver: Receiver) -> None:
    receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    tasks.sweep.func(0)
    assert _jobs() == 1


# --- again and again ---------------------------------------------------------------------


@pytest.mark.django_db
def test_a_worker_that_is_lost_in_the_middle_leads_to_a_second_try_with_the_same_id(receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {"id": 1})
    claimed = send.claim(endpoint.pk)
    assert claimed is not None and send.claim(endpoint.pk) is None  # nobody else takes it meanwhile
    send._post(claimed.endpoint, claimed.event, instant.now())  # sent, and then the process is killed
    Sending.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    send.work_off(endpoint.pk)
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(Event.objects.get().pk)
    assert first.body == second.body
    assert Sending.objects.get().state == "done"


@pytest.mark.django_db
@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 500, 503])
def test_anything_but_yes_is_tried_again_later_and_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    endpoint = receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    receiver.status, receiver.headers = [status, 200], {"location": f"{receiver.server.url}/annet"}
    send.work_off(endpoint.pk)
    assert [request.path for request in receiver.requests] == ["/base/inn"]
    sending = Sending.objects.get()
    assert (sending.state, sending.tries) == ("waiting", 1) and sending.next_try_at > timezone.now()
    due_now()
    send.work_off(endpoint.pk)
    assert Sending.objects.get().state == "done"
    assert [tried.status for tried in Attempt.objects.order_by("pk")] == [status, 200]


@pytest.mark.django_db
def test_pauses_grow_over_three_days_and_then_the_receiver_is_stopped_and_nothing_is_lost(receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    outbox.tell(Kind.DELIVERY_CONFIRMED, lambda: {})
    receiver.status = 500
    pauses = []
    first = Sending.objects.order_by("pk").first()
    for _turn in range(len(send.PAUSES)):
        Sending.objects.filter(pk=first.pk).update(next_try_at=timezone.now() - timedelta(days=9), lease_until=None)
        send.work_off(endpoint.pk)
        first.refresh_from_db()
        pauses.append((first.next_try_at - first.attempts.first().at).total_seconds())
    assert pauses == sorted(pauses) and 3 * 86400 <= sum(pauses) <= 3.3 * 86400
    Sending.objects.filter(pk=first.pk).update(next_try_at=timezone.now() - timedelta(days=9), lease_until=None)
    send.work_off(endpoint.pk)
    first.refresh_from_db()
    endpoint.refresh_from_db()
    assert first.state == "given_up" and endpoint.stopped == "failed"
    before = len(receiver.requests)
    due_now()
    send.work_off(endpoint.pk)
    assert len(receiver.requests) == before
    assert Sending.objects.exclude(pk=first.pk).get().state == "waiting"


@pytest.mark.django_db
def test_a_receiver_that_says_it_is_gone_is_stopped_at_once(receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    receiver.status = 410
    send.work_off(endpoint.pk)
    endpoint.refresh_from_db()
    assert endpoint.stopped == "gone" and Sending.objects.get().state == "given_up"


@pytest.mark.django_db
def test_a_receiver_that_asks_for_time_gets_it(receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    receiver.status, receiver.headers = 429, {"retry-after": "3600", "date": "x"}
    send.work_off(endpoint.pk)
    assert Sending.objects.get().next_try_at > timezone.now() + timedelta(minutes=59)


@pytest.mark.django_db
def test_a_receiver_that_does_not_answer_is_one_try_not_a_standstill(receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    receiver.server.stop()
    for _turn in range(3):
        outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    send.work_off(endpoint.pk)
    assert [tried.outcome for tried in Attempt.objects.all()] == ["no_connection"]


@pytest.mark.django_db
def test_an_address_in_our_own_network_is_never_called_in_production(receiver: Receiver, settings: Any) -> None:
    endpoint = receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    settings.SAMSPILL_MODE = "production"
    send.work_off(endpoint.pk)
    assert receiver.requests == [] and Attempt.objects.get().outcome == "not_allowed"


@pytest.mark.django_db
def test_after_a_change_of_key_both_signatures_stand_until_the_old_key_lapses(receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    newer = signing.new_key()
    endpoint.set_keys(newer, receiver.key)
    endpoint.previous_until = timezone.now() + timedelta(hours=1)
    endpoint.save()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    send.work_off(endpoint.pk)
    Endpoint.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    send.work_off(endpoint.pk)
    both, one = receiver.requests
    assert genuine(both, newer) and genuine(both, receiver.key)
    assert genuine(one, newer) and not genuine(one, receiver.key)


@pytest.mark.django_db
def test_what_was_told_long_ago_is_forgotten_and_what_waits_is_not(receiver: Receiver) -> None:
    endpoint = receiver.endpoint()
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {"id": 1})
    send.work_off(endpoint.pk)
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {"id": 2})
    Event.objects.update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    tasks.forget.func(0)
    assert [json.loads(event.body)["data"]["id"] for event in Event.objects.all()] == [2]


@pytest.mark.django_db
def test_a_receiver_that_is_paused_gets_what_it_missed_when_it_is_in_use_again(receiver: Receiver) -> None:
    endpoint = receiver.endpoint(stopped="paused", stopped_at=timezone.now())
    outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    send.work_off(endpoint.pk)
    assert receiver.requests == []
    Endpoint.objects.update(stopped="", stopped_at=None)
    send.work_off(endpoint.pk)
    assert len(receiver.requests) == 1


@pytest.mark.django_db
def test_moving_a_delivery_costs_one_query_more_where_nobody_listens(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        outbox.tell(Kind.STORY_PUBLISHED, lambda: {})
    assert Channel.objects.count() == 0


@pytest.mark.django_db
def test_keys_are_sealed_anew_with_those_of_the_channels(receiver: Receiver, settings: Any) -> None:
    endpoint = receiver.endpoint()
    old, new = settings.SAMSPILL_CREDENTIAL_KEYS[0], Fernet.generate_key().decode()
    settings.SAMSPILL_CREDENTIAL_KEYS = [new, old]
    call_command("rotate_credentials", stdout=StringIO())
    settings.SAMSPILL_CREDENTIAL_KEYS = [new]
    endpoint.refresh_from_db()
    assert endpoint.keys() == [receiver.key]


def test_a_story_that_is_planned_is_told_of_when_it_comes_out_and_not_before(world: World, receiver: Receiver) -> None:
    receiver.endpoint(Kind.STORY_PUBLISHED)
    page = world.write(world.jonas, "Planlagt", go_live_at=timezone.now() + timedelta(seconds=4))
    world.out(page)
    assert not world.is_live(page) and not Event.objects.exists()
    time.sleep(max(0.0, (page.go_live_at - timezone.now()).total_seconds()) + 0.1)
    plans.run()
    plans.run()
    assert world.is_live(page)
    assert json.loads(Event.objects.get().body)["data"]["id"] == page.pk


def test_a_receiver_that_packs_its_answers_wrong_is_tried_with_growing_pauses_as_any_other(
    world: World, receiver: Receiver
) -> None:
    endpoint = receiver.endpoint()
    receiver.server.answer = lambda request: Reply(200, raw=b"not packed", headers={"content-encoding": "gzip"})
    sending = outbox.test(endpoint)
    assert send.work_off(endpoint.pk) is False
    sending.refresh_from_db()
    assert (sending.tries, sending.lease_until) == (1, None)
    assert Attempt.objects.get(sending=sending).outcome == "no_answer"
