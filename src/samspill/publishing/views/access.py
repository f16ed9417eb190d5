"""Who may open and write versions: checked on the server, whatever the page shows."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from wagtail.models import Page

from samspill.publishing.models import Version


def page_to_write(user: Any, page_id: int) -> Page:
    """The story, if the person may write on it and its posts. Raises Http404 or PermissionDenied."""
    page = get_object_or_404(Page.objects.select_related("latest_revision"), pk=page_id).specific
    _check(user, page)
    return _read_once(page)


def version_to_write(user: Any, version_id: int) -> Version:
    """The version with what the composer needs of it. Raises Http404 or PermissionDenied."""
    found = Version.objects.select_related(
        "channel", "channel__brand", "delivery", "document", "edited_by", "corrects__page"
    )
    version = get_object_or_404(found, pk=version_id)
    if version.page_id:
        version.page = page_to_write(user, version.page_id)
    elif version.corrects is not None:  # of a story's post, say: then who may write on the story
        _check(user, version.corrects.page.specific if version.corrects.page else None)
    else:
        _check(user, None)
    return version


def _read_once(page: Page) -> Page:
    """The newest draft is asked for by each check of each version, and costs five queries: read it once a request."""
    story = page.get_latest_revision_as_object()
    page.get_latest_revision_as_object = lambda: story
    return page


def _check(user: Any, page: Page | None) -> None:
    if not user.has_perm("publishing.write_version"):
        raise PermissionDenied
    if page is not None and not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
