"""Whoever has power over workflow, groups and accounts still gets no text out alone by them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowTask

from samspill.delivery.models import Delivery
from samspill.publishing import approve, bootstrap
from samspill.publishing.models import EditorialApproval, Version
from tests.rooms.publishing.approval_world import World, form_of


def own_story(world: World) -> Any:
    return world.write(world.superuser, "Min egen")


def attempt(do: Any) -> None:
    """Whatever is raised: what counts is what came of it."""
    try:
        do()
    except Exception as error:  # noqa: BLE001
        del error


def test_a_workflow_of_his_own_with_wagtails_task_does_not_publish_a_superusers_text(world: World) -> None:
    story = own_story(world)
    group = Group.objects.create(name="Meg selv")
    world.superuser.groups.add(group)
    workflow, task = Workflow.objects.create(name="Min"), GroupApprovalTask.objects.create(name="Min")
    task.groups.add(group)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=story)
    client = world.as_(world.superuser)
    client.raise_request_exception = False
    client.post(f"/desk/pages/{story.pk}/edit/", form_of(story, **{"action-submit": "1"}))
    state = world.fresh(story).current_workflow_task_state
    if state is not None:
        client.post(f"/desk/pages/workflow/action/{story.pk}/approve/{state.pk}/", {"comment": ""})
        attempt(lambda: state.approve(user=world.superuser))
    assert not world.is_live(story)


def test_an_empty_workflow_does_not_publish(world: World) -> None:
    story = own_story(world)
    WorkflowPage.objects.create(workflow=Workflow.objects.create(name="Tom"), page=story)
    client = world.as_(world.superuser)
    client.raise_request_exception = False
    client.post(f"/desk/pages/{story.pk}/edit/", form_of(story, **{"action-submit": "1"}))
    assert not world.is_live(story)


def test_the_right_to_publish_handed_to_the_own_group_opens_nothing(world: World) -> None:
    right = Permission.objects.get(content_type__app_label="wagtailcore", codename="publish_page")
    for group in Group.objects.all():
        GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=right)
    for name in ("jonas", "superuser", "tor", "amir"):
        client = world.as_(getattr(world, name))
        client.raise_request_exception = False
        client.post(f"/desk/pages/{world.story.pk}/edit/", form_of(world.story, **{"action-publish": "1"}))
        client.post(f"/desk/api/main/pages/{world.story.pk}/action/publish/", {}, content_type="application/json")
        assert not world.is_live(), name


def test_another_group_on_the_task_lets_nobody_approve_without_the_right(world: World) -> None:
    EditorialApproval.objects.get().groups.set(Group.objects.all())
    world.submit()
    for name in ("amir", "liv", "tor", "jonas"):
        attempt(lambda name=name: world.approve(getattr(world, name)))
    assert not world.is_live()


def test_an_administrator_who_became_an_editor_does_not_approve_what_he_wrote_before(world: World) -> None:
    world.tor.groups.add(Group.objects.get(name=bootstrap.EDITORS))
    story = world.write(world.tor, "Skrevet av Tor")
    world.submit(world.marte, story)
    attempt(lambda: world.approve(world.tor, story))
    assert not world.is_live(story)


@pytest.mark.parametrize("name", ["jonas", "amir", "liv", "tor", "nobody"])
def test_posting_the_right_hashes_straight_to_the_page_approves_nothing_for_who_may_not(
    world: World, name: str
) -> None:
    version = world.post(world.jonas)
    world.submit()
    seen = approve.look_at(world.fresh(world.story))
    data = {"act": "approve", "story": seen.story, **{f"v-{pk}": value for pk, value in seen.payloads.items()}}
    client = world.as_(getattr(world, name))
    client.raise_request_exception = False
    client.post(f"/desk/godkjenn/{world.story.pk}/", data)
    client.post(f"/desk/godkjenn/innlegg/{version.pk}/", data)
    assert not world.is_live()
    assert Version.objects.get(pk=version.pk).review == Version.Review.SUBMITTED
    assert Delivery.objects.get(pk=version.delivery_id).state == "planned"


def test_hashes_of_one_story_approve_no_other(world: World) -> None:
    other = world.write(world.jonas, "En annen")
    world.submit()
    world.submit(page=other)
    seen = approve.look_at(world.fresh(other))
    client = world.as_(world.marte)
    client.post(f"/desk/godkjenn/{world.story.pk}/", {"act": "approve", "story": seen.story})
    assert not world.is_live()


def test_a_post_of_another_story_is_not_approved_along(world: World) -> None:
    other = world.write(world.jonas, "En annen")
    theirs = world.post(world.jonas, page=other)
    world.submit()
    world.submit(page=other)
    seen, foreign = approve.look_at(world.fresh(world.story)), approve.look_at(world.fresh(other))
    data = {"act": "approve", "story": seen.story, **{f"v-{pk}": value for pk, value in foreign.payloads.items()}}
    client = world.as_(world.marte)
    client.post(f"/desk/godkjenn/{world.story.pk}/", data)
    assert Version.objects.get(pk=theirs.pk).review == Version.Review.SUBMITTED


def test_a_short_address_leads_nowhere_before_somebody_has_approved_where(world: World) -> None:
    version = world.post(world.jonas)
    version.link_to, version.link_url = Version.LinkTo.OTHER, "https://ond.invalid/"
    version.save()
    code = Delivery.objects.get(pk=version.delivery_id).code
    assert world.as_(world.jonas).get(f"/l/{code}").status_code == 404


@pytest.mark.parametrize("name", ["amir", "liv", "tor", "nobody"])
def test_posts_of_others_are_closed_to_who_does_not_write(world: World, name: str) -> None:
    version = world.post(world.jonas, text="Uendret")
    client = world.as_(getattr(world, name))
    client.raise_request_exception = False
    before = Version.objects.filter(pk=version.pk).values().get()
    for verb in ("lagre", "mal", "ta-ut", "hent", "svar", "i-takt", "trad"):
        answer = client.post(f"/desk/innlegg/{version.pk}/{verb}/", {"base": version.edit_number, "text": "Kapret"})
        assert answer.status_code in (302, 403), verb
    for verb in ("linje", "her", "bilder"):
        assert client.get(f"/desk/innlegg/{version.pk}/{verb}/").status_code in (302, 403), verb
    assert Version.objects.filter(pk=version.pk).values().get() == before
