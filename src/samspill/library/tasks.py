"""Work on pictures that no one should wait for."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from procrastinate.contrib.django import app

from samspill.library.fit import PictureSpec
from samspill.library.models import Photo
from samspill.library.prepare import prepare
from samspill.library.refusals import PictureRefused

logger = logging.getLogger(__name__)


@app.task(name="library.prepare_for")
def prepare_for(photo_id: int, spec: dict[str, Any]) -> None:
    """Prepare a photo ahead of its approval. What fails here fails again there, where a person sees it."""
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is None:
        return
    try:
        prepare(photo, PictureSpec(**{**spec, "mime_types": tuple(spec["mime_types"])}))
    except (PictureRefused, OSError) as error:
        logger.warning("photo %s could not be prepared: %s", photo_id, error)


def prepare_later(photo: Photo, spec: PictureSpec) -> None:
    """Queue ``prepare`` in the caller's transaction."""
    prepare_for.defer(photo_id=photo.pk, spec={**asdict(spec), "mime_types": list(spec.mime_types)})
