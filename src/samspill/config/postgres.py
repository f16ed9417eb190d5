"""The embedded PostgreSQL: started when somebody needs it, stopped by the last who did.

Whether it runs is tested by connecting, never by a process number: a killed server may linger as a zombie, and
a number may have passed to another process. Users are counted by shared file locks, which the system
releases however a user dies.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from samspill.config.folders import data_folder_sentence, make_data_folder
from samspill.config.postgres_place import MAJOR, SOCKET_NAME, find_place, make_passable, programs
from samspill.config.processes import name_of

NAME = "samspill"  # of the user and of the database
START_SECONDS = 60
STOP_SECONDS = 30
NO_SUCH_PROCESS = 99_999_999  # above every system's highest process number
# What the server says while a killed one, or its children, is still on its way out.
STILL_GOING = ("shared memory block", "Is another postmaster")
LOG_BYTES = 10 * 1024 * 1024
SETTINGS = {"listen_addresses": "", "max_connections": "200", "unix_socket_permissions": "0700"}
INITDB = (
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "-E", "UTF8"),
    *("-A", "trust", "-U", NAME, "-T", "norwegian"),
)


class PostgresProblem(Exception):
    """The embedded database can't be used; the message is a sentence in bokmål that says what to do."""


class Server:
    """One embedded server, for one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.place = find_place(data)
        self.log = self.place.cluster / "server.log"

    @property
    def url(self) -> str:
        """As DATABASE_URL. The socket goes in the query: a host's name would be read as lower case."""
        return f"postgresql:///{NAME}?host={quote(str(self.place.socket), safe='')}&user={NAME}"

    def answers(self) -> bool:
        """True when something accepts connections on our socket right now."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.place.socket / SOCKET_NAME))
            except OSError:
                return False
        return True

    @contextmanager
    def used(self) -> Iterator[str]:
        """Gives the address of a running server; the last user out stops it. Raises ``PostgresProblem``."""
        try:
            make_data_folder(self.data)
            users = open(self.data / "postgres.users", "w")  # noqa: SIM115 - held open below
        except OSError as error:
            raise PostgresProblem(data_folder_sentence(self.data, error)) from error
        with users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.start()
                yield self.url
            finally:
                self._stop_if_last(users.fileno())

    def start(self) -> None:
        """Start it unless it runs, making cluster and database the first time. Raises ``PostgresProblem``."""
        try:
            with self._one_at_a_time():
                self._make_cluster()
                self._start_until_it_serves()
        except OSError as error:
            raise PostgresProblem(data_folder_sentence(self.data, error)) from error

    def stop(self) -> None:
        """Stop it and wait; connections are cut, committed work is safe. Fine when it does not run."""
        with self._one_at_a_time():
            self._stop_server()

    def _stop_server(self) -> None:
        arguments = ("stop", "-D", str(self.place.cluster), "-m", "fast", "-w", "-t", str(STOP_SECONDS))
        if self.answers():
            self._run("pg_ctl", *arguments)

    def _stop_if_last(self, users: int) -> None:
        with self._one_at_a_time():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return  # somebody else uses it
            self._stop_server()

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with open(self.data / "postgres.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # --- cluster and folders ----------------------------------------------------------
    def _make_cluster(self) -> None:
        place = self.place
        version = place.cluster / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != MAJOR:
                raise PostgresProblem(
                    f"Databasen i {place.cluster} er laget av PostgreSQL {found}, men vi har {MAJOR}. "
                    "Start med den gamle utgaven av Samspill og ta en kopi, eller flytt mappen for å begynne på nytt."
                )
            return
        make_passable(place.base)
        aside = place.cluster.with_name("postgres.new")  # a killed initdb leaves nothing that looks finished
        shutil.rmtree(aside, ignore_errors=True)
        self._own_folder(aside)
        done = self._run("initdb", "-D", str(aside), *INITDB)
        if done.returncode != 0:
            shutil.rmtree(aside, ignore_errors=True)
            raise PostgresProblem(self._why(done.stdout))
        aside.rename(place.cluster)
        if place.base != self.data:
            (self.data / "postgres").symlink_to(place.cluster)

    def _own_folder(self, folder: Path) -> None:
        """A folder closed to all but the server's user. Refuses one that somebody else has put there."""
        make_passable(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        servant = self.place.servant
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid not in (os.geteuid(), servant.pw_uid if servant else -1):
            raise PostgresProblem(f"{folder} tilhører en annen bruker. Fjern den, eller sett SAMSPILL_DATA.")
        folder.chmod(0o700)
        if servant:
            os.chown(folder, servant.pw_uid, servant.pw_gid)

    # --- the server -------------------------------------------------------------------
    def _start_server(self) -> None:
        self._own_folder(self.place.socket)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        options = ["-k", str(self.place.socket)]
        for name, value in SETTINGS.items():
            options += ["-c", f"{name}={value}"]
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._forget_dead_server()
            said_before = self.log.stat().st_size if self.log.exists() else 0
            done = self._run(
                *("pg_ctl", "start", "-D", str(self.place.cluster), "-w", "-t", str(START_SECONDS)),
                *("-l", str(self.log), "-o", shlex.join(options)),
            )
            if self.answers():
                return
            said = self._said_since(said_before)
            if time.monotonic() > deadline or not any(sign in said for sign in STILL_GOING):
                raise PostgresProblem(self._why(done.stdout + said))
            time.sleep(0.2)

    def _forget_dead_server(self) -> None:
        """Make a stale postmaster.pid harmless when its number belongs to a zombie or to another program.

        Only the number is replaced: the server's own test for surviving children needs the rest of the file.
        """
        pid_file = self.place.cluster / "postmaster.pid"
        with suppress(FileNotFoundError, ValueError, IndexError):
            lines = pid_file.read_text().splitlines()
            if name_of(int(lines[0])) != "postgres":
                pid_file.write_text("\n".join([str(NO_SUCH_PROCESS), *lines[1:]]) + "\n")
                (self.place.socket / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _start_until_it_serves(self) -> None:
        """It may be killed between any two steps, and while it recovers it answers only to say so."""
        import psycopg

        deadline = time.monotonic() + START_SECONDS
        while True:
            if not self.answers():
                self._start_server()
            try:
                return self._make_database()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise PostgresProblem(self._why(str(error))) from error
                time.sleep(0.1)

    def _make_database(self) -> None:
        import psycopg

        with psycopg.connect(self.url, dbname="postgres", autocommit=True, connect_timeout=5) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")  # type: ignore[arg-type]

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        servant = self.place.servant
        who = {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []} if servant else {}
        return subprocess.run(
            [str(programs(self.place) / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd="/",  # ours may be closed to the servant
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            **who,  # type: ignore[call-overload]
        )

    def _said_since(self, size: int) -> str:
        with suppress(OSError), open(self.log, errors="replace") as log:
            log.seek(size)
            return log.read()
        return ""

    def _why(self, output: str) -> str:
        if "No space left on device" in output:
            return f"Disken er full. Frigjør plass der {self.place.base} ligger, og start på nytt."
        if "Permission denied" in output:
            return f"Databasen får ikke bruke {self.place.base}. Se hvem som eier mappen, eller sett SAMSPILL_DATA."
        last = next((line for line in reversed(output.splitlines()) if line.strip()), "ingen forklaring")
        return f"Databasen startet ikke. Den sa: «{last.strip()}». Mer står i {self.log}."
