"""The processes of a chaos run: database, pretend platforms, workers. Killed with -9 and started again."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from samspill.config.postgres import Server

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Platforms:
    """The pretend platforms in a process of their own: the world outside, which is never killed."""

    def __init__(self, data: Path) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        port = self.url.rsplit(":", 1)[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", port, "--state", str(data / "sandbox.db")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                self.get("/_sandbox/health")
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)

    def post(self, path: str, body: Any) -> None:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=30).close()

    def no_faults(self, platform: str) -> None:
        request = urllib.request.Request(f"{self.url}/_sandbox/{platform}/faults", method="DELETE")
        urllib.request.urlopen(request, timeout=30).close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class Workers:
    """Worker processes; whoever ends is started again, as a supervisor does."""

    program = "import sys; from samspill.config.cli import main; sys.exit(main(['worker']))"

    def __init__(self, count: int, environment: dict[str, str], log: Path) -> None:
        self.environment, self.log = environment, log.open("ab")
        self.processes = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", self.program],
            env=self.environment, stdout=self.log, stderr=self.log, cwd=ROOT,
        )  # fmt: skip

    def tend(self) -> None:
        self.processes = [self._start() if process.poll() is not None else process for process in self.processes]

    def kill_one(self, chance: random.Random) -> None:
        victim = chance.choice(self.processes)
        if victim.poll() is None:
            victim.kill()
            victim.wait(10)

    def kill_all(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait(10)

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)
        self.log.close()


class Web:
    """The web process as ``samspill up`` starts it: granian with its own children, killed as one group."""

    def __init__(self, log: Path) -> None:
        from samspill.config.environment import read_environment
        from samspill.config.run import child_environment, web_child

        env = read_environment()
        self.url, self.log = f"http://127.0.0.1:{env.web_port}", log.open("ab")
        self.command, self.environment = web_child(env).command, child_environment(env)
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command, env=self.environment, stdout=self.log, stderr=self.log, cwd=ROOT, start_new_session=True
        )

    def tend(self) -> None:
        if self.process.poll() is not None:
            self.process = self._start()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def wait_until_well(self, seconds: float) -> bool:
        """Whether it answers within so many seconds, being started again as often as it ends."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.tend()
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
                return True
            except OSError:
                time.sleep(0.2)
        return False

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        self.log.close()


def kill_database(server: Server) -> None:
    """End the embedded PostgreSQL with -9, as a power cut does, and start it again."""
    pid = int((server.place.cluster / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while server.answers() and time.monotonic() < deadline:
        time.sleep(0.05)
    server.start()
