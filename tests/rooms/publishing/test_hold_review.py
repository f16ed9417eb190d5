"""Going through what was stopped: stories wait with their posts, each item has its own answer, nothing is forgotten."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from samspill.brands.models import Brand
from samspill.delivery import hold, ledger
from samspill.delivery.hold import HoldError
from samspill.delivery.hold_answers import Kind
from samspill.delivery.models import Delivery, Hold, HoldAnswer
from samspill.delivery.states import State
from samspill.publishing import hold_items, hold_review, plans
from samspill.publishing.hold_review import Answer, UnansweredError
from samspill.publishing.models import Version
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return World()


def planned(world: World, at: datetime, title: str = "Planlagt sak", channel: Any = None) -> Any:
    """A story that is approved for a time, with one post that goes along."""
    page = world.write(world.jonas, title, go_live_at=at)
    world.post(world.jonas, channel or world.x, page)
    world.submit(world.jonas, page)
    world.approve(world.marte, page)
    return world.fresh(page)


def soon(hours: float = 2) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def comes_due(page: Any) -> None:
    """The same as waiting until the story's time."""
    revision = page.scheduled_revision
    past = timezone.now() - timedelta(minutes=1)
    hold_review.set_time(page, revision, past)


def answer_all(held: Hold, by: Any, kind: Kind, moved_to: datetime | None = None) -> hold_review.Outcome:
    found = hold_items.items(held)
    return hold_review.answer(held, by, {item.key: Answer(kind, item.token, moved_to) for item in found})


def state(page: Any) -> str:
    return Delivery.objects.get(page=page).state


# --- stories ------------------------------------------------------------------------------


def test_a_planned_story_whose_time_comes_waits_with_its_post(world: World) -> None:
    page = planned(world, soon())
    held = hold.place(world.marte, "Ulykke")
    comes_due(page)
    plans.run()
    call_command("publish_scheduled", verbosity=0)
    assert not world.is_live(page)
    assert state(page) == State.APPROVED
    [item] = hold_items.items(held)
    assert (item.past, len(item.deliveries), item.choices) == (True, 1, [Kind.NOW, Kind.MOVE, Kind.CANCEL])
    outcome = answer_all(held, world.marte, Kind.NOW)
    assert outcome.refused == {}
    assert world.is_live(page)
    assert state(page) == State.DUE
    assert PageLogEntry.objects.filter(page=page.pk, action="samspill.hold.now", user=world.marte).exists()


def test_a_story_that_is_approved_while_all_is_stopped_does_not_go_public(world: World) -> None:
    held = hold.place(world.marte, "Ulykke")
    world.post(world.jonas)
    world.submit()
    world.approve(world.marte)
    plans.run()
    assert not world.is_live()
    assert state(world.story) == State.APPROVED
    answer_all(held, world.marte, Kind.NOW)
    assert world.is_live()
    assert state(world.story) == State.DUE


def test_a_change_of_a_story_that_is_out_waits_too(world: World) -> None:
    page = world.out()
    held = hold.place(world.marte, "Ulykke")
    world.edit(page, world.jonas, "Ny tittel")
    world.submit(world.jonas, page)
    world.approve(world.marte, page)
    plans.run()
    assert world.live_title(page) == "Fristen er 1. september"
    answer_all(held, world.marte, Kind.NOW)
    assert world.live_title(page) == "Ny tittel"


def test_a_story_keeps_its_plan_when_the_stop_lasts_longer_than_an_approval_holds(world: World) -> None:
    page = planned(world, soon())
    hold.place(world.marte, "Ulykke")
    hold_review.set_time(page, page.scheduled_revision, timezone.now() - timedelta(days=10))
    plans.run()
    assert world.fresh(page).scheduled_revision is not None
    assert state(page) == State.APPROVED


def test_a_moved_story_goes_at_its_new_time_and_takes_its_post_along(world: World) -> None:
    page = planned(world, soon())
    held = hold.place(world.marte, "Ulykke")
    then = soon(5).replace(microsecond=0)
    answer_all(held, world.marte, Kind.MOVE, then)
    hold_review.release(held, world.marte)
    revision = world.fresh(page).scheduled_revision
    assert revision.approved_go_live_at == then
    plans.run()
    assert not world.is_live(page)
    comes_due(world.fresh(page))
    plans.run()
    assert world.is_live(page)
    assert state(page) == State.DUE


