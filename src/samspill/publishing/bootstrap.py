"""Roles and the workflow, as a fresh installation needs them. May run at every start: it makes what is missing.

Nobody holds Wagtail's right to publish, and Wagtail's own groups and workflow, which hand it out, are removed.
Permissions that an administrator has added to our groups stay, except publishing.
"""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from samspill.publishing.models import EditorialApproval

EDITORS, EXPERTS, LEADERS, ADMINISTRATORS = "Redaktører", "Fagpersoner", "Ledere", "Administratorer"
EMERGENCY = "Beredskap"  # on top of another role: see alone.py
WORKFLOW = "Godkjenning av en annen"
_WAGTAILS_GROUPS = ("Editors", "Moderators")
_WAGTAILS_WORKFLOW, _WAGTAILS_TASK = "Moderators approval", "Moderators approval"

_READ = ["wagtailadmin.access_admin", "publishing.view_version", "delivery.view_delivery", "channels.view_channel"]
_ROLES: dict[str, list[str]] = {
    EDITORS: [
        *_READ,
        *("publishing.write_version", "publishing.approve_version"),
        *("delivery.decide_delivery", "delivery.withdraw_delivery"),
        # Who may let it out again can also stop: whoever approves others' texts goes through what was stopped.
        *("delivery.place_hold", "delivery.release_hold"),
        *(
            f"newsroom.{verb}_{model}"
            for model in ("contact", "subject", "audience")
            for verb in ("add", "change", "view")
        ),
    ],
    EXPERTS: ["wagtailadmin.access_admin", "publishing.view_version"],
    LEADERS: _READ,
    EMERGENCY: ["delivery.publish_alone"],
    ADMINISTRATORS: [
        *_READ,
        *(f"channels.{verb}_channel" for verb in ("add", "change")),
        *(f"publishing.{verb}_rule" for verb in ("add", "change", "delete", "view")),
        "publishing.change_publishingsettings",
        *(f"brands.{verb}_brand" for verb in ("add", "change", "view")),
        *(f"auth.{verb}_user" for verb in ("add", "change", "view")),
        "wagtailcore.view_site",
        "webhooks.change_endpoint",
    ],
}
# "change" without "add": an expert corrects and comments on what is there, and starts nothing.
_ON_PAGES = {EDITORS: ("add_page", "change_page", "lock_page", "unlock_page"), EXPERTS: ("change_page",)}
_ON_FILES = {EDITORS: ("add", "change", "choose"), EXPERTS: ("choose",)}


@transaction.atomic
def ensure_roles_and_workflow() -> None:
    """Make groups, permissions and the workflow on the root page; take away every right to publish."""
    root = Page.get_first_root_node()
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in _ROLES}
    for name, wanted in _ROLES.items():
        groups[name].permissions.add(*_permissions(wanted))
    for name, codenames in _ON_PAGES.items():
        for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames):
            GroupPagePermission.objects.get_or_create(group=groups[name], page=root, permission=permission)
    _give_files(groups)
    _disarm_wagtails_own()
    _ensure_workflow(groups[EDITORS], root)


def _permissions(names: list[str]) -> list[Permission]:
    """Those that exist: a room that is not installed has none."""
    found: list[Permission] = []
    for name in names:
        label, codename = name.split(".")
        found += Permission.objects.filter(content_type__app_label=label, codename=codename)
    return found


def _give_files(groups: dict[str, Group]) -> None:
    collection = Collection.get_first_root_node()
    for name, verbs in _ON_FILES.items():
        wanted = [f"{verb}_{model}" for verb in verbs for model in ("image", "document")]
        for permission in Permission.objects.filter(
            content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=wanted
        ):
            GroupCollectionPermission.objects.get_or_create(
                group=groups[name], collection=collection, permission=permission
            )


def _disarm_wagtails_own() -> None:
    for workflow in Workflow.objects.filter(name=_WAGTAILS_WORKFLOW):
        workflow.deactivate()
    for task in Task.objects.filter(name=_WAGTAILS_TASK, active=True):
        if not isinstance(task.specific, EditorialApproval):
            task.deactivate()
    Group.objects.filter(name__in=_WAGTAILS_GROUPS, user=None).delete()
    GroupPagePermission.objects.filter(permission__codename__in=("publish_page", "bulk_delete_page")).delete()


def _ensure_workflow(editors: Group, root: Page) -> None:
    task = EditorialApproval.objects.filter(name=WORKFLOW).first() or EditorialApproval.objects.create(name=WORKFLOW)
    if not task.active:
        task.active = True
        task.save(update_fields=["active"])
    task.groups.add(editors)
    workflow = Workflow.objects.filter(name=WORKFLOW).first() or Workflow.objects.create(name=WORKFLOW)
    if not workflow.active:
        workflow.active = True
        workflow.save(update_fields=["active"])
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
