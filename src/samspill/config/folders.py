"""The data folder: made closed to others, and a sentence when it can't be used."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def make_data_folder(folder: Path) -> None:
    """Make the folder, closed to others. Root's may be passed through, not listed, by the database's user."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)


def data_folder_sentence(folder: Path, error: OSError) -> str:
    """Why the data folder can't be used, and what to do, in bokmål."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"Disken er full. Frigjør plass der {folder} ligger, og start på nytt."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Vi får ikke skrive i {folder}. Gi den som starter Samspill skrivetilgang, eller sett SAMSPILL_DATA."
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{folder} er ikke en mappe. Flytt filen som ligger der, eller sett SAMSPILL_DATA til en annen mappe."
    return f"Vi kan ikke bruke mappen {folder}: {error.strerror}. Sett SAMSPILL_DATA til en annen mappe."
