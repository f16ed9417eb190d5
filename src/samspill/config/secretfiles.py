"""Secrets that a demo or a developer's machine makes for itself, once, and keeps in the data folder."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet

from samspill.config.folders import data_folder_sentence, make_data_folder


class SecretFileProblem(Exception):
    """The data folder can't keep a secret; the message is a sentence in bokmål."""


def new_secret_key() -> str:
    return secrets.token_urlsafe(64)


def new_fernet_key() -> str:
    return Fernet.generate_key().decode()


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in ``path`` (mode 0600), made by ``make`` the first time.

    Two processes may start at once: the file is written aside and linked into place, and the first one wins.
    """
    try:
        found = path.read_text().strip() if path.exists() else ""
        if found:
            return found
        make_data_folder(path.parent)
        handle, aside = tempfile.mkstemp(dir=path.parent)  # mkstemp gives 0600
        try:
            with os.fdopen(handle, "w") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            if path.exists() and path.stat().st_size == 0:  # a full disk once left it empty
                path.unlink()
            with suppress(FileExistsError):
                os.link(aside, path)
        finally:
            os.unlink(aside)
        return path.read_text().strip()
    except OSError as error:
        raise SecretFileProblem(data_folder_sentence(path.parent, error)) from error
