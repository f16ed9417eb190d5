"""``samspill check``: looks at everything an administrator can mend, and says what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from samspill.config.environment import EnvironmentProblems, read_environment
from samspill.config.postgres import PostgresProblem

LITTLE_SPACE = 1024**3  # bytes

Finding = tuple[str, str | None]  # what was looked at, and what is wrong with it


def check_everything() -> int:
    """Print a line per subject. Gives 1 when something is wrong."""
    wrong = 0
    for subject, problem in findings():
        print(f"{'FEIL' if problem else 'ok':<5} {subject}{': ' + problem if problem else ''}", flush=True)
        wrong += problem is not None
    print("Alt er i orden." if not wrong else f"{wrong} ting må ordnes.")
    return 1 if wrong else 0


def findings() -> Iterator[Finding]:
    """Each subject in turn; what can't be looked at because of an earlier problem is left out."""
    try:
        env = read_environment()
    except EnvironmentProblems as found:
        for problem in found.problems:
            yield "Oppsett", problem
        return
    yield "Oppsett", None
    yield "Diskplass", _disk(env.data)
    from samspill.config.verbs import database

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samspill.config.settings")
    try:
        with database(env):
            yield from _with_database()
    except PostgresProblem as problem:
        yield "Database", str(problem)


def _disk(data: Path) -> str | None:
    folder = next(part for part in (data, *data.parents) if part.exists())
    free = shutil.disk_usage(folder).free
    if free < LITTLE_SPACE:
        return f"Bare {free // 1024**2} MB ledig der {folder} ligger. Frigjør plass, ellers stopper databasen."
    return None if os.access(folder, os.W_OK) else f"Vi får ikke skrive i {folder}. Gi brukeren skrivetilgang."


def _with_database() -> Iterator[Finding]:
    import django
    from django.db import DatabaseError, OperationalError, connection

    django.setup()
    from samspill.config import database_words, readiness

    try:
        connection.ensure_connection()
    except OperationalError as error:
        yield "Database", database_words.sentence(error)
        return

    names = {"database": "Database", "migrations": "Migreringer", "worker": "Arbeider", "overdue": "Utsendelser"}
    failing = readiness.failures()
    for name, subject in names.items():
        yield subject, failing.get(name)
        if name == "database" and name in failing:
            return
    if "migrations" in failing:
        return
    yield "Stilark og skript", _static_files()
    try:
        yield "Passord", _passwords()
        yield from account_findings()
    except DatabaseError as error:
        yield "Kontoer", f"Kan ikke undersøkes ({type(error).__name__})."


def _static_files() -> str | None:
    from django.conf import settings

    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return None
    return "De er ikke samlet. Kjør «samspill prepare»."


def _passwords() -> str | None:
    from django.conf import settings

    from samspill.config.system_checks import users_with_demo_passwords

    names = users_with_demo_passwords() if settings.SAMSPILL_MODE == "production" else []
    return f"Disse har et passord fra demoen: {', '.join(names)}. Gi dem nye." if names else None


def account_findings() -> Iterator[Finding]:
    """Each channel's account, with what the desk says of it. Asks no platform: that would use up what they allow."""
    from samspill.channels.models import Channel
    from samspill.delivery.trouble import UNREADABLE
    from samspill.delivery.words import mend, what

    for channel in Channel.objects.select_related("brand"):
        trouble = channel.trouble if channel.has_readable_credentials else str(UNREADABLE.reason)
        name = channel.platform_name
        yield f"Konto {channel}", f"{what(trouble, name)} {mend(trouble, name)}" if trouble else None
