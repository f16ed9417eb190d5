"""What the whole demo takes in memory, database included."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench import processes
from bench.figures import Figure
from samspill.config.postgres import Server
from tests.chaos.machines import free_port

GOAL = 600  # MB
PAGES = ("/", "/saker/", "/desk/", "/healthz")


def measure() -> list[Figure]:
    """Start the demo as ``make demo`` does, open some pages, let it rest, and add up."""
    with tempfile.TemporaryDirectory(prefix="samspill-bench-demo-") as folder:
        data = Path(folder) / "demo"
        web, sandbox = free_port(), free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SAMSPILL_")} | {
            "SAMSPILL_DATA": str(data), "SAMSPILL_WEB_PORT": str(web), "SAMSPILL_SANDBOX_PORT": str(sandbox),
        }  # fmt: skip
        Path(folder).chmod(0o711)
        log = (Path(folder) / "log").open("wb")
        demo = subprocess.Popen(
            [sys.executable, "-m", "samspill.config.cli", "demo"], env=environment, stdout=log, stderr=log
        )
        try:
            _wait(f"http://127.0.0.1:{web}/healthz", demo, Path(folder) / "log")
            for page in PAGES:
                urllib.request.urlopen(f"http://127.0.0.1:{web}{page}", timeout=30).close()
            time.sleep(20)  # what the demo sends at its start is through
            postmaster = int((Server(data).place.cluster / "postmaster.pid").read_text().splitlines()[0])
            parts = processes.pss_by_name(processes.tree(demo.pid, postmaster))
        finally:
            demo.terminate()
            demo.wait(60)
            log.close()
    total = sum(parts.values())
    detail = ", ".join(f"{name} {size:.0f}" for name, size in sorted(parts.items(), key=lambda item: -item[1]))
    return [Figure("memory of the whole demo (Pss)", f"{total:.0f} MB", detail, f"< {GOAL} MB", total < GOAL)]


def _wait(url: str, demo: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            if demo.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the demo did not start: {log.read_text(errors='replace')[-2000:]}") from None
            time.sleep(0.3)
