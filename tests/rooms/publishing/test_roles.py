"""Roles as a fresh installation has them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowTask

from samspill.publishing import bootstrap
from samspill.publishing.models import EditorialApproval
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_setting_up_twice_changes_nothing() -> None:
    def state() -> tuple[int, ...]:
        models = (Group, GroupPagePermission, Workflow, WorkflowPage, WorkflowTask, EditorialApproval)
        rights = sum(group.permissions.count() for group in Group.objects.all())
        return (*(model.objects.count() for model in models), rights)

    call_command("setup_roles", verbosity=0)
    once = state()
    call_command("setup_roles", verbosity=0)
    assert state() == once


def test_wagtails_own_groups_and_workflow_are_gone() -> None:
    bootstrap.ensure_roles_and_workflow()
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    assert list(Workflow.objects.filter(active=True).values_list("name", flat=True)) == [bootstrap.WORKFLOW]
    assert WorkflowPage.objects.get(page=Page.get_first_root_node()).workflow.name == bootstrap.WORKFLOW


def test_a_right_to_publish_that_somebody_has_handed_out_is_taken_back_at_the_next_start() -> None:
    from django.contrib.auth.models import Permission

    bootstrap.ensure_roles_and_workflow()
    right = Permission.objects.get(content_type__app_label="wagtailcore", codename="publish_page")
    group = Group.objects.get(name=bootstrap.EDITORS)
    GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=right)
    bootstrap.ensure_roles_and_workflow()
    assert not GroupPagePermission.objects.filter(permission=right).exists()


@pytest.mark.parametrize(
    ("right", "who"),
    [
        ("wagtailadmin.access_admin", "jonas amir liv tor"),
        ("publishing.write_version", "jonas"),
        ("publishing.approve_version", "jonas"),
        ("delivery.decide_delivery", "jonas"),
        ("delivery.withdraw_delivery", "jonas"),
        ("delivery.view_delivery", "jonas liv tor"),
        ("channels.view_channel", "jonas liv tor"),
        ("channels.change_channel", "tor"),
        ("publishing.change_publishingsettings", "tor"),
        ("auth.change_user", "tor"),
        ("auth.change_group", ""),
        ("wagtailcore.add_workflow", ""),
    ],
)
def test_each_right_is_where_it_belongs(world: World, right: str, who: str) -> None:
    have = [name for name in ("jonas", "amir", "liv", "tor") if getattr(world, name).has_perm(right)]
    assert have == who.split()


def test_who_writes_pages(world: World) -> None:
    def may(name: str, what: str, page: Page) -> bool:
        return bool(getattr(page.permissions_for_user(getattr(world, name)), what)())

    assert [name for name in ("jonas", "amir", "liv", "tor") if may(name, "can_edit", world.story)] == ["jonas", "amir"]
    assert [name for name in ("jonas", "amir", "liv", "tor") if may(name, "can_add_subpage", world.index)] == ["jonas"]