def test_a_story_that_shall_not_go_is_a_draft_again_and_so_is_its_post(world: World) -> None:
    page = planned(world, soon())
    held = hold.place(world.marte, "Ulykke")
    answer_all(held, world.marte, Kind.CANCEL)
    hold_review.release(held, world.marte)
    comes = world.fresh(page)
    assert (comes.scheduled_revision, comes.live, state(page)) == (None, False, State.PLANNED)
    assert Version.objects.get(page=page).review == Version.Review.DRAFT


def test_a_hold_of_a_channel_lets_the_story_out_and_keeps_its_post(world: World) -> None:
    page = planned(world, soon())
    held = hold.place(world.marte, "Kontoen er kapret", channel=world.x)
    comes_due(page)
    plans.run()
    assert world.is_live(page)
    assert state(page) == State.APPROVED
    [item] = hold_items.items(held)
    assert item.past and item.revision is None


def test_a_hold_of_a_brand_stops_its_stories_and_those_of_all_and_no_others(world: World) -> None:
    ours, theirs = (Brand.objects.create(key=key, name=key) for key in ("vi", "de"))
    pages = {}
    for name, brand in (("vi", ours), ("de", theirs), ("alle", None)):
        page = world.write(world.jonas, f"Sak {name}", go_live_at=soon(), brand=brand)
        world.submit(world.jonas, page)
        world.approve(world.marte, page)
        pages[name] = world.fresh(page)
    hold.place(world.marte, "Ulykke", brand=ours)
    for page in pages.values():
        comes_due(page)
    plans.run()
    assert {name: world.is_live(page) for name, page in pages.items()} == {"vi": False, "de": True, "alle": False}


# --- the review ---------------------------------------------------------------------------


def test_the_hold_ends_only_when_everything_is_gone_through(world: World) -> None:
    planned(world, soon())
    held = hold.place(world.marte, "Ulykke")
    with pytest.raises(UnansweredError) as left:
        hold_review.release(held, world.marte)
    assert left.value.count == 1
    answer_all(held, world.marte, Kind.AS_PLANNED)
    hold_review.release(held, world.marte)
    with pytest.raises(HoldError, match="released"):
        hold_review.release(held, world.marte)


def test_what_comes_while_all_is_stopped_must_be_gone_through_as_well(world: World) -> None:
    held = hold.place(world.marte, "Ulykke")
    page = planned(world, soon())
    assert [item.page.pk for item in hold_items.items(held) if item.page] == [page.pk]


def test_what_is_planned_for_later_than_the_coming_days_goes_as_planned(world: World) -> None:
    page = planned(world, timezone.now() + hold_items.COMING + timedelta(hours=1))
    held = hold.place(world.marte, "Ulykke")
    assert hold_items.items(held) == []
    hold_review.release(held, world.marte)
    comes_due(page)
    plans.run()
    assert world.is_live(page)


def test_an_answer_to_what_has_changed_since_the_page_was_shown_is_refused(world: World) -> None:
    page = planned(world, soon())
    held = hold.place(world.marte, "Ulykke")
    [item] = hold_items.items(held)
    hold_review.set_time(page, page.scheduled_revision, soon(3))
    outcome = hold_review.answer(held, world.marte, {item.key: Answer(Kind.AS_PLANNED, item.token)})
    assert (outcome.done, outcome.refused) == ([], {item.key: "changed"})
    assert not HoldAnswer.objects.exists()


def test_what_has_passed_its_time_cannot_go_as_planned_whatever_is_posted(world: World) -> None:
    page = planned(world, soon())
    held = hold.place(world.marte, "Ulykke")
    comes_due(page)
    outcome = answer_all(held, world.marte, Kind.AS_PLANNED)
    assert list(outcome.refused.values()) == ["past"]
    past = answer_all(held, world.marte, Kind.MOVE, timezone.now() - timedelta(minutes=5))
    assert list(past.refused.values()) == ["past"]
    late = answer_all(held, world.marte, Kind.MOVE, timezone.now() + timedelta(days=40))
    assert list(late.refused.values()) == ["too_late"]


