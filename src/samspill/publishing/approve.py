"""Sending in, approving and sending back: what exactly is approved, and publishing by approval.

What the approver has seen is handed over as ``Seen``: the story's content and each post's frozen payload and
time, as hashes. When one of them is no longer true, nothing is approved. Who may is the matter of ``four_eyes.py``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Revision, TaskState, Workflow, WorkflowState

from samspill.channels.contract import Post
from samspill.delivery import ledger
from samspill.delivery.payload import fingerprint, to_json
from samspill.delivery.states import State
from samspill.publishing import alone as alone_
from samspill.publishing import offsets, problems, threads, versions, walltime
from samspill.publishing.four_eyes import (
    OwnTextError,
    approvers,
    check_may_approve,
    version_writers,
    version_writers_of,
    writers,
    wrote_on,
)
from samspill.publishing.models import Approval, EditorialApproval, PublishingSettings, Version
from samspill.publishing.post import frozen_post
from samspill.publishing.seen import Seen, destination, story_hash, version_hash

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

__all__ = [
    "ApprovalError",
    "OwnTextError",
    "Seen",
    "approve_story",
    "approve_versions",
    "approved_just_now",
    "approvers",
    "look_at",
    "send_back",
    "send_back_versions",
    "submit",
    "submit_post",
    "submitted",
    "version_writers",
    "writers",
    "wrote_on",
]


class ApprovalError(Exception):
    """Nothing was approved or sent in; ``code`` says why.

    changed, errors, nothing_submitted, not_submitted, no_workflow, with_story, note_missing, reason_missing.
    """

    def __init__(self, code: str, version: Version | None = None) -> None:
        super().__init__(code)
        self.code, self.version = code, version


def look_at(page: Page | None, chosen: Iterable[Version] | None = None) -> Seen:
    """What an approver sees now of a story and its waiting posts (or of ``chosen``). Freezes pictures."""
    found = chosen if chosen is not None else (submitted(page) if page else [])
    revision = page.get_latest_revision() if page is not None and waits(page) else None
    return Seen(story_hash(revision), {version.pk: version_hash(version, frozen_post(version)) for version in found})


# --- sending in ------------------------------------------------------------------------


def submitted(page: Page) -> QuerySet[Version]:
    """The story's versions that wait for approval."""
    return full(Version.objects.filter(page=page, current=True, review=Version.Review.SUBMITTED))


def full(rows: QuerySet[Version]) -> QuerySet[Version]:
    """With all that a post is made of."""
    return rows.select_related("channel", "delivery", "page", "document").prefetch_related("pictures__photo")


def waits(page: Page) -> bool:
    """Whether the story itself waits for approval (its posts may wait without it)."""
    state = page.current_workflow_state
    return state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS


@transaction.atomic
def submit(page: Page, by: Any, *, chosen: Iterable[Version] | None = None) -> None:
    """Send the story and its versions in together. Without ``chosen``, all drafts.

    A story that is live (or planned) as it stands is not sent in again: its versions alone are.
    Raises PermissionDenied, ApprovalError("nothing_submitted"), ApprovalError("no_workflow").
    """
    if not by.has_perm("publishing.write_version"):
        raise PermissionDenied
    page = page.specific
    drafts = to_send_in(page)
    picked = list(drafts if chosen is None else drafts.filter(pk__in=[version.pk for version in chosen]))
    sent = [version for version in picked if _send_in(version, by)]
    if _needs_approval(page):
        state = page.current_workflow_state
        if state is None:
            _start(page, by)
        elif state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            state.resume(by)
        elif not sent:
            raise ApprovalError("nothing_submitted")
    elif not sent:
        raise ApprovalError("nothing_submitted")


@transaction.atomic
def submit_post(version: Version, by: Any) -> None:
    """Send in a post that belongs to no story. Raises PermissionDenied, ApprovalError("nothing_submitted")."""
    if not by.has_perm("publishing.write_version"):
        raise PermissionDenied
    if version.page_id or version.review == Version.Review.SUBMITTED or not _send_in(version, by):
        raise ApprovalError("nothing_submitted")


