"""Answers that are wrong on the wire: silence, a cut connection, bodies that never end.

Each is a WSGI application, so that it stands in for an ordinary response.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from werkzeug.wrappers import Response

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
CHUNK = 1 << 20


def silence(seconds: float) -> WSGI:
    """Says nothing until the client gives up or `seconds` have passed, then closes."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        connection = environ.get("werkzeug.socket")
        until = time.monotonic() + seconds
        while time.monotonic() < until and not _gone(connection):
            time.sleep(0.05)
        _close(connection, "close")
        raise ConnectionResetError("sandbox: silence")

    return app


def cut(how: str = "reset") -> WSGI:
    """Ends the connection without a byte: `reset` (RST) or `close` (FIN)."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _close(environ.get("werkzeug.socket"), how)
        raise ConnectionResetError("sandbox: cut")

    return app


def cut_within(response: Response, how: str = "close") -> WSGI:
    """Sends the headers and half of the body of `response`, then ends the connection.

    An answer without a body gets the promise of one, so that the cut can be seen.
    """

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = response.get_data()
        headers = [(k, v) for k, v in response.headers.items() if k.lower() != "content-length"]
        # The old-fashioned write() lets the cut happen before the server takes over the body.
        write = start_response(response.status, [*headers, ("Content-Length", str(len(body) or 2))])
        write((body or b"{}")[: max(1, len(body) // 2)])
        _close(environ.get("werkzeug.socket"), how)
        raise ConnectionResetError("sandbox: cut within the body")

    return app


def huge(response: Response, size: int) -> WSGI:
    """The response's status and headers, with `size` bytes of blanks before a closing `{}`."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(response.status, _plain_headers(response) + [("Content-Length", str(size))])
        return _blanks(size)

    return app


def gzip_bomb(response: Response, size: int) -> WSGI:
    """A small gzip body that unpacks to `size` bytes of blanks and `{}`, sent as it is made.

    One compressed block of blanks, ended by a full flush, may be repeated as it stands:
    the bomb costs the sender nothing but the checksum.
    """

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(response.status, _plain_headers(response) + [("Content-Encoding", "gzip")])
        return _gzip(size)

    return app


def _plain_headers(response: Response) -> list[tuple[str, str]]:
    kept = [(k, v) for k, v in response.headers.items() if k.lower() not in ("content-length", "content-type")]
    return [*kept, ("Content-Type", "application/json; charset=utf-8")]


def _blanks(size: int) -> Iterator[bytes]:
    left = size - 2
    while left > 0:
        yield b" " * min(CHUNK, left)
        left -= CHUNK
    yield b"{}"


def _gzip(size: int) -> Iterator[bytes]:
    blank = b" " * CHUNK
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(blank) + packer.flush(zlib.Z_FULL_FLUSH)
    yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
    check = 0
    blocks = max(1, size // CHUNK)
    for _ in range(blocks):
        check = zlib.crc32(blank, check)
        yield block
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    check = zlib.crc32(b"{}", check)
    total = blocks * CHUNK + 2
    yield packer.compress(b"{}") + packer.flush() + struct.pack("<II", check, total & 0xFFFFFFFF)


def _gone(connection: socket.socket | None) -> bool:
    """Whether the client has closed its side. Without a socket (a test client) nobody waits."""
    if connection is None:
        return True
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True


def _close(connection: socket.socket | None, how: str) -> None:
    if connection is None:
        return
    try:
        if how == "reset":
            # Linger of zero makes the kernel send RST. Closed by its number, since the server still
            # holds files on it, and before the server's own shutdown(), which would send FIN first.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
        else:
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
