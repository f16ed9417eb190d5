"""One request over the net, and what is known when it fails. The part of ``http`` that loads httpx2."""

from __future__ import annotations

import os
import threading
import zlib

import httpx2

from samspill.channels import sockets
from samspill.channels.contract import NotSent, Reason, Unknown
from samspill.channels.http import USER_AGENT, Answer, Outgoing, Response

CONNECT_TIMEOUT, WRITE_TIMEOUT, POOL_TIMEOUT = 5.0, 20.0, 5.0  # seconds


def exchange(outgoing: Outgoing, *, deadline: float, read_timeout: float, body_limit: int) -> Answer:
    """Send, and read the answer to its end before ``deadline`` (monotonic). See ``Client.send`` for what comes back."""
    flight = sockets.Flight(deadline)
    with sockets.flying(flight):
        try:
            answer = shared_pool().send(built(outgoing, read_timeout), stream=True, follow_redirects=False)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, UnicodeError) as error:
            return not_answered(error, flight)
        try:
            body = read_body(answer, body_limit)
        except (Unreadable, zlib.error) as error:
            return Unknown(Reason.UNREADABLE_ANSWER, str(error), answer.status_code)
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            return not_answered(error, flight, answer.status_code)
        finally:
            answer.close()
    return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, body)


def built(outgoing: Outgoing, read_timeout: float) -> httpx2.Request:
    """The request as httpx2 sends it."""
    timeout = httpx2.Timeout(connect=CONNECT_TIMEOUT, read=read_timeout, write=WRITE_TIMEOUT, pool=POOL_TIMEOUT)
    return shared_pool().build_request(
        outgoing.method,
        outgoing.url,
        headers={"user-agent": USER_AGENT, "accept-encoding": "gzip", **outgoing.headers},
        params=outgoing.params,
        json=outgoing.json,
        data=outgoing.form,
        files=outgoing.files,
        content=outgoing.content,
        timeout=timeout,
    )


class Unreadable(Exception):
    """An answer that cannot be unpacked, or is larger than we read."""


def read_body(answer: httpx2.Response, limit: int) -> bytes:
    """The whole body, unpacked by ourselves so that a small answer can never become a large one.

    Raises Unreadable over ``limit`` bytes, for another packing than gzip or deflate, and for one that
    ends too early; zlib.error for broken packing.
    """
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise Unreadable("the answer is packed in a way that was not asked for")
    unpack = zlib.decompressobj(wbits=47 if "gzip" in packing else 15) if packing not in {"", "identity"} else None
    body = bytearray()
    for piece in answer.iter_raw():
        body += piece if unpack is None else unpack.decompress(piece, max_length=limit + 1 - len(body))
        if len(body) > limit or (unpack is not None and unpack.unconsumed_tail):
            raise Unreadable(f"the answer is larger than {limit} bytes")
    if unpack is not None and body and not unpack.eof:
        raise Unreadable("the packed answer ends too early")
    return bytes(body)


def not_answered(error: Exception, flight: sockets.Flight, status: int | None = None) -> NotSent | Unknown:
    """What a failed request means. The words never hold headers, bodies or addresses with a query."""
    if not flight.sent:
        return NotSent(f"{type(error).__name__}: {short(error)}")
    late = isinstance(error, httpx2.TimeoutException)
    reason = Reason.TIMEOUT if late else Reason.CONNECTION_LOST
    if isinstance(error, httpx2.DecodingError):
        reason = Reason.UNREADABLE_ANSWER
    return Unknown(reason, f"{type(error).__name__}: {short(error)}", status)


def short(error: Exception) -> str:
    """An error in few words. Errors about our own headers or address may quote them, so they get none."""
    if isinstance(error, httpx2.LocalProtocolError | httpx2.InvalidURL | UnicodeError):
        return "the request could not be written"
    return str(error)[:120]


_pools: dict[int, httpx2.Client] = {}
_lock = threading.Lock()


def shared_pool() -> httpx2.Client:
    """The connections of this process. A forked child gets its own, since sockets must not be shared."""
    pid = os.getpid()
    with _lock:
        if pid not in _pools:
            _pools.clear()
            _pools[pid] = httpx2.Client(
                transport=sockets.Transport(), trust_env=False, follow_redirects=False, cookies=sockets.no_cookies()
            )
        return _pools[pid]