def _needs_approval(page: Page) -> bool:
    scheduled = page.scheduled_revision
    if scheduled is not None and scheduled.pk == page.latest_revision_id:
        return False
    return not page.live or page.has_unpublished_changes


def _start(page: Page, by: Any) -> None:
    workflow = page.get_workflow()
    if not isinstance(workflow, Workflow):
        raise ApprovalError("no_workflow")
    if page.get_latest_revision() is None:
        page.save_revision(user=by)
    workflow.start(page, by)


@transaction.atomic
def submit_with_story(page: Page, by: Any) -> None:
    """The story was sent in by Wagtail's own button: what belongs to it goes along."""
    versions.ensure_automatic(page, by)
    for version in to_send_in(page):
        _send_in(version, by)


def to_send_in(page: Page) -> QuerySet[Version]:
    """Drafts, and what was approved once but was refused or came too late: it may be tried again as it is."""
    again = Q(review=Version.Review.APPROVED, delivery__state__in=[State.REFUSED, State.EXPIRED])
    return Version.objects.filter(Q(review=Version.Review.DRAFT) | again, page=page, current=True)


def _send_in(version: Version, by: Any) -> bool:
    version = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    delivery = ledger.locked(version.delivery_id)
    if State(delivery.state) not in versions.EDITABLE:
        return False
    if delivery.state != State.PLANNED:
        ledger.withdraw_approval(delivery, actor=by, reason="sent_in_again")
    version.review, version.submitted_by_id, version.submitted_at = Version.Review.SUBMITTED, by.pk, timezone.now()
    version.sent_back_note = ""
    version.save(update_fields=["review", "submitted_by", "submitted_at", "sent_back_note"])
    record(version, "submit", by)
    return True


# --- approving -------------------------------------------------------------------------


@transaction.atomic
def approve_story(page: Page, user: Any, seen: Seen, comment: str = "", *, alone: str | None = None) -> None:
    """Approve a story that waits, with its posts, as they were seen. Raises as ``before_task_approval``.

    ``alone``: why one of the writers approves it, in an emergency (``alone.py``).
    """
    state = page.current_workflow_task_state
    if state is None:
        raise ApprovalError("not_submitted")
    state.task.specific.on_action(state, user, "approve", seen=seen, comment=comment, alone=alone)


def before_task_approval(task_state: TaskState, user: Any, seen: Seen | None, why: str | None = None) -> None:
    """Called within the workflow's transaction, before the story is approved. Freezes the versions.

    What is approved is the newest draft, the one that was shown: the task's revision moves to it.
    ``why``: the reason of one who approves alone. Raises OwnTextError, PermissionDenied, ApprovalError.
    """
    page = Page.objects.select_for_update(of=("self",)).get(pk=task_state.workflow_state.object_id).specific
    # Of two approvers at once the second finds it done: what was read before the lock may be old.
    now = TaskState.objects.select_for_update(of=("self",)).get(pk=task_state.pk)
    if now.status != TaskState.STATUS_IN_PROGRESS:
        raise ApprovalError("not_submitted")
    wrote = writers(page)
    why = _check(user, wrote, why)
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=page.latest_revision_id)
    if seen is None or not seen.story or seen.story != story_hash(revision):
        raise ApprovalError("changed")
    if task_state.revision_id != revision.pk:
        task_state.revision = revision
        task_state.save(update_fields=["revision"])
    task_state.workflow_state.refresh_from_db()
    story = revision.as_object()
    approved = _approve_all(submitted(page), user, seen, goes_live_at=story.go_live_at, why=why)
    if why:
        alone_.write_down(page, revision.pk, approved, user, why, wrote)


def _check(user: Any, wrote: set[int], why: str | None) -> str:
    """Four eyes, or the right to do without them and a reason; returns the reason, "" for four eyes.

    Who has not written needs no emergency.
    """
    if why is None or user.pk not in wrote:
        check_may_approve(user, wrote)
        return ""
    try:
        return alone_.check(user, why)
    except ValueError:
        raise ApprovalError("reason_missing") from None


