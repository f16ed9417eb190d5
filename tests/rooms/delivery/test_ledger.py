"""The ledger's own rules: what may follow what, what is frozen, what is never changed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from samspill.channels.contract import Action, Document, Link, Picture, Post
from samspill.delivery import circuit, decide, ledger, sweep
from samspill.delivery.claim import claim_next
from samspill.delivery.models import Attempt, Circuit, Delivery, Transition
from samspill.delivery.payload import files, fingerprint, from_json, to_json
from samspill.delivery.states import WAYS, IllegalMoveError, State, check_move
from tests.rooms.delivery.conftest import let_time_pass, turn, until

NOW = timezone.now


def test_every_state_can_be_reached_and_has_its_ways():
    assert set(WAYS) == set(State)


def test_what_is_withdrawn_stays_withdrawn():
    for state in State:
        with pytest.raises(IllegalMoveError):
            check_move(State.WITHDRAWN, state)


def test_what_is_out_is_never_sent_again_by_any_way():
    for state in (State.ACCEPTED, State.CONFIRMED):
        for after in (State.DUE, State.SENDING, State.APPROVED, State.PLANNED, State.CANCELLED):
            with pytest.raises(IllegalMoveError):
                check_move(state, after)


words = st.text(max_size=8)
pictures = st.builds(
    Picture,
    sha256=words,
    mime=words,
    width=st.integers(0, 9000),
    height=st.integers(0, 9000),
    size=st.integers(0, 10**7),
    alt=words,
    alt_language=words,
    filename=words,
)
posts = st.builds(
    Post,
    text=words,
    language=st.sampled_from(["nb", "nn", "en"]),
    pictures=st.lists(pictures, max_size=4).map(tuple),
    link=st.none() | st.builds(Link, url=words, title=words, description=words, thumbnail=st.none() | pictures),
    document=st.none() | st.builds(Document, sha256=words, mime=words, size=st.integers(0, 10**8), title=words),
)


@given(posts)
def test_a_frozen_payload_gives_back_the_same_post_and_the_same_hash(post):
    payload = to_json(post)
    assert from_json(payload) == post
    assert fingerprint(to_json(from_json(payload))) == fingerprint(payload)


@given(posts, posts)
def test_two_different_posts_never_share_a_hash(one, other):
    assert (fingerprint(to_json(one)) == fingerprint(to_json(other))) == (one == other)


def test_the_files_of_a_post_include_the_thumbnail_and_the_document():
    picture = Picture("a", "image/png", 1, 1, 1)
    post = Post("t", pictures=(picture,), link=Link("u", thumbnail=Picture("b", "image/png", 1, 1, 1)),
                document=Document("c", "application/pdf", 1, "t"))  # fmt: skip
    assert files(post) == {"a", "b", "c"}


def test_a_payload_changed_behind_the_ledgers_back_is_not_sent(world, deliver):
    delivery = deliver("x")
    Delivery.objects.filter(pk=delivery.pk).update(payload={**delivery.payload, "text": "Noe helt annet"})
    assert not turn(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.NEEDS_PERSON, "payload_changed")
    assert world.posts("x") == []


def test_the_database_refuses_to_move_what_has_no_frozen_payload(channel_on):
    delivery = ledger.plan(channel_on("x"), title="Uten godkjenning")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state=State.DUE)


def test_the_database_refuses_to_send_without_a_lease(deliver):
    delivery = deliver("x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state=State.SENDING)


@pytest.mark.parametrize("model", [Attempt, Transition])
def test_the_database_refuses_to_change_or_delete_what_was_tried(deliver, model):
    until(deliver("x"), State.CONFIRMED)
    row = model.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(detail="pyntet") if model is Attempt else model.objects.filter(
            pk=row.pk
        ).update(note="pyntet")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_a_user_who_leaves_takes_no_history_along(deliver, editor):
    delivery = deliver("x")
    editor.delete()
    assert Transition.objects.filter(delivery=delivery, after=State.APPROVED).exists()


# --- time ------------------------------------------------------------------------------


def test_nothing_leaves_before_its_time(channel_on, editor):
    delivery = ledger.plan(channel_on("x"), title="Senere")
    later = NOW() + timedelta(hours=1)
    ledger.approve(delivery, Post("Senere"), by=editor, lapses_at=later + timedelta(days=1), due_at=later)
    assert ledger.release_due() == 0
    assert ledger.release_due(later) == 1


def test_an_approval_that_is_too_old_lapses_and_says_so(channel_on, editor):
    delivery = ledger.plan(channel_on("x"), title="Glemt")
    ledger.approve(delivery, Post("Glemt"), by=editor, lapses_at=NOW() - timedelta(seconds=1), with_story=True)
    assert ledger.lapse_approvals() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.EXPIRED, "approval_lapsed")


def test_a_lapsed_approval_does_not_send_even_if_its_time_comes_first(channel_on, editor):
    delivery = ledger.plan(channel_on("x"), title="Glemt")
    past = NOW() - timedelta(hours=2)
    ledger.approve(delivery, Post("Glemt"), by=editor, lapses_at=past + timedelta(hours=1), due_at=past)
    ledger.release_due()
    delivery.refresh_from_db()
    assert delivery.state == State.EXPIRED


def test_we_give_up_at_the_set_time_with_a_word(world, deliver):
    delivery = deliver("x")
    world.fault("x", "status_before", status=429, retry_after=5, times=None)
    turn(delivery)
    let_time_pass(delivery, 25 * 3600)
    turn(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.EXPIRED, "gave_up")


# --- leases ----------------------------------------------------------------------------


def test_eight_workers_at_once_own_a_delivery_one_at_a_time(deliver):
    delivery = deliver("x")
    found = []
    start = threading.Barrier(8)

    def take():
        start.wait()
        found.append(claim_next(delivery.channel_id))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len([piece for piece in found if piece]) == 1


def test_a_dead_workers_once_step_is_looked_for_before_it_is_repeated(world, deliver):
    delivery = deliver("x")
    assert claim_next(delivery.channel_id) is not None  # and then the worker dies
    let_time_pass(delivery, 60)
    assert sweep.lost_leases() == 1
    delivery.refresh_from_db()
    assert delivery.state == State.UNKNOWN
    until(delivery, State.CONFIRMED)
    assert len(world.posts("x")) == 1
    assert delivery.attempts.first().outcome == "worker_lost"


def test_a_worker_that_wakes_up_after_losing_its_lease_sends_nothing(world, deliver):
    from samspill.delivery import send

    delivery = deliver("x")
    sleeper = claim_next(delivery.channel_id)
    let_time_pass(delivery, 60)
    sweep.lost_leases()
    send.send(sleeper)
    assert world.posts("x") == []


def test_a_late_result_of_a_lost_worker_changes_nothing(deliver):
    from samspill.channels.contract import Done
    from samspill.delivery import send

    delivery = deliver("x")
    sleeper = claim_next(delivery.channel_id)
    let_time_pass(delivery, 60)
    sweep.lost_leases()
    assert send.record(sleeper, Done("1"), 1.0) is None
    delivery.refresh_from_db()
    assert delivery.state == State.UNKNOWN


def test_a_channel_that_hangs_holds_only_its_own_share_of_workers(deliver):
    for number in range(4):
        delivery = deliver("x", text=f"Nummer {number}")
    assert claim_next(delivery.channel_id) and claim_next(delivery.channel_id)
    assert claim_next(delivery.channel_id) is None


# --- one channel never holds back another -----------------------------------------------


def test_a_broken_platform_is_left_alone_and_the_others_go_on(world, deliver):
    broken = [deliver("x", text=f"Nummer {number}") for number in range(circuit.LIMIT + 1)]
    world.fault("x", "status_before", status=503, times=None)
    while turn(broken[0]):
        pass
    assert Circuit.objects.get(platform="x").openings >= 1
    assert circuit.open_circuits()
    until(deliver("facebook"), State.CONFIRMED)
    world.no_faults("x")
    for delivery in broken:
        until(delivery, State.CONFIRMED, tries=120)
    assert not circuit.open_circuits()
    assert len(world.posts("x")) == len(broken)


def test_a_paused_channel_keeps_its_posts(world, deliver):
    delivery = deliver("x")
    delivery.channel.mode = "paused"
    delivery.channel.save()
    assert not turn(delivery)
    delivery.channel.mode = "sandbox"
    delivery.channel.save()
    until(delivery, State.CONFIRMED)


# --- people -----------------------------------------------------------------------------


def test_what_is_due_can_be_cancelled_and_then_never_leaves(world, deliver, editor):
    delivery = deliver("x")
    ledger.cancel(delivery, actor=editor, note="Feil dato")
    assert not turn(delivery)
    assert world.posts("x") == []
    assert Transition.objects.get(delivery=delivery, after=State.CANCELLED).note == "Feil dato"


def test_what_is_being_sent_or_is_out_cannot_be_cancelled(deliver, editor):
    delivery = deliver("x")
    claim_next(delivery.channel_id)
    with pytest.raises(IllegalMoveError):
        ledger.cancel(delivery, actor=editor)
    let_time_pass(delivery, 60)
    sweep.lost_leases()
    until(delivery, State.CONFIRMED)
    with pytest.raises(IllegalMoveError):
        ledger.cancel(delivery, actor=editor)


@pytest.mark.parametrize("platform", ["x", "facebook", "linkedin"])
def test_withdrawing_deletes_the_post_and_says_so(world, deliver, editor, platform):
    delivery = until(deliver(platform), State.CONFIRMED)
    change = decide.withdraw(delivery, by=editor)
    until(change, State.CONFIRMED)
    delivery.refresh_from_db()
    assert delivery.state == State.WITHDRAWN
    assert world.posts(platform) == []


def test_withdrawing_twice_is_refused(deliver, editor):
    delivery = until(deliver("x"), State.CONFIRMED)
    decide.withdraw(delivery, by=editor)
    with pytest.raises(IllegalMoveError):
        decide.withdraw(delivery, by=editor)


def test_withdrawing_what_somebody_has_deleted_there_already_is_fine(world, deliver, editor):
    delivery = until(deliver("x"), State.CONFIRMED)
    first = decide.withdraw(delivery, by=editor)
    world.fault("x", "cut_after", match={"method": "DELETE"}, times=1)
    until(first, State.CONFIRMED)
    delivery.refresh_from_db()
    assert delivery.state == State.WITHDRAWN


def test_a_person_can_say_that_an_unclear_post_is_out_and_it_is_confirmed_by_looking(world, deliver, editor):
    delivery = _unclear(world, deliver)
    decide.it_is_out(delivery, by=editor, url="https://x.com/lottstift/status/1")
    delivery.refresh_from_db()
    assert delivery.state == State.ACCEPTED
    assert delivery.external_url == "https://x.com/lottstift/status/1"


def test_a_person_can_have_an_unclear_post_sent_again(world, deliver, editor):
    delivery = _unclear(world, deliver)
    world.no_faults("x")
    decide.send_again(delivery, by=editor)
    until(delivery, State.CONFIRMED)
    assert len(world.posts("x")) == 1


def test_two_people_cannot_decide_the_same_thing_differently(world, deliver, editor):
    delivery = _unclear(world, deliver)
    decide.leave_it(delivery, by=editor)
    with pytest.raises(IllegalMoveError):
        decide.send_again(delivery, by=editor)


def _unclear(world, deliver):
    delivery = deliver("x")
    world.fault("x", "duplicate_false", match={"method": "POST", "path": "/2/tweets$"}, times=None)
    return until(delivery, State.NEEDS_PERSON)


# --- the short address -------------------------------------------------------------------


def test_the_short_address_leads_home_and_counts_without_tracking(client, deliver):
    delivery = until(deliver("x"), State.CONFIRMED)
    answer = client.get(f"/l/{delivery.code}")
    assert (answer.status_code, answer["location"]) == (302, "https://tilsynet.invalid/sak")
    assert not answer.cookies
    client.head(f"/l/{delivery.code}")
    delivery.refresh_from_db()
    assert delivery.clicks == 1


def test_an_unknown_short_address_is_a_plain_404(client, transactional_db):
    assert client.get("/l/finnesikke").status_code == 404


def test_codes_are_easy_to_read_aloud_and_hard_to_guess():
    from samspill.delivery.codes import ALPHABET, new_code

    assert not set("aeiouy01l") & set(ALPHABET)
    assert len({new_code() for _ in range(1000)}) == 1000


def test_actions_are_those_of_the_contract():
    assert {choice for choice, _ in Delivery._meta.get_field("action").choices} == {action.value for action in Action}
