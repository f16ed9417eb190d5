"""A photo made ready for a platform: fitted, frozen, and remembered."""

from __future__ import annotations

import mimetypes

from samspill.library.fit import Fitted, PictureSpec, fit
from samspill.library.freeze import freeze, freeze_document, read
from samspill.library.intake import take_in
from samspill.library.models import FrozenFile, Photo, PreparedPicture

__all__ = ["PictureSpec", "freeze_document", "prepare", "read", "will_change"]


def prepare(photo: Photo, spec: PictureSpec) -> FrozenFile:
    """``photo`` within ``spec``, frozen; made once for each file of a photo and each set of rules.

    Raises PictureRefused when it can't be made to fit or the stored file is damaged, OSError when that has gone.
    Takes up to a second for 24 megapixels the first time: ahead of an approval, let ``tasks.prepare_for`` do it.
    """
    file_hash = photo.get_file_hash()
    done = PreparedPicture.objects.select_related("frozen").filter(photo=photo, file_hash=file_hash, spec=spec.key)
    for prepared in done:
        if prepared.frozen.storage.exists(prepared.frozen.path):
            return prepared.frozen
    fitted = fit_photo(photo, spec)
    frozen = freeze(fitted.data, fitted.mime, fitted.width, fitted.height)
    # update, not get: a picture whose frozen file had gone may have been made otherwise by a newer encoder.
    PreparedPicture.objects.update_or_create(
        photo=photo, file_hash=file_hash, spec=spec.key, defaults={"frozen": frozen}
    )
    return frozen


def fit_photo(photo: Photo, spec: PictureSpec) -> Fitted:
    """The fitted bytes, not kept anywhere."""
    with photo.file.storage.open(photo.file.name, "rb") as file:
        data = file.read()
    # Clean already if it came in by our door; a file put into the storage behind our back is made so here.
    intake = take_in(data, photo.filename)
    return fit(intake.data, intake.mime, spec)


def will_change(photo: Photo, spec: PictureSpec) -> tuple[str, ...]:
    """What ``prepare`` will do, as far as the row tells: ``smaller`` (pixels or bytes), ``converted``, or nothing.

    For the composer's words ("bildet blir gjort mindre"); no file is opened.
    """
    changes = []
    mime = mimetypes.guess_type(photo.file.name)[0]
    if mime not in spec.mime_types:
        changes.append("converted")
    too_heavy = spec.max_bytes and (photo.file_size or 0) > spec.max_bytes
    if too_heavy or spec.shrink(photo.width, photo.height) < 1.0:
        changes.append("smaller")
    return tuple(changes)
