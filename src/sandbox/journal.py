"""What was asked of each platform, for tests to check on the wire. Never holds a secret."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections import deque
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

KEPT = 5000
HIDDEN = "[hidden]"
SECRET_HEADERS = {"authorization", "cookie", "proxy-authorization"}
SECRET_PARAMS = {
    "access_token", "appsecret_proof", "client_secret", "input_token", "refresh_token", "code", "code_verifier",
    "fb_exchange_token", "token", "password",
}  # fmt: skip


class Journal:
    """The last requests of all platforms, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self._ids = itertools.count(1)

    def open(self, platform: str, request: Request, operation: str | None) -> dict[str, Any]:
        """A new entry; `status` stays None until something is answered (`answer` says how it ended)."""
        body = request.get_data()
        entry = {
            "id": next(self._ids),
            "platform": platform,
            "time": time.time(),
            "method": request.method,
            "path": request.path.removeprefix(f"/{platform}"),
            "operation": operation,
            "headers": {k: HIDDEN if k.lower() in SECRET_HEADERS else v for k, v in request.headers.items()},
            "query": _plain(request.args),
            "params": _params(request),
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            "status": None,
            "answer": "pending",
            "faults": [],
        }
        with self._lock:
            self._entries.append(entry)
        return entry

    def of(self, platform: str) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(e) for e in self._entries if e["platform"] == platform]

    def count(self, platform: str, seconds: float) -> int:
        """Requests to the platform within the last `seconds`."""
        since = time.time() - seconds
        with self._lock:
            return sum(1 for e in self._entries if e["platform"] == platform and e["time"] >= since)

    def clear(self, platform: str | None = None) -> None:
        with self._lock:
            kept = [e for e in self._entries if platform and e["platform"] != platform]
            self._entries.clear()
            self._entries.extend(kept)


def _params(request: Request) -> Any:
    """The body as parsed: JSON, or form fields with files as their name, type and size."""
    if request.is_json:
        parsed = request.get_json(silent=True)
        if isinstance(parsed, dict):
            return {k: HIDDEN if k in SECRET_PARAMS else v for k, v in parsed.items()}
        return parsed
    fields = _plain(request.form)
    for name, file in request.files.items(multi=True):
        content = file.stream.read()
        file.stream.seek(0)
        fields[name] = {
            "filename": file.filename,
            "content_type": file.content_type,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    return fields


def _plain(values: MultiDict[str, str]) -> dict[str, Any]:
    return {k: HIDDEN if k in SECRET_PARAMS else (v[0] if len(v) == 1 else v) for k, v in values.lists()}
