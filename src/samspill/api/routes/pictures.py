"""Pictures: taken in by the library's own door, with alternative text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Path, Router, UploadedFile
from pydantic import Field
from wagtail.images.forms import get_image_form
from wagtail.images.permissions import permission_policy as image_policy

from samspill.api import access, paging
from samspill.api.endpoint import Reply, check_match, endpoint, if_match
from samspill.api.fields import Alt, Id, In, Instant, Line, Number, Out, only_given
from samspill.api.problems import ROOT, ApiProblem, FieldError
from samspill.api.scopes import Scope
from samspill.api.shapes.stories import absolute
from samspill.delivery.payload import fingerprint
from samspill.library.models import Photo

router = Router(tags=["pictures"])
TEXTS = ("alt_nb", "alt_nn", "alt_en", "caption_nb", "caption_nn", "caption_en", "credit")


class PictureTexts(In):
    """Alternative text says what the picture shows, for those who do not see it."""

    title: Line = Field("", description="Tom: filens navn.")
    alt_nb: Alt = ""
    alt_nn: Alt = ""
    alt_en: Alt = ""
    caption_nb: Alt = ""
    caption_nn: Alt = ""
    caption_en: Alt = ""
    credit: Line = Field("", max_length=200)


class PictureNew(PictureTexts):
    collection_id: int | None = Field(None, ge=1, le=2**63 - 1, description="Bare når det er flere samlinger.")


class PictureChange(PictureTexts):
    """Only the fields that are to change."""


class PictureOut(Out):
    id: Number
    title: str
    alt_nb: str
    alt_nn: str
    alt_en: str
    caption_nb: str
    caption_nn: str
    caption_en: str
    credit: str
    lacks_alt_text: bool
    width: int
    height: int
    size: int | None
    notes: list[str] = Field(description="Hva vi endret da bildet ble tatt imot.")
    created_at: Instant
    url: str
    revision: str = Field(description="Det samme som ETag. Send det i If-Match når du endrer.")


class PicturePage(paging.Page):
    items: list[PictureOut]


def _revision(photo: Photo) -> str:
    return fingerprint({name: getattr(photo, name) for name in ("title", *TEXTS, "file_hash")})


def _shown(photo: Photo) -> PictureOut:
    return PictureOut(
        id=photo.pk,
        title=photo.title,
        **{name: getattr(photo, name) for name in TEXTS},
        lacks_alt_text=photo.lacks_alt_text,
        width=photo.width,
        height=photo.height,
        size=photo.file_size,
        notes=[str(note) for note in photo.notes],
        created_at=photo.created_at,
        url=absolute(photo.file.url),
        revision=_revision(photo),
    )


def _reply(photo: Photo, *, location: bool = False) -> Reply:
    found = _shown(photo)
    return Reply(found, etag=found.revision, location=f"{ROOT}pictures/{photo.pk}" if location else "")


@endpoint(router, "GET", "", scope=Scope.READ, returns=PicturePage, summary=_("List bilder, de nyeste først"))
def list_pictures(request: HttpRequest, limit: int = paging.LIMIT, cursor: str = paging.CURSOR) -> Reply:
    def shape(rows: Sequence[Photo]) -> list[PictureOut]:
        return [_shown(photo) for photo in rows]

    items, further = paging.page(access.photos(request.user), limit, cursor, shape)
    return Reply(PicturePage(items=items, next=further))


@endpoint(
    router,
    "POST",
    "",
    scope=Scope.WRITE,
    returns=PictureOut,
    status=201,
    summary=_("Last opp et bilde"),
    problems=("forbidden", "picture_refused"),
)
def upload_picture(request: HttpRequest, texts: Form[PictureNew], file: File[UploadedFile]) -> Reply:
    user = request.user
    if not image_policy.user_has_permission(user, "add"):
        raise PermissionDenied
    data = {name: getattr(texts, name) for name in TEXTS}
    data["title"] = texts.title.strip() or file.name
    data["collection"] = _collection(user, texts.collection_id)
    photo = Photo(uploaded_by_user=user)
    form = get_image_form(Photo)(data, {"file": file}, instance=photo, user=user)
    if not form.is_valid():
        raise _refused(form.errors.get_json_data())
    return _reply(form.save(), location=True)


@endpoint(router, "GET", "/{picture_id}", scope=Scope.READ, returns=PictureOut, summary=_("Les om et bilde"))
def read_picture(request: HttpRequest, picture_id: Path[Id]) -> Reply:
    return _reply(access.photo(request.user, picture_id))


@endpoint(
    router,
    "PATCH",
    "/{picture_id}",
    scope=Scope.WRITE,
    returns=PictureOut,
    summary=_("Endre tekstene til et bilde"),
    problems=("forbidden",),
)
def change_picture(request: HttpRequest, picture_id: Path[Id], texts: PictureChange) -> Reply:
    if_match(request)
    access.photo(request.user, picture_id)
    photo = Photo.objects.select_for_update().get(pk=picture_id)
    if not image_policy.user_has_permission_for_instance(request.user, "change", photo):
        raise PermissionDenied
    check_match(request, _revision(photo))
    given = only_given(texts)
    for name, value in given.items():
        setattr(photo, name, value)
    if not photo.title.strip():
        raise ApiProblem("invalid", errors=[FieldError("missing", _now("Tittelen mangler."), pointer="#/title")])
    photo.save()
    return _reply(photo)


def _collection(user: Any, wanted: int | None) -> int | None:
    """The one that is asked for, else the first that the person may add to. Raises ApiProblem("invalid")."""
    theirs = image_policy.collections_user_has_permission_for(user, "add")
    found = (theirs if wanted is None else theirs.filter(pk=wanted)).first()
    if wanted is not None and found is None:
        wrong = FieldError("unknown_collection", _now("Samlingen finnes ikke."), pointer="#/collection_id")
        raise ApiProblem("invalid", errors=[wrong])
    return found.pk if found else None


def _refused(errors: Mapping[str, Sequence[Mapping[str, str]]]) -> ApiProblem:
    names = {"collection": "collection_id", "__all__": ""}
    found = [
        FieldError(one["code"] or "invalid", one["message"], pointer=f"#/{names.get(name, name)}")
        for name, several in errors.items()
        for one in several
    ]
    return ApiProblem("picture_refused" if "file" in errors else "invalid", errors=found)
