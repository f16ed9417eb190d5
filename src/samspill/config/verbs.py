"""What the verbs of the ``samspill`` command do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from samspill.config.environment import Environment, EnvironmentProblems, read_environment
from samspill.config.postgres import PostgresProblem, Server

WRONG_USE, FAILED = 2, 1
DATABASE_FREE = ("help", "version", "--help", "--version", "makemessages", "compilemessages", "collectstatic")


@contextmanager
def database(env: Environment) -> Iterator[None]:
    """Hold a running database: the embedded one, unless DATABASE_URL names another."""
    if not env.embedded_database:
        yield
        return
    with Server(env.data).used():
        yield


def manage(arguments: list[str]) -> int:
    """Django's own commands, with the embedded database running meanwhile."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samspill.config.settings")
    env = read_environment()
    from django.core.management import execute_from_command_line

    command = ["samspill manage", *arguments]
    if arguments[:1] and arguments[0] in DATABASE_FREE:
        execute_from_command_line(command)
    else:
        with database(env):
            execute_from_command_line(command)
    return 0
