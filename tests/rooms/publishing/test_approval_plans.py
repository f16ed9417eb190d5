"""What time does to approvals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from samspill.delivery import ledger
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.publishing import approve, plans
from samspill.publishing.models import Version
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def planned(world: World) -> Version:
    """A story with a post, approved, planned for tomorrow."""
    world.story = world.write(world.jonas, "Planlagt", go_live_at=timezone.now() + timedelta(days=1))
    post = world.post(world.jonas)
    world.out()
    return post


def move_plan(world: World, **back: float) -> None:
    """The same as waiting: the plan lies that far back."""
    page = world.fresh(world.story)
    revision = page.scheduled_revision
    revision.approved_go_live_at = at = timezone.now() - timedelta(**back)
    revision.content["go_live_at"] = at.isoformat()
    revision.save()


def test_a_planned_story_goes_out_at_its_time_and_its_post_with_it(world: World) -> None:
    post = planned(world)
    plans.run()
    assert not world.is_live()
    move_plan(world, minutes=1)
    plans.run()
    post.delivery.refresh_from_db()
    assert world.is_live()
    assert post.delivery.state == State.DUE


def test_a_plan_that_could_not_go_out_for_too_long_needs_a_new_approval(world: World) -> None:
    post = planned(world)
    move_plan(world, hours=73)
    plans.run()
    post.refresh_from_db()
    assert not world.is_live()
    assert world.fresh(world.story).scheduled_revision is None
    assert (post.review, post.delivery.state) == (Version.Review.DRAFT, State.PLANNED)


def test_a_plan_that_is_late_but_not_too_old_goes_out(world: World) -> None:
    planned(world)
    move_plan(world, hours=71)
    plans.run()
    assert world.is_live()


def test_a_post_left_behind_by_a_lost_process_goes_out(world: World) -> None:
    post = world.post(world.jonas)
    world.out()
    approved = {"state": State.APPROVED, "with_story": True, "due_at": None, "next_try_at": None}
    Delivery.objects.filter(pk=post.delivery_id).update(**approved)
    plans.run()
    post.delivery.refresh_from_db()
    assert post.delivery.state == State.DUE


def test_a_post_whose_approval_lapsed_is_a_draft_that_can_be_sent_in_again(world: World) -> None:
    post = planned(world)
    Delivery.objects.filter(pk=post.delivery_id).update(lapses_at=timezone.now() - timedelta(hours=1))
    ledger.lapse_approvals()
    plans.run()
    post.refresh_from_db()
    assert (post.review, post.delivery.state) == (Version.Review.DRAFT, State.EXPIRED)
    approve.submit(world.fresh(world.story), world.jonas)
    post.refresh_from_db()
    assert post.review == Version.Review.SUBMITTED
