"""Requests to addresses that others have named: a picture in a feed, a receiver of notices. Never into our own network.

A name is resolved once, every address it has is looked at, and the connection goes to the one that was looked at, so
that a name cannot answer differently a moment later. Redirects are followed only where asked for, each looked at anew.
Connections are not kept. Source of what is public: the IANA special-purpose address registries, by ``ipaddress``.
"""

from __future__ import annotations

import ipaddress
import socket
import time
import zlib
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin

import httpcore2
import httpx2

from samspill.channels import sockets
from samspill.channels.contract import NotSent, Unknown
from samspill.channels.exchange import CONNECT_TIMEOUT, Unreadable, not_answered, read_body
from samspill.channels.http import USER_AGENT, Response, checked_address

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(Exception):
    """The address is none that we go to; ``code``: not_web, not_public, too_many_redirects."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Failed(Exception):
    """No whole answer; ``code``: no_connection, no_answer, too_large. ``detail`` is technical."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open net. What carries another one inside is judged by that."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found.teredo is not None:
            return False
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if found.is_site_local:
            return False
    return found.is_global and not found.is_multicast


class _Backend(sockets.Backend):
    """Connects to the very address that was found to be public."""

    def __init__(self, allow_private: bool) -> None:
        super().__init__()
        self.allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"the name {host[:100]} has no address") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self.allow_private and not all(map(is_public, addresses)):
            raise NotAllowed("not_public")
        last: Exception | None = None
        for address in addresses[:4]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise last or httpcore2.ConnectError("the name has no address")


class _Transport(httpx2.HTTPTransport):
    def __init__(self, allow_private: bool) -> None:
        super().__init__(trust_env=False)
        self._pool.close()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_keepalive_connections=0,
            retries=0,
            network_backend=_Backend(allow_private),
        )


def get(url: str, *, limit: int, seconds: float, allow_private: bool = False, accept: str = "*/*") -> Response:
    """Fetch; at most five redirects. ``limit`` in bytes, ``seconds`` for all of it. Raises NotAllowed, Failed."""
    deadline = time.monotonic() + seconds
    for _hop in range(MOST_REDIRECTS + 1):
        answer = request("GET", url, headers={"accept": accept}, limit=limit, deadline=deadline, private=allow_private)
        where = answer.headers.get("location", "")
        if answer.status not in REDIRECTS or not where:
            return answer
        url = urljoin(url, where)
    raise NotAllowed("too_many_redirects")


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    limit: int,
    deadline: float,
    private: bool = False,
    content: bytes | None = None,
) -> Response:
    """One request, no redirects, no repeats. ``deadline`` is monotonic seconds. Raises NotAllowed, Failed."""
    try:
        checked_address(url)
    except ValueError:
        raise NotAllowed("not_web") from None
    flight = sockets.Flight(deadline)
    left = max(0.1, deadline - time.monotonic())
    timeout = httpx2.Timeout(connect=min(CONNECT_TIMEOUT, left), read=left, write=left, pool=left)
    transport = _Transport(private)
    with (
        httpx2.Client(transport=transport, trust_env=False, cookies=sockets.no_cookies()) as client,
        sockets.flying(flight),
    ):
        try:
            all_headers = {"user-agent": USER_AGENT, "accept-encoding": "gzip", **headers}
            made = client.build_request(method, url, headers=all_headers, content=content, timeout=timeout)
            answer = client.send(made, stream=True, follow_redirects=False)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, UnicodeError) as error:
            raise _failed(not_answered(error, flight)) from None
        try:
            body = b"" if answer.status_code in REDIRECTS else read_body(answer, limit)
        except Unreadable as error:
            raise Failed("too_large" if "larger" in str(error) else "no_answer", str(error)) from None
        except zlib.error:
            raise Failed("no_answer", "the answer is packed in a way that cannot be unpacked") from None
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise _failed(not_answered(error, flight, answer.status_code)) from None
        finally:
            answer.close()
    return Response(answer.status_code, {key.lower(): value for key, value in answer.headers.items()}, body)


def _failed(told: NotSent | Unknown) -> Failed:
    return Failed("no_connection" if isinstance(told, NotSent) else "no_answer", told.detail)
