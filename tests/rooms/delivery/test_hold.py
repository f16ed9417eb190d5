"""«Stopp alt» in the ledger: from its commit nothing leaves, nothing is lost, nothing runs out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from samspill.brands.models import Brand
from samspill.delivery import decide, hold, hold_answers, instant, ledger, send, sweep
from samspill.delivery.claim import claim_next
from samspill.delivery.hold import HoldError
from samspill.delivery.hold_answers import AnswerError, Kind
from samspill.delivery.models import Delivery, Hold, HoldAnswer
from samspill.delivery.queries import overdue_count
from samspill.delivery.states import State
from tests.rooms.delivery.conftest import World, let_time_pass, turn, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chief(transactional_db: None) -> Any:
    return get_user_model().objects.create_superuser("sjef")


def stop(chief: Any, **scope: Any) -> Hold:
    return hold.place(chief, "Ulykke i Førde", **scope)


def after(delivery: Delivery, hours: float) -> None:
    """The same as waiting so many hours under the hold: all that is kept of the past lies further back."""
    back = timedelta(hours=hours)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE delivery_hold DISABLE TRIGGER ALL")
        cursor.execute("UPDATE delivery_hold SET at = at - %s", [back])
        cursor.execute("ALTER TABLE delivery_hold ENABLE TRIGGER ALL")
    row = Delivery.objects.get(pk=delivery.pk)
    for name in ("approved_at", "due_at", "lapses_at", "next_try_at", "give_up_at"):
        if getattr(row, name):
            setattr(row, name, getattr(row, name) - back)
    row.save()


def state(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


# --- nothing leaves ----------------------------------------------------------------------


def test_what_is_due_does_not_leave_and_goes_once_when_it_is_let_go(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    held = stop(chief)
    assert held.under_way == 0
    assert not turn(delivery)
    assert sweep.channels_with_work() == []
    assert world.posts("x") == []
    hold_answers.answer(held, delivery, Kind.NOW, chief)
    while turn(delivery):
        pass
    assert [post["text"].startswith("Fristen") for post in world.posts("x")] == [True]


def test_what_comes_of_age_while_all_is_stopped_stays_approved(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    Delivery.objects.filter(pk=delivery.pk).update(state=State.APPROVED)
    stop(chief)
    assert ledger.release_due() == 0
    assert state(delivery) == State.APPROVED
    with transaction.atomic():
        ledger.release(ledger.locked(delivery.pk), instant.now())
    assert state(delivery) == State.APPROVED


def test_a_worker_between_two_steps_does_not_make_the_post(
    deliver: Callable[..., Delivery], world: World, chief: Any, picture: Any
) -> None:
    delivery = deliver(pictures=(picture,))
    piece = claim_next(delivery.channel_id)
    assert piece is not None and piece.step is not None and not piece.step.is_once
    held = stop(chief)
    assert held.under_way == 0, "an upload is no post"
    send.send(piece)
    assert (state(delivery), world.posts("x")) == (State.DUE, [])
    assert Delivery.objects.get(pk=delivery.pk).reason == "held"
    assert not turn(delivery)
    hold_answers.answer(held, delivery, Kind.NOW, chief)
    until(delivery, State.CONFIRMED)
    assert len(world.posts("x")) == 1


def test_a_post_that_is_being_made_goes_through_and_is_counted(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    piece = claim_next(delivery.channel_id)
    held = stop(chief)
    assert held.under_way == 1
    assert piece is not None
    send.send(piece)
    assert len(world.posts("x")) == 1
    assert state(until(delivery, State.CONFIRMED)) == State.CONFIRMED, "what is out is read back"


def test_the_rest_of_a_post_that_is_out_is_done(
    deliver: Callable[..., Delivery], world: World, chief: Any, picture: Any
) -> None:
    """A platform whose plan has a step after the post (a caption, an alt text): here made by hand."""
    delivery = deliver(pictures=(picture,))
    done = {"state": "done", "result": {"id": "1", "url": "", "data": {}}}
    delivery.steps.update(**done)
    last = delivery.steps.exclude(nature="once").first()
    assert last is not None
    delivery.steps.filter(pk=last.pk).update(state="waiting", position=99)
    stop(chief)
    piece = claim_next(delivery.channel_id)
    assert piece is not None and piece.step is not None
    assert piece.step.pk == last.pk


def test_what_is_unclear_is_looked_for_but_not_sent_again(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    world.fault("x", "cut_before", match={"method": "POST", "path": "/2/tweets$"}, times=1)
    assert turn(delivery)
    assert state(delivery) == State.UNKNOWN
    stop(chief)
    for _look in range(8):
        let_time_pass(delivery, 30)
        turn(delivery)
    assert (state(delivery), world.posts("x")) == (State.DUE, [])
    let_time_pass(delivery, 30)
    assert not turn(delivery)


def test_a_worker_that_is_killed_in_the_middle_leaves_nothing_that_is_sent_again_under_the_hold(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    assert claim_next(delivery.channel_id) is not None
    assert stop(chief).under_way == 1
    let_time_pass(delivery, 3600)  # kill -9: the lease runs out, nobody sends
    assert sweep.lost_leases() == 1
    assert state(delivery) == State.UNKNOWN
    for _look in range(8):
        let_time_pass(delivery, 30)
        turn(delivery)
    assert (state(delivery), world.posts("x"), turn(delivery)) == (State.DUE, [], False)


def test_what_a_person_asks_to_send_again_waits_too(deliver: Callable[..., Delivery], world: World, chief: Any) -> None:
    delivery = deliver()
    stop(chief)
    with transaction.atomic():
        ledger.move(ledger.locked(delivery.pk), State.NEEDS_PERSON, reason="too_late")
    decide.send_again(delivery, by=chief)
    assert (state(delivery), turn(delivery), world.posts("x")) == (State.DUE, False, [])


def test_a_withdrawal_goes_out_while_all_is_stopped(deliver: Callable[..., Delivery], world: World, chief: Any) -> None:
    delivery = deliver()
    while turn(delivery):
        let_time_pass(delivery, 5)
    stop(chief)
    delivery.refresh_from_db()
    change = decide.withdraw(delivery, by=chief)
    assert turn(change)
    assert world.posts("x") == [] or all(post.get("deleted") for post in world.posts("x"))
    assert state(delivery) == State.WITHDRAWN


# --- nothing runs out --------------------------------------------------------------------


def test_neither_the_approval_nor_the_day_of_trying_runs_out_under_a_hold(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    held = stop(chief)
    after(delivery, 100)
    assert sweep.give_up() == 0
    Delivery.objects.filter(pk=delivery.pk).update(state=State.APPROVED)
    assert ledger.lapse_approvals() == 0
    assert overdue_count(timedelta(minutes=2)) == 0
    hold_answers.answer(held, delivery, Kind.NOW, chief)
    delivery.refresh_from_db()
    assert delivery.lapses_at is not None and delivery.lapses_at > timezone.now() + timedelta(hours=70)
    while turn(delivery):
        pass
    assert len(world.posts("x")) == 1


def test_what_is_past_its_time_cannot_go_as_planned(deliver: Callable[..., Delivery], chief: Any) -> None:
    delivery = deliver()
    held = stop(chief)
    after(delivery, 7)
    with pytest.raises(AnswerError, match="past"):
        hold_answers.answer(held, delivery, Kind.AS_PLANNED, chief)
    with pytest.raises(AnswerError, match="past"):
        hold_answers.answer(held, delivery, Kind.MOVE, chief, moved_to=timezone.now() - timedelta(minutes=1))
    assert not HoldAnswer.objects.exists()


def test_a_new_time_beyond_the_approval_is_refused(deliver: Callable[..., Delivery], chief: Any) -> None:
    delivery = deliver()
    held = stop(chief)
    with pytest.raises(AnswerError, match="too_late"):
        hold_answers.answer(held, delivery, Kind.MOVE, chief, moved_to=timezone.now() + timedelta(days=30))


def test_what_was_due_and_gets_a_new_time_goes_then_and_not_before(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    held = stop(chief)
    then = timezone.now() + timedelta(hours=2)
    hold_answers.answer(held, delivery, Kind.MOVE, chief, moved_to=then)
    hold.release(held, chief)
    assert (ledger.release_due(), turn(delivery)) == (0, False)
    assert ledger.release_due(then + timedelta(seconds=1)) == 1
    let_time_pass(delivery, 2 * 3600 + 2)
    assert turn(delivery)
    assert len(world.posts("x")) == 1


def test_what_shall_not_go_is_cancelled_and_never_sent(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    held = stop(chief)
    hold_answers.answer(held, delivery, Kind.CANCEL, chief)
    hold.release(held, chief)
    assert (state(delivery), turn(delivery), world.posts("x")) == (State.CANCELLED, False, [])


# --- several holds, several people -------------------------------------------------------


def test_two_holds_over_the_same_post_must_both_be_gone_through(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    everything, one = stop(chief), stop(chief, channel=delivery.channel)
    hold_answers.answer(everything, delivery, Kind.NOW, chief)
    hold.release(everything, chief)
    assert not turn(delivery)
    hold_answers.answer(one, delivery, Kind.NOW, chief)
    assert turn(delivery)


def test_a_hold_of_one_channel_leaves_the_others_alone(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    on_x, on_facebook = deliver("x"), deliver("facebook")
    stop(chief, channel=on_x.channel)
    assert not turn(on_x)
    assert turn(on_facebook)


def test_a_hold_of_a_brand_covers_what_speaks_for_all_and_not_another_brand(
    deliver: Callable[..., Delivery], channel_on: Callable[..., Any], chief: Any
) -> None:
    ours, theirs = (Brand.objects.create(key=key, name=key) for key in ("vi", "de"))
    common, own, other = (
        deliver(channel=channel_on(platform, brand=brand))
        for platform, brand in (("x", None), ("facebook", ours), ("linkedin", theirs))
    )
    stop(chief, brand=ours)
    assert [turn(delivery) for delivery in (common, own, other)] == [False, False, True]


def test_the_same_scope_is_stopped_once_and_another_time_after_its_release(
    deliver: Callable[..., Delivery], chief: Any
) -> None:
    first = stop(chief)
    with pytest.raises(HoldError, match="held_already"):
        stop(chief)
    hold.release(first, chief)
    with pytest.raises(HoldError, match="released"):
        hold.release(first, chief)
    assert stop(chief).pk != first.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(scope="all", reason="x", by=chief, at=timezone.now())


def test_an_answer_counts_for_what_was_approved_then_and_a_new_approval_is_held_again(
    deliver: Callable[..., Delivery], chief: Any
) -> None:
    delivery = deliver()
    held = stop(chief)
    hold_answers.answer(held, delivery, Kind.NOW, chief)
    assert not hold.is_held(delivery)
    Delivery.objects.filter(pk=delivery.pk).update(approved_at=instant.now())
    assert hold.is_held(delivery)


def test_the_second_of_two_who_answer_is_told_and_nothing_is_sent_twice(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    delivery = deliver()
    held = stop(chief)
    together = threading.Barrier(2)
    told: list[str] = []

    def press() -> None:
        together.wait()
        try:
            hold_answers.answer(held, delivery, Kind.NOW, chief)
            told.append("done")
        except AnswerError as error:
            told.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _number in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["done", "gone"]
    while turn(delivery):
        pass
    assert len(world.posts("x")) == 1


def test_history_cannot_be_rewritten_not_even_in_the_database(deliver: Callable[..., Delivery], chief: Any) -> None:
    delivery = deliver()
    held = stop(chief)
    hold_answers.answer(held, delivery, Kind.NOW, chief)
    for rows, change in (
        (Hold.objects, {"reason": "en annen"}),
        (Hold.objects, {"released_at": timezone.now()}),
        (HoldAnswer.objects, {"kind": "cancel"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all()._raw_delete(using="default")
    hold.release(held, chief)
    with pytest.raises(DatabaseError), transaction.atomic():
        Hold.objects.update(released_at=timezone.now())


def test_who_may_not_stop_cannot_and_a_reason_must_say_something(editor: Any, chief: Any) -> None:
    with pytest.raises(PermissionDenied):
        hold.place(editor, "Ulykke")
    with pytest.raises(HoldError, match="reason_missing"):
        hold.place(chief, " \x00\n ")
    chief.is_active = False
    with pytest.raises(PermissionDenied):
        hold.place(chief, "Ulykke")
    assert not Hold.objects.exists()


def test_a_stop_does_not_wait_for_whoever_has_locked_the_channel(deliver: Callable[..., Delivery], chief: Any) -> None:
    """As the renewing of its key does, for as long as the platform takes to answer."""
    channel = deliver().channel
    locked, done = threading.Event(), threading.Event()

    def renew() -> None:
        try:
            with transaction.atomic():
                type(channel).objects.select_for_update().get(pk=channel.pk)
                locked.set()
                done.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=renew)
    thread.start()
    locked.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '3s'")
    try:
        assert stop(chief, channel=channel).is_open
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        done.set()
        thread.join()


# --- at the same moment ------------------------------------------------------------------


@pytest.mark.slow
def test_a_hold_and_a_claim_at_the_same_moment_one_is_surely_first(
    deliver: Callable[..., Delivery], world: World, chief: Any
) -> None:
    """Thirty rounds: either the post was under way and is told so, or it does not leave."""
    for number in range(30):
        Delivery.objects.update(next_try_at=None)  # nothing of an earlier round is read back in this one
        delivery = deliver(text=f"Runde {number},")
        together = threading.Barrier(2)
        holds: list[Hold] = []
        claimed: list[bool] = []

        def work(delivery: Delivery = delivery, together: Any = together, claimed: list[bool] = claimed) -> None:
            together.wait()
            try:
                piece = claim_next(delivery.channel_id)
                claimed.append(piece is not None)
                if piece is not None:
                    send.send(piece)
            finally:
                connection.close()

        def press(together: Any = together, holds: list[Hold] = holds) -> None:
            together.wait()
            try:
                holds.append(stop(chief))
            finally:
                connection.close()

        threads = [threading.Thread(target=work), threading.Thread(target=press)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        out = sum(f"Runde {number}," in post["text"] for post in world.posts("x"))
        row = Delivery.objects.get(pk=delivery.pk)
        if claimed == [True]:
            assert out == 1
            assert row.steps.get(nature="once").first_sent_at <= holds[0].at, "it was on its way before the hold"
            assert holds[0].under_way == 1 or row.accepted_at < holds[0].at, "and that is told"
        else:
            assert (out, row.state) == (0, State.DUE)
        if row.state == State.DUE:
            hold_answers.answer(holds[0], row, Kind.CANCEL, chief)
        hold.release(holds[0], chief)
