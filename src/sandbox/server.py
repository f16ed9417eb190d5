"""The HTTP server: `make_server(host, port, state_path)`, usable from a command or inside a test."""

from __future__ import annotations

import socket
import threading
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from sandbox.app import App
from sandbox.store import Store


class _QuietHandler(WSGIRequestHandler):
    """Leaves the log to the journal, and connections that were cut on purpose unmentioned."""

    def log(self, type: str, message: str, *args: Any) -> None:
        pass

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        self.close_connection = True


class SandboxServer:
    """A running sandbox. Use `serve_forever()`, or `start()` for a thread; then `shutdown()`."""

    def __init__(self, host: str, port: int, state_path: str | None) -> None:
        # Bound here, not by werkzeug, which ends the whole process when the port is taken.
        with socket.create_server((host, port), backlog=128) as bound:
            self.store = Store(state_path)
            self.app = App(self.store)
            self._http = ThreadedWSGIServer(
                host, bound.getsockname()[1], self.app, handler=_QuietHandler, fd=bound.fileno()
            )
        self.host = host
        self.port: int = self._http.server_address[1]
        self.url = f"http://{host}:{self.port}"

    def serve_forever(self) -> None:
        """Serves until `shutdown()` is called from another thread, or an interrupt comes."""
        self._http.serve_forever(poll_interval=0.05)

    def start(self) -> SandboxServer:
        """Serves in a thread of its own and returns at once: the port takes connections already."""
        threading.Thread(target=self.serve_forever, name="sandbox", daemon=True).start()
        return self

    def shutdown(self) -> None:
        """Stops, closes the port and the state. Calls that are kept waiting are dropped."""
        self._http.shutdown()
        self.close()

    def close(self) -> None:
        """Closes port and state when serving has ended already."""
        self._http.server_close()
        self.store.close()


def make_server(host: str = "127.0.0.1", port: int = 0, state_path: str | None = None) -> SandboxServer:
    """A sandbox bound to `host:port` (0 = any free port, see `.port`).

    `state_path` is an SQLite file that is created when missing; None keeps all in memory.
    Raises OSError when the port is taken, sqlite3.Error when the file can't be used.
    """
    return SandboxServer(host, port, state_path)
