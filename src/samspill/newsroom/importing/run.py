"""``samspill import``: reads a source, item by item, and tells in a table what became of each."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, connection
from django.utils import translation
from django.utils.translation import gettext as _

from samspill.newsroom import tidy
from samspill.newsroom.importing import reading, words
from samspill.newsroom.importing.arguments import Options
from samspill.newsroom.importing.items import Item, SourceError, Unreadable
from samspill.newsroom.importing.words import Outcome
from samspill.newsroom.importing.writing import Line, write
from samspill.newsroom.models import BlogIndexPage, StoryIndexPage
from samspill.publishing.bootstrap import ADMINISTRATORS

log = structlog.get_logger(__name__)
Say = Callable[[str], None]
LOCK = 7_301_115  # one import at a time; the number is only ours


def run(options: Options, say: Say, complain: Say) -> int:
    """Exit code: 0 all was read, 1 something was not, 2 wrong use. Everything that could be read is kept."""
    with translation.override("nb"):
        try:
            user = _user(options)
        except ValueError as wrong:
            complain(str(wrong))
            return 2
        with _alone() as free:
            if not free:
                complain(_("En annen innhenting er i gang. Vent til den er ferdig, og kjør på nytt."))
                return 1
            return _run(options, user, say, complain)


def _run(options: Options, user: Any, say: Say, complain: Say) -> int:
    try:
        source = reading.read(options)
    except SourceError as error:
        complain(words.of_error(error))
        return 1
    counts: Counter[Outcome] = Counter()
    if options.dry_run:
        say(_("Prøve: dette ville skjedd. Ingenting er endret."))
    for item in source.items:
        line = _one(item, source.key, options, user)
        counts[line.outcome] += 1
        for text in in_words(line):
            say(text)
    say(_total(counts))
    return 1 if counts[Outcome.NOT_READ] else 0


def _one(item: Item | Unreadable, source: str, options: Options, user: Any) -> Line:
    """One item never stops the next; a database that is away stops all."""
    if isinstance(item, Unreadable):
        return Line(Outcome.NOT_READ, item.name, error=item.error)
    try:
        return write(item, source, options, user)
    except SourceError as error:
        return Line(Outcome.NOT_READ, item.title or item.id, error=error)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("import_failed", source=source)
        return Line(Outcome.NOT_READ, item.title or item.id, error=SourceError("unexpected"))


def in_words(line: Line) -> Iterator[str]:
    """A row of the table, and below it what a person should know."""
    yield f"{words.OUTCOMES[line.outcome]!s:<12} {tidy.line(line.name)[:100]}"
    if line.outcome in words.REASONS:
        yield f"{'':<12} – {words.REASONS[line.outcome]}"
    if line.error is not None:
        yield f"{'':<12} – {tidy.line(words.of_error(line.error))}"
    for told in line.told:
        yield f"{'':<12} – {tidy.line(words.of_told(told))}"


def _total(counts: Counter[Outcome]) -> str:
    left = counts[Outcome.CHANGED_HERE] + counts[Outcome.DELETED_HERE] + counts[Outcome.WAITS]
    return _(
        "Laget: %(made)d. Endret: %(changed)d. Uendret: %(unchanged)d. Latt være: %(left)d. Ikke hentet: %(failed)d."
    ) % {
        "made": counts[Outcome.MADE],
        "changed": counts[Outcome.CHANGED],
        "unchanged": counts[Outcome.UNCHANGED],
        "left": left,
        "failed": counts[Outcome.NOT_READ],
    }


def _user(options: Options) -> Any:
    """Who stands in the history. Raises ValueError with a sentence."""
    if not (StoryIndexPage.objects.exists() and BlogIndexPage.objects.exists()):
        raise ValueError(_("Nyhetsrommet er ikke satt opp ennå. Kjør «samspill prepare» først."))
    if not options.user:
        if options.live:
            raise ValueError(_("For å legge saker rett ut må du si hvem du er: --user BRUKERNAVN."))
        return None
    user = get_user_model().objects.filter(username=options.user, is_active=True).first()
    if user is None:
        raise ValueError(_("Vi finner ingen aktiv bruker som heter «%(name)s».") % {"name": options.user})
    if options.live and not (user.is_superuser or user.groups.filter(name=ADMINISTRATORS).exists()):
        raise ValueError(_("Bare en administrator kan legge saker rett ut. Uten --live blir de kladder."))
    return user


@contextmanager
def _alone() -> Iterator[bool]:
    """Two imports at once would make the same stories."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (free,) = cursor.fetchone()
    try:
        yield free
    finally:
        if free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def main(options: Options) -> int:
    """For the command line."""
    return run(options, print, lambda text: print(text, file=sys.stderr))
