"""What a person may see and do through the API: the desk's own rules, asked of the desk's own functions.

What somebody may not see does not exist (404); what they may see and not do is refused (403).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page, WorkflowState
from wagtail.permissions import page_permission_policy

from samspill.api.problems import ApiProblem
from samspill.library.models import Photo
from samspill.newsroom.models import NewsroomStory
from samspill.publishing import four_eyes
from samspill.publishing.models import Version
from samspill.publishing.views import access as desk


def waiting_pages() -> QuerySet[WorkflowState]:
    """Workflow states of pages that wait for approval."""
    return WorkflowState.objects.filter(
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
        status=WorkflowState.STATUS_IN_PROGRESS,
    )


def stories(user: Any) -> QuerySet[NewsroomStory]:
    """All that a person may write on; for who reads posts, what is public and what waits for approval too."""
    own = page_permission_policy.instances_user_has_any_permission_for(user, {"change"})
    seen = Q(pk__in=own.values("pk"))
    if four_eyes.may_see(user):
        waiting = [int(key) for key in waiting_pages().values_list("object_id", flat=True)]
        posts = Version.objects.filter(current=True, review=Version.Review.SUBMITTED).values("page")
        seen |= Q(live=True) | Q(pk__in=waiting) | Q(pk__in=posts)
    return NewsroomStory.objects.filter(seen)


def story(user: Any, story_id: int) -> Any:
    """The story with its own type. Raises Http404."""
    return get_object_or_404(stories(user).select_related("latest_revision"), pk=story_id).specific


def own_among(user: Any, pages: Sequence[Any]) -> set[int]:
    """Ids of those that the person may write on, in one query."""
    own = page_permission_policy.instances_user_has_any_permission_for(user, {"change"})
    return set(own.filter(pk__in=[page.pk for page in pages]).values_list("pk", flat=True))


def sees_draft(user: Any, page: Any) -> bool:
    """The newest draft is for those who write on it, and for all who may read it while it waits."""
    return bool(page.permissions_for_user(user).can_edit() or page.workflow_in_progress)


def story_to_edit(user: Any, story_id: int) -> Any:
    """The story under a row lock. Raises Http404, PermissionDenied, ApiProblem("locked"). Within a transaction."""
    story(user, story_id)
    page = Page.objects.select_for_update(of=("self",)).select_related("latest_revision").get(pk=story_id).specific
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    lock = page.get_lock()
    if lock is not None and lock.for_user(user):
        raise ApiProblem("locked")
    return page


def page_to_write(user: Any, story_id: int) -> Page:
    """The story, to write its posts. Raises Http404, PermissionDenied."""
    story(user, story_id)
    return desk.page_to_write(user, story_id)


def versions(user: Any) -> QuerySet[Version]:
    """Posts that a person may see: what they may write on; for readers what is sent in or approved."""
    found = Version.objects.select_related(
        "channel", "channel__brand", "delivery", "document", "edited_by"
    ).prefetch_related("pictures__photo")
    seen = Q(pk__in=[])
    if user.has_perm("publishing.write_version"):
        own = page_permission_policy.instances_user_has_any_permission_for(user, {"change"})
        # A correction is its story's: its draft is for who may write on that.
        seen |= Q(page=None, corrects=None) | Q(page__in=own.values("pk"))
        seen |= Q(page=None, corrects__isnull=False) & (Q(corrects__page=None) | Q(corrects__page__in=own.values("pk")))
    if four_eyes.may_see(user):
        seen |= Q(review__in=[Version.Review.SUBMITTED, Version.Review.APPROVED])
    return found.filter(seen)


def version(user: Any, version_id: int) -> Version:
    """Raises Http404."""
    return get_object_or_404(versions(user), pk=version_id)


def version_to_write(user: Any, version_id: int) -> Version:
    """Raises Http404, PermissionDenied."""
    version(user, version_id)
    return desk.version_to_write(user, version_id)


def photos(user: Any) -> QuerySet[Photo]:
    """Pictures that a person may choose or change."""
    return image_policy.instances_user_has_any_permission_for(user, ["choose", "add", "change", "delete"])


def photo(user: Any, photo_id: int) -> Photo:
    """Raises Http404."""
    found = photos(user).filter(pk=photo_id).first()
    if found is None:
        raise Http404
    return found


def demand(user: Any, right: str) -> None:
    """Raises PermissionDenied."""
    if not user.has_perm(right):
        raise PermissionDenied
