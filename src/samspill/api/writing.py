"""Verbs on stories that the desk does in Wagtail's editor: make one, change its newest draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Page

from samspill.api import story_body
from samspill.api.problems import ApiProblem, FieldError
from samspill.brands.models import Brand
from samspill.newsroom.models import BlogIndexPage, BlogPost, PressRelease, StoryIndexPage
from samspill.publishing.forms import photos_for
from samspill.publishing.models import Version

PLACES: dict[str, tuple[type[Any], type[Any]]] = {
    PressRelease.kind: (PressRelease, StoryIndexPage),
    BlogPost.kind: (BlogPost, BlogIndexPage),
}
_FIELD_OF = {"main_image": "main_picture_id", "go_live_at": "publish_at"}


def create(user: Any, kind: str, values: Mapping[str, Any]) -> Any:
    """A draft below the list of its kind. Raises PermissionDenied, ApiProblem. Within a transaction."""
    model, index = PLACES[kind]
    parent = index.objects.order_by("path").first()
    if parent is None:
        raise ApiProblem("no_place")
    if not parent.permissions_for_user(user).can_add_subpage():
        raise PermissionDenied
    parent = Page.objects.select_for_update(of=("self",)).get(pk=parent.pk).specific  # one child at a time
    page = model(live=False, owner=user)
    _fill(page, user, values, None)
    try:
        parent.add_child(instance=page)
    except ValidationError as error:
        raise _in_fields(error) from None
    page.save_revision(user=user, log_action="wagtail.create", clean=False)
    return Page.objects.get(pk=page.pk).specific  # as it was stored: the revision it holds is not yet JSON


def change(page: Any, user: Any, values: Mapping[str, Any]) -> Any:
    """A newer draft. Raises ApiProblem. ``page`` is locked and may be edited (``access.story_to_edit``)."""
    draft = page.get_latest_revision_as_object()
    _fill(draft, user, values, draft)
    try:
        draft.save_revision(user=user, log_action=True)
    except ValidationError as error:
        raise _in_fields(error) from None
    return Page.objects.get(pk=page.pk).specific


def _fill(page: Any, user: Any, values: Mapping[str, Any], before: Any) -> None:
    for name, value in values.items():
        match name:
            case "brand":
                page.brand = _brand(value)
            case "main_picture_id":
                page.main_image_id = _picture(value, user, before)
            case "publish_at":
                page.go_live_at = value
            case "body":
                page.body = story_body.to_stream(value, before, user)
            case "language":
                page.language = value.value
            case _plain:
                setattr(page, name, value)
    if not page.title.strip():
        raise ApiProblem("invalid", errors=[FieldError("missing", _("Tittelen mangler."), pointer="#/title")])


def _brand(key: str | None) -> Brand | None:
    if key is None:
        return None
    found = Brand.objects.filter(key=key).first()
    if found is None:
        wrong = FieldError("unknown_brand", _("Avsenderen finnes ikke."), pointer="#/brand")
        raise ApiProblem("invalid", errors=[wrong])
    return found


def _picture(number: int | None, user: Any, before: Any) -> int | None:
    if number is None or (before is not None and before.main_image_id == number):
        return number
    if number not in photos_for([number], Version(), user):
        wrong = FieldError("unknown_picture", _("Bildet finnes ikke."), pointer="#/main_picture_id")
        raise ApiProblem("invalid", errors=[wrong])
    return number


def _in_fields(error: ValidationError) -> ApiProblem:
    found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    errors = [
        FieldError("invalid", " ".join(messages), pointer=f"#/{_FIELD_OF.get(name, name)}" if name else "#")
        for name, messages in found.items()
    ]
    return ApiProblem("invalid", errors=errors)
