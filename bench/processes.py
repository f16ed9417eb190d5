"""Memory and processor time of a process and all below it, as the system tells (Linux: /proc)."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def tree(*roots: int) -> set[int]:
    """The processes and all their descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def pss_by_name(pids: set[int]) -> dict[str, float]:
    """Proportional set size in MB by kind of process: shared pages are counted once, divided among those who share."""
    found: dict[str, float] = {}
    for pid in pids:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            found[_kind(command)] = found.get(_kind(command), 0) + kilobytes / 1024
    return found


def _kind(command: str) -> str:
    words = {"postgres": "PostgreSQL", "granian": "web", "worker": "worker", "sandbox": "pretend platforms"}
    return next((name for word, name in words.items() if word in command), "supervisor")


def cpu_seconds(pids: set[int]) -> float:
    """Processor time used so far, user and system."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICK
