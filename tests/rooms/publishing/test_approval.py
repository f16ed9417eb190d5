"""Approving: what was seen is what is approved, all of it or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.models import PageLogEntry

from samspill.delivery.payload import fingerprint
from samspill.delivery.states import State
from samspill.publishing import approve, take_down, versions
from samspill.publishing.approve import ApprovalError, Seen
from samspill.publishing.models import Approval, Version
from tests.rooms.publishing.approval_world import World, form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_story_and_its_posts_are_sent_in_and_approved_in_one_go(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    assert Version.objects.get().review == Version.Review.SUBMITTED
    world.approve(world.marte)
    post.refresh_from_db()
    assert world.is_live()
    assert post.review == Version.Review.APPROVED
    assert post.delivery.state == State.DUE  # went with the story, which is out


def test_the_payload_is_frozen_under_the_hash_that_was_approved(world: World) -> None:
    post = world.post(world.jonas, text="Søk innen fristen")
    world.submit()
    world.approve(world.marte)
    post.delivery.refresh_from_db()
    approval = Approval.objects.get(version=post)
    assert post.delivery.payload["text"] == "Søk innen fristen"
    assert post.delivery.payload_hash == approval.payload_hash == fingerprint(approval.payload)


def test_a_post_changed_while_it_was_read_is_not_approved(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    seen = approve.look_at(world.story)
    post.refresh_from_db()
    versions.save(post, world.ingrid, base=post.edit_number, values={"text": "Noe annet"})
    with pytest.raises(ApprovalError, match="changed"):
        approve.approve_story(world.fresh(world.story), world.marte, seen)
    assert not world.is_live()
    assert not Approval.objects.exists()


def test_a_time_changed_while_it_was_read_is_not_approved(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    seen = approve.look_at(world.story)
    post.refresh_from_db()
    tomorrow = timezone.localdate() + timedelta(days=1)
    plan = {"timing": "at", "planned_date": tomorrow, "planned_time": timezone.now().time().replace(microsecond=0)}
    versions.save(post, world.ingrid, base=post.edit_number, values=plan)
    with pytest.raises(ApprovalError, match="changed"):
        approve.approve_story(world.fresh(world.story), world.marte, seen)


def test_a_story_that_autosave_wrote_over_while_it_was_read_is_not_approved(world: World) -> None:
    world.submit()
    seen = approve.look_at(world.story)
    draft = world.fresh(world.story).get_latest_revision_as_object()
    draft.title = "Listig"
    draft.save_revision(user=world.jonas, overwrite_revision=draft.latest_revision)  # the same revision, the same id
    with pytest.raises(ApprovalError, match="changed"):
        approve.approve_story(world.fresh(world.story), world.marte, seen)
    assert not world.is_live()


def test_a_post_added_while_it_was_read_is_not_approved_unseen(world: World) -> None:
    world.post(world.jonas)
    world.submit()
    seen = approve.look_at(world.story)
    world.post(world.jonas, world.facebook)
    world.submit()
    with pytest.raises(ApprovalError, match="changed"):
        approve.approve_story(world.fresh(world.story), world.marte, seen)


def test_the_newest_draft_is_what_is_approved_when_another_edited_after_it_was_sent_in(world: World) -> None:
    world.submit()
    world.edit(world.story, world.ingrid, "Fristen er 15. september")
    world.approve(world.marte)
    assert world.live_title() == "Fristen er 15. september"


def test_an_error_in_one_post_stops_all_of_it(world: World) -> None:
    world.post(world.jonas, text="x" * 400)
    world.post(world.jonas, world.facebook)
    world.submit()
    with pytest.raises(ApprovalError, match="errors"):
        world.approve(world.marte)
    assert not world.is_live()
    assert not Approval.objects.exists()


def test_an_error_while_freezing_undoes_the_approval_and_the_publishing(world: World) -> None:
    first, second = world.post(world.jonas), world.post(world.jonas, world.facebook)
    world.submit()
    seen = approve.look_at(world.story)
    # The ledger has no way from here to approved: the second freeze fails after the first has been written.
    type(second.delivery).objects.filter(pk=second.delivery_id).update(state=State.CANCELLED)
    with pytest.raises(Exception, match="no way from cancelled to approved"):
        approve.approve_story(world.fresh(world.story), world.marte, seen)
    first.delivery.refresh_from_db()
    assert first.delivery.state == State.PLANNED
    assert not world.is_live()
    assert world.fresh(world.story).workflow_in_progress


def test_the_second_of_two_approvers_is_told_that_it_is_done(world: World) -> None:
    world.submit()
    page = world.fresh(world.story)
    seen, state = approve.look_at(page), page.current_workflow_task_state
    approve.approve_story(world.fresh(page), world.marte, seen)
    with pytest.raises(ApprovalError, match="not_submitted"):
        state.task.specific.on_action(state, world.ingrid, "approve", seen=seen)
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").count() == 1


def test_sending_back_takes_the_posts_along_and_keeps_the_note(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    approve.send_back(world.fresh(world.story), world.marte, "Datoen er feil.")
    post.refresh_from_db()
    assert (post.review, post.sent_back_note) == (Version.Review.DRAFT, "Datoen er feil.")
    assert world.fresh(world.story).current_workflow_state.status == "needs_changes"


def test_sending_back_needs_a_note(world: World) -> None:
    world.submit()
    with pytest.raises(ApprovalError, match="note_missing"):
        approve.send_back(world.fresh(world.story), world.marte, "  ")


@pytest.mark.django_db(transaction=True)
def test_the_editors_own_button_sends_in_and_sends_in_again(world: World) -> None:
    """Wagtail's views have no transaction of their own, and this test has none either."""
    post = world.post(world.jonas)
    client = world.as_(world.jonas)
    path = f"/desk/pages/{world.story.pk}/edit/"
    assert client.post(path, form_of(world.story, **{"action-submit": "1"})).status_code == 302
    approve.send_back(world.fresh(world.story), world.marte, "Datoen er feil.")
    assert client.post(path, form_of(world.story, **{"action-submit": "1"})).status_code == 302
    post.refresh_from_db()
    assert (post.review, post.sent_back_note) == (Version.Review.SUBMITTED, "")
    assert client.post(path, form_of(world.story, **{"action-cancel-workflow": "1"})).status_code == 302
    post.refresh_from_db()
    assert post.review == Version.Review.DRAFT


