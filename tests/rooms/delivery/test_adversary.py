"""What a platform, a network, a clock, a worker or a person can do to a delivery: never lost, never doubled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import Page

from samspill.channels.contract import CannotTell, Done, Found, Later, Post, Reason, Refusal, Refused, Unknown
from samspill.channels.models import Channel
from samspill.delivery import circuit, claim, decide, fitting, ledger, send, sweep, tasks, trouble
from samspill.delivery.claim import claim_next
from samspill.delivery.models import Circuit, Delivery, Step
from samspill.delivery.states import IllegalMoveError, State
from samspill.library.models import FrozenFile
from tests.rooms.delivery.conftest import let_time_pass, turn, until

HOUR = timedelta(hours=1)


@pytest.fixture
def story(transactional_db) -> Page:
    return Page.objects.filter(depth=1).first().add_child(title="Sak", slug="sak-til-prove", live=True)


@pytest.fixture
def fast_clock(monkeypatch):
    """Sets the clock of this machine an hour ahead of the database's."""
    true = timezone.now
    return lambda: monkeypatch.setattr(timezone, "now", lambda: true() + HOUR)


# --- clocks ------------------------------------------------------------------------------


def test_a_machine_whose_clock_is_ahead_lets_nothing_out_early(channel_on, editor, fast_clock):
    now = timezone.now()
    fast_clock()
    delivery = ledger.plan(channel_on("x"), title="Sperrefrist")
    ledger.approve(
        delivery, Post("Sperrefrist"), by=editor, lapses_at=now + 72 * HOUR, due_at=now + timedelta(minutes=30)
    )
    assert ledger.release_due() == 0


def test_a_machine_whose_clock_is_ahead_takes_no_work_from_a_living_worker(deliver, fast_clock):
    delivery = deliver("x")
    assert claim_next(delivery.channel_id)
    fast_clock()
    assert sweep.lost_leases() == 0
    assert claim_next(delivery.channel_id) is None


def test_after_days_without_a_worker_a_person_is_asked_before_old_posts_go_out(world, channel_on, editor):
    now = timezone.now()
    delivery = ledger.plan(channel_on("x"), title="I går")
    ledger.approve(delivery, Post("I går"), by=editor, lapses_at=now + HOUR, due_at=now - 20 * HOUR)
    ledger.release_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.NEEDS_PERSON, "too_late")
    decide.send_again(delivery, by=editor)
    assert until(delivery, State.CONFIRMED)
    assert len(world.posts("x")) == 1


def test_a_post_that_is_a_little_late_goes_out_by_itself(channel_on, editor):
    now = timezone.now()
    delivery = ledger.plan(channel_on("x"), title="Nå")
    ledger.approve(delivery, Post("Nå"), by=editor, lapses_at=now + HOUR, due_at=now - 2 * HOUR)
    ledger.release_due()
    delivery.refresh_from_db()
    assert delivery.state == State.DUE


# --- stories, accounts and channels that change in the middle --------------------------------


def test_a_story_taken_down_between_release_and_claim_keeps_its_post_at_home(world, deliver, story):
    delivery = deliver("x")
    Delivery.objects.filter(pk=delivery.pk).update(page=story)
    Page.objects.filter(pk=story.pk).update(live=False)
    assert not turn(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.NEEDS_PERSON, "story_not_out")
    assert world.posts("x") == []


def test_a_story_taken_down_while_its_post_was_unclear_is_not_sent_after_the_look(world, deliver, story):
    delivery = deliver("x")
    Delivery.objects.filter(pk=delivery.pk).update(page=story)
    world.fault("x", "cut_before", match={"method": "POST", "path": "/2/tweets$"}, times=1)
    turn(delivery)
    Page.objects.filter(pk=story.pk).update(live=False)
    until(delivery, State.NEEDS_PERSON)
    assert world.posts("x") == []


def test_an_unclear_post_is_not_looked_for_at_another_account(deliver):
    delivery = deliver("x")
    claim_next(delivery.channel_id)
    let_time_pass(delivery, 60)
    sweep.lost_leases()
    Channel.objects.filter(pk=delivery.channel_id).update(external_id="1700000000000000002")
    let_time_pass(delivery, 60)
    assert not turn(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.NEEDS_PERSON, "account_changed")


def test_a_post_is_never_said_to_be_withdrawn_because_another_account_does_not_have_it(world, deliver, editor):
    delivery = until(deliver("x"), State.CONFIRMED)
    Channel.objects.filter(pk=delivery.channel_id).update(external_id="1700000000000000002")
    change = decide.withdraw(delivery, by=editor)
    turn(change)
    change.refresh_from_db()
    delivery.refresh_from_db()
    assert (change.state, change.reason) == (State.NEEDS_PERSON, "account_changed")
    assert delivery.state == State.CONFIRMED


