"""Publishing by one person: the emergency group alone, with a reason, seen by all, read by a second one afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import PageLogEntry

from samspill.delivery import hold
from samspill.delivery.models import Alone, Delivery, Transition
from samspill.delivery.states import State
from samspill.publishing import alone, approve, bootstrap, four_eyes, hold_items
from samspill.publishing.approve import ApprovalError, OwnTextError
from samspill.publishing.models import Version
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db
WHY = "Feil telefonnummer i varselet, og vakta er alene"


@pytest.fixture
def world() -> World:
    """Jonas has written the story and is in the emergency group."""
    world = World()
    give(world.jonas)
    return world


def give(person: Any) -> None:
    person.groups.add(Group.objects.get(name=bootstrap.EMERGENCY))


def publish_alone(world: World, by: Any, why: str = WHY) -> None:
    page = world.fresh(world.story)
    approve.approve_story(page, by, approve.look_at(page), alone=why)


def posted(world: World, by: Any, **data: Any) -> Any:
    """As the browser sends the form of the page for approval."""
    page = world.fresh(world.story)
    seen = approve.look_at(page)
    fields = {
        "act": "alone",
        "story": seen.story,
        "reason": WHY,
        **{f"v-{pk}": key for pk, key in seen.payloads.items()},
    }
    return world.as_(by).post(reverse("desk_approval", args=[page.pk]), {**fields, **data})


def test_one_in_the_group_publishes_own_text_with_its_posts(world: World) -> None:
    version = world.post(world.jonas)
    world.submit()
    assert posted(world, world.jonas).status_code == 302
    assert world.is_live()
    assert Delivery.objects.get(pk=version.delivery_id).state == State.DUE
    row = Alone.objects.get()
    assert (row.by, row.reason, row.read_at) == (world.jonas, WHY, None)
    assert [delivery.pk for delivery in row.deliveries.all()] == [version.delivery_id]


def test_it_stands_in_the_storys_history_and_on_the_deliverys_timeline(world: World) -> None:
    version = world.post(world.jonas)
    world.submit()
    publish_alone(world, world.jonas)
    entry = PageLogEntry.objects.get(page=world.story.pk, action="samspill.story.alone")
    assert (entry.user, entry.data["comment"]) == (world.jonas, WHY)
    transition = Transition.objects.get(delivery=version.delivery_id, after=State.APPROVED)
    assert (transition.reason, transition.note) == ("alone", WHY)
    page = world.as_(world.marte).get(reverse("desk_delivery", args=[version.delivery_id])).content.decode()
    assert "Jonas Berg godkjente innlegget alene" in page and WHY in page
    history = world.as_(world.marte).get(reverse("wagtailadmin_pages:history", args=[world.story.pk])).content.decode()
    assert "godkjent av én person alene" in history and WHY in history


@pytest.mark.parametrize("why", ["", "  ", "\x00\n\t"])
def test_without_a_reason_nothing_is_published(world: World, why: str) -> None:
    world.submit()
    with pytest.raises(ApprovalError, match="reason_missing"):
        publish_alone(world, world.jonas, why)
    answer = posted(world, world.jonas, reason=why)
    assert answer.status_code == 409
    assert "Skriv hvorfor det ikke kan vente" in answer.content.decode()
    assert not world.is_live() and not Alone.objects.exists()


# --- four eyes hold for everybody else ------------------------------------------------------


def test_a_writer_outside_the_group_is_refused_whatever_is_posted(world: World) -> None:
    world.jonas.groups.remove(Group.objects.get(name=bootstrap.EMERGENCY))
    world.submit()
    with pytest.raises(OwnTextError):
        publish_alone(world, world.jonas)
    assert posted(world, world.jonas).status_code == 403
    assert not world.is_live() and not Alone.objects.exists()


def test_a_superuser_who_has_written_is_no_emergency_group(world: World) -> None:
    world.edit(world.story, world.superuser, "Ny tittel")
    world.submit()
    with pytest.raises(OwnTextError):
        publish_alone(world, world.superuser)
    assert posted(world, world.superuser).status_code == 403
    assert not world.is_live() and not Alone.objects.exists()


def test_a_right_given_to_a_person_past_the_group_counts_for_nothing(world: World) -> None:
    world.edit(world.story, world.marte, "Ny tittel")
    world.marte.user_permissions.add(Permission.objects.get(codename="publish_alone"))
    world.submit()
    with pytest.raises(OwnTextError):
        publish_alone(world, world.marte)
    assert not world.is_live()


@pytest.mark.parametrize("name", ["amir", "liv", "tor"])
def test_the_group_alone_gives_nobody_the_right_to_approve(world: World, name: str) -> None:
    person = getattr(world, name)
    give(person)
    world.submit()
    with pytest.raises(PermissionDenied):
        publish_alone(world, person)
    assert posted(world, person).status_code in (302, 403)
    assert not world.is_live()


def test_a_closed_account_in_the_group_is_refused(world: World) -> None:
    world.submit()
    world.jonas.is_active = False
    world.jonas.save()
    with pytest.raises(PermissionDenied):
        publish_alone(world, world.jonas)
    assert not world.is_live()


def test_the_workflow_does_not_finish_by_ones_own_approval_that_was_no_emergency(world: World) -> None:
    """The finish action asks for the row of this very text, not for the group."""
    world.submit()
    page = world.fresh(world.story)
    assert not alone.was_given(page, world.jonas.pk)
    state = page.current_workflow_task_state
    state.status = "approved"
    state.finished_by = world.jonas
    state.save()
    with pytest.raises(PermissionDenied), transaction.atomic():
        approve.publish_after_approval(page.current_workflow_state, world.jonas)
    assert not world.is_live()


def test_what_was_changed_after_it_was_read_is_not_published_alone_either(world: World) -> None:
    world.submit()
    page = world.fresh(world.story)
    seen = approve.look_at(page)
    world.edit(page, world.marte, "En annen tittel")
    with pytest.raises(ApprovalError, match="changed"):
        approve.approve_story(world.fresh(page), world.jonas, seen, alone=WHY)
    assert not world.is_live()


def test_who_has_not_written_approves_as_usual_and_no_emergency_is_written_down(world: World) -> None:
    give(world.marte)
    world.submit()
    publish_alone(world, world.marte)
    assert world.is_live()
    assert not Alone.objects.exists()


def test_a_post_of_a_story_that_is_out_goes_alone_too(world: World) -> None:
    page = world.out()
    version = world.post(world.jonas, world.facebook, page)
    world.submit(world.jonas, page)
    chosen = Version.objects.filter(pk=version.pk)
    seen = approve.look_at(page)
    with pytest.raises(OwnTextError):
        approve.approve_versions(page, chosen, world.jonas, seen)
    approve.approve_versions(page, chosen, world.jonas, seen, alone=WHY)
    assert Alone.objects.get().deliveries.get().pk == version.delivery_id


def test_in_a_stop_it_waits_for_the_review_like_everything_else(world: World) -> None:
    held = hold.place(world.marte, "Ulykke")
    world.submit()
    publish_alone(world, world.jonas)
    assert not world.is_live()
    assert len(hold_items.items(held)) == 1


# --- told, and read afterwards --------------------------------------------------------------


def front(world: World, name: str) -> str:
    return world.as_(getattr(world, name)).get("/desk/").content.decode()


def test_all_other_approvers_are_told_until_one_has_read_it(world: World) -> None:
    world.submit()
    publish_alone(world, world.jonas)
    told = "Jonas Berg publiserte «Fristen er 1. september» alene."
    assert {name: told in front(world, name) for name in ("marte", "ingrid", "jonas", "liv")} == {
        "marte": True, "ingrid": True, "jonas": False, "liv": False,
    }  # fmt: skip
    row = Alone.objects.get()
    answer = world.as_(world.marte).post(reverse("desk_alone", args=[row.pk]), follow=True)
    assert "Lest av Marte Lien" in answer.content.decode()
    assert told not in front(world, "ingrid")
    assert PageLogEntry.objects.filter(page=world.story.pk, action="samspill.story.alone_read").exists()


@pytest.mark.django_db(transaction=True)
def test_the_group_of_approvers_gets_a_letter_and_the_publisher_none(world: World, settings: Any) -> None:
    settings.SAMSPILL_MAIL = True
    world.submit()
    publish_alone(world, world.jonas)
    jobs = [job.args for job in ProcrastinateJob.objects.filter(task_name="mail.send")]
    assert {job["user_id"] for job in jobs} == {person.pk for person in four_eyes.approvers(but=[world.jonas.pk])}
    assert world.jonas.pk not in {job["user_id"] for job in jobs}
    assert all(WHY in job["text"] and "/desk/beredskap/" in job["text"] for job in jobs)
    assert jobs[0]["subject"] == "Jonas Berg publiserte «Fristen er 1. september» alene"


@pytest.mark.django_db(transaction=True)
def test_nothing_that_failed_is_told(world: World, settings: Any) -> None:
    settings.SAMSPILL_MAIL = True
    world.submit()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish_alone(world, world.jonas)
        raise ZeroDivisionError
    assert not ProcrastinateJob.objects.filter(task_name="mail.send").exists()
    assert not world.is_live() and not Alone.objects.exists()


@pytest.mark.parametrize("name", ["jonas", "ingrid", "amir", "liv", "tor"])
def test_neither_a_writer_nor_who_may_not_approve_reads_it_as_the_second(world: World, name: str) -> None:
    world.edit(world.story, world.ingrid, "Fristen er 1. september")  # she has written on it, too
    world.submit()
    publish_alone(world, world.jonas)
    row = Alone.objects.get()
    person = getattr(world, name)
    with pytest.raises(PermissionDenied):
        alone.confirm_read(row, person)
    world.as_(person).post(reverse("desk_alone", args=[row.pk]))
    row.refresh_from_db()
    assert row.read_at is None


def test_it_is_read_once_and_the_database_keeps_who(world: World) -> None:
    world.submit()
    publish_alone(world, world.jonas)
    row = Alone.objects.get()
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Alone.objects.update(read_by=world.jonas, read_at=row.at)
    assert alone.confirm_read(row, world.marte)
    assert not alone.confirm_read(row, world.ingrid)
    with pytest.raises(DatabaseError), transaction.atomic():
        Alone.objects.update(read_by=world.ingrid)
    with pytest.raises(DatabaseError), transaction.atomic():
        Alone.objects.all()._raw_delete(using="default")
    row.refresh_from_db()
    assert row.read_by == world.marte


def test_only_who_may_sees_the_way_to_publish_alone(world: World) -> None:
    world.edit(world.story, world.marte, "Fristen er 1. september")
    world.submit()
    address = reverse("desk_approval", args=[world.story.pk])
    shown = {
        name: "Beredskap" in world.as_(getattr(world, name)).get(address).content.decode()
        for name in ("jonas", "marte", "ingrid", "liv", "superuser")
    }
    assert shown == {"jonas": True, "marte": False, "ingrid": False, "liv": False, "superuser": False}


def test_a_stranger_is_sent_to_sign_in(world: World) -> None:
    world.submit()
    publish_alone(world, world.jonas)
    answer = Client().get(reverse("desk_alone", args=[Alone.objects.get().pk]))
    assert answer.status_code == 302 and "/login/" in answer.url
