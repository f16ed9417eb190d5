"""What the verbs of the ``samspill`` command do. Each gives an exit code: 0 well, 1 failed, 2 wrongly used."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from samspill.config.environment import Environment, read_environment
from samspill.config.postgres import Server
from samspill.config.supervisor import StartProblem

if TYPE_CHECKING:
    from samspill.newsroom.importing.arguments import Options

DATABASE_FREE = {"help", "version", "--help", "-h", "--version", "makemessages", "collectstatic", "findstatic"}


@contextmanager
def database(env: Environment) -> Iterator[None]:
    """Hold a running database: the embedded one, unless DATABASE_URL names another."""
    if not env.embedded_database:
        yield
        return
    with Server(env.data).used():
        yield


def up() -> int:
    from samspill.config.run import run

    return run(read_environment(), demo=False)


def demo(fresh: bool) -> int:
    if os.environ.get("SAMSPILL_MODE", "demo") == "production":
        raise StartProblem("Demoen starter ikke i produksjon. Fjern SAMSPILL_MODE, eller bruk «samspill up».")
    os.environ["SAMSPILL_MODE"] = "demo"
    from samspill.config.run import run

    return run(read_environment(), demo=True, fresh=fresh)


def web() -> int:
    from samspill.config import ports
    from samspill.config.run import child_environment, web_child

    env = read_environment()
    if not ports.is_free(env.web_host, env.web_port):
        raise StartProblem(
            f"Port {env.web_port} er i bruk av et annet program. Stopp det, eller velg en annen med SAMSPILL_WEB_PORT."
        )
    return _stay(env, web_child(env).command, child_environment(env))


def worker() -> int:
    from samspill.config.worker import work

    env = read_environment()
    with database(env):
        return work(env)


def sandbox() -> int:
    from samspill.config.folders import make_data_folder
    from samspill.config.run import child_environment, sandbox_child

    env = read_environment()
    make_data_folder(env.data)
    _become(sandbox_child(env).command, child_environment(env))


def prepare() -> int:
    from samspill.config.prepare import prepare as prepare_all

    with database(read_environment()):
        prepare_all(demo=False)
    return 0


def check() -> int:
    from samspill.config.checkup import check_everything

    return check_everything()


def messages() -> int:
    from samspill.config.messages import SOURCE, compile_stale

    for po in compile_stale():
        print(f"Oversatt: {po.relative_to(SOURCE)}")
    return 0


def key() -> int:
    from samspill.config.secretfiles import new_fernet_key

    print(new_fernet_key())
    return 0


def import_stories(options: Options) -> int:
    """Take in stories from elsewhere, with the embedded database running meanwhile."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samspill.config.settings")
    env = read_environment()
    import django

    with database(env):
        django.setup()
        from samspill.newsroom.importing.run import main

        return main(options)


def manage(arguments: list[str]) -> int:
    """Django's own commands, with the embedded database running meanwhile."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samspill.config.settings")
    env = read_environment()
    from django.core.management import execute_from_command_line

    command = ["samspill manage", *arguments]
    if not arguments or arguments[0] in DATABASE_FREE:
        execute_from_command_line(command)
    else:
        with database(env):
            execute_from_command_line(command)
    return 0


def _stay(env: Environment, command: list[str], environment: dict[str, str]) -> int:
    """Become the program; with an embedded database, stay and hold that meanwhile."""
    if not env.embedded_database:
        _become(command, environment)
    with database(env), subprocess.Popen(command, env=environment) as process:
        try:
            return process.wait()
        finally:
            process.terminate()


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    os.execve(command[0], command, environment)  # noqa: S606 - no shell is what we want