def test_uploads_to_a_former_account_are_done_again_for_the_new_one(deliver, picture):
    delivery = deliver("x", pictures=(picture,))
    delivery.steps.filter(name="upload:1").update(state=Step.State.DONE, result={"id": "1", "url": "", "data": {}})
    Delivery.objects.filter(pk=delivery.pk).update(sent_to="https://api.x.com 7")
    piece = claim_next(delivery.channel_id)
    assert piece is not None and piece.step.name == "upload:1"


def test_what_was_approved_for_training_does_not_go_to_the_public_by_itself(world, deliver, editor):
    delivery = deliver("x")
    Channel.objects.filter(pk=delivery.channel_id).update(mode=Channel.Mode.LIVE)
    assert not turn(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.NEEDS_PERSON, "approved_for_others")
    assert world.posts("x") == []
    decide.send_again(delivery, by=editor)
    until(delivery, State.CONFIRMED)


def test_a_pause_in_training_changes_nothing_of_whom_a_post_is_for(deliver):
    delivery = deliver("x")
    for mode in (Channel.Mode.PAUSED, Channel.Mode.SANDBOX):
        Channel.objects.filter(pk=delivery.channel_id).update(mode=mode)
    until(delivery, State.CONFIRMED)


def test_a_pause_stops_sending_but_not_looking_for_what_may_be_out(world, deliver):
    delivery = deliver("x")
    world.fault("x", "cut_after", match={"method": "POST", "path": "/2/tweets$"}, times=1)
    turn(delivery)
    Channel.objects.filter(pk=delivery.channel_id).update(mode=Channel.Mode.PAUSED)
    until(delivery, State.CONFIRMED)


def test_what_waits_in_a_channel_that_stands_still_is_told_when_the_day_is_over(deliver):
    delivery = deliver("x")
    trouble.report(delivery.channel_id, Reason.TOKEN_DEAD, "")
    let_time_pass(delivery, 25 * 3600)
    assert sweep.give_up() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.EXPIRED, "gave_up")


def test_an_unclear_post_in_a_channel_that_stands_still_reaches_a_person(deliver):
    delivery = deliver("x")
    claim_next(delivery.channel_id)
    let_time_pass(delivery, 60)
    sweep.lost_leases()
    trouble.report(delivery.channel_id, Reason.TOKEN_DEAD, "")
    let_time_pass(delivery, 26 * 3600)
    assert sweep.give_up() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.NEEDS_PERSON, "cannot_tell")


# --- files and payloads ------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["x", "facebook", "linkedin"])
def test_a_picture_that_is_gone_at_sending_is_told_at_once_and_not_tried_for_hours(world, deliver, picture, platform):
    delivery = deliver(platform, pictures=(picture,))
    FrozenFile.objects.filter(sha256=picture.sha256).delete()
    turn(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.REFUSED, Reason.FILE_GONE)
    assert world.posts(platform) == []
    assert not Circuit.objects.filter(failures__gt=0).exists()


def test_a_payload_of_a_later_release_reaches_a_person_and_nothing_is_sent(world, deliver):
    from samspill.delivery.payload import fingerprint

    delivery = deliver("x")
    payload = {**delivery.payload, "version": 99}
    Delivery.objects.filter(pk=delivery.pk).update(payload=payload, payload_hash=fingerprint(payload))
    turn(delivery)
    delivery.refresh_from_db()
    assert delivery.state == State.NEEDS_PERSON
    assert world.requests("x") == []


# --- waits have an end ---------------------------------------------------------------------------


def test_a_step_that_is_put_off_again_and_again_waits_longer_and_ends_with_a_person(deliver):
    delivery = deliver("x")
    waits = []
    for _ in range(send.MOST_FAILURES + 1):
        piece = claim_next(delivery.channel_id)
        send.record(piece, Later(5.0, Reason.MEDIA_FAILED, "gone"), 0.1)
        delivery.refresh_from_db()
        if delivery.state == State.DUE:
            waits.append((delivery.next_try_at - delivery.changed_at).total_seconds())
            Delivery.objects.filter(pk=delivery.pk).update(next_try_at=delivery.changed_at)
    assert delivery.state == State.NEEDS_PERSON
    assert waits[-1] > 300


@pytest.mark.parametrize("asked", [-5, 0, 1e12, float("inf")])
def test_an_absurd_wait_asked_for_is_neither_a_storm_nor_for_ever(deliver, asked):
    delivery = deliver("x")
    send.record(claim_next(delivery.channel_id), Later(asked, Reason.RATE_LIMITED, whole_channel=True), 0.1)
    delivery.refresh_from_db()
    wait = (delivery.next_try_at - delivery.changed_at).total_seconds()
    assert 0.1 < wait < 7 * 3600


