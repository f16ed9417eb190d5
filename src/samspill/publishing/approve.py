"""Four eyes, against every way in: who may approve, what exactly is approved, and publishing by approval.

What the approver has seen is handed over as ``Seen``: the story's revision and the hash of each
version's frozen payload. When one of them is no longer true, nothing is approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, TaskState, Workflow, WorkflowState

from samspill.channels.contract import Severity
from samspill.delivery import ledger
from samspill.delivery.payload import fingerprint, to_json
from samspill.delivery.states import State
from samspill.publishing import problems, versions, walltime
from samspill.publishing.models import Approval, EditorialApproval, PublishingSettings, Version
from samspill.publishing.post import frozen_post

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class ApprovalError(Exception):
    """Nothing was approved; ``code`` says why: changed, errors, nothing_submitted, not_submitted."""

    def __init__(self, code: str, version: Version | None = None) -> None:
        super().__init__(code)
        self.code, self.version = code, version


class OwnTextError(PermissionDenied):
    """The approver has written on it since it was last live."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the approver had on the screen: the story's revision, and version id → payload hash."""

    revision_id: int | None = None
    payloads: Mapping[int, str] = field(default_factory=dict)


# --- who -------------------------------------------------------------------------------


def writers(page: Page) -> set[int]:
    """Ids of everyone who wrote on the story or its unapproved versions since the story was last live."""
    revisions = page.revisions.exclude(user=None)
    if page.live_revision_id:
        revisions = revisions.filter(created_at__gt=page.live_revision.created_at)
    found = set(revisions.values_list("user_id", flat=True))
    state = page.current_workflow_state
    if state and state.requested_by_id:
        found.add(state.requested_by_id)
    for version in submitted(page):
        found |= version_writers(version)
    return found


def version_writers(version: Version) -> set[int]:
    """Ids of everyone who wrote on the version since it was last approved, and of who sent it in."""
    revisions = version.revisions.exclude(user=None)
    last = version.approvals.first()
    if last:
        revisions = revisions.filter(created_at__gt=last.approved_at)
    found = set(revisions.values_list("user_id", flat=True))
    return found | {pk for pk in (version.submitted_by_id, version.edited_by_id if not last else None) if pk}


def wrote_on(user: AbstractBaseUser, page: Page) -> bool:
    return user.pk in writers(page)


def approvers(page: Page | None = None) -> QuerySet[Any]:
    """Active users who may approve; with a story, less those who wrote on it."""
    groups = EditorialApproval.objects.filter(active=True).values("groups")
    users = get_user_model().objects.filter(is_active=True).filter(
        Q(groups__in=groups) & (Q(groups__permissions__codename="approve_version") | Q(is_superuser=True))
    )
    if page is not None:
        users = users.exclude(pk__in=writers(page))
    return users.distinct().order_by("first_name", "last_name")


def _check_may_approve(user: Any, wrote: set[int]) -> None:
    if not user.is_active or not user.has_perm("publishing.approve_version"):
        raise PermissionDenied
    if user.pk in wrote:
        raise OwnTextError


# --- sending in ------------------------------------------------------------------------


def submitted(page: Page) -> QuerySet[Version]:
    """The story's versions that wait for approval."""
    return (
        Version.objects.filter(page=page, current=True, review=Version.Review.SUBMITTED)
        .select_related("channel", "delivery", "page", "document")
        .prefetch_related("pictures__photo")
    )


@transaction.atomic
def submit(page: Page, by: Any, *, chosen: Iterable[Version] | None = None) -> None:
    """Send the story and its versions in together. Without ``chosen``, all drafts.

    A live story that has not changed is not sent in again: its versions alone are.
    Raises PermissionDenied, and ApprovalError("nothing_submitted").
    """
    if not by.has_perm("publishing.write_version"):
        raise PermissionDenied
    drafts = Version.objects.filter(page=page, current=True, review=Version.Review.DRAFT)
    picked = list(drafts if chosen is None else drafts.filter(pk__in=[version.pk for version in chosen]))
    for version in picked:
        _send_in(version, by)
    page = page.specific
    needs_approval = not page.live or page.has_unpublished_changes
    if needs_approval and page.current_workflow_state is None:
        workflow = page.get_workflow()
        if not isinstance(workflow, Workflow):
            raise ApprovalError("no_workflow")
        workflow.start(page, by)
    elif not picked and not needs_approval:
        raise ApprovalError("nothing_submitted")


def submit_with_story(page: Page, by: Any) -> None:
    """The story was sent in by Wagtail's own button: what belongs to it goes along."""
    versions.ensure_automatic(page, by)
    for version in Version.objects.filter(page=page, current=True, review=Version.Review.DRAFT):
        _send_in(version, by)


