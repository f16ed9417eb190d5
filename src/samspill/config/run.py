"""``samspill up`` and ``samspill demo``: everything on one machine, until somebody says stop."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from samspill.config import ports
from samspill.config.environment import Environment
from samspill.config.folders import data_folder_sentence, make_data_folder
from samspill.config.keeper import GRACE_SECONDS, keeper_lock
from samspill.config.postgres import Server
from samspill.config.prepare import USERS_MARK
from samspill.config.supervisor import Child, StartProblem, Stopped, Supervisor, python

FREE_BYTES = 200 * 1024 * 1024  # below this a first start does not get through


def run(env: Environment, demo: bool, fresh: bool = False) -> int:
    """Start everything and keep it running. Gives the exit code; problems are raised as ``StartProblem``."""
    with _only_one(env.data):
        if fresh:
            start_anew(env)
        _room_on_disk(env.data)
        env = choose_ports(env, demo)
        supervisor = Supervisor(env.data, child_environment(env), env.embedded_database, env.log_format == "console")
        with _stop_on_signal(supervisor), supervisor:
            with suppress(Stopped):
                _tell(env, demo, _start_all(supervisor, env, demo))
                supervisor.keep_running()
            print("Stopper ...", flush=True)
    print("Alt er stoppet. Ingenting er tapt.", flush=True)
    return 0


def start_anew(env: Environment) -> None:
    """Throw away all that the demo has written. Never in production, never in somebody else's database."""
    if env.mode not in ("demo", "development", "test"):
        raise StartProblem("Vi begynner ikke på nytt i produksjon: alt innhold ville gått tapt.")
    if not env.embedded_database:
        raise StartProblem("DATABASE_URL er satt. Tøm den databasen selv, eller fjern DATABASE_URL.")
    server = Server(env.data)
    server.stop()
    shutil.rmtree(server.place.cluster, ignore_errors=True)
    for found in env.data.iterdir():
        if found.name.endswith(".lock"):
            continue
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        else:
            found.unlink()


def choose_ports(env: Environment, demo: bool) -> Environment:
    """The ports to use. The demo moves on to the next free ones and says so; else a taken port is a problem."""
    wanted = [("web", "SAMSPILL_WEB_PORT", env.web_host, env.web_port)]
    if demo:
        wanted.append(("sandbox", "SAMSPILL_SANDBOX_PORT", "127.0.0.1", env.sandbox_port))
    chosen: dict[str, int] = {}
    for name, variable, host, port in wanted:
        free = port if ports.is_free(host, port) and port not in chosen.values() else None
        if free is None and demo:
            free = ports.next_free(host, port + 1, tuple(chosen.values()))
            if free:
                print(f"Port {port} er i bruk av et annet program. Vi bruker {free} i stedet.", flush=True)
        if free is None:
            raise StartProblem(
                f"Port {port} er i bruk av et annet program. Stopp det, eller velg en annen port med {variable}."
            )
        chosen[name] = free
    web, sandbox = chosen["web"], chosen.get("sandbox", env.sandbox_port)
    moved = urlsplit(env.base_url).port == env.web_port
    return replace(
        env,
        web_port=web,
        base_url=f"{env.base_url.rpartition(':')[0]}:{web}" if moved else env.base_url,
        sandbox_port=sandbox,
        sandbox_url=f"http://127.0.0.1:{sandbox}" if demo else env.sandbox_url,
    )


def child_environment(env: Environment) -> dict[str, str]:
    """What children read: our own environment with the choices that were made here."""
    return {
        **os.environ,
        "SAMSPILL_MODE": env.mode,
        "SAMSPILL_DATA": str(env.data),
        "SAMSPILL_WEB_PORT": str(env.web_port),
        "SAMSPILL_BASE_URL": env.base_url,
        "SAMSPILL_SANDBOX_PORT": str(env.sandbox_port),
        "SAMSPILL_SANDBOX_URL": env.sandbox_url,
        "DJANGO_SETTINGS_MODULE": "samspill.config.settings",
        "PYTHONUNBUFFERED": "1",
    }


def _start_all(supervisor: Supervisor, env: Environment, demo: bool) -> list[list[str]]:
    """Sandbox first (the demo's content is sent to it), then database and files, then web and worker."""
    users: list[list[str]] = []

    def hear(line: str) -> None:
        if line.startswith(USERS_MARK):
            users.extend(json.loads(line.removeprefix(USERS_MARK)))
        else:
            supervisor.say(line)

    if demo:
        supervisor.start(sandbox_child(env))
    code = supervisor.run_once(python("samspill.config.prepare", *(["--demo"] if demo else [])), hear)
    if code != 0:
        raise StartProblem("Vi kom ikke gjennom forberedelsene. Linjene over sier hvorfor; «samspill check» sier mer.")
    supervisor.start(worker_child(), wait=False)
    supervisor.start(web_child(env))
    return users


def web_child(env: Environment) -> Child:
    command = python(
        "granian",
        *("--interface", "wsgi", "--host", env.web_host, "--port", str(env.web_port), "--no-ws"),
        *("--workers", "2" if env.mode == "production" else "1", "--blocking-threads", "8"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "error"),
        "samspill.config.wsgi:application",
    )
    return Child("web", "Nettstedet", command, lambda: ports.is_well(env.web_host, env.web_port))


def worker_child() -> Child:
    return Child("worker", "Arbeideren", python("samspill.config.cli", "worker"), lambda: True, quiet=True)


def sandbox_child(env: Environment) -> Child:
    state = str(env.data / "sandbox.sqlite")
    command = python("sandbox", "--host", "127.0.0.1", "--port", str(env.sandbox_port), "--state", state)
    return Child("sandbox", "Øvingsplassen", command, lambda: ports.answers("127.0.0.1", env.sandbox_port), quiet=True)


def _tell(env: Environment, demo: bool, users: list[list[str]]) -> None:
    rows = [f"Skrivebord:   {env.base_url}/desk/", f"Nyhetsrom:    {env.base_url}/"]
    if demo:
        rows.append(f"Øvingsplass:  {env.sandbox_url}/")
    if users:
        head = ["Navn", "Rolle", "Bruker", "Passord"]
        widths = [max(len(row[column]) for row in [head, *users]) for column in range(4)]
        rows.append("")
        for row in [head, *users]:
            rows.append("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        rows.append("")
    print("\n".join([*rows, "Stopp med Ctrl-C."]), flush=True)


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the data folder; a second start is told so, a killed one's remains are waited for."""
    try:
        make_data_folder(data)
        lock: IO[str] = open(data / "running.lock", "w")  # noqa: SIM115 - held open below
    except OSError as error:
        raise StartProblem(data_folder_sentence(data, error)) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StartProblem(
                f"Samspill kjører allerede med dataene i {data}. "
                "Stopp det andre, eller velg en annen mappe med SAMSPILL_DATA."
            ) from None
        with keeper_lock(data, GRACE_SECONDS * 2) as free:
            if not free:
                raise StartProblem("En tidligere kjøring holder på å stoppe. Vent litt, og start på nytt.")
        yield


def _room_on_disk(data: Path) -> None:
    if shutil.disk_usage(data).free < FREE_BYTES:
        raise StartProblem(f"Disken er nesten full. Frigjør minst 200 MB der {data} ligger, og start på nytt.")


@contextmanager
def _stop_on_signal(supervisor: Supervisor) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal ask for an orderly stop; asking again changes nothing."""

    def stop(number: int, frame: object) -> None:
        supervisor.stop()

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, stop) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
