"""Everything runs, comes back when it is killed, and stops in order: tried on a real demo."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from samspill.config.postgres import Server

pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-m", "samspill.config.cli"]


class Demo:
    """A running ``samspill demo`` on ports of its own."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.lines: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SAMSPILL_", "DJANGO_"))}
        kept.pop("DATABASE_URL", None)
        ports = {"SAMSPILL_WEB_PORT": str(self.port), "SAMSPILL_SANDBOX_PORT": str(self.port + 1)}
        return {**kept, **ports, "SAMSPILL_DATA": str(self.data)}

    def start(self) -> float:
        """Start and wait until all is told; gives the seconds it took."""
        began = time.monotonic()
        self.lines = []
        self.process = subprocess.Popen(
            [*COMMAND, "demo"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=lambda: self.lines.extend(iter(self.process.stdout.readline, "")), daemon=True).start()
        wait_until(lambda: "Stopp med Ctrl-C" in self.said or self.process.poll() is not None, 90)
        assert self.process.poll() is None, self.said
        return time.monotonic() - began

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def pids(self, part: str = "") -> set[int]:
        """Processes of this demo whose command line holds ``part``, found by its data folder or its ports."""
        found = subprocess.run(["ps", "-eo", "pid=,args=", "-ww"], capture_output=True, text=True).stdout
        marks = (str(self.data), f"--port {self.port}", f"--port {self.port + 1}")
        own = {
            int(line.split(None, 1)[0]) for line in found.splitlines() if any(m in line for m in marks) and part in line
        }
        return own | {pid for pid in self._children() if part in _command(pid)}

    def _children(self) -> set[int]:
        listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout.split()
        pairs = zip(listing[::2], listing[1::2], strict=True)
        return {int(pid) for pid, parent in pairs if int(parent) == self.process.pid}

    def readiness(self) -> dict[str, object]:
        try:
            found: dict[str, object] = httpx2.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).json()
        except (httpx2.HTTPError, json.JSONDecodeError) as error:
            return {"status": repr(error)}
        return found

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.readiness()["status"] == "ok", 30, lambda: f"{self.readiness()} {self.said}")


def _command(pid: int) -> str:
    return subprocess.run(["ps", "-o", "args=", "-ww", "-p", str(pid)], capture_output=True, text=True).stdout


def wait_until(holds: Callable[[], object], seconds: float, explain: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {explain()}"
        time.sleep(0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    data = Path(tempfile.mkdtemp(prefix="samspill-demo-"))
    data.chmod(0o711)
    demo = Demo(data, free_port())
    demo.start()
    yield demo
    if demo.process.poll() is None:
        demo.process.terminate()
        demo.process.wait(20)
    Server(data).stop()
    shutil.rmtree(data)


def test_the_first_start_tells_where_everything_is(demo):
    for name in ("Skrivebord", "Nyhetsrom", "Øvingsplass"):
        address = re.search(rf"^{name}: +(http://\S+)$", demo.said, re.MULTILINE)
        assert address, demo.said
        assert httpx2.get(address[1], follow_redirects=True, timeout=20).status_code == 200
    assert "Traceback" not in demo.said
    demo.wait_until_ready()


def test_a_second_start_on_the_same_data_is_told_so(demo):
    done = subprocess.run([*COMMAND, "demo"], env=demo.environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "kjører allerede" in done.stderr and "Traceback" not in done.stderr


def test_a_killed_worker_comes_back(demo):
    (worker,) = demo.pids("cli worker")
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: demo.pids("cli worker") - {worker}, 20, lambda: demo.said)
    assert "Arbeideren stoppet" in demo.said


def test_a_killed_database_comes_back_and_the_worker_with_it(demo):
    server = Server(demo.data)
    pid_file = server.place.cluster / "postmaster.pid"
    killed = pid_file.read_text().split()[0]
    os.kill(int(killed), signal.SIGKILL)
    # It may be up again before anyone sees that it was down.
    wait_until(lambda: server.answers() and pid_file.read_text().split()[0] != killed, 30, lambda: demo.said)
    demo.wait_until_ready()


def test_a_killed_supervisor_leaves_nothing_that_hinders_the_next_start(demo):
    before = demo.pids()
    demo.process.kill()
    demo.process.wait()
    seconds = demo.start()  # at once, while the remains are still being cleared away
    assert not before & demo.pids()
    assert "i bruk" not in demo.said, "it had to move to another port"
    assert seconds < 60  # ten on a machine with nothing else to do
    demo.wait_until_ready()


def test_ctrl_c_stops_everything_within_ten_seconds(demo):
    began = time.monotonic()
    os.killpg(demo.process.pid, signal.SIGINT)  # as a terminal does it
    assert demo.process.wait(20) == 0
    assert time.monotonic() - began < 12
    assert "Ingenting er tapt" in demo.said and "Traceback" not in demo.said
    assert not demo.pids()
    assert not Server(demo.data).answers()


def test_a_taken_port_is_told_in_words_and_nothing_is_started(demo, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {**demo.environment, "SAMSPILL_WEB_PORT": str(port), "SAMSPILL_DATA": str(tmp_path)}
        done = subprocess.run([*COMMAND, "up"], env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert f"Port {port} er i bruk" in done.stderr and "SAMSPILL_WEB_PORT" in done.stderr
    assert not Server(tmp_path).answers()