def test_what_was_sent_back_is_sent_in_again_with_its_posts(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    approve.send_back(world.fresh(world.story), world.marte, "Datoen er feil.")
    world.edit(world.story, world.jonas, "Fristen er 1. oktober")
    world.submit()
    post.refresh_from_db()
    assert post.review == Version.Review.SUBMITTED
    assert post.sent_back_note == ""
    world.approve(world.marte)
    assert world.live_title() == "Fristen er 1. oktober"


def test_calling_the_story_back_calls_its_posts_back(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    world.fresh(world.story).current_workflow_state.cancel(user=world.jonas)
    post.refresh_from_db()
    assert post.review == Version.Review.DRAFT


def test_nothing_to_send_in_is_said(world: World) -> None:
    world.out()
    with pytest.raises(ApprovalError, match="nothing_submitted"):
        world.submit()


def test_a_new_post_of_a_live_story_is_approved_without_the_story(world: World) -> None:
    world.out()
    post = world.post(world.jonas)
    world.submit()
    page = world.fresh(world.story)
    approve.approve_versions(page, Version.objects.filter(pk=post.pk), world.marte, approve.look_at(page))
    post.delivery.refresh_from_db()
    assert post.delivery.state == State.APPROVED
    assert post.delivery.due_at <= timezone.now()


def test_a_post_cannot_be_approved_before_its_story(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    page = world.fresh(world.story)
    with pytest.raises(ApprovalError, match="with_story"):
        approve.approve_versions(page, Version.objects.filter(pk=post.pk), world.marte, approve.look_at(page))


def test_a_post_without_a_story_needs_another_person_too(world: World) -> None:
    post = versions.add(None, world.x, world.jonas, text="Vi svarer til klokka 15.")
    Version.objects.filter(pk=post.pk).update(review="submitted", submitted_by=world.jonas, submitted_at=timezone.now())
    chosen = Version.objects.filter(pk=post.pk)
    seen = approve.look_at(None, approve.full(chosen))
    with pytest.raises(approve.OwnTextError):
        approve.approve_versions(None, chosen, world.jonas, seen)
    approve.approve_versions(None, chosen, world.marte, seen)
    post.delivery.refresh_from_db()
    assert post.delivery.state == State.APPROVED


def test_a_changed_post_needs_a_new_approval(world: World) -> None:
    soon = timezone.now() + timedelta(days=2)
    world.story = world.write(world.jonas, "Planlagt", go_live_at=soon)
    post = world.post(world.jonas)
    world.out()
    post.refresh_from_db()
    versions.save(post, world.jonas, base=post.edit_number, values={"text": "Endret"})
    post.delivery.refresh_from_db()
    assert post.delivery.state == State.PLANNED
    assert not post.delivery.payload


def plan(world: World, **ahead: Any) -> Any:
    world.story = world.write(world.jonas, "Planlagt", go_live_at=timezone.now() + timedelta(**ahead))
    return world.post(world.jonas)


def test_a_planned_story_waits_and_its_posts_wait_with_it(world: World) -> None:
    post = plan(world, days=2)
    world.out()
    post.delivery.refresh_from_db()
    assert not world.is_live()
    assert world.fresh(world.story).scheduled_revision is not None
    assert (post.delivery.state, post.delivery.with_story) == (State.APPROVED, True)


def test_a_planned_story_that_is_approved_is_not_sent_in_again_with_a_new_post(world: World) -> None:
    plan(world, days=2)
    world.out()
    late = world.post(world.jonas, world.facebook)
    world.submit()
    page = world.fresh(world.story)
    assert not page.workflow_in_progress
    approve.approve_versions(page, Version.objects.filter(pk=late.pk), world.marte, approve.look_at(page))
    late.delivery.refresh_from_db()
    assert late.delivery.with_story


@pytest.mark.django_db(transaction=True)
def test_calling_off_a_planned_story_withdraws_the_approval_of_its_posts(world: World) -> None:
    post = plan(world, days=2)
    world.out()
    page = world.fresh(world.story)
    answer = world.as_(world.jonas).post(f"/desk/pages/{page.pk}/revisions/{page.scheduled_revision.pk}/unschedule/")
    assert answer.status_code == 302
    post.refresh_from_db()
    assert world.fresh(page).scheduled_revision is None
    assert (post.review, post.delivery.state) == (Version.Review.DRAFT, State.PLANNED)


def test_a_planned_story_cannot_be_edited_in_place(world: World) -> None:
    plan(world, days=2)
    world.out()
    page = world.fresh(world.story)
    assert page.permissions_for_user(world.jonas).page_locked()
    assert page.permissions_for_user(world.superuser).page_locked()


def test_approval_holds_for_the_set_hours_after_it_is_to_go_out(world: World) -> None:
    at = timezone.now() + timedelta(days=2)
    assert approve.lapse_time(at) == at + timedelta(hours=72)


def test_a_story_is_taken_down_with_a_reason_and_what_waits_is_stopped(world: World) -> None:
    post = world.post(world.jonas)
    world.out()
    take_down.take_down(world.story, world.marte, "Feil tall.")
    post.refresh_from_db()
    assert not world.is_live()
    assert post.delivery.state == State.CANCELLED
    entry = PageLogEntry.objects.get(page=world.story.pk, action="samspill.story.take_down")
    assert (entry.user, entry.data["comment"]) == (world.marte, "Feil tall.")


def test_taking_down_needs_the_right(world: World) -> None:
    world.out()
    for person in (world.amir, world.liv, world.tor):
        with pytest.raises(PermissionDenied):
            take_down.take_down(world.story, person, "Feil tall.")


def test_each_step_stands_in_the_storys_log(world: World) -> None:
    world.post(world.jonas)
    world.submit()
    approve.send_back(world.fresh(world.story), world.marte, "Se på datoen.")
    world.submit()
    world.approve(world.marte)
    actions = set(PageLogEntry.objects.filter(page=world.story.pk).values_list("action", flat=True))
    assert {
        "samspill.version.submit",
        "samspill.version.send_back",
        "samspill.version.approve",
        "wagtail.publish",
    } <= actions
    history = world.as_(world.jonas).get(f"/desk/pages/{world.story.pk}/history/").content.decode()
    assert "Innlegg godkjent: X: Tilsynet på X" in history
    assert "Se på datoen." in history


def test_seen_of_nothing_approves_nothing(world: World) -> None:
    world.submit()
    with pytest.raises(ApprovalError, match="changed"):
        approve.approve_story(world.fresh(world.story), world.marte, Seen())
