"""Who has written, and so may not approve: one rule for one story and for a whole list, in a fixed number of queries.

"Since it was last live" is the earlier of two instants, when the live revision was written and when it was
published: autosave writes over its own revision, the live one too, and then moves that revision's time forward.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q, QuerySet
from wagtail.models import Page, Revision, WorkflowState

from samspill.publishing.models import Approval, EditorialApproval, Version


class OwnTextError(PermissionDenied):
    """The approver has written on it since it was last live."""


def writers_of(pages: Iterable[Page]) -> dict[int, set[int]]:
    """Page id → ids of everyone who wrote on the story, or on its posts that wait, since the story was last live."""
    ids = [page.pk for page in pages]
    found: dict[int, set[int]] = {pk: set() for pk in ids}
    if not ids:
        return found
    keys = [str(pk) for pk in ids]
    page_type = ContentType.objects.get_for_model(Page)
    for pk, author, written_at, since in _revisions(ids, keys, page_type):
        if since is None or written_at > since:
            found[pk].add(author)
    asked = WorkflowState.objects.active().filter(base_content_type=page_type, object_id__in=keys)
    for key, author in asked.exclude(requested_by=None).values_list("object_id", "requested_by_id"):
        found[int(key)].add(author)
    waiting = Version.objects.filter(page__in=ids, current=True, review=Version.Review.SUBMITTED)
    by_version = version_writers_of(waiting)
    for version in waiting:
        found[version.page_id] |= by_version[version.pk]
    return found


def _revisions(
    ids: list[int], keys: list[str], page_type: ContentType
) -> list[tuple[int, int, datetime, datetime | None]]:
    live = {
        pk: min(written, published or written)
        for pk, written, published in Page.objects.filter(pk__in=ids, live_revision__isnull=False).values_list(
            "pk", "live_revision__created_at", "last_published_at"
        )
    }
    rows = Revision.objects.filter(base_content_type=page_type, object_id__in=keys).exclude(user=None)
    return [
        (int(key), author, written, live.get(int(key)))
        for key, author, written in rows.values_list("object_id", "user_id", "created_at")
    ]


def version_writers_of(versions: Iterable[Version]) -> dict[int, set[int]]:
    """Version id → ids of everyone who wrote on it since it was last approved, and of who sent it in."""
    rows = {version.pk: version for version in versions}
    approved = dict(
        Approval.objects.filter(version__in=rows).order_by().values_list("version_id").annotate(Max("approved_at"))
    )
    found: dict[int, set[int]] = {pk: set() for pk in rows}
    for pk, version in rows.items():
        since = approved.get(pk)
        if version.submitted_by_id and (since is None or (version.submitted_at and version.submitted_at > since)):
            found[pk].add(version.submitted_by_id)
        if version.edited_by_id and (since is None or (version.edited_at and version.edited_at > since)):
            found[pk].add(version.edited_by_id)
    revisions = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Version), object_id__in=[str(pk) for pk in rows]
    ).exclude(user=None)
    for key, author, written in revisions.values_list("object_id", "user_id", "created_at"):
        since = approved.get(int(key))
        if since is None or written > since:
            found[int(key)].add(author)
    return found


def writers(page: Page) -> set[int]:
    """Ids of everyone who wrote on the story, or on its posts that wait, since the story was last live."""
    return writers_of([page])[page.pk]


def version_writers(version: Version) -> set[int]:
    """Ids of everyone who wrote on the version since it was last approved, and of who sent it in."""
    return version_writers_of([version])[version.pk]


def wrote_on(user: Any, page: Page) -> bool:
    return user.pk in writers(page)


def approvers(page: Page | None = None, *, but: Iterable[int] = ()) -> QuerySet[Any]:
    """Active people who may approve, by name; with a story, less those who wrote on it; less ``but``."""
    users = get_user_model().objects.filter(
        Q(is_superuser=True) | Q(groups__permissions__codename="approve_version"),
        is_active=True,
        groups__in=EditorialApproval.objects.filter(active=True).values("groups"),
    )
    excluded = set(but) | (writers(page) if page is not None else set())
    return users.exclude(pk__in=excluded).distinct().order_by("first_name", "last_name", "username")


def check_may_approve(user: Any, wrote: set[int]) -> None:
    """Raises PermissionDenied without the right, OwnTextError for one of the writers."""
    if not user.is_active or not user.has_perm("publishing.approve_version"):
        raise PermissionDenied
    if user.pk in wrote:
        raise OwnTextError


def may_see(user: Any) -> bool:
    """Whether a person may open the pages for approval, if only to read."""
    rights = ("approve_version", "write_version", "view_version")
    return bool(user.is_active) and any(user.has_perm(f"publishing.{right}") for right in rights)
