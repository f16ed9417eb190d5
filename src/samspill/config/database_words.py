"""A database that can't be reached, in words: what is wrong, and what the person who runs the servers does about it."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from samspill.config.logs import mask_text

# What libpq and the server say → what we say. The first that fits counts.
KNOWN: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("password authentication failed", "no password supplied", "no pg_hba.conf entry"),
        "Databasen på {where} slipper oss ikke inn. Sjekk bruker og passord i DATABASE_URL.",
    ),
    (
        ("translate host name", "resolve host", "Name or service not known", "No address associated"),
        "Vi finner ikke maskinen {where}. Sjekk vertsnavnet i DATABASE_URL.",
    ),
    (
        ("does not exist",),
        "Databasen eller brukeren i DATABASE_URL finnes ikke på {where}. Lag den, eller rett navnet.",
    ),
    (("too many connections", "too many clients"), "Databasen på {where} har ikke flere ledige forbindelser."),
    (("starting up", "shutting down"), "Databasen på {where} starter eller stopper. Prøv igjen om litt."),
    (("No space left",), "Disken til databasen på {where} er full. Frigjør plass, og start på nytt."),
    (
        ("connection refused", "timeout", "timed out", "unreachable", "no such file"),
        "Databasen på {where} svarer ikke. Start den, eller sjekk vert og port i DATABASE_URL.",
    ),
)


def sentence(error: BaseException) -> str | None:
    """What to say when ``error`` is the database's; None when it is something else. Never holds the password."""
    from django.db import OperationalError
    from psycopg import OperationalError as DriverError

    if not isinstance(error, (OperationalError, DriverError)):
        return None
    said = str(error)
    for signs, words in KNOWN:
        if any(sign.lower() in said.lower() for sign in signs):
            return words.format(where=_where())
    return (
        f"Databasen på {_where()} svarer ikke som den skal: {mask_text(said.strip().splitlines()[0] if said else '')}"
    )


def _where() -> str:
    """Host and port of DATABASE_URL."""
    place = urlsplit(os.environ.get("DATABASE_URL", ""))
    return place.netloc.rpartition("@")[2] or "denne maskinen"