def _send_in(version: Version, by: Any) -> None:
    version = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    delivery = ledger.locked(version.delivery_id)
    if State(delivery.state) not in versions.EDITABLE:
        return
    if delivery.state != State.PLANNED:
        ledger.withdraw_approval(delivery, actor=by, reason="sent_in_again")
    version.review, version.submitted_by_id, version.submitted_at = Version.Review.SUBMITTED, by.pk, timezone.now()
    version.sent_back_note = ""
    version.save(update_fields=["review", "submitted_by", "submitted_at", "sent_back_note"])
    log(instance=version, action="samspill.version.submit", user=by)


# --- approving -------------------------------------------------------------------------


def before_task_approval(task_state: TaskState, user: Any, seen: Seen | None) -> None:
    """Called within the workflow's transaction, before the story is approved. Freezes the versions.

    Raises OwnTextError, PermissionDenied, ApprovalError.
    """
    page = Page.objects.select_for_update(of=("self",)).get(pk=task_state.workflow_state.object_id).specific
    _check_may_approve(user, writers(page))
    if seen is None or seen.revision_id != page.latest_revision_id or task_state.revision_id != page.latest_revision_id:
        raise ApprovalError("changed")
    story = page.get_latest_revision_as_object()
    _approve_all(submitted(page), user, seen, goes_live_at=story.go_live_at, live_after=True)


@transaction.atomic
def approve_versions(page: Page | None, chosen: QuerySet[Version], user: Any, seen: Seen) -> None:
    """Approve versions whose story is out already, or that have none. Raises as ``before_task_approval``."""
    wrote: set[int] = set()
    for version in chosen:
        wrote |= version_writers(version)
    _check_may_approve(user, wrote)
    live = page is None or page.live
    _approve_all(chosen, user, seen, goes_live_at=getattr(page, "go_live_at", None), live_after=live)


def _approve_all(
    waiting: QuerySet[Version], user: Any, seen: Seen, *, goes_live_at: datetime | None, live_after: bool
) -> None:
    found = list(waiting)
    if {version.pk for version in found} != set(seen.payloads):
        raise ApprovalError("changed")
    for version in found:
        if any(problem.severity is Severity.ERROR for problem in problems.of(version)):
            raise ApprovalError("errors", version)
        post = frozen_post(version)
        payload = to_json(post)
        if fingerprint(payload) != seen.payloads[version.pk]:
            raise ApprovalError("changed", version)
        due_at, with_story = when(version, goes_live_at, live_after)
        lapses_at = lapse_time(due_at or goes_live_at)
        ledger.approve(version.delivery, post, by=user, lapses_at=lapses_at, due_at=due_at, with_story=with_story)
        Approval.objects.create(
            version=version, payload=payload, payload_hash=fingerprint(payload), approved_by=user, lapses_at=lapses_at
        )
        Version.objects.filter(pk=version.pk).update(review=Version.Review.APPROVED)
        log(instance=version, action="samspill.version.approve", user=user, data={"hash": fingerprint(payload)})


def when(version: Version, goes_live_at: datetime | None, live_after: bool) -> tuple[datetime | None, bool]:
    """When it goes out: (instant in UTC or None, with the story)."""
    now = timezone.now()
    if version.timing == Version.Timing.AT and version.planned_date and version.planned_time:
        return walltime.resolve(version.planned_date, version.planned_time).instant, False
    scheduled = goes_live_at is not None and goes_live_at > now
    if version.timing == Version.Timing.WITH_STORY and (version.page is None or not version.page.live or scheduled):
        return None, True
    return now, False


def lapse_time(goes_out_at: datetime | None) -> datetime:
    """Until when an approval holds: the set hours from now, or from when it is to go out."""
    hours = PublishingSettings.load().approval_hours
    now = timezone.now()
    return max(now, goes_out_at or now) + timedelta(hours=hours)


def publish_after_approval(workflow_state: WorkflowState, user: Any = None) -> None:
    """Wagtail's finish action: publishes what was approved, by the right of the approval (nobody holds "publish")."""
    revision = workflow_state.current_task_state.revision
    revision.publish(user=user, skip_permission_checks=True)


# --- sending back ----------------------------------------------------------------------


def after_rejection(task_state: TaskState, user: Any, comment: str) -> None:
    """The story was sent back: its versions go back with it."""
    page = Page.objects.get(pk=task_state.workflow_state.object_id)
    for version in submitted(page):
        send_back(version, user, comment)


def send_back(version: Version, user: Any, note: str) -> None:
    version.review, version.sent_back_note = Version.Review.DRAFT, note
    version.save(update_fields=["review", "sent_back_note"])
    log(instance=version, action="samspill.version.send_back", user=user)
