"""Where e-mail is handed in: one address says host, port, name, password, and how the way there is encrypted."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

# Scheme → port when none is given: encrypted from the start, encrypted by STARTTLS, or not at all (this machine).
PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server. ``tls``: from the first byte; ``starttls``: before anything is told."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool
    starttls: bool


def read_mail_server(address: str) -> MailServer:
    """``smtps://user:password@host:465`` and the like, with %-escapes in name and password. Raises ValueError."""
    parts = urlsplit(address)
    rest = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in PORTS or not parts.hostname or rest:
        raise ValueError("no address of a mail server")
    return MailServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp",
    )
