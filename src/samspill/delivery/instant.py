"""The ledger's clock: the database's, which all workers share, so that a machine whose clock is wrong does no harm."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """This moment, in UTC, also in the middle of a long transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    return moment
