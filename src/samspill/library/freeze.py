"""Bytes frozen: kept once under their own SHA-256, so that what was approved is what goes out."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from wagtail.documents.models import AbstractDocument

from samspill.library.models import FrozenFile
from samspill.library.pdf import count_pages, is_pdf

ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}


class FrozenFileError(Exception):
    """A frozen file can't be handed out. Nothing may be sent in its place."""


class FrozenFileMissing(FrozenFileError):
    """No such row, or its file has gone."""


class FrozenFileDamaged(FrozenFileError):
    """The file is no longer what was frozen."""


class NotAPdf(ValueError):
    """The document does not hold a PDF, whatever its name says."""


def freeze(data: bytes, mime: str, width: int = 0, height: int = 0, pages: int = 0) -> FrozenFile:
    """Keep ``data``; the same bytes give the same row, also when called twice at once.

    The file is written before the row: a crash, or a transaction that is undone, leaves a file without a row,
    which harms nobody, never a row without its file. A file that has gone or is of the wrong size is written anew.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    name = f"{sha256[:2]}/{sha256}{ENDINGS.get(mime, '.bin')}"
    existing = FrozenFile.objects.filter(sha256=sha256).first()
    name = existing.path if existing else name
    storage = FrozenFile._meta.get_field("file").storage
    if not (storage.exists(name) and storage.size(name) == len(data)):
        name = storage.save(name, ContentFile(data))
    if existing:
        return existing
    fields = {"mime": mime, "size": len(data), "width": width, "height": height, "pages": pages, "file": name}
    frozen, _created = FrozenFile.objects.get_or_create(sha256=sha256, defaults=fields)
    return frozen


def freeze_document(document: AbstractDocument) -> FrozenFile:
    """A PDF from Wagtail's documents, as it is now. Raises NotAPdf, or OSError when its file has gone."""
    with document.open_file() as file:
        data = file.read()
    if not is_pdf(data):
        raise NotAPdf(document.filename)
    return freeze(data, "application/pdf", pages=count_pages(data))


def read(sha256: str) -> bytes:
    """The bytes frozen under ``sha256``, checked. Raises FrozenFileMissing or FrozenFileDamaged."""
    frozen = FrozenFile.objects.filter(sha256=sha256).first()
    if frozen is None:
        raise FrozenFileMissing(sha256)
    try:
        with frozen.storage.open(frozen.path, "rb") as file:
            data = file.read()
    except FileNotFoundError as error:
        raise FrozenFileMissing(sha256) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FrozenFileDamaged(sha256)
    return data
