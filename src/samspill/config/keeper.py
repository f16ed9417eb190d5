"""Ends what a supervisor has started, also when the supervisor itself was killed.

A small process of its own, in a session of its own. It reads ``+PID`` and ``-PID`` from its supervisor; when the pipe
closes, for whatever reason, it ends those processes, then the embedded database if nobody else uses it. It holds
``keeper.lock`` in the data folder meanwhile, so that the next start can wait for it.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from samspill.config.postgres import PostgresProblem, Server
from samspill.config.processes import name_of

GRACE_SECONDS = 8  # for children to finish what they do; a delivery that is cut is taken over by its lease


class Keeper:
    """The supervisor's end of the pipe."""

    def __init__(self, data: Path, embedded_database: bool) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "samspill.config.keeper", str(data), "embedded" if embedded_database else "given"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def watch(self, pid: int) -> None:
        self._say(f"+{pid}")

    def forget(self, pid: int) -> None:
        self._say(f"-{pid}")

    def finish(self, reap: Iterator[None]) -> None:
        """Let it end everything; ``reap`` is advanced meanwhile, so that ended children do not linger as zombies."""
        with suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]
        while self.process.poll() is None:
            next(reap, None)
            time.sleep(0.05)
        next(reap, None)

    def _say(self, line: str) -> None:
        with suppress(OSError):
            print(line, file=self.process.stdin, flush=True)


@contextmanager
def keeper_lock(data: Path, wait_seconds: float) -> Iterator[bool]:
    """Take the lock; gives False when another still holds it after ``wait_seconds``."""
    deadline = time.monotonic() + wait_seconds
    with open(data / "keeper.lock", "w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() > deadline:
                    yield False
                    return
                time.sleep(0.1)
            else:
                yield True
                return


def main(data: Path, embedded_database: bool) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # only the pipe decides
    with keeper_lock(data, GRACE_SECONDS * 2), Server(data).used() if embedded_database else nullcontext():
        children: set[int] = set()
        for line in sys.stdin:
            children.add(int(line[1:])) if line[0] == "+" else children.discard(int(line[1:]))
        end(children)


def end(children: set[int], grace: float = GRACE_SECONDS) -> None:
    """Ask each to end, then, after ``grace`` seconds, kill what is left of their groups."""
    for pid in children:
        with suppress(OSError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(name_of(pid) for pid in children):
        time.sleep(0.05)
    for pid in children:
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2] == "embedded")
    except PostgresProblem:
        sys.exit(1)  # the supervisor meets the same problem and says so
