"""Asks one address over a few kept connections as fast as one process can. For both sides of a comparison alike."""

from __future__ import annotations

import selectors
import socket
import time
from urllib.parse import urlsplit

CONNECTIONS = 8


def ask(url: str, seconds: float) -> float:
    """Whole answers per second. Raises AssertionError for one that is not 200."""
    parts = urlsplit(url)
    question = (
        f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Accept-Language: nb\r\nAccept-Encoding: identity\r\n\r\n"
    ).encode()
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = socket.create_connection((parts.hostname or "", parts.port or 80))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, bytearray())
        connection.sendall(question)
    began, answers = time.perf_counter(), 0
    while (now := time.perf_counter()) - began < seconds:
        for key, _ in selector.select(1):
            connection, held = key.fileobj, key.data
            assert isinstance(connection, socket.socket)
            piece = connection.recv(262_144)
            if not piece:
                raise AssertionError(f"{url} closed the connection after {bytes(held[:200])!r}")
            held += piece
            if _is_whole(held):
                answers += 1
                held.clear()
                connection.sendall(question)
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return answers / (now - began)


def _is_whole(held: bytearray) -> bool:
    end = held.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(held[:end]).lower()
    if not head.startswith(b"http/1.1 200"):
        raise AssertionError(head.decode("latin-1")[:300])
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(held) >= end + 4 + int(length)
