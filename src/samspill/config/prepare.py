"""Makes everything ready for a start: translations, database, static files and, the first time, the demo's content.

Run as a process of its own, so that the supervisor stays small. What is done already is skipped.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from samspill.config.messages import SOURCE, compile_stale

USERS_MARK = "\x1eusers "  # a line that is for the supervisor, not for people
STATIC_PACKAGES = ("django", "wagtail", "django-filter", "procrastinate", "whitenoise")


def prepare(demo: bool) -> None:
    """All steps, each said in one line when there is something to do."""
    compile_stale()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samspill.config.settings")
    import django

    django.setup()
    migrate()
    collect_static()
    if demo:
        make_demo_content()
    else:
        set_up_site()


def set_up_site() -> None:
    """Front page, lists, roles and workflow where they are missing; what is there stays as it is."""
    from samspill.newsroom.bootstrap import ensure_site
    from samspill.publishing.bootstrap import ensure_roles_and_workflow

    ensure_site()
    ensure_roles_and_workflow()


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        say(f"Gjør klar databasen ({len(waiting)} steg) ...")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT).with_name("static.stamp")
    mark = _static_mark()
    with suppress(OSError):
        if stamp.read_text() == mark and Path(settings.STATIC_ROOT).is_dir():
            return
    say("Samler stilark, skript og bilder ...")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(mark)


def make_demo_content() -> None:
    """The first time only: a database with users is left as it is."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command, get_commands

    from samspill.config.passwords import demo_users

    if "demo_content" in get_commands() and not get_user_model().objects.exists():
        say("Lager øvingsinnhold ...")
        call_command("demo_content")
    users = [[user.name, user.role, user.username, user.password] for user in demo_users()]
    print(USERS_MARK + json.dumps(users), flush=True)


def _static_mark() -> str:
    """Changes when a package with static files, or a static file of ours, does."""
    mark = hashlib.sha256()
    for name in STATIC_PACKAGES:
        with suppress(PackageNotFoundError):
            mark.update(f"{name} {version(name)} ".encode())
    for file in sorted(SOURCE.glob("*/static/**/*")):
        found = file.stat()
        mark.update(f"{file} {found.st_size} {found.st_mtime_ns} ".encode())
    return mark.hexdigest()


def say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """As a process of its own: a database that can't be reached is a sentence for the supervisor to pass on."""
    from django.db import OperationalError

    from samspill.config import database_words

    try:
        prepare(demo="--demo" in sys.argv)
    except OperationalError as error:
        say(database_words.sentence(error) or str(error))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
