"""Is a process really alive? A number alone does not tell: it may be a zombie's, or another program's."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path


def name_of(pid: int) -> str | None:
    """The program's name (at most 15 signs) of a living process; None for a zombie and for a number nobody has."""
    with suppress(OSError):
        before, _, after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")  # "12 (postgres) S 1 ..."
        return None if after.split()[0] in "ZX" else before.partition("(")[2]
    if Path("/proc/self/stat").exists():
        return None
    seen = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True).stdout.split()
    return None if len(seen) < 2 or seen[0].startswith("Z") else seen[1].rpartition("/")[2]
