"""One id follows a story from a person's click to the platform: in the answer, on the delivery, on every log line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import transaction

from samspill.delivery import decide, ledger, tasks
from samspill.delivery.claim import claim_next
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.publishing import approve
from tests.rooms.delivery.conftest import let_time_pass, until
from tests.rooms.publishing.approval_world import World as Newsroom

CLICK, LATER_CLICK = "c11c" * 8, "1a7e" * 8


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged, with the ids that are bound while it is."""
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as kept:
        yield kept


def traces(lines: list[Any], delivery: Delivery) -> dict[str, set[str]]:
    """Event → ids under which it was logged about the delivery."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if line.get("delivery") == delivery.code:
            found.setdefault(line["event"], set()).add(line["trace"])
    return found


def test_the_approving_click_the_delivery_and_the_worker_share_one_id(world, channel_on, lines) -> None:
    newsroom = Newsroom()
    version = newsroom.post(
        newsroom.jonas, channel_on("x", external_id="1700000000000000001"), text="Søk innen fristen."
    )
    newsroom.submit()
    lines.clear()
    seen = approve.look_at(newsroom.fresh(newsroom.story))
    form = {"act": "approve", "story": seen.story} | {f"v-{pk}": value for pk, value in seen.payloads.items()}
    address = f"/desk/godkjenn/{newsroom.story.pk}/"
    answer = newsroom.as_(newsroom.marte).post(address, form, headers={"X-Request-ID": CLICK})
    assert (answer.status_code, answer["X-Request-ID"]) == (302, CLICK)

    delivery = Delivery.objects.get(version=version)
    for _ in range(20):
        tasks.work(delivery.channel_id)
        let_time_pass(delivery, 5)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.trace) == (State.CONFIRMED, CLICK)
    assert traces(lines, delivery) == {"moved": {CLICK}, "attempt": {CLICK}, "look": {CLICK}}
    assert {line["trace"] for line in lines if line["event"] == "request" and line.get("path") == address} == {CLICK}


def test_a_worker_that_was_lost_is_logged_under_the_same_id(deliver, lines) -> None:
    delivery = deliver("x")
    assert claim_next(delivery.channel_id)
    let_time_pass(delivery, 3600)
    lines.clear()
    tasks.sweep_ledger(timestamp=0)
    assert traces(lines, delivery) == {"moved": {delivery.trace}, "attempt": {delivery.trace}}


def test_withdrawing_goes_under_the_id_of_the_click_that_withdraws(deliver, editor, lines) -> None:
    delivery = until(deliver("x"), State.CONFIRMED)
    with structlog.contextvars.bound_contextvars(trace=LATER_CLICK):
        change = decide.withdraw(delivery, by=editor)
    lines.clear()
    tasks.work(change.channel_id)
    assert traces(lines, change)["attempt"] == {LATER_CLICK}
    delivery.refresh_from_db()
    assert delivery.trace != LATER_CLICK, "what was sent keeps the id that it was sent under"


def test_a_change_that_is_undone_is_not_logged_as_done(deliver, editor, lines) -> None:
    delivery = deliver("x")
    lines.clear()
    with pytest.raises(RuntimeError), transaction.atomic():
        ledger.cancel(delivery, actor=editor)
        raise RuntimeError
    assert traces(lines, delivery) == {}


@pytest.mark.parametrize("given", ["a" * 37, "a" * 64])
def test_an_id_that_the_delivery_could_not_hold_is_not_taken_over(client, db, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] != given
