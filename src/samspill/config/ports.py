"""Is a port free, and which one is next?"""

from __future__ import annotations

import socket
from http.client import HTTPConnection, HTTPException

TRIED = 50


def is_free(host: str, port: int) -> bool:
    """True when we could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def next_free(host: str, port: int, taken: tuple[int, ...] = ()) -> int | None:
    """The first free port from ``port`` on, none of ``taken``; None when the next fifty are all in use."""
    for candidate in range(port, min(port + TRIED, 65536)):
        if candidate not in taken and is_free(host, candidate):
            return candidate
    return None


def answers(host: str, port: int) -> bool:
    """True when somebody takes connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def is_well(host: str, port: int) -> bool:
    """True when our web process there answers ``/healthz``: it has loaded everything."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    connection = HTTPConnection(target, port, timeout=10)
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
