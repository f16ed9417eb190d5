"""Starts web, worker and sandbox, hands on what they say, and starts again what ends.

A worker ends with exit code 0 when the database restarts, so any end is a reason to start again, sooner or later.
Stopping is the keeper's job (``keeper.py``), the same way whether we are asked to stop or are killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from samspill.config.keeper import Keeper
from samspill.config.postgres import PostgresProblem, Server

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds before a new start, doubled each time
STEADY_SECONDS = 60  # having lived for so long, a child's earlier failures are forgotten
READY_SECONDS = 90


class StartProblem(Exception):
    """Something did not start; the message is a sentence in bokmål."""


class Stopped(Exception):
    """Somebody said stop while we were starting."""


@dataclass
class Child:
    """A process to be kept alive. ``ready`` tells whether it does its work."""

    name: str
    title: str
    command: list[str]
    ready: Callable[[], bool]
    quiet: bool = False  # True: what it prints on standard output is for people who start it by hand
    process: subprocess.Popen[str] | None = None
    started: float = 0
    failures: int = 0
    next_start: float = 0
    speakers: list[threading.Thread] = field(default_factory=list)

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Use as a context: what it has started is ended when the context ends."""

    def __init__(self, data: Path, environment: dict[str, str], embedded_database: bool, prefix: bool) -> None:
        self.environment = environment
        self.prefix = prefix
        self.server = Server(data) if embedded_database else None
        self.children: list[Child] = []
        self.stopping = False
        self.step: subprocess.Popen[str] | None = None
        self.next_look_at_database = 0.0
        self.keeper = Keeper(data, embedded_database)

    def __enter__(self) -> Supervisor:
        if self.server:
            self.server.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.keeper.finish(self._reap())
        for child in self.children:
            for speaker in child.speakers:
                speaker.join(timeout=1)

    def run_once(self, command: list[str], hear: Callable[[str], None]) -> int:
        """Run a step of the preparation to its end; ``hear`` gets each line. Gives the exit code.

        Raises ``Stopped`` when somebody has said stop meanwhile.
        """
        self.step = process = self._popen(command)
        for line in process.stdout or ():
            hear(line.rstrip("\n"))
        code = process.wait()
        self.keeper.forget(process.pid)
        self.step = None
        self._go_on()
        return code

    def stop(self) -> None:
        """Ask for an orderly stop; may be called from a signal handler, and more than once."""
        self.stopping = True
        if self.step is not None:
            self.step.terminate()

    def _go_on(self) -> None:
        if self.stopping:
            raise Stopped

    def start(self, child: Child, wait: bool = True) -> None:
        """Start a child and wait until it is ready. Raises ``StartProblem`` or ``Stopped``."""
        self.children.append(child)
        self._start(child)
        deadline = time.monotonic() + READY_SECONDS
        while wait and not (child.lives and child.ready()):  # another program may answer on its port
            self._go_on()
            if child.failures >= 2 and not child.lives:
                raise StartProblem(f"{child.title} starter ikke. Les linjene over; de sier hvorfor.")
            if time.monotonic() > deadline:
                raise StartProblem(f"{child.title} ble ikke klar på {READY_SECONDS} sekunder.")
            self.tend()
            time.sleep(0.05)

    def keep_running(self) -> None:
        """Tend the children until ``stopping`` is set."""
        while not self.stopping:
            self.tend()
            time.sleep(0.1)

    def tend(self) -> None:
        """Start again what has ended, the database included."""
        self._tend_database()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._note_end(child)
            if child.process is None and time.monotonic() >= child.next_start:
                self._start(child)

    def _tend_database(self) -> None:
        if self.server is None or time.monotonic() < self.next_look_at_database:
            return
        self.next_look_at_database = time.monotonic() + 0.5
        if not self.server.answers():
            self.say("Databasen svarer ikke. Vi starter den på nytt.")
            try:
                self.server.start()
            except PostgresProblem as problem:
                self.say(str(problem))
                self.next_look_at_database = time.monotonic() + LONGEST_PAUSE

    def _note_end(self, child: Child) -> None:
        process = child.process
        assert process is not None
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)  # its own children must not hold on to the port
        self.keeper.forget(process.pid)
        child.failures = 0 if time.monotonic() - child.started > STEADY_SECONDS else child.failures + 1
        pause = min(FIRST_PAUSE * 2 ** min(child.failures, 10), LONGEST_PAUSE)
        child.process, child.next_start = None, time.monotonic() + pause
        self.say(f"{child.title} stoppet (kode {process.returncode}). Vi starter på nytt om {pause:.0f} s.")

    def _start(self, child: Child) -> None:
        child.process = self._popen(child.command, child.quiet)
        child.started = time.monotonic()
        speaker = threading.Thread(target=self._hand_on, args=(child.name, child.process), daemon=True)
        speaker.start()
        child.speakers = [thread for thread in child.speakers if thread.is_alive()] + [speaker]

    def _popen(self, command: list[str], quiet: bool = False) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
            stderr=subprocess.PIPE if quiet else subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches us alone, and we decide the order
            env=self.environment,
        )
        self.keeper.watch(process.pid)
        return process

    def _hand_on(self, name: str, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or process.stderr or ():
            self.say(f"{name:<7} | {line.rstrip()}" if self.prefix else line.rstrip())

    def _reap(self) -> Iterator[None]:
        while True:
            for child in self.children:
                if child.process is not None:
                    child.process.poll()
            yield

    def say(self, line: str) -> None:
        with suppress(OSError):  # nobody listens any more
            print(line, flush=True)


def python(module: str, *arguments: str) -> list[str]:
    """A command that runs one of our modules with this very Python."""
    return [sys.executable, "-m", module, *arguments]
