"""Where frozen files lie: each under its own SHA-256, outside the public folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible


@deconstructible
class FrozenStorage(FileSystemStorage):
    """Files are written whole or not at all: a crash in the middle leaves nothing under the final name."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # the name is the content: who comes second writes the same

    def _save(self, name: str, content: object) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in content.chunks():  # type: ignore[attr-defined]
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(aside, 0o640)
            os.replace(aside, path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        return name


def frozen_storage() -> Storage:
    """STORAGES["frozen"] where an administrator has set one (several machines), else a folder beside the public one."""
    if "frozen" in settings.STORAGES:
        return storages["frozen"]
    return FrozenStorage(location=Path(settings.MEDIA_ROOT).parent / "frozen", base_url=None)
