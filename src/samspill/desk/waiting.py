"""Stories and posts that wait for a person's approval. The number of queries does not grow with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, Revision, TaskState

from samspill.publishing.models import Approval, EditorialApproval, Version


@dataclass(slots=True)
class Waiting:
    """One story (or a post without one) that waits. ``mine``: the person has written on it, so another must read it."""

    title: str
    page_id: int | None
    asked_by: Any = None
    asked_at: datetime | None = None
    goes_live_at: datetime | None = None
    versions: list[Version] = field(default_factory=list)
    with_story: bool = False
    mine: bool = False


def for_user(user: Any) -> list[Waiting]:
    """All that waits for somebody with this person's right to approve, oldest first. Empty without the right."""
    if not user.is_active or not user.has_perm("publishing.approve_version"):
        return []
    found: dict[int | str, Waiting] = {}
    for state in _task_states(user):
        page = state.workflow_state.content_object
        if page is not None:
            workflow = state.workflow_state
            found[page.pk] = Waiting(
                state.revision.content.get("title") or page.title, page.pk, workflow.requested_by, state.started_at,
                page.go_live_at, with_story=True, mine=workflow.requested_by_id == user.pk,
            )  # fmt: skip
    versions = list(
        Version.objects.filter(current=True, review=Version.Review.SUBMITTED)
        .select_related("channel", "delivery", "page", "submitted_by")
        .order_by("submitted_at")
    )
    for version in versions:
        key = version.page_id or f"version {version.pk}"
        item = found.setdefault(
            key, Waiting(version.delivery.title, version.page_id, version.submitted_by, version.submitted_at)
        )
        item.versions.append(version)
        item.mine = item.mine or version.submitted_by_id == user.pk
    _mark_own(found, versions, user)
    return sorted(found.values(), key=lambda item: (item.asked_at is None, item.asked_at))


def count_for(user: Any) -> int:
    """How many stories this person can approve now."""
    return sum(not item.mine for item in for_user(user))


def _task_states(user: Any) -> list[TaskState]:
    tasks = EditorialApproval.objects.filter(active=True)
    if not user.is_superuser:
        tasks = tasks.filter(groups__in=user.groups.all())
    return list(
        TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS, task__in=tasks.values("pk"))
        .select_related("revision", "workflow_state", "workflow_state__requested_by")
        .prefetch_related("workflow_state__content_object")
        .order_by("started_at")
    )


def _mark_own(found: dict[int | str, Waiting], versions: list[Version], user: Any) -> None:
    """The same rule as ``approve.writers``, for all at once: nobody approves what they wrote on since it was live."""
    pages = [item.page_id for item in found.values() if item.page_id]
    if pages:
        live_at = dict(Page.objects.filter(pk__in=pages).values_list("pk", "live_revision__created_at"))
        wrote = Revision.objects.filter(
            user=user,
            base_content_type=ContentType.objects.get_for_model(Page),
            object_id__in=[str(pk) for pk in pages],
        ).values_list("object_id", "created_at")
        for object_id, created_at in wrote:
            since = live_at.get(int(object_id))
            if since is None or created_at > since:
                found[int(object_id)].mine = True
    if versions:
        ids = [version.pk for version in versions]
        approved_at: dict[int, datetime] = {}
        for pk, at in Approval.objects.filter(version__in=ids).order_by("id").values_list("version_id", "approved_at"):
            approved_at[pk] = at
        wrote = Revision.objects.filter(
            user=user, content_type=ContentType.objects.get_for_model(Version), object_id__in=[str(pk) for pk in ids]
        ).values_list("object_id", "created_at")
        by_version = {version.pk: version for version in versions}
        for object_id, created_at in wrote:
            since = approved_at.get(int(object_id))
            if since is None or created_at > since:
                version = by_version[int(object_id)]
                found[version.page_id or f"version {version.pk}"].mine = True
        for version in versions:
            if version.edited_by_id == user.pk and version.pk not in approved_at:
                found[version.page_id or f"version {version.pk}"].mine = True
