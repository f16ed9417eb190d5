"""Credentials at rest: encrypted with rotatable keys, never shown again.

Keys are Fernet keys (32 bytes, URL-safe base64); the first encrypts, all decrypt, so a key is
replaced by putting the new one first and running ``samspill manage rotate_credentials``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CredentialsUnreadableError(Exception):
    """The credentials were encrypted with a key that is no longer among SAMSPILL_CREDENTIAL_KEYS."""


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.SAMSPILL_CREDENTIAL_KEYS])


def seal(credentials: Mapping[str, str]) -> str:
    """Encrypt credentials for the database."""
    return _fernet().encrypt(json.dumps(dict(credentials)).encode()).decode()


def open_sealed(sealed: str) -> dict[str, str]:
    """Decrypt. An empty text has no credentials. Raises CredentialsUnreadableError."""
    if not sealed:
        return {}
    try:
        return dict(json.loads(_fernet().decrypt(sealed.encode())))
    except InvalidToken as error:
        raise CredentialsUnreadableError from error


def rotate(sealed: str) -> str:
    """The same credentials under the first key. Raises CredentialsUnreadableError."""
    if not sealed:
        return ""
    try:
        return _fernet().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise CredentialsUnreadableError from error