def test_a_post_with_its_own_time_moves_with_its_plan(world: World) -> None:
    page = world.out()
    version = world.post(world.jonas, world.facebook, page)
    local = timezone.localtime(soon(3))
    Version.objects.filter(pk=version.pk).update(
        timing="at", planned_date=local.date(), planned_time=local.time().replace(second=0, microsecond=0)
    )
    world.submit(world.jonas, page)
    from samspill.publishing import approve

    approve.approve_versions(page, Version.objects.filter(pk=version.pk), world.marte, approve.look_at(page))
    held = hold.place(world.marte, "Ulykke")
    then = soon(6).replace(second=0, microsecond=0)
    assert answer_all(held, world.marte, Kind.MOVE, then).refused == {}
    version.refresh_from_db()
    assert version.delivery.due_at == then
    moved = timezone.localtime(then)
    assert (version.planned_date, version.planned_time) == (moved.date(), moved.time())


@pytest.mark.parametrize("name", ["amir", "liv", "tor"])
def test_who_may_not_release_can_neither_answer_nor_end_it(world: World, name: str) -> None:
    planned(world, soon())
    held = hold.place(world.marte, "Ulykke")
    person = getattr(world, name)
    with pytest.raises(PermissionDenied):
        answer_all(held, person, Kind.NOW)
    with pytest.raises(PermissionDenied):
        hold_review.release(held, person)
    with pytest.raises(PermissionDenied):
        hold.place(person, "Ulykke")
    assert Hold.objects.filter(released_at=None).count() == 1


def test_two_people_who_answer_the_same_story_at_once_publish_it_once(world: World) -> None:
    page = planned(world, soon())
    held = hold.place(world.marte, "Ulykke")
    [item] = hold_items.items(held)
    together = threading.Barrier(2)
    outcomes: list[hold_review.Outcome] = []

    def press(by: Any) -> None:
        together.wait()
        try:
            outcomes.append(hold_review.answer(held, by, {item.key: Answer(Kind.NOW, item.token)}))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[by]) for by in (world.marte, world.ingrid)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sum(len(outcome.done) for outcome in outcomes) == 1
    assert world.is_live(page)
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").count() == 1


def test_ending_it_and_approving_something_new_at_once_never_leaves_it_unseen_and_held(world: World) -> None:
    """Either it is in the review, and the hold stays, or it came after the end, and goes as usual."""
    for number in range(5):
        held = hold.place(world.marte, f"Ulykke {number}")
        page = world.write(world.jonas, f"Sak {number}")
        world.submit(world.jonas, page)
        together = threading.Barrier(2)
        ended: list[bool] = []

        def end(held: Hold = held, together: Any = together, ended: list[bool] = ended) -> None:
            together.wait()
            try:
                hold_review.release(held, world.marte)
                ended.append(True)
            except UnansweredError:
                ended.append(False)
            finally:
                connection.close()

        def approve(page: Any = page, together: Any = together) -> None:
            together.wait()
            try:
                world.approve(world.ingrid, page)
            finally:
                connection.close()

        threads = [threading.Thread(target=end), threading.Thread(target=approve)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        plans.run()
        if ended == [True]:
            assert world.is_live(page)
        else:
            assert not world.is_live(page)
            assert len(hold_items.items(held)) == 1
            answer_all(held, world.marte, Kind.CANCEL)
            hold_review.release(held, world.marte)


def test_the_list_takes_the_same_number_of_queries_however_long_it_is(
    world: World, django_assert_num_queries: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    planned(world, soon())
    held = hold.place(world.marte, "Ulykke")
    with CaptureQueriesContext(
        connection,
    ) as one:
        hold_items.items(held)
    for number in range(4):
        planned(world, soon(), f"Sak {number}", world.facebook)
    with CaptureQueriesContext(connection) as many:
        assert len(hold_items.items(held)) == 5
    assert len(many) == len(one)


def test_the_revision_of_another_page_says_nothing_of_this_one(world: World) -> None:
    first, second = planned(world, soon(), "En"), planned(world, soon(), "To", world.facebook)
    held = hold.place(world.marte, "Ulykke")
    chosen = [item for item in hold_items.items(held) if item.page and item.page.pk == first.pk]
    hold_review.answer(held, world.marte, {item.key: Answer(Kind.NOW, item.token) for item in chosen})
    comes_due(second)
    plans.run()
    assert (world.is_live(first), world.is_live(second)) == (True, False)
    assert ledger.release_due() == 0
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 1