def test_a_short_wait_never_cuts_a_longer_one_short(channel_on):
    channel = channel_on("x")
    later = timezone.now() + HOUR
    trouble.hold(channel.pk, later)
    trouble.hold(channel.pk, timezone.now())
    channel.refresh_from_db()
    assert channel.held_until == later


def test_an_account_that_reads_well_and_refuses_to_post_is_asked_less_and_less_often(channel_on):
    channel = channel_on("x")
    trouble.report(channel.pk, Reason.PERMISSION_MISSING, "")
    Channel.objects.filter(pk=channel.pk).update(trouble_since=timezone.now() - timedelta(minutes=10))
    trouble.clear(channel.pk)
    trouble.report(channel.pk, Reason.PERMISSION_MISSING, "")
    channel.refresh_from_db()
    assert channel.verify_at - timezone.now() > timedelta(minutes=9)
    trouble.clear(channel.pk)
    trouble.well(channel.pk)
    trouble.report(channel.pk, Reason.TOKEN_DEAD, "")
    channel.refresh_from_db()
    assert channel.verify_at - timezone.now() < timedelta(seconds=20)


def test_workers_that_die_do_not_make_the_platform_look_broken(deliver):
    for number in range(circuit.LIMIT + 1):
        delivery = deliver("x", text=f"Nummer {number}")
        assert claim_next(delivery.channel_id)
        let_time_pass(delivery, 60)
        sweep.lost_leases()
    assert not circuit.open_circuits()


# --- one that fails holds back no other ------------------------------------------------------------


def test_a_delivery_to_a_platform_that_is_gone_does_not_keep_the_others_from_going(channel_on, editor):
    now = timezone.now()
    deliveries = []
    for number in range(2):
        channel = channel_on("x", external_id=f"170000000000000000{number}")
        delivery = ledger.plan(channel, title=f"Nummer {number}")
        ledger.approve(delivery, Post("Hei"), by=editor, lapses_at=now + HOUR, due_at=now)
        deliveries.append(delivery)
    Channel.objects.filter(pk=deliveries[0].channel_id).update(platform="gone")
    assert ledger.release_due() == 1
    deliveries[1].refresh_from_db()
    assert deliveries[1].state == State.DUE


def test_waking_the_same_channel_twice_leaves_one_job_and_no_open_lock(channel_on):
    channel = channel_on("x")
    tasks.wake(channel.pk)
    tasks.wake(channel.pk)
    assert ProcrastinateJob.objects.filter(task_name="delivery.work", status="todo").count() == 1


def test_a_person_cannot_say_of_a_deletion_that_it_is_out(deliver, editor):
    delivery = until(deliver("x"), State.CONFIRMED)
    change = decide.withdraw(delivery, by=editor)
    Delivery.objects.filter(pk=change.pk).update(state=State.NEEDS_PERSON)
    with pytest.raises(IllegalMoveError):
        decide.it_is_out(change, by=editor)


# --- strange answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        Done("1", "https://x.com/" + "a" * 600),
        Done("1", "javascript:alert(1)"),
        Done("1", "https://x.com/1", {"state": "a\x00b\ud800"}),
    ],
)
def test_an_answer_that_no_column_takes_is_still_written_down_as_accepted(deliver, answer):
    delivery = deliver("x")
    send.record(claim_next(delivery.channel_id), answer, 0.1)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.external_id) == (State.ACCEPTED, "1")


@pytest.mark.parametrize("post_id", ["9" * 400, "a\x00b"])
def test_an_id_that_cannot_be_kept_is_looked_for_and_not_sent_again(deliver, post_id):
    delivery = deliver("x")
    send.record(claim_next(delivery.channel_id), Done(post_id), 0.1)
    delivery.refresh_from_db()
    assert delivery.state == State.UNKNOWN


def test_strange_words_of_a_platform_are_trimmed_to_what_the_ledger_keeps():
    assert fitting.result(Unknown(Reason.DUPLICATE, "a\x00b", hint_id="u" * 999)).hint_id == ""
    assert fitting.result(Refused(Reason.UNEXPECTED, Refusal.PERSON, "a\x00b", status=99_999)).status is None
    assert isinstance(fitting.finding(Found("9" * 400)), CannotTell)
    assert fitting.finding(Found("1", "ftp://x")).url == ""


def test_the_time_to_give_up_is_the_same_for_the_sweep_and_for_a_claim(deliver):
    delivery = deliver("x")
    assert not claim.give_up(delivery, timezone.now())
    assert claim.give_up(delivery, timezone.now() + 25 * HOUR)
