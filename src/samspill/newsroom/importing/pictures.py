"""Pictures of imported stories: fetched or read, taken in by the library's own door, kept once."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.files.base import ContentFile

from samspill.channels import guarded
from samspill.library.decode import MAX_BYTES
from samspill.library.intake import take_in
from samspill.library.models import Photo
from samspill.library.names import clean_title, stem
from samspill.library.refusals import PictureRefused
from samspill.library.words import refusal_in_words
from samspill.newsroom.importing import markdown, words
from samspill.newsroom.importing.items import Item, PictureRef, SourceError

SECONDS = 30.0  # for one picture


class PictureFailed(Exception):
    """No picture; the message says why, for people. ``again``: worth another try at the next run."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


def name_of(ref: PictureRef) -> str:
    """What a person knows the picture by: its file's name."""
    path = str(ref.path or urlsplit(ref.address).path)
    return clean_title(unquote(PurePosixPath(path).name))[:80] or "bilde"


def photo_for(ref: PictureRef, item: Item, language: str, *, allow_private: bool, user: Any) -> Photo:
    """The library's photo with these bytes, made when it is not there. Raises PictureFailed.

    An alt text that the library has is never written over; one is never made up.
    """
    data = _bytes_of(ref, item, allow_private)
    try:
        intake = take_in(data, name_of(ref))
    except PictureRefused as refused:
        raise PictureFailed(refusal_in_words(refused), again=False) from None
    found = Photo.objects.filter(
        file_hash=hashlib.sha1(intake.data, usedforsecurity=False).hexdigest()  # as the library reckons it
    ).first()
    photo: Photo = found or Photo(title=(ref.caption or stem(name_of(ref)))[:200], uploaded_by_user=user)
    if found is None:
        content = ContentFile(data, name_of(ref))
        content.intake = intake  # type: ignore[attr-defined] # taken in once is enough
        photo.file.save(name_of(ref), content, save=False)
    if ref.alt and not getattr(photo, f"alt_{language}"):
        setattr(photo, f"alt_{language}", ref.alt)
        photo.save()
    elif found is None:
        photo.save()
    return photo


def _bytes_of(ref: PictureRef, item: Item, allow_private: bool) -> bytes:
    if ref.path is not None:
        return _from_folder(ref, item)
    try:
        answer = guarded.get(
            ref.address, limit=MAX_BYTES, seconds=SECONDS, allow_private=allow_private, accept="image/*"
        )
    except guarded.NotAllowed as refused:
        raise PictureFailed(words.of_error(SourceError(refused.code)), again=False) from None
    except guarded.Failed as failed:
        error = SourceError(failed.code, limit=MAX_BYTES // 1024 // 1024)
        raise PictureFailed(words.of_error(error), again=failed.code != "too_large") from None
    if not answer.ok:
        again = answer.status in (408, 425, 429) or answer.status >= 500
        raise PictureFailed(words.of_error(SourceError("status", status=answer.status)), again=again)
    return answer.body


def _from_folder(ref: PictureRef, item: Item) -> bytes:
    if item.folder is None or ref.path is None:
        raise PictureFailed(words.of_error(SourceError("outside")), again=False)
    try:
        real = markdown.inside(item.folder, ref.path)
        if real.stat().st_size > MAX_BYTES:
            raise SourceError("too_large", limit=MAX_BYTES // 1024 // 1024)
        return real.read_bytes()
    except SourceError as error:
        raise PictureFailed(words.of_error(error), again=error.code == "not_found") from None
    except OSError:
        raise PictureFailed(words.of_error(SourceError("not_found")), again=True) from None
