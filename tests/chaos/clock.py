"""The database's clock, which is the ledger's, moved while everything runs; the platforms' clock stays right.

PostgreSQL looks for functions along ``search_path``. There we put a schema before its own, with ``clock_timestamp``,
``now`` and ``statement_timestamp`` that add a number of seconds kept in a table. So the product runs unchanged, and
what it asks gets a wrong answer, as on a machine whose clock is set while it works. The number survives a kill.
"""

from __future__ import annotations

from django.db import Error, connection

STEPS = (40.0, -15.0, 75.0, 0.0, -30.0, 20.0, 90.0, -10.0)  # seconds off the truth, one after another

INSTALL = """
CREATE SCHEMA moved;
CREATE TABLE moved.by (seconds double precision NOT NULL);
INSERT INTO moved.by VALUES (0);
CREATE FUNCTION moved.offset() RETURNS interval LANGUAGE sql VOLATILE
  AS 'SELECT pg_catalog.make_interval(secs => seconds) FROM moved.by';
CREATE FUNCTION moved.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
  AS 'SELECT pg_catalog.clock_timestamp() + moved.offset()';
CREATE FUNCTION moved.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
  AS 'SELECT pg_catalog.statement_timestamp() + moved.offset()';
CREATE FUNCTION moved.now() RETURNS timestamptz LANGUAGE sql STABLE
  AS 'SELECT pg_catalog.now() + moved.offset()';
ALTER DATABASE samspill SET search_path = moved, pg_catalog, "$user", public;
"""


def install() -> None:
    """For connections from now on. What is created without a schema's name would go to ours, so: after migrating."""
    with connection.cursor() as cursor:
        cursor.execute(INSTALL)
    connection.close()


def move(seconds: float) -> bool:
    """Set the clock so many seconds off the truth. False when the database is away just now."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE moved.by SET seconds = %s", [seconds])
    except Error:
        connection.close()
        return False
    return True


def off_by() -> float:
    """How far the ledger's own clock is off the truth, in seconds."""
    from samspill.delivery import instant

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_catalog.clock_timestamp()")
        (truth,) = cursor.fetchone()
    return (instant.now() - truth).total_seconds()
