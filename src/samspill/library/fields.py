"""The door for pictures. Every way in ends in ``PhotoFile.save``: forms, the multiple uploader, the chooser, code."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.images.fields import WagtailImageField as WagtailImageFormField
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from samspill.library.decode import BAD_FILE, MAX_BYTES, MAX_PIXELS
from samspill.library.intake import Intake, take_in
from samspill.library.refusals import PictureRefused, Refusal
from samspill.library.words import in_megabytes, refusal_in_words


class PhotoFile(WagtailImageFieldFile):
    """A picture's file. What is saved is what ``take_in`` made of it; raises PictureRefused for what is no picture."""

    def save(self, name: str, content: File, save: bool = True) -> None:
        intake = _intake(content, name)
        photo = self.instance
        photo.file_size = len(intake.data)
        photo.file_hash = hashlib.sha1(intake.data, usedforsecurity=False).hexdigest()  # as Wagtail reckons it
        photo.intake_notes = [note.value for note in intake.notes]
        photo.credit = photo.credit or intake.credit.text
        super().save(intake.name, ContentFile(intake.data, intake.name), save)

    def get_image_dimensions(self) -> tuple[int, int] | tuple[None, None]:
        """From the header alone: Wagtail's own decodes every pixel. (None, None) for what is no picture."""
        close = self.closed
        try:
            self.open()
            with Image.open(self) as image:
                return image.size
        except BAD_FILE:
            return None, None
        finally:
            if close:
                self.close()
            else:
                self.seek(0)


class PhotoField(WagtailImageField):
    attr_class = PhotoFile


class PhotoUploadField(WagtailImageFormField):
    """The form's field: says in words why a file is refused, and hands on what was made of it."""

    default_validators: list[Any] = []  # noqa: RUF012 - as Django declares it; the content decides, not the ending

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = in_megabytes(self.max_upload_size)
        self.help_text = _(
            "JPEG, PNG, HEIC, WebP, AVIF, TIFF eller GIF, inntil %(limit)s og %(pixels)s megapiksler. "
            "Vi fjerner opplysninger om sted og kamera fra filen."
        ) % {"limit": limit, "pixels": MAX_PIXELS // 1_000_000}
        self.error_messages |= {
            "required": _("Velg et bilde."),
            "empty": refusal_in_words(PictureRefused(Refusal.EMPTY)),
            "invalid_image_extension": refusal_in_words(PictureRefused(Refusal.UNKNOWN_FORMAT)),
            "file_too_large_unknown_size": _("Filen er for stor. Grensen er %(limit)s.") % {"limit": limit},
        }

    def to_python(self, data: Any) -> Any:
        upload = forms.FileField.to_python(self, data)
        if upload is None:
            return None
        try:
            limit = min(MAX_BYTES, getattr(settings, "WAGTAILIMAGES_MAX_UPLOAD_SIZE", MAX_BYTES))
            if upload.size > limit:
                raise PictureRefused(Refusal.TOO_LARGE, size=upload.size, limit=limit)
            _replace(upload, take_in(upload.read(), upload.name or ""))
        except PictureRefused as refused:
            raise ValidationError(refusal_in_words(refused), code=refused.code.value) from refused
        return upload


def _replace(upload: Any, intake: Intake) -> None:
    """Put the picture as taken in where the upload (Django's UploadedFile) was, in the same object.

    The multiple uploader sets the upload itself aside when another field is wrong, in a public folder:
    the original, with the place where it was taken, must not be what lies there.
    """
    upload.file.seek(0)
    upload.file.truncate()
    upload.file.write(intake.data)
    upload.file.flush()
    upload.file.seek(0)
    upload.size, upload.name, upload.content_type = len(intake.data), intake.name, intake.mime
    upload.intake = intake


def _intake(content: File, name: str) -> Intake:
    """What ``take_in`` makes of ``content``; once is enough for what came through the form."""
    done = getattr(content, "intake", None)
    if isinstance(done, Intake):
        return done
    if content.size > MAX_BYTES:
        raise PictureRefused(Refusal.TOO_LARGE, size=content.size, limit=MAX_BYTES)
    content.seek(0)
    return take_in(content.read(), name)
