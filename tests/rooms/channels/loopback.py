"""A recording HTTP server on loopback, and one that misbehaves on bare sockets.

They know nothing of our code: what they answer is written in each test from the published contracts.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

DATE = "Wed, 25 Nov 2026 13:00:00 GMT"  # the same moment as ``worlds.NOW``


@dataclass
class Request:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, Any]:
        """Fields of a form; a file as bytes."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            message = BytesParser(policy=policy.HTTP).parsebytes(
                b"content-type: " + kind.encode() + b"\r\n\r\n" + self.body
            )
            found: dict[str, Any] = {}
            for part in message.iter_parts():  # type: ignore[attr-defined]
                name = str(part.get_param("name", header="content-disposition"))
                data: Any = part.get_payload(decode=True)
                found[name] = data if part.get_filename() else data.decode()
            return found
        return {key: values[0] for key, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass
class Reply:
    """What is answered: a JSON body, or bytes as they are."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None


Script = Callable[[Request], Reply]


class Loopback:
    """``answer`` is set by the test; ``requests`` holds everything that came."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answer: Script = lambda request: Reply(404, {})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, self.path, headers, body)
                outer.requests.append(request)
                reply = outer.answer(request)
                sent = reply.raw if reply.raw is not None else json.dumps(reply.body).encode()
                if reply.body is None and reply.raw is None:
                    sent = b""
                self.send_response_only(reply.status)
                if "date" not in reply.headers:
                    self.send_header("date", DATE)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status != 204:
                    self.send_header("content-length", str(len(sent)))
                self.end_headers()
                if reply.status != 204:
                    self.wfile.write(sent)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/base"

    def start(self) -> None:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Rude:
    """Takes connections on a bare socket and hands each, its request read, to ``act``."""

    def __init__(self, act: Callable[[socket.socket], None], read: bool = True) -> None:
        self.act, self.read = act, read
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self.read:
                connection.recv(65536)
            self.act(connection)

    def close(self) -> None:
        self.listener.close()
