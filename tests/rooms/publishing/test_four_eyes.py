"""Nobody gets a text out alone: every way that Wagtail has to make something live is tried, by everyone."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from PIL import Image
from wagtail.actions.copy_page import CopyPageAction, CopyPagePermissionError
from wagtail.actions.create_alias import CreatePageAliasAction, CreatePageAliasPermissionError
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import (
    GroupApprovalTask,
    GroupPagePermission,
    Page,
    ReferenceIndex,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from samspill.library.models import Photo
from samspill.publishing import approve, four_eyes, take_down, versions
from samspill.publishing.approve import ApprovalError, OwnTextError
from samspill.publishing.models import EditorialApproval, Version
from samspill.publishing.stories import FourEyesTester
from tests.rooms.publishing.approval_world import World, form_of

pytestmark = pytest.mark.django_db

EVERYONE = ("jonas", "marte", "amir", "liv", "tor", "superuser")


@pytest.fixture
def world() -> World:
    return World()


# --- who may not ----------------------------------------------------------------------


def test_the_writer_cannot_approve(world: World) -> None:
    world.submit()
    with pytest.raises(OwnTextError):
        world.approve(world.jonas)
    assert not world.is_live()


def test_a_superuser_who_wrote_cannot_approve(world: World) -> None:
    world.edit(world.story, world.superuser, "Rettet")
    world.submit()
    with pytest.raises(OwnTextError):
        world.approve(world.superuser)


def test_who_sent_it_in_cannot_approve(world: World) -> None:
    world.submit(world.ingrid)
    with pytest.raises(OwnTextError):
        world.approve(world.ingrid)


def test_a_second_persons_edit_does_not_free_the_first_writer(world: World) -> None:
    world.edit(world.story, world.ingrid, "Rettet")
    world.submit(world.ingrid)
    with pytest.raises(OwnTextError):
        world.approve(world.jonas)


def test_who_edited_after_it_was_sent_in_cannot_approve(world: World) -> None:
    world.submit()
    world.edit(world.story, world.marte, "Rettet av Marte")
    with pytest.raises(OwnTextError):
        world.approve(world.marte)


def test_who_wrote_only_one_of_the_posts_cannot_approve_the_story(world: World) -> None:
    world.post(world.marte)
    world.submit()
    with pytest.raises(OwnTextError):
        world.approve(world.marte)


def test_after_it_has_been_live_only_the_new_writers_count(world: World) -> None:
    world.out()
    world.edit(world.story, world.marte, "Ny frist")
    assert four_eyes.writers(world.fresh(world.story)) == {world.marte.pk}


def test_the_writer_of_an_autosave_over_the_live_revision_counts(world: World) -> None:
    world.out()
    draft = world.fresh(world.story).get_latest_revision_as_object()
    draft.title = "Listig"
    draft.save_revision(user=world.jonas, overwrite_revision=draft.latest_revision)
    approve.submit(world.fresh(world.story), world.ingrid)
    assert world.jonas.pk in four_eyes.writers(world.fresh(world.story))
    with pytest.raises(OwnTextError):
        world.approve(world.jonas)


def test_after_it_has_been_taken_down_all_who_ever_wrote_count(world: World) -> None:
    page = world.out()
    take_down.take_down(page, world.marte, "Feil tall.")
    assert world.jonas.pk in four_eyes.writers(world.fresh(page))


@pytest.mark.parametrize("name", ["amir", "liv", "tor"])
def test_other_roles_cannot_approve(world: World, name: str) -> None:
    world.submit()
    with pytest.raises(PermissionDenied):
        world.approve(getattr(world, name))


def test_someone_who_has_left_cannot_approve(world: World) -> None:
    world.submit()
    world.marte.is_active = False
    world.marte.save()
    with pytest.raises(PermissionDenied):
        world.approve(world.marte)
    assert world.marte not in four_eyes.approvers(world.story)


# --- Wagtail's own ways ----------------------------------------------------------------


def test_nobody_publishes_by_the_page_form(world: World) -> None:
    for name in EVERYONE:
        client = world.as_(getattr(world, name))
        client.post(f"/desk/pages/{world.story.pk}/edit/", form_of(world.story, **{"action-publish": "1"}))
        assert not world.is_live()


def test_nobody_publishes_by_the_create_form(world: World) -> None:
    page = type(world.story)(title="Ny", slug="ny", lead="Ny")
    data = form_of(page, **{"action-publish": "1"})
    for name in EVERYONE:
        world.as_(getattr(world, name)).post(f"/desk/pages/add/newsroom/pressrelease/{world.index.pk}/", data)
        assert not Page.objects.filter(slug="ny", live=True).exists()


def test_a_superuser_does_not_publish_a_page_under_wagtails_root(world: World) -> None:
    answer = world.as_(world.superuser).post(
        f"/desk/pages/add/newsroom/frontpage/{world.root.pk}/",
        {"title": "Falsk", "slug": "falsk", "action-publish": "1"},
    )
    assert answer.status_code in (302, 403)
    assert not Page.objects.filter(slug="falsk", live=True).exists()


@pytest.mark.parametrize("action", ["publish", "unpublish"])
def test_nobody_publishes_or_unpublishes_in_bulk(world: World, action: str) -> None:
    live = world.out(world.write(world.jonas, "Ute"))
    ids = f"id={world.story.pk}&id={live.pk}&id={world.index.pk}"
    for name in EVERYONE:
        world.as_(getattr(world, name)).post(
            f"/desk/bulk/wagtailcore/page/{action}/?{ids}", {"include_descendants": "on"}
        )
        assert not world.is_live()
        assert world.is_live(live)


@pytest.mark.parametrize("action", ["delete", "move"])
def test_nobody_deletes_or_moves_what_is_live_in_bulk(world: World, action: str) -> None:
    live = world.out()
    before = live.path
    data = {"chooser": world.front.pk}
    for name in EVERYONE:
        world.as_(getattr(world, name)).post(f"/desk/bulk/wagtailcore/page/{action}/?id={live.pk}", data)
        assert Page.objects.get(pk=live.pk).path == before


def test_nobody_unpublishes_deletes_or_moves_a_live_story(world: World) -> None:
    live = world.out()
    other = world.front.add_child(instance=type(world.index)(title="Annet", slug="annet"))
    for name in EVERYONE:
        client = world.as_(getattr(world, name))
        client.post(f"/desk/pages/{live.pk}/unpublish/")
        client.post(f"/desk/pages/{live.pk}/delete/")
        client.post(f"/desk/pages/{live.pk}/move/{other.pk}/confirm/")
        assert world.is_live(), name
        assert world.fresh(live).get_parent().pk == world.index.pk, name


@pytest.mark.parametrize("trick", ["publish_copies", "alias"])
def test_a_copy_of_a_live_story_is_a_draft(world: World, trick: str) -> None:
    live = world.out()
    data = {"new_title": "Kopi", "new_slug": "kopi", "new_parent_page": world.index.pk, trick: "on"}
    for name in EVERYONE:
        world.as_(getattr(world, name)).post(f"/desk/pages/{live.pk}/copy/", data)
        assert not Page.objects.filter(slug="kopi", live=True).exists()
        assert not Page.objects.filter(slug="kopi", alias_of__isnull=False).exists()


def test_the_actions_below_the_forms_refuse_a_superuser(world: World) -> None:
    live = world.out()
    with pytest.raises(CopyPagePermissionError):
        CopyPageAction(live, to=world.fresh(world.index), keep_live=True, user=world.superuser).execute()
    with pytest.raises(CreatePageAliasPermissionError):
        CreatePageAliasAction(
            live, parent=world.fresh(world.index), update_slug="tvilling", user=world.superuser
        ).execute()
    draft = world.write(world.jonas, "Kladd")
    with pytest.raises(PublishPagePermissionError):
        draft.latest_revision.publish(user=world.superuser)


def test_nobody_makes_anything_live_by_the_admins_api(world: World) -> None:
    live = world.out(world.write(world.jonas, "Ute"))
    acts: list[tuple[Page, str, dict[str, Any]]] = [
        (world.story, "publish", {}),
        (live, "unpublish", {}),
        (live, "delete", {}),
        (live, "move", {"destination_page_id": world.front.pk}),
        (live, "copy", {"destination_page_id": world.index.pk, "keep_live": True, "slug": "kopi", "title": "Listig"}),
        (live, "create_alias", {"destination_page_id": world.index.pk, "update_slug": "tvilling"}),
        (live, "revert_to_page_revision", {"revision_id": live.revisions.first().pk}),
        (world.front, "copy", {"destination_page_id": world.root.pk, "slug": "kopi", "title": "Listig"}),
        (world.front, "create_alias", {"destination_page_id": world.root.pk, "update_slug": "tvilling"}),
    ]
    before = set(Page.objects.filter(live=True).values_list("pk", "title", "path"))
    for name in EVERYONE:
        client = world.as_(getattr(world, name))
        for page, act, data in acts:
            path = f"/desk/api/main/pages/{page.pk}/action/{act}/"
            client.post(path, json.dumps(data), content_type="application/json")
            assert set(Page.objects.filter(live=True).values_list("pk", "title", "path")) == before, (name, act)


def test_an_approver_of_the_original_is_no_writer_of_the_copy_but_its_writers_are(world: World) -> None:
    copied = CopyPageAction(
        world.out(), update_attrs={"slug": "kopi", "title": "Kopi"}, user=world.ingrid, keep_live=False
    ).execute()
    assert not copied.live
    assert {world.jonas.pk, world.ingrid.pk} <= four_eyes.writers(world.fresh(copied))


def test_nobody_changes_who_may_see_a_page(world: World) -> None:
    live = world.out()
    for name in EVERYONE:
        answer = world.as_(getattr(world, name)).post(f"/desk/pages/{live.pk}/privacy/", {"restriction_type": "login"})
        assert answer.status_code in (302, 403)
        assert not live.view_restrictions.exists()


def test_going_back_to_an_earlier_revision_makes_a_draft(world: World) -> None:
    world.edit(world.story, world.ingrid, "Første")
    live = world.out()
    first = live.revisions.order_by("created_at").first()
    data = form_of(live, title="Tilbake", revision=first.pk, **{"action-publish": "1"})
    for name in EVERYONE:
        world.as_(getattr(world, name)).post(f"/desk/pages/{live.pk}/edit/", data)
        assert world.live_title() == "Første"


def test_who_goes_back_to_an_earlier_revision_has_written(world: World) -> None:
    live = world.out()
    old = live.revisions.order_by("created_at").first().as_object()
    old.save_revision(user=world.marte, previous_revision=live.revisions.order_by("created_at").first())
    assert world.marte.pk in four_eyes.writers(world.fresh(live))


def test_a_changed_address_of_a_live_story_waits_for_approval(world: World) -> None:
    live = world.out()
    world.as_(world.jonas).post(f"/desk/pages/{live.pk}/edit/", form_of(live, slug="ny-adresse"))
    assert world.fresh(live).slug == live.slug


# --- the workflow's own ways -----------------------------------------------------------


def test_wagtails_own_approve_button_does_not_approve(world: World) -> None:
    world.submit()
    state = world.fresh(world.story).current_workflow_task_state
    for name in EVERYONE:
        client = world.as_(getattr(world, name))
        client.post(f"/desk/pages/workflow/action/{world.story.pk}/approve/{state.pk}/")
        client.post(
            f"/desk/pages/{world.story.pk}/edit/",
            form_of(world.story, **{"action-workflow-action": "1", "workflow-action-name": "approve"}),
        )
        assert not world.is_live()


def test_calling_the_task_directly_without_having_seen_does_not_approve(world: World) -> None:
    world.submit()
    state = world.fresh(world.story).current_workflow_task_state
    for name in EVERYONE:
        with pytest.raises((PermissionDenied, ApprovalError)):
            state.task.specific.on_action(state, getattr(world, name), "approve")
        assert not world.is_live()


def test_approving_the_task_state_past_the_task_does_not_publish_ones_own(world: World) -> None:
    world.submit()
    with pytest.raises(PermissionDenied):
        world.fresh(world.story).current_workflow_task_state.approve(user=world.jonas)
    assert not world.is_live()
    assert world.fresh(world.story).workflow_in_progress


def test_switching_the_task_off_does_not_publish_what_waits(world: World) -> None:
    world.submit()
    with pytest.raises(PermissionDenied):
        EditorialApproval.objects.get().deactivate(user=world.superuser)
    assert not world.is_live()
    assert EditorialApproval.objects.get().active


def test_switching_the_workflow_off_calls_off_and_publishes_nothing(world: World) -> None:
    world.submit()
    world.story.get_workflow().deactivate(user=world.superuser)
    assert not world.is_live()
    assert not world.fresh(world.story).workflow_in_progress


def test_a_workflow_without_tasks_publishes_nothing(world: World) -> None:
    empty = Workflow.objects.create(name="Snarvei")
    WorkflowPage.objects.create(page=world.index, workflow=empty)
    with pytest.raises(PermissionDenied):
        world.submit()
    assert not world.is_live()


def test_a_workflow_with_wagtails_own_task_publishes_nothing(world: World) -> None:
    task = GroupApprovalTask.objects.create(name="Rask")
    task.groups.add(Group.objects.get(name="Redaktører"))
    quick = Workflow.objects.create(name="Snarvei")
    WorkflowTask.objects.create(workflow=quick, task=task, sort_order=0)
    WorkflowPage.objects.create(page=world.index, workflow=quick)
    world.submit()
    state = world.fresh(world.story).current_workflow_task_state
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, world.marte, "approve")
    assert not world.is_live()


def test_starting_again_after_calling_back_keeps_the_writers(world: World) -> None:
    world.submit()
    world.fresh(world.story).current_workflow_state.cancel(user=world.jonas)
    world.submit(world.ingrid)
    with pytest.raises(OwnTextError):
        world.approve(world.jonas)


def test_a_workflow_deleted_and_made_again_keeps_the_writers(world: World) -> None:
    from samspill.publishing.bootstrap import ensure_roles_and_workflow

    world.submit()
    Workflow.objects.all().delete()
    EditorialApproval.objects.all().delete()
    ensure_roles_and_workflow()
    world.submit(world.ingrid)
    with pytest.raises(OwnTextError):
        world.approve(world.jonas)
    world.approve(world.marte)
    assert world.is_live()


# --- times -----------------------------------------------------------------------------


def test_a_draft_with_a_time_does_not_go_out_by_itself(world: World) -> None:
    page = world.write(world.jonas, "Uten godkjenning", go_live_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")
    assert not world.is_live(page)


def test_a_planned_story_goes_out_as_it_was_approved_though_somebody_saved_since(world: World) -> None:
    page = world.write(world.jonas, "Planlagt", go_live_at=timezone.now() + timedelta(days=1))
    world.out(page)
    page = world.fresh(page)
    answer = world.as_(world.jonas).post(f"/desk/pages/{page.pk}/edit/", form_of(page, title="Listig"))
    assert answer.status_code == 200  # locked: the form is shown again
    world.edit(page, world.jonas, "Listig")  # past the form
    page.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=timezone.now())
    call_command("publish_scheduled")
    assert world.live_title(page) == "Planlagt"


def test_unlocking_a_locked_page_publishes_nothing(world: World) -> None:
    world.story.locked = True
    world.story.locked_by = world.ingrid
    world.story.save()
    world.as_(world.superuser).post(f"/desk/pages/{world.story.pk}/unlock/")
    assert not world.is_live()


# --- files and settings ----------------------------------------------------------------


def picture(colour: str) -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (800, 600), colour).save(data, "PNG")
    return SimpleUploadedFile(f"{colour}.png", data.getvalue(), "image/png")


def test_the_file_of_a_picture_in_a_live_story_cannot_be_exchanged(world: World) -> None:
    photo = Photo.objects.create(title="Styremøte", file=picture("red"), alt_nb="Et møte")
    page = world.out(world.write(world.jonas, "Med bilde", main_image=photo))
    ReferenceIndex.create_or_update_for_object(page)  # Wagtail does this when the transaction ends
    before = photo.file.name
    fields: dict[str, Any] = {"title": "Styremøte", "file": picture("blue"), "alt_nb": "Et møte"}
    for name in ("jonas", "superuser"):
        world.as_(getattr(world, name)).post(f"/desk/images/{photo.pk}/", {**fields, "file": picture("blue")})
    photo.refresh_from_db()
    assert photo.file.name == before
    assert world.is_live(page)


def test_no_group_holds_the_right_to_publish(world: World) -> None:
    assert not GroupPagePermission.objects.filter(permission__codename="publish_page").exists()


def test_even_a_group_that_is_given_the_right_cannot_publish(world: World) -> None:
    from django.contrib.auth.models import Permission

    right = Permission.objects.get(content_type__app_label="wagtailcore", codename="publish_page")
    GroupPagePermission.objects.create(group=Group.objects.get(name="Redaktører"), page=world.root, permission=right)
    world.as_(world.jonas).post(f"/desk/pages/{world.story.pk}/edit/", form_of(world.story, **{"action-publish": "1"}))
    world.as_(world.jonas).post(f"/desk/bulk/wagtailcore/page/publish/?id={world.story.pk}")
    assert not world.is_live()


def test_every_page_type_refuses_publishing() -> None:
    from wagtail.models import get_page_models

    ours = [model for model in get_page_models() if model is not Page]
    assert ours
    for model in ours:
        assert isinstance(model().permissions_for_user(AnonymousUser()), FourEyesTester)


# --- posts -----------------------------------------------------------------------------


def test_a_post_of_a_live_story_is_not_approved_by_its_writer(world: World) -> None:
    world.out()
    post = world.post(world.jonas)
    world.submit()
    page = world.fresh(world.story)
    with pytest.raises(OwnTextError):
        approve.approve_versions(page, Version.objects.filter(pk=post.pk), world.jonas, approve.look_at(page))


def test_a_post_that_two_have_written_is_approved_by_neither(world: World) -> None:
    world.out()
    post = world.post(world.jonas)
    versions.save(post, world.marte, base=0, values={"text": "Ny tekst"})
    world.submit()
    page = world.fresh(world.story)
    for person in (world.jonas, world.marte):
        with pytest.raises(OwnTextError):
            approve.approve_versions(page, Version.objects.filter(pk=post.pk), person, approve.look_at(page))


def test_the_rule_for_lists_is_the_rule_for_one(world: World) -> None:
    other = world.write(world.marte, "Annen")
    world.post(world.ingrid)
    world.submit()
    pages = [world.fresh(world.story), world.fresh(other)]
    assert four_eyes.writers_of(pages) == {page.pk: four_eyes.writers(page) for page in pages}