@transaction.atomic
def approve_versions(
    page: Page | None, chosen: QuerySet[Version], user: Any, seen: Seen, *, alone: str | None = None
) -> None:
    """Approve versions whose story is out or planned already, or that have none.

    Raises as ``before_task_approval``; ApprovalError("with_story") while the story itself is not approved.
    """
    if page is not None:
        page = Page.objects.select_for_update(of=("self",)).get(pk=page.pk)
        if waits(page) or not (page.live or page.scheduled_revision):
            raise ApprovalError("with_story")
    waiting = full(chosen.filter(page=page, current=True, review=Version.Review.SUBMITTED))
    if not waiting:
        raise ApprovalError("not_submitted")
    wrote = set().union(*version_writers_of(waiting).values())
    why = _check(user, wrote, alone)
    scheduled = page.scheduled_revision if page else None
    at = scheduled.approved_go_live_at if scheduled else None
    approved = _approve_all(waiting, user, seen, goes_live_at=at, why=why)
    if why:
        alone_.write_down(page, None, approved, user, why, wrote)


def _approve_all(
    waiting: QuerySet[Version], user: Any, seen: Seen, *, goes_live_at: datetime | None, why: str
) -> list[Version]:
    found = list(waiting.select_for_update(of=("self",)))
    if {version.pk for version in found} != set(seen.payloads):
        raise ApprovalError("changed")
    for version in found:
        if problems.errors(version):
            raise ApprovalError("errors", version)
        post = frozen_post(version)
        if version_hash(version, post) != seen.payloads[version.pk]:
            raise ApprovalError("changed", version)
        _freeze(version, post, user, goes_live_at, why)
    return found


def _freeze(version: Version, post: Post, user: Any, goes_live_at: datetime | None, why: str) -> None:
    payload = to_json(post)
    due_at, with_story = when(version, goes_live_at)
    leads = threads.first(version)
    lapses_at = lapse_time(offsets.after_story(leads, goes_live_at or timezone.now()) if with_story else due_at)
    ledger.approve(
        version.delivery,
        post,
        by=user,
        lapses_at=lapses_at,
        due_at=due_at,
        with_story=with_story,
        destination=destination(version),
        alone=why,
    )
    Approval.objects.create(
        version=version, payload=payload, payload_hash=fingerprint(payload), approved_by=user, lapses_at=lapses_at
    )
    Version.objects.filter(pk=version.pk).update(review=Version.Review.APPROVED)
    record(version, "approve", user, hash=fingerprint(payload))


def when(version: Version, goes_live_at: datetime | None) -> tuple[datetime | None, bool]:
    """When it goes out: (instant in UTC or None, with the story). The parts of a thread go when the first does."""
    now = timezone.now()
    version = threads.first(version)
    if version.timing == Version.Timing.AT and version.planned_date and version.planned_time:
        return walltime.resolve(version.planned_date, version.planned_time).instant, False
    scheduled = goes_live_at is not None and goes_live_at > now
    if version.timing == Version.Timing.WITH_STORY and version.page and (not version.page.live or scheduled):
        return None, True
    if version.timing == Version.Timing.WITH_STORY and version.page and version.page.first_published_at:
        return max(now, offsets.after_story(version, version.page.first_published_at)), False
    return now, False


def lapse_time(goes_out_at: datetime | None) -> datetime:
    """Until when an approval holds: the set hours from now, or from when it is to go out."""
    hours = PublishingSettings.load().approval_hours
    now = timezone.now()
    return max(now, goes_out_at or now) + timedelta(hours=hours)


def publish_after_approval(workflow_state: WorkflowState, user: Any = None) -> None:
    """Wagtail's finish action: publishes what was approved, by the right of the approval (nobody holds "publish").

    A workflow also finishes when it has no task left: one with no tasks, or whose task was switched off
    while stories waited. So this asks again for an approval, of the newest draft, by somebody who has not written it.
    """
    page = Page.objects.select_for_update(of=("self",)).get(pk=workflow_state.object_id).specific
    given = workflow_state.task_states.filter(
        status=TaskState.STATUS_APPROVED,
        revision_id=page.latest_revision_id,
        task__in=EditorialApproval.objects.values("pk"),
    ).select_related("finished_by")
    wrote = writers(page) | ({workflow_state.requested_by_id} - {None})
    by_another = [
        state
        for state in given
        if state.finished_by_id and (state.finished_by_id not in wrote or alone_.was_given(page, state.finished_by_id))
    ]
    if not by_another or not by_another[0].finished_by.has_perm("publishing.approve_version"):
        raise PermissionDenied
    by_another[0].revision.publish(user=user, skip_permission_checks=True)


def approved_just_now(page: Page | None, chosen: QuerySet[Version], user: Any) -> bool:
    """Whether this person approved it within the last minute, and nothing has come to wait since."""
    since = timezone.now() - timedelta(minutes=1)
    if page is not None:
        if waits(page) or submitted(page).exists():
            return False
        states = TaskState.objects.filter(
            workflow_state__base_content_type=page.get_base_content_type(), workflow_state__object_id=str(page.pk)
        )
        done = states.filter(status=TaskState.STATUS_APPROVED, finished_by=user, finished_at__gte=since)
        if done.exists():
            return True
    return Approval.objects.filter(version__in=chosen, approved_by=user, approved_at__gte=since).exists()


# --- sending back ----------------------------------------------------------------------


@transaction.atomic
def send_back(page: Page, user: Any, note: str) -> None:
    """Send a story that waits back, with its posts and a note to the writer. Raises PermissionDenied, ApprovalError."""
    if not says_something(note):
        raise ApprovalError("note_missing")
    state = page.current_workflow_task_state
    if state is not None:
        state.task.specific.on_action(state, user, "reject", comment=note.strip())
    else:
        send_back_versions(submitted(page), user, note)


@transaction.atomic
def send_back_versions(chosen: QuerySet[Version], user: Any, note: str) -> None:
    """Send posts back whose story does not wait with them. Raises PermissionDenied, ApprovalError."""
    if not says_something(note):
        raise ApprovalError("note_missing")
    if not user.has_perm("publishing.approve_version"):
        raise PermissionDenied
    waiting = list(chosen.filter(review=Version.Review.SUBMITTED))
    if not waiting:
        raise ApprovalError("not_submitted")
    for version in waiting:
        to_draft(version, user, note.strip())


def says_something(note: str) -> bool:
    """Whether there is a sign in it that a person can see."""
    return any(unicodedata.category(sign)[0] not in "CZ" for sign in note)


def after_rejection(task_state: TaskState, user: Any, comment: str) -> None:
    """The story was sent back: its versions go back with it."""
    for version in submitted(Page.objects.get(pk=task_state.workflow_state.object_id)):
        to_draft(version, user, comment)


@transaction.atomic
def take_back(page: Page, user: AbstractBaseUser | None) -> None:
    """The story's posts that wait are drafts again."""
    for version in submitted(page):
        to_draft(version, user, "", word="take_back")


def to_draft(version: Version, user: AbstractBaseUser | None, note: str, *, word: str = "send_back") -> None:
    """Back to the writer, with a note. ``word`` is the log's."""
    version.review, version.sent_back_note = Version.Review.DRAFT, note
    version.save(update_fields=["review", "sent_back_note"])
    record(version, word, user, **({"comment": note} if note else {}))


def record(version: Version, word: str, user: Any, **data: Any) -> None:
    """Write a step down: in the version's log, and in its story's, where Wagtail's history shows it."""
    log(instance=version, action=f"samspill.version.{word}", user=user, data=data or None)
    if version.page is not None:
        channel = str(version.channel)
        log(
            instance=version.page.specific,
            action=f"samspill.version.{word}",
            user=user,
            data={"channel": channel, **data},
        )
