"""The sockets under the HTTP client: one deadline for all of a request, and a note when it leaves.

httpx has a time-out for each read, so an answer that drips a byte a second never ends; and it cannot
say whether a failed request left at all. Both are known only here, where the bytes go.
"""

from __future__ import annotations

import http.cookiejar
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

PIECE = 64 * 1024  # bytes written between two looks at the clock


@dataclass(slots=True)
class Flight:
    """One request under way: when it must be over (monotonic seconds), and whether a byte of it has left."""

    deadline: float
    sent: bool = False

    def left(self, timeout: float | None) -> float:
        """Seconds that the next move may take; 0 or less when the time is out."""
        remaining = self.deadline - time.monotonic()
        return remaining if timeout is None else min(timeout, remaining)


_current = threading.local()


@contextmanager
def flying(flight: Flight) -> Iterator[None]:
    """Ties ``flight`` to the running thread, in which the synchronous client does all its work."""
    _current.flight = flight
    try:
        yield
    finally:
        _current.flight = None


def current() -> Flight:
    """The running thread's request. Without one (closing idle connections), one that has no hurry."""
    return getattr(_current, "flight", None) or Flight(time.monotonic() + 60)


class Stream(httpcore2.NetworkStream):
    """A connection that minds the flight's deadline and notes the first byte written."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self.inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = current().left(timeout)
        if left <= 0:
            raise httpcore2.ReadTimeout("no whole answer before the deadline")
        return self.inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        flight = current()
        for start in range(0, len(buffer), PIECE):
            left = flight.left(timeout)
            if left <= 0:
                raise httpcore2.WriteTimeout("not all sent before the deadline")
            flight.sent = True  # before the write: a failed write may have sent a part
            self.inner.write(buffer[start : start + PIECE], left)

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = current().left(timeout)
        if left <= 0:
            raise httpcore2.ConnectTimeout("no connection before the deadline")
        return Stream(self.inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


class Backend(httpcore2.NetworkBackend):
    """Opens connections as httpcore does, and wraps each in a Stream."""

    def __init__(self) -> None:
        self.inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        left = current().left(timeout)
        if left <= 0:
            raise httpcore2.ConnectTimeout("no connection before the deadline")
        return Stream(self.inner.connect_tcp(host, port, left, local_address, socket_options))


class Transport(httpx2.HTTPTransport):
    """httpx's own transport over our sockets; environment variables (proxies, certificates) are not read."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool.close()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=40,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            retries=0,
            network_backend=Backend(),
        )


def no_cookies() -> http.cookiejar.CookieJar:
    """A jar that takes nothing: one account's session must never travel with another's request."""
    return http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
